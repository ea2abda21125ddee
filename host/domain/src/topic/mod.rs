//! Topics (议题): what is discussed because many tickets say it, and what was decided. A topic
//! is an aggregate of its own, made as a ticket is: one door ([`handle`]), events, a fold
//! ([`apply`]). It knows tickets by their ids alone; no caller stands here.
//!
//! In reading order:
//! - [`spread`], [`hot`], [`lists`], [`settings`]: from figures to candidates, monthly and yearly
//!   lists, and the thresholds of all three;
//! - [`rung`]: the ladder 每日一议, 专题研究, 每月一议, 市政府常务会议, 热线工作领导小组;
//! - [`actor`], [`case`], [`command`], [`event`]: who, what there is, what is wanted, what happened;
//! - [`transitions`]: the one list of what may happen when, by whom, under which guards;
//! - [`guard`], [`handle`], [`apply`]: the list at work; a topic is the fold of its events;
//! - [`decided_mode`]: what rules are told of what meetings decided;
//! - [`nomination`]: from a local rule's nomination to a candidate;
//! - [`narrate`], [`message`]: what people read and receive;
//! - [`campaign`], [`domains`], [`trend`]: 十大领域百日攻坚, and whether it worked, year on year.

pub mod actor;
pub mod apply;
pub mod campaign;
pub mod case;
pub mod command;
pub mod decided_mode;
pub mod domains;
pub mod event;
pub mod guard;
pub mod handle;
pub mod hot;
pub mod lists;
pub mod message;
pub mod narrate;
pub mod nomination;
pub mod rung;
pub mod settings;
pub mod spread;
pub mod transitions;
pub mod trend;
