//! 高频诉求提示: when a ticket is accepted and its estate has had several matters of the same
//! category in 7 days, the ticket is tagged; when there are more, the matter is nominated for
//! the daily discussion (每日一议). The figures and the tag are settings.

use chuishao_sdk::{Context, Effect, Event, Failure, Forum, Nomination, Proposal, Rule, Ticket, rule};

/// The rule.
pub struct FirstRule;

impl Rule for FirstRule {
    fn on_event(_: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let (tag_at, nominate_at) = (context.integer("tag-at")?, context.integer("nominate-at")?);
        if nominate_at < tag_at {
            return Err(Failure::BadSetting("nominate-at 应不小于 tag-at".into()));
        }
        // 0 when the ticket names no estate.
        let count = i64::from(context.count_or_zero("same-matters")?);
        let reason = format!("{}7 天内同类诉求已有 {count} 件", ticket.place.estate);
        let mut proposals = Vec::new();
        if count >= tag_at {
            proposals.push(Effect::AddTag(context.text("tag")?.into()).because(&reason));
        }
        if count >= nominate_at {
            let title = format!("{}：{}", ticket.place.estate, ticket.category_name);
            proposals.push(Effect::Nominate(Nomination { forum: Forum::DailyDiscussion, title }).because(&reason));
        }
        Ok(proposals)
    }
}

rule!(FirstRule);

/// They run on your own machine, without WebAssembly: `cargo test`.
#[cfg(test)]
mod tests {
    use super::*;
    use chuishao_sdk::{Value, sample};

    fn asked(count: u32) -> Vec<Proposal> {
        let settings = [("tag-at", Value::Integer(3)), ("nominate-at", Value::Integer(6)), ("tag", "高频".into())];
        let context = sample::context(settings, [("same-matters", count)]);
        FirstRule::on_event(Event::Accepted, &sample::ticket(), &context).expect("an answer")
    }

    #[test]
    fn the_more_matters_the_more_is_asked_for() {
        assert_eq!([2, 3, 5, 6].map(|count| asked(count).len()), [0, 1, 1, 2]);
    }
}
