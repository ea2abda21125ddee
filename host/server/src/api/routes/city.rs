//! Topics, campaigns, reviews, and reference data (议题、攻坚、研判、日历和职责清单).

use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{campaigns, reference, reviews, topics};
use super::{CSV, XLSX};
use crate::campaign_desk::CampaignReceipt;
use crate::import::Receipt as ImportReceipt;
use crate::store::ledgers::LedgerPage;
use crate::store::topics::TopicPage;
use crate::timeline::Line;
use crate::topic_desk::TopicReceipt;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::rule::review::ReviewRecord;
use chuishao_domain::topic::campaign::Campaign;
use chuishao_domain::topic::campaign::CampaignCommand;
use chuishao_domain::topic::case::Draft;
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::settings::ChangeSettings;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at(
        "GET",
        "/v1/topics",
        To(Action::ReadTopics),
        get(topics::list),
        doc("议题，等候最久的在前").query::<topics::ListQuery>().answers::<TopicPage>(200),
    )
    .at(
        "POST",
        "/v1/topics",
        To(Action::CommandTopics),
        post(topics::propose),
        doc("提出议题").body::<Draft>().once().answers::<TopicReceipt>(201),
    )
    .at(
        "GET",
        "/v1/topics/candidates",
        To(Action::ReadTopics),
        get(topics::hot),
        doc("当日热点").query::<topics::DayQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/topics/high-frequency",
        To(Action::ReadTopics),
        get(topics::high_frequency),
        doc("月度高频清单").query::<topics::MonthQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/topics/thresholds",
        To(Action::ReadTopics),
        get(campaigns::thresholds),
        doc("热点和清单的门槛").answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/topics/thresholds",
        To(Action::SetThresholds),
        post(campaigns::change_thresholds),
        doc("调整门槛").body::<ChangeSettings>().once().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/topics/{id}",
        To(Action::ReadTopics),
        get(topics::show),
        doc("一个议题").answers::<Topic>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/topics/{id}/commands",
        To(Action::CommandTopics),
        post(topics::command),
        doc("办理议题").body::<TopicCommand>().once().if_match().answers::<TopicReceipt>(200),
    )
    .at(
        "GET",
        "/v1/topics/{id}/timeline",
        To(Action::ReadTopics),
        get(topics::timeline),
        doc("议题时间线").answers::<Vec<Line>>(200),
    )
    .at(
        "GET",
        "/v1/reviews",
        To(Action::ReadReviews),
        get(reviews::list),
        doc("研判").query::<reviews::ReviewQuery>().answers::<reviews::Shown>(200),
    )
    .at(
        "GET",
        "/v1/reviews/{id}",
        To(Action::ReadReviews),
        get(reviews::show),
        doc("一次研判的完整记录").answers::<ReviewRecord>(200),
    )
    .at(
        "GET",
        "/v1/ledgers",
        To(Action::ReadReviews),
        get(reviews::ledgers),
        doc("台账").query::<reviews::ReviewQuery>().answers::<LedgerPage>(200),
    )
    .at(
        "GET",
        "/v1/campaigns",
        To(Action::ReadCampaigns),
        get(campaigns::list),
        doc("攻坚行动").answers::<Vec<Campaign>>(200),
    )
    .at(
        "POST",
        "/v1/campaigns",
        To(Action::CommandCampaigns),
        post(campaigns::launch),
        doc("启动攻坚行动").body::<campaigns::Launch>().once().answers::<CampaignReceipt>(201),
    )
    .at(
        "GET",
        "/v1/campaigns/{id}",
        To(Action::ReadCampaigns),
        get(campaigns::show),
        doc("一次攻坚行动").answers::<Campaign>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/campaigns/{id}/commands",
        To(Action::CommandCampaigns),
        post(campaigns::command),
        doc("办理攻坚行动").body::<CampaignCommand>().once().if_match().answers::<CampaignReceipt>(200),
    )
    .at(
        "GET",
        "/v1/campaigns/{id}/timeline",
        To(Action::ReadCampaigns),
        get(campaigns::timeline),
        doc("攻坚行动时间线").answers::<Vec<Line>>(200),
    )
    .at(
        "GET",
        "/v1/campaigns/{id}/trend",
        To(Action::ReadCampaigns),
        get(campaigns::trend),
        doc("各领域同比")
            .query::<campaigns::FormatQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/calendar/notices",
        To(Action::ReadReference),
        get(reference::notices),
        doc("各年放假通知").answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/calendar/notices",
        To(Action::ImportReference),
        post(reference::import_notice),
        doc("导入放假通知（CSV 原文）")
            .query::<reference::ImportQuery>()
            .raw_body("text/csv")
            .once()
            .answers::<ImportReceipt>(200)
            .answers::<ImportReceipt>(201),
    )
    .at(
        "GET",
        "/v1/catalogue/editions",
        To(Action::ReadReference),
        get(reference::editions),
        doc("职责清单各版").answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/catalogue/tables/{name}",
        To(Action::ReadReference),
        get(reference::table),
        doc("最新一版职责清单的一张表（CSV 原文）").answers_as(200, CSV),
    )
    .at(
        "POST",
        "/v1/catalogue/editions",
        To(Action::ImportReference),
        post(reference::import_edition).layer(DefaultBodyLimit::max(reference::MOST_IMPORT_BYTES)),
        doc("导入职责清单新版")
            .query::<reference::ImportQuery>()
            .body::<reference::EditionBody>()
            .once()
            .answers::<ImportReceipt>(200)
            .answers::<ImportReceipt>(201),
    )
}
