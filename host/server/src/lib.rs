//! Floor 2: the process. In reading order, along the walk of a command:
//! - [`api`]: HTTP → command; who is the actor;
//! - [`console`]: the pages, which ask the API from within;
//! - [`desk`]: loads the ticket at its version, walks the command, commits, tries again when
//!   the version moved;
//! - [`mod@once`]: what is done under a key is done once; [`aggregate`]: the same walk for whatever
//!   else stands at a version;
//! - [`topic_desk`]: what topics do otherwise; [`candidates`]: which there could be; [`nominations`]:
//!   what rules nominated becomes one;
//! - [`campaign_desk`]: what campaigns do otherwise, and the thresholds of hot topics;
//! - [`reviews`]: what rules make of their territory's figures, every morning;
//! - [`report`]: figures as tables, in every form; [`figures`]: what they are read from, folded;
//! - [`evaluation_desk`]: appeals, rulings, exclusions, publications; [`score_sheets`]: what a
//!   subject is judged by; [`settlement`]: every night, both sides;
//! - [`impact`]: what a rule would have done over a past period, before it is switched on;
//! - [`duplicates`]: which tickets may be one matter;
//! - [`vault`]: who called, sealed before anything else happens to a call, and who may see it;
//! - [`knowledge`]: what entries of the knowledge base do otherwise, and how they are found;
//! - [`store`]: all SQL; one transaction writes the ticket, its events, the decisions and
//!   the outbox;
//! - [`accounts`]: who is asking, and who may;
//! - [`changes`]: what changes, for whoever follows along;
//! - [`outbox`]: nothing goes out but from there; [`outward`], [`receivers`]: documents for other
//!   authorities, and the lanes that send them;
//! - [`clockwork`]: the clock as an actor; [`recomputation`]: deadlines after a new notice;
//!   [`renaming`]: the index of the knowledge base after a new edition;
//! - [`mod@reference`]: the calendar and the catalogue in force; [`import`]: new ones;
//! - [`sealing`]: each day's decisions are sealed; [`replay`]: any of them is run again;
//!   [`dispute_file`]: all of one ticket's, on paper; [`export`]: a rule's, for its author;
//! - [`housekeeping`]: what has served its purpose goes;
//! - [`turn`]: which of several servers plays the clock;
//! - [`timeline`]: events and decisions as a person reads them;
//! - [`profile`]: what this server serves, for authors to compare with;
//! - [`registry`]: which plugins run, who vouches for them, how they are tried, stopped and left;
//! - [`metrics`]: how it runs, in figures;
//! - [`http`]: how others are asked; [`clock`], [`server`]: the moment, and all of it together.

pub mod accounts;
pub mod aggregate;
pub mod api;
pub mod campaign_desk;
pub mod candidates;
pub mod changes;
pub mod clock;
pub mod clockwork;
pub mod console;
pub mod desk;
pub mod dispute_file;
pub mod duplicates;
pub mod evaluation_desk;
pub mod export;
pub mod figures;
pub mod housekeeping;
pub mod http;
pub mod impact;
pub mod import;
pub mod knowledge;
pub mod metrics;
pub mod nominations;
pub mod once;
pub mod outbox;
pub mod outward;
pub mod profile;
pub mod receivers;
pub mod recomputation;
pub mod reference;
pub mod registry;
pub mod renaming;
pub mod replay;
pub mod report;
pub mod reviews;
pub mod score_sheets;
pub mod sealing;
pub mod server;
pub mod settlement;
pub mod store;
pub mod timeline;
pub mod topic_desk;
pub mod turn;
pub mod vault;
