//! Reports and the evaluation (报表和考核).

use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{evaluation, reports};
use super::{CSV, XLSX};
use crate::evaluation_desk::EvaluationReceipt;
use crate::store::appeals::AppealPage;
use crate::store::appeals::ExclusionPage;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at(
        "GET",
        "/v1/reports/period",
        To(Action::ReadReports),
        get(reports::of_period),
        doc("综合报表")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/reports/high-frequency",
        To(Action::ReadReports),
        get(reports::high_frequency),
        doc("高频事项及同比")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/reports/ageing",
        To(Action::ReadReports),
        get(reports::of_ageing),
        doc("在办工单滞留在哪里")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/reports/first-response",
        To(Action::ReadReports),
        get(reports::first_response),
        doc("首次响应时间")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/reports/monthly-list",
        To(Action::ReadReports),
        get(reports::monthly_list),
        doc("月度高频清单")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/reports/yearly-list",
        To(Action::ReadReports),
        get(reports::yearly_list),
        doc("年度清单")
            .query::<reports::ReportQuery>()
            .answers::<Value>(200)
            .answers_as(200, CSV)
            .answers_as(200, XLSX),
    )
    .at(
        "GET",
        "/v1/evaluation/sheets/{subject}",
        To(Action::ReadScores),
        get(evaluation::sheet),
        doc("评分表").query::<evaluation::PeriodQuery>().answers::<evaluation::ShownSheet>(200),
    )
    .at(
        "GET",
        "/v1/evaluation/sheets/{subject}/tickets",
        To(Action::ReadScores),
        get(evaluation::tickets),
        doc("评分表一项的工单").query::<evaluation::LineQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/evaluation/peer-groups",
        To(Action::ReadPublications),
        get(evaluation::peer_groups),
        doc("分档分类评价，不排总名次").query::<evaluation::PeriodQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/evaluation/ledger/{id}",
        To(Action::ReadScores),
        get(evaluation::ledger),
        doc("一件工单的计分、申诉和剔除").answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/evaluation/appeals",
        To(Action::ReadAppeals),
        get(evaluation::appeals),
        doc("考核申诉").query::<evaluation::PageQuery>().answers::<AppealPage>(200),
    )
    .at(
        "POST",
        "/v1/evaluation/appeals",
        To(Action::LodgeAppeals),
        post(evaluation::lodge),
        doc("提出申诉").body::<evaluation::Lodged>().once().answers::<EvaluationReceipt>(201),
    )
    .at(
        "POST",
        "/v1/evaluation/appeals/{id}/ruling",
        To(Action::RuleOnAppeals),
        post(evaluation::decide),
        doc("裁定申诉").body::<evaluation::Decided>().once().answers::<EvaluationReceipt>(200),
    )
    .at(
        "GET",
        "/v1/evaluation/exclusions",
        To(Action::ReadAppeals),
        get(evaluation::exclusions),
        doc("剔除清单").query::<evaluation::PageQuery>().answers::<ExclusionPage>(200),
    )
    .at(
        "POST",
        "/v1/evaluation/exclusions",
        To(Action::ExcludeTickets),
        post(evaluation::exclude),
        doc("剔除").body::<evaluation::TakenOut>().once().answers::<EvaluationReceipt>(201),
    )
    .at(
        "GET",
        "/v1/evaluation/publications",
        To(Action::ReadPublications),
        get(evaluation::publications),
        doc("已公布的评分表").query::<evaluation::PeriodQuery>().answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/evaluation/publications",
        To(Action::PublishScores),
        post(evaluation::publish),
        doc("公布评分表").body::<evaluation::PeriodQuery>().once().answers::<EvaluationReceipt>(201),
    )
    .at(
        "GET",
        "/v1/evaluation/publications/{period}/{subject}",
        To(Action::ReadPublications),
        get(evaluation::publication),
        doc("一张公布的评分表，重新核算").answers::<Value>(200),
    )
}
