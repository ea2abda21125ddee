//! The knowledge base (知识库): what call takers answer from. What can be answered directly
//! from policy is sorted and submitted by the city department (article row 16:
//! 「由市级行业主管部门梳理提报热线知识库」); it is kept current and holds tens of thousands of entries
//! (row 52). How such a base is built is the subject of GB/T 44191-2024 《知识库建设指南》, which
//! is known here by its title only.
//!
//! An entry is an aggregate of its own, as a ticket is: [`handle`](fn@handle) turns a command
//! into events or a refusal, [`apply`] folds events, [`narrate`] says them.
//!
//! An entry has two faces. The *draft* (工作稿) is what the owner department and the hotline's
//! reviewer work on; the *answer* (发布版) is what call takers see. So a published entry stays
//! in use, unchanged, while its next revision is written and reviewed.
//!
//! - [`entry`]: what there is; [`content`]: question, answer and where they hold;
//! - [`transition`]: the one list of who may do what when;
//! - [`command`], [`handle`](mod@handle), [`event`], [`apply`], [`narrate`];
//! - [`find`]: the entry as it is indexed, and what is looked for while a call is taken.

pub mod apply;
pub mod command;
pub mod content;
pub mod entry;
pub mod event;
pub mod find;
pub mod handle;
pub mod narrate;
pub mod transition;

pub use handle::handle;
