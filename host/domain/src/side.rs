//! The side ways of a ticket (旁路): what happens when it does not go the plain way of
//! dispatch and handling. Refusal, emergency lines, direct answers, referral, merging,
//! archiving: what is kept of them, and their events.

use crate::deadline::Due;
use crate::grounds::{AnswerBasis, DeclineGround, EmergencyLine, Receiver};
use crate::ids::{TerritoryId, TicketId, UnitId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// 归档 7 days after closing (an assumption): as long a scored unit may still appeal.
pub const ARCHIVE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// 旁路状态: what holds a ticket off the plain way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// 不予受理
    Declined(DeclineGround),
    /// 已转紧急热线
    PassedOn(EmergencyLine),
    /// 已并单 into the main ticket
    Merged(TicketId),
    /// 转介 to another authority
    Referred(Receiver),
}

/// How a ticket ended (结束), and what keeps it from the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Closure {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 考核申诉未决: it stays out of the archive.
    pub appeal_open: bool,
    /// 是否归档.
    pub archived: bool,
}

impl Closure {
    /// A ticket that ends now.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self { at, appeal_open: false, archived: false }
    }

    /// When the clock archives it; never while an appeal is open.
    #[must_use]
    pub fn archives_at(&self) -> Option<Timestamp> {
        let waits = !self.archived && !self.appeal_open;
        waits.then(|| self.at.saturating_add(ARCHIVE_AFTER).unwrap_or(Timestamp::MAX))
    }
}

/// The main ticket as the desk saw it when a duplicate was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainTicket {
    /// Its id.
    pub id: TicketId,
    /// Its territory, which must be the duplicate's.
    pub territory: TerritoryId,
    /// Its category's group, which must be the duplicate's.
    pub category_group: String,
    /// Whether it is accepted and not yet at its end.
    pub open: bool,
    /// Whether it is merged into another itself.
    pub merged: bool,
}

/// What happened off the plain way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum SideEvent {
    /// 申请不予受理
    DeclineAsked {
        /// From the closed list.
        ground: DeclineGround,
        /// The call taker's words.
        reason: String,
    },
    /// 不予受理审定
    DeclineRuled {
        /// Whether it is declined.
        approved: bool,
        /// From the closed list.
        ground: DeclineGround,
        /// The reviewer's words.
        opinion: String,
        /// 告知的合法途径; empty unless it is declined.
        told: String,
    },
    /// 转紧急热线
    PassedOn {
        /// Which.
        line: EmergencyLine,
        /// What was said.
        words: String,
    },
    /// 三方连线: caller, seat and unit on one line
    ThreeWayCallHeld {
        /// Whom the seat called in.
        partner_unit: UnitId,
        /// What was said, without names.
        words: String,
    },
    /// 直办: answered on the spot
    AnsweredDirectly {
        /// What the answer rests on.
        basis: AnswerBasis,
        /// The answer.
        answer: String,
        /// When the follow-up is due.
        follow_up_by: Due,
    },
    /// 转介
    Referred {
        /// To whom.
        receiver: Receiver,
        /// 来电人同意; absent when nobody has to be asked.
        consent: Option<bool>,
        /// What the receiver is told.
        words: String,
    },
    /// 转介结果
    ReferralAnswered {
        /// Who answered.
        receiver: Receiver,
        /// The result, as text.
        result: String,
        /// When the follow-up is due.
        follow_up_by: Due,
    },
    /// 并单 into a main ticket
    Merged {
        /// The main ticket.
        into: TicketId,
        /// Why they are the same matter.
        reason: String,
    },
    /// 并入: a duplicate joined this main ticket
    Absorbed {
        /// The duplicate.
        ticket: TicketId,
    },
    /// 主单已办结: a merged ticket now owes its own caller an answer
    MainClosed {
        /// The main ticket.
        main: TicketId,
        /// When the follow-up is due.
        follow_up_by: Due,
    },
    /// 考核申诉提出或了结
    AppealMarked {
        /// Whether one is open.
        open: bool,
    },
    /// 归档
    Archived,
}
