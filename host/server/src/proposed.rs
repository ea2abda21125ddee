//! What a rule asked for, in English (提议的英文): beside the sentence that the domain has in Chinese. Names and what
//! the rule wrote are as they are.

use crate::language::key_of;
use chuishao_domain::World;
use chuishao_domain::narrate::show;
use chuishao_domain::rule::effect::Effect;
use serde::Serialize;

/// What is asked for, as one sentence.
#[must_use]
pub fn in_english(effect: &Effect, world: &World) -> String {
    let unit = |id| world.catalogue.unit_name(id);
    match effect {
        Effect::RequireField(name) => format!("Require the field {}", name.trim_start_matches("place.")),
        Effect::SuggestCategory(category) => {
            format!("Suggest the category {}", world.catalogue.category_name(category))
        }
        Effect::SuggestSeat(seat) => format!("Suggest the seat {}", world.catalogue.seat_name(seat)),
        Effect::AddTag(tag) => format!("Add the tag {tag}"),
        Effect::RaiseUrgency(urgency) => format!("Raise urgency to {}", words(urgency)),
        Effect::TightenDeadline { kind, within } => {
            format!("Make the deadline earlier ({}): {}", words(kind), within.english())
        }
        Effect::AddCopy(reader) => format!("Send a copy to {}", unit(reader)),
        Effect::SuggestUnit { handling_unit, lead } => {
            format!("Suggest as {} unit {}", if *lead { "lead" } else { "assisting" }, unit(handling_unit))
        }
        Effect::AskEvidence(what) => format!("Ask for evidence: {what}"),
        Effect::SendBack(missing) => format!("Send back for more: {missing}"),
        Effect::OpenTask { kind, post, within, title } => {
            format!("Open a task ({}): {title}; by {} within {}", words(kind), words(post), within.english())
        }
        Effect::EnterLedger { ledger, title, handling_unit, basis } => {
            let who = handling_unit.as_ref().map(|id| format!("; responsible {}", unit(id))).unwrap_or_default();
            let basis = if basis.is_empty() { String::new() } else { format!("; basis {basis}") };
            format!("Enter into the ledger {ledger}: {title}{who}{basis}")
        }
        Effect::Nominate { forum, title } => format!("Nominate for {}: {title}", words(forum)),
        Effect::NominateMatters { forum, title, category, place } => {
            let place = if place.is_empty() { String::new() } else { format!("{place}, ") };
            let category = world.catalogue.category_name(category);
            format!("Nominate for {}: {title} ({place}{category})", words(forum))
        }
        Effect::WriteSection { heading, text } => format!("Write in the review {heading}: {text}"),
        Effect::Notify { to_unit, text } => format!("Notify {}: {text}", unit(to_unit)),
        Effect::SetTimer { name, after } => format!("Set the timer {name}: after {}", after.english()),
        Effect::CancelTimer(name) => format!("Cancel the timer {name}"),
        Effect::SetField { name, value } => format!("Set the field {name}: {}", show(value)),
        Effect::Remember(memory) => format!("Remember: {memory}"),
        Effect::ScoreLocally { handling_unit, item, hundredths } => {
            let sign = if *hundredths < 0 { '-' } else { '+' };
            let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
            format!("Score {} locally: {item} {sign}{whole}.{rest:02}", unit(handling_unit))
        }
        Effect::AttachOpinion { stage, text } => format!("Attach an opinion for {}: {text}", words(stage)),
        Effect::SuggestReferral(receiver) => format!("Suggest a referral to {}", words(receiver)),
        Effect::RequireRecord { kind, fields } => {
            format!("Require a record of the task ({}): {}", words(kind), fields.join(", "))
        }
        Effect::OmitFromFeed(field) => format!("Omit from the enforcement feed: {}", words(field)),
        Effect::LinkDocument { ledger, title, document } => {
            format!("Link a document in the ledger {ledger}: {title}, {document}")
        }
        Effect::SettleEntry { ledger, title, text } => format!("Settle in the ledger {ledger}: {title}; {text}"),
    }
}

/// The key of a value within a sentence: `longest extension`.
fn words(value: &impl Serialize) -> String {
    key_of(value).replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chuishao_domain::calendar::TimeSpan;
    use chuishao_domain::deadline::DeadlineKind;
    use chuishao_domain::ticket::Urgency;

    #[test]
    fn what_is_asked_for_is_said_in_english_with_the_names_as_they_are() {
        let world = World::weifang();
        let said = |effect: Effect| in_english(&effect, &world);
        let within = TimeSpan::WorkingDays(20);
        let later = Effect::TightenDeadline { kind: DeadlineKind::Close, within };
        assert_eq!(said(later), "Make the deadline earlier (close): 20 working days");
        assert_eq!(said(Effect::RaiseUrgency(Urgency::Ordinary)), "Raise urgency to ordinary");
        let unit = Effect::SuggestUnit { handling_unit: "370784-ZJ".into(), lead: true };
        assert_eq!(said(unit), "Suggest as lead unit 安丘市住建局");
        let score = Effect::ScoreLocally { handling_unit: "370784-ZJ".into(), item: "A".into(), hundredths: -150 };
        assert_eq!(said(score), "Score 安丘市住建局 locally: A -1.50");
    }
}
