//! 「建立行政执法诉求数据信息共享机制，开通12345热线系统平台和行政执法监督应用平台数据接口」, 「梳理推送117项涉行政执法类诉求
//! 热线事项」: which of the feed's optional fields go out. The items themselves always do.

use chuishao_sdk::{Context, Effect, Event, Failure, FeedField, MatterKind, Proposal, Rule, Ticket, rule};

/// The rule.
pub struct EnforcementFeed;

impl Rule for EnforcementFeed {
    fn on_event(_: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let mut proposals = Vec::new();
        let is_report = ticket.matter_kind == MatterKind::Report && context.flag("protect-reports")?;
        if is_report || ticket.is_of(context.texts("protected-categories")?) {
            let reason = "街镇加上事项有时认得出举报人，推送时略去街镇";
            proposals.push(Effect::OmitFromFeed(FeedField::Street).because(reason));
        }
        if ticket.is_of(context.texts("without-satisfaction")?) {
            let reason = "该类事项依法作出，不以满意与否评价";
            proposals.push(Effect::OmitFromFeed(FeedField::Satisfied).because(reason));
        }
        Ok(proposals)
    }
}

rule!(EnforcementFeed);
