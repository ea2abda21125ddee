//! 「定期梳理不在受理范围的诉求，分类推送法院、仲裁、公安、司法、信访等部门单位依法依规及时解决」, and arbitration and
//! commercial mediation, where the caller is asked first. The rule sorts by words; people refer.

use chuishao_sdk::{
    Context, Effect, Event, Failure, HandBackGround, Opinion, OpinionStage, Proposal, Receiver, Rule, Ticket, rule,
};

/// The receivers in the order in which they are tried: what has gone farthest first.
const RECEIVERS: [(&str, Receiver, &str); 5] = [
    ("petitions", Receiver::Petitions, "信访部门"),
    ("court", Receiver::Court, "法院"),
    ("public-security", Receiver::PublicSecurity, "公安机关"),
    ("justice", Receiver::Justice, "司法行政部门"),
    ("arbitration", Receiver::Arbitration, "仲裁（含商事调解）"),
];

/// The rule.
pub struct LegalReferral;

impl Rule for LegalReferral {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let Some((receiver, name, word)) = sort(ticket, context)? else { return Ok(vec![]) };
        let reason = format!("诉求说到「{word}」，多由{name}依法解决");
        match event {
            Event::Registered if receiver == Receiver::Arbitration => {
                let text = "可能适合仲裁或商事调解：请问来电人是否愿意，愿意的请记录下来".into();
                Ok(vec![opinion(OpinionStage::Intake, text, &reason)])
            }
            Event::Accepted => Ok(suggested(receiver, name, &reason)),
            Event::HandBackAsked(asked) if asked.ground == HandBackGround::OutOfScope => {
                let text =
                    format!("承办单位称不在受理范围。{reason}：同意退回的，请考虑转介{name}，不要退给来电人了事");
                Ok(vec![opinion(OpinionStage::HandBack, text, &reason)])
            }
            // Handed back as out of scope: it is with the dispatcher again.
            Event::HandBackRuled(ruled) if ruled.approved => Ok(suggested(receiver, name, &reason)),
            _ => Ok(vec![]),
        }
    }
}

/// Whose it may be, by the first of the words that the ticket says.
fn sort<'a>(ticket: &Ticket, context: &'a Context) -> Result<Option<(Receiver, &'static str, &'a str)>, Failure> {
    for (setting, receiver, name) in RECEIVERS {
        if let Some(word) = ticket.says(context.texts(setting)?) {
            return Ok(Some((receiver, name, word)));
        }
    }
    Ok(None)
}

fn suggested(receiver: Receiver, name: &str, reason: &str) -> Vec<Proposal> {
    let consent = if receiver == Receiver::Arbitration { "；须先征得来电人同意" } else { "" };
    vec![
        Effect::SuggestReferral(receiver).because(reason),
        opinion(OpinionStage::Dispatch, format!("请核实是否已进入法定程序，再决定派单还是转介{name}{consent}"), reason),
        Effect::AddTag("涉法涉诉涉信访".into()).because(reason),
    ]
}

fn opinion(stage: OpinionStage, text: String, reason: &str) -> Proposal {
    Effect::AttachOpinion(Opinion { stage, text }).because(reason)
}

rule!(LegalReferral);
