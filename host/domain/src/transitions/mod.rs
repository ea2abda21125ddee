//! The transitions (状态流转): the one list of who may do what where, and where it leads.
//! [`crate::handle`] asks this list first and the guards in words after it, so the list is
//! the truth and not a copy of it; `docs/transitions.md` is generated from it.

use crate::actor::PostKind;
use crate::command::Command;
use crate::refusal::Refusal;
use crate::status::Status;
use std::collections::BTreeSet;
use std::fmt::Write;

mod list;

pub use list::TRANSITIONS;

/// One kind of step. A command may have several rows, for posts that may give it elsewhere.
#[derive(Debug)]
pub struct Transition {
    /// The command's name.
    pub command: &'static str,
    /// 中文名.
    pub term: &'static str,
    /// Who may.
    pub who: &'static [PostKind],
    /// Where; nowhere stands for a ticket that is not there yet.
    pub from: &'static [Status],
    /// Where the ticket may stand afterwards if it does not stay where it is.
    pub to: &'static [Status],
    /// What else must hold, in Chinese and English.
    pub guard: (&'static str, &'static str),
    /// Which norm or which row of the source articles says so.
    pub source: &'static str,
}

/// Refuses a command of a post that may not give it, or may not where the ticket stands;
/// without a status there is no ticket yet.
///
/// # Errors
/// `not-entitled` or `wrong-state`.
pub fn admit(command: &Command, post: PostKind, status: Option<Status>) -> Result<(), Refusal> {
    let of_post = || TRANSITIONS.iter().filter(|row| row.command == command.name() && row.who.contains(&post));
    if of_post().next().is_none() {
        return Err(not_entitled(command, post));
    }
    let Some(status) = status else { return Ok(()) };
    if of_post().any(|row| row.from.contains(&status)) {
        return Ok(());
    }
    let wanted = Status::ALL.iter().filter(|status| of_post().any(|row| row.from.contains(status)));
    let wanted: Vec<&str> = wanted.map(|status| status.term()).collect();
    Err(Refusal::new(
        "wrong-state",
        format!("工单处于「{}」，须在「{}」时办理", status.term(), wanted.join("、")),
        format!("the ticket is {status:?}, which is no state for {}", command.name()),
    ))
}

/// The refusal of a post that may not give the command anywhere, naming those that may.
#[must_use]
pub fn not_entitled(command: &Command, post: PostKind) -> Refusal {
    let rows = TRANSITIONS.iter().filter(|row| row.command == command.name());
    let may: BTreeSet<PostKind> = rows.flat_map(|row| row.who).copied().collect();
    let may: Vec<&str> = may.iter().map(|post| post.term()).collect();
    let advice = match post {
        PostKind::Rule => "规则只能提出效果".to_owned(),
        _ => format!("请由{}办理", may.join("或")),
    };
    Refusal::new(
        "not-entitled",
        format!("{}无权执行「{}」，{advice}", post.term(), command.name()),
        format!("this post may not {}", command.name()),
    )
}

/// Whether the list lets the command lead from one status to another; staying is always
/// possible.
#[must_use]
pub fn leads(command: &str, from: Status, to: Status) -> bool {
    let mut rows = TRANSITIONS.iter().filter(|row| row.command == command && row.from.contains(&from));
    from == to || rows.any(|row| row.to.contains(&to))
}

/// The list as a document: a picture (Mermaid) and a table.
#[must_use]
pub fn document() -> String {
    format!(
        "# 工单状态流转 Transitions of a ticket\n\n\
         Generated from `host/domain/src/transitions/list.rs`, which `handle` asks before anything else. \
         Do not edit; write it anew with `CHUISHAO_BLESS=1 cargo test -p chuishao-domain --test walks`.\n\n\
         ## 图 Picture\n\n```mermaid\n{}```\n\n## 表 Table\n\n{}",
        picture(),
        table()
    )
}

/// The statuses and the commands that lead from one to another, as a Mermaid state diagram.
#[must_use]
pub fn picture() -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for status in Status::ALL {
        let _ = writeln!(text, "    {status:?}: {}", status.term());
    }
    for row in TRANSITIONS.iter().filter(|row| row.from.is_empty()) {
        for to in row.to {
            let _ = writeln!(text, "    [*] --> {to:?}: {}", row.term);
        }
    }
    for from in Status::ALL {
        for row in TRANSITIONS.iter().filter(|row| row.from.contains(from)) {
            for to in row.to.iter().filter(|to| *to != from) {
                let _ = writeln!(text, "    {from:?} --> {to:?}: {}", row.term);
            }
        }
    }
    text.push_str("    Archived --> [*]\n");
    text
}

fn table() -> String {
    let statuses = |of: &[Status]| of.iter().map(|status| status.term()).collect::<Vec<_>>().join("、");
    let mut text = String::from(
        "| 命令 command | 由谁 who | 何时 from | 之后 to | 条件 guard | 依据 source |\n|---|---|---|---|---|---|\n",
    );
    for row in TRANSITIONS {
        let who = row.who.iter().map(|post| post.term()).collect::<Vec<_>>().join("、");
        let from = match row.from {
            [] => "—".to_owned(),
            from if from == Status::ALL => "任何状态".to_owned(),
            from => statuses(from),
        };
        let to = if row.to.is_empty() { "不变".to_owned() } else { statuses(row.to) };
        let (chinese, english) = row.guard;
        let (term, command, source) = (row.term, row.command, row.source);
        let _ = writeln!(text, "| {term} `{command}` | {who} | {from} | {to} | {chinese} {english} | {source} |");
    }
    text
}
