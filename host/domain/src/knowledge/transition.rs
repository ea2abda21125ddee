//! The one list of who may do what when (流转表). [`super::handle`](fn@super::handle) asks it
//! first and judges nothing of this by itself; a test holds that it does as the list says.

use super::command::Kind;
use super::entry::{Stage, Standing};
use crate::actor::{Actor, By};
use crate::ids::UnitId;

/// Who does something to knowledge (岗位).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// 责任部门经办人: a clerk of the city department that owns the entry.
    OwnerClerk,
    /// 知识库审核员 of the hotline. He reviews and publishes, and never writes: what he lets
    /// pass was written by somebody else.
    Reviewer,
    /// 本地规则
    Rule,
    /// 系统时钟
    Clock,
}

impl Post {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OwnerClerk, Self::Reviewer, Self::Rule, Self::Clock];

    /// The post in which somebody meets an entry of this owner, if he has one.
    #[must_use]
    pub fn of(actor: &Actor, owner: &UnitId) -> Option<Self> {
        match actor {
            Actor::Rule(_) | Actor::Known(By::Rule { .. }) => Some(Self::Rule),
            Actor::Known(By::Clock) => Some(Self::Clock),
            Actor::Known(By::KnowledgeReviewer { .. }) => Some(Self::Reviewer),
            Actor::Known(By::UnitClerk { unit } | By::DepartmentSupervisor { unit }) if unit == owner => {
                Some(Self::OwnerClerk)
            }
            Actor::Known(_) => None,
        }
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::OwnerClerk => "责任部门经办人",
            Self::Reviewer => "知识库审核员",
            Self::Rule => "本地规则",
            Self::Clock => "系统时钟",
        }
    }
}

/// One row of the list.
#[derive(Debug)]
pub struct Transition {
    /// What is wanted.
    pub kind: Kind,
    /// Who may want it.
    pub posts: &'static [Post],
    /// Where the draft must stand.
    pub stages: &'static [Stage],
    /// Where the answer must stand.
    pub standings: &'static [Standing],
}

const ANY_STAGE: &[Stage] = &Stage::ALL;
const ANY_STANDING: &[Standing] = &Standing::ALL;

/// The list. [`Kind::Draft`] is of an entry that does not exist yet.
pub const TRANSITIONS: [Transition; 11] = {
    use Post::{Clock, OwnerClerk, Reviewer, Rule};
    use Stage::{Approved, Draft, None, Returned, Submitted};
    const fn row(
        kind: Kind,
        posts: &'static [Post],
        stages: &'static [Stage],
        standings: &'static [Standing],
    ) -> Transition {
        Transition { kind, posts, stages, standings }
    }
    [
        row(Kind::Draft, &[OwnerClerk, Rule], &[], &[]),
        row(Kind::Edit, &[OwnerClerk], &[Draft, Returned], ANY_STANDING),
        row(Kind::Submit, &[OwnerClerk], &[Draft, Returned], ANY_STANDING),
        row(Kind::Return, &[Reviewer], &[Submitted, Approved], ANY_STANDING),
        row(Kind::Approve, &[Reviewer], &[Submitted], ANY_STANDING),
        row(Kind::Publish, &[Reviewer], &[Approved], ANY_STANDING),
        row(Kind::Revise, &[OwnerClerk], &[None], ANY_STANDING),
        row(Kind::Discard, &[OwnerClerk], &[Draft, Returned], ANY_STANDING),
        row(Kind::Withdraw, &[OwnerClerk, Reviewer], ANY_STAGE, &[Standing::Published]),
        row(Kind::Confirm, &[OwnerClerk], ANY_STAGE, &[Standing::Published]),
        row(Kind::Tick, &[Clock], ANY_STAGE, ANY_STANDING),
    ]
};

/// The row of a kind of command.
#[must_use]
pub fn transition(kind: Kind) -> &'static Transition {
    // The list has a row for every kind, in the order of the kinds: a test holds it.
    &TRANSITIONS[kind as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        for (at, row) in TRANSITIONS.iter().enumerate() {
            assert_eq!(row.kind as usize, at);
            assert_eq!(transition(row.kind).kind, row.kind);
        }
        assert_eq!(Kind::Tick as usize + 1, TRANSITIONS.len(), "the last kind has the last row");
    }

    #[test]
    fn a_rule_may_only_draft() {
        let of_rules: Vec<Kind> =
            TRANSITIONS.iter().filter(|row| row.posts.contains(&Post::Rule)).map(|row| row.kind).collect();
        assert_eq!(of_rules, [Kind::Draft]);
    }

    #[test]
    fn nobody_publishes_what_he_may_write() {
        let posts = |kind| transition(kind).posts;
        for writer in [Kind::Draft, Kind::Edit, Kind::Submit, Kind::Revise] {
            for judge in [Kind::Approve, Kind::Publish] {
                assert!(posts(writer).iter().all(|post| !posts(judge).contains(post)));
            }
        }
    }
}
