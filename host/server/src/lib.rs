//! Floor 2: the process. In reading order, along the walk of a command:
//! - [`api`]: HTTP → command; who is the actor;
//! - [`desk`]: loads the ticket at its version, walks the command, commits, tries again when
//!   the version moved;
//! - [`topic_desk`]: the same for topics; [`candidates`]: which there could be; [`nominations`]:
//!   what rules nominated becomes one;
//! - [`duplicates`]: which tickets may be one matter;
//! - [`vault`]: who called, sealed before anything else happens to a call, and who may see it;
//! - [`knowledge`]: the same walk for an entry of the knowledge base;
//! - [`store`]: all SQL; one transaction writes the ticket, its events, the decisions and
//!   the outbox;
//! - [`outbox`]: nothing goes out but from there; [`outward`], [`receivers`]: documents for other
//!   authorities, and the lanes that send them;
//! - [`clockwork`]: the clock as an actor;
//! - [`housekeeping`]: what has served its purpose goes;
//! - [`turn`]: which of several servers plays the clock;
//! - [`timeline`]: events and decisions as a person reads them;
//! - [`rules`]: the rules that the host's configuration switches on;
//! - [`clock`], [`server`]: the moment, and all of it together.

pub mod api;
pub mod candidates;
pub mod clock;
pub mod clockwork;
pub mod desk;
pub mod duplicates;
pub mod housekeeping;
pub mod knowledge;
pub mod nominations;
pub mod outbox;
pub mod outward;
pub mod receivers;
pub mod rules;
pub mod server;
pub mod store;
pub mod timeline;
pub mod topic_desk;
pub mod turn;
pub mod vault;
