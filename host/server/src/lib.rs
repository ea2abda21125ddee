//! Floor 2: the process. In reading order, along the walk of a command:
//! - [`api`]: HTTP → command; who is the actor;
//! - [`desk`]: loads the ticket at its version, walks the command, commits, tries again when
//!   the version moved;
//! - [`topic_desk`]: the same for topics; [`candidates`]: which there could be; [`nominations`]:
//!   what rules nominated becomes one;
//! - [`campaign_desk`]: the same for campaigns and for the thresholds of hot topics;
//! - [`report`]: figures as tables, in every form; [`figures`]: what they are read from, folded;
//! - [`evaluation_desk`]: appeals, rulings, exclusions, publications; [`score_sheets`]: what a
//!   subject is judged by; [`settlement`]: every night, both sides;
//! - [`duplicates`]: which tickets may be one matter;
//! - [`vault`]: who called, sealed before anything else happens to a call, and who may see it;
//! - [`knowledge`]: the same walk for an entry of the knowledge base;
//! - [`store`]: all SQL; one transaction writes the ticket, its events, the decisions and
//!   the outbox;
//! - [`outbox`]: nothing goes out but from there; [`outward`], [`receivers`]: documents for other
//!   authorities, and the lanes that send them;
//! - [`clockwork`]: the clock as an actor; [`recomputation`]: deadlines after a new notice;
//! - [`mod@reference`]: the calendar and the catalogue in force; [`import`]: new ones;
//! - [`housekeeping`]: what has served its purpose goes;
//! - [`turn`]: which of several servers plays the clock;
//! - [`timeline`]: events and decisions as a person reads them;
//! - [`rules`]: the rules that the host's configuration switches on;
//! - [`clock`], [`server`]: the moment, and all of it together.

pub mod api;
pub mod campaign_desk;
pub mod candidates;
pub mod clock;
pub mod clockwork;
pub mod desk;
pub mod duplicates;
pub mod evaluation_desk;
pub mod figures;
pub mod housekeeping;
pub mod import;
pub mod knowledge;
pub mod nominations;
pub mod outbox;
pub mod outward;
pub mod receivers;
pub mod recomputation;
pub mod reference;
pub mod report;
pub mod rules;
pub mod score_sheets;
pub mod server;
pub mod settlement;
pub mod store;
pub mod timeline;
pub mod topic_desk;
pub mod turn;
pub mod vault;
