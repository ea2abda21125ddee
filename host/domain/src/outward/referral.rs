//! Referrals (转介, article rows 60 and 61): what is not the hotline's to decide goes, sorted
//! and from time to time, to the court, arbitration, the police, justice or the petitions
//! office.
//!
//! The batch says that there is a matter, of what kind, where and since when. The receiver
//! reads it at the hotline with the ticket's number, where who asks and what for is recorded.

use super::{CloudEvent, Named, envelope};
use crate::World;
use crate::catalogue::ReferralReceiver;
use crate::grounds::Receiver;
use crate::refusal::Refusal;
use crate::ticket::{MatterKind, Ticket};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Its type and schema.
pub(super) const BATCH: (&str, &str) = ("chuishao.referral-batch.v1", "/schemas/referral-batch/1");

/// Most matters in one batch: about 200 KB, which a receiver reads in one piece (an
/// assumption).
pub const MOST_MATTERS: usize = 500;

/// What a receiver does to read a matter.
const HOW_TO_READ: &str = "请凭工单编号向市12345热线调阅诉求内容，调阅须核验单位与用途";

/// One referred matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReferredMatter {
    /// 工单编号.
    pub ticket: String,
    /// 诉求分类.
    pub category: Option<Named>,
    /// 诉求类型.
    pub matter_kind: MatterKind,
    /// 区县.
    pub territory: Option<Named>,
    /// 街镇; absent when it was not written down, or the ticket is confidential.
    pub street: Option<Named>,
    /// 来电时刻.
    #[schemars(with = "String")]
    pub received_at: Timestamp,
    /// 来电人是否同意转介.
    pub caller_agreed: bool,
}

/// A batch for one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReferralBatch {
    /// 接收单位.
    pub receiver: Named,
    /// 种类.
    pub receiver_kind: Receiver,
    /// 如何调阅.
    pub how_to_read: &'static str,
    /// 事项.
    pub matters: Vec<ReferredMatter>,
}

/// A ticket as a receiver learns of it.
///
/// # Errors
/// The receiver is one to whom nothing goes without the caller's consent.
pub fn matter(
    ticket: &Ticket,
    receiver: &ReferralReceiver,
    caller_agreed: bool,
    world: &World,
) -> Result<ReferredMatter, Refusal> {
    if receiver.needs_consent && !caller_agreed {
        let chinese = format!("转介{}须经来电人同意，请先征求来电人意见并记录", receiver.name);
        return Err(Refusal::new("referral-consent", chinese, "the caller has to agree first"));
    }
    Ok(ReferredMatter {
        ticket: ticket.id.to_string(),
        category: Named::category(ticket, world),
        matter_kind: ticket.intake.matter_kind,
        territory: Named::territory(ticket, world),
        street: Named::street(ticket, world),
        received_at: ticket.intake.received_at,
        caller_agreed,
    })
}

/// The batch with this number of the receiver; its id is made of both, so that a batch that
/// is sent twice is taken once.
///
/// # Errors
/// No matter, or too many for one batch.
pub fn batch(
    receiver: &ReferralReceiver,
    number: u32,
    matters: Vec<ReferredMatter>,
    at: Timestamp,
) -> Result<CloudEvent<ReferralBatch>, Refusal> {
    if !(1..=MOST_MATTERS).contains(&matters.len()) {
        let found = matters.len();
        let chinese = format!("本批转介有 {found} 件，应为 1 到 {MOST_MATTERS} 件，请分批");
        return Err(Refusal::new("referral-batch-size", chinese, format!("1 to {MOST_MATTERS} matters")));
    }
    let data = ReferralBatch {
        receiver: Named::new(&receiver.code, &receiver.name),
        receiver_kind: receiver.kind,
        how_to_read: HOW_TO_READ,
        matters,
    };
    Ok(envelope(BATCH, format!("referral-{}-{number}", receiver.code), receiver.code.clone(), at, data))
}
