//! 剔除: a person takes a ticket out of the evaluation, with a ground from the closed list. The
//! ticket stays what it is; the next settlement reverses what was scored on it.

use super::outcome::Exclusion;
use crate::actor::By;
use crate::ids::TicketId;
use crate::plain::{must_say, plain};
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket that was taken out, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Excluded {
    /// 工单
    pub ticket: TicketId,
    /// From the closed list.
    pub ground: Exclusion,
    /// 理由
    pub reason: String,
    /// 热线办工号
    pub officer: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

impl Excluded {
    /// Takes a ticket out. That the hotline's office decides it is an assumption: whoever is
    /// judged may not, and a reviewer rules on the appeals.
    ///
    /// # Errors
    /// The actor is another post, it was taken out before, or no reason is given.
    pub fn new(
        ticket: &TicketId,
        ground: Exclusion,
        reason: &str,
        by: &By,
        before: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let By::HotlineOffice { number } = by else {
            return Err(Refusal::new(
                "not-entitled",
                "剔除由市热线办决定，请向市热线办提出",
                "only the hotline's office takes a ticket out of the evaluation",
            ));
        };
        if let Some(before) = before {
            return Err(Refusal::new(
                "excluded-before",
                format!("工单 {ticket} 已以「{}」剔除，无须再次剔除", before.ground.term()),
                "the ticket was taken out before",
            ));
        }
        let reason = plain(reason);
        must_say(&reason, "剔除理由")?;
        Ok(Self { ticket: ticket.clone(), ground, reason, officer: number.clone(), at: now })
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::at;
    use super::*;

    #[test]
    fn the_office_takes_a_ticket_out_once_and_says_why() {
        let ticket = TicketId::new(jiff::civil::date(2024, 6, 25), 42);
        let office = By::HotlineOffice { number: "0002".into() };
        let take_out = |by: &By, reason: &str, before: Option<&Excluded>| {
            Excluded::new(&ticket, Exclusion::BeyondDuty, reason, by, before, at("2024-07-01T09:00"))
        };
        let code = |done: Result<Excluded, Refusal>| done.expect_err("refused").code;
        let done = take_out(&office, "诉求为商业纠纷，不属行政机关职责", None).expect("taken out");
        assert_eq!((done.officer.as_str(), done.ground), ("0002", Exclusion::BeyondDuty));
        assert_eq!(code(take_out(&office, "再次剔除", Some(&done))), "excluded-before");
        assert_eq!(code(take_out(&By::UnitClerk { unit: "370784-ZJ".into() }, "不属职责", None)), "not-entitled");
        take_out(&office, "  ", None).expect_err("a reason is needed");
    }
}
