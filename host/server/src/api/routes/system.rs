//! Sessions, accounts, the audit log and how the server runs (账号和运行).

use super::super as here;
use super::super::book::Door::Open;
use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{accounts, audit, changes, session, single_sign_on};
use crate::metrics::Form;
use crate::store::outbox::OutboxCounts;
use axum::routing::{delete, get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::handle::Command as AccountCommand;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at(
        "POST",
        "/v1/session",
        Open,
        post(session::begin),
        doc("登录").body::<session::SignIn>().answers::<session::Shown>(201),
    )
    .at(
        "GET",
        "/v1/session",
        To(Action::OwnAccount),
        get(session::show),
        doc("本人账号").answers::<session::Shown>(200),
    )
    .at("DELETE", "/v1/session", To(Action::OwnAccount), delete(session::end), doc("退出").answers_as(204, ""))
    .at(
        "POST",
        "/v1/session/single-sign-on",
        Open,
        post(single_sign_on::begin),
        doc("开始单点登录：到哪里登录；浏览器须保留随之发来的 Cookie")
            .body::<single_sign_on::Wanted>()
            .answers::<single_sign_on::Onward>(201),
    )
    .at(
        "POST",
        "/v1/session/single-sign-on/answer",
        Open,
        post(single_sign_on::finish),
        doc("完成单点登录：登录服务让浏览器带回的内容，只能用一次")
            .body::<single_sign_on::Answer>()
            .answers::<single_sign_on::Arrived>(201),
    )
    .at(
        "POST",
        "/v1/session/password",
        To(Action::OwnAccount),
        post(session::change_password),
        doc("更改本人密码，全部会话随即结束").body::<session::Change>().answers_as(204, ""),
    )
    .at(
        "GET",
        "/v1/accounts",
        To(Action::ReadAccounts),
        get(accounts::list),
        doc("账号").answers::<accounts::List>(200),
    )
    .at(
        "GET",
        "/v1/accounts/{name}",
        To(Action::ReadAccounts),
        get(accounts::show),
        doc("一个账号").answers::<accounts::Shown>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/accounts/{name}/commands",
        To(Action::ReadAccounts),
        post(accounts::command),
        doc("管理账号；初始密码只在回执中显示一次")
            .body::<AccountCommand>()
            .if_match()
            .answers::<accounts::Receipt>(200),
    )
    .at(
        "GET",
        "/v1/accounts/{name}/tokens",
        To(Action::ReadAccounts),
        get(accounts::tokens),
        doc("系统账号的令牌").answers::<accounts::Tokens>(200),
    )
    .at(
        "POST",
        "/v1/accounts/{name}/tokens",
        To(Action::IssueTokens),
        post(accounts::issue_token),
        doc("签发令牌；只在回执中显示一次").body::<accounts::Wanted>().answers::<accounts::Issued>(201),
    )
    .at(
        "DELETE",
        "/v1/accounts/{name}/tokens/{id}",
        To(Action::IssueTokens),
        delete(accounts::revoke_token),
        doc("吊销令牌").answers_as(204, ""),
    )
    .at(
        "GET",
        "/v1/audit",
        To(Action::ReadAudit),
        get(audit::list),
        doc("审计日志，新的在前").query::<audit::LogQuery>().answers::<audit::LogPage>(200),
    )
    .at(
        "GET",
        "/v1/audit/check",
        To(Action::ReadAudit),
        get(audit::check),
        doc("审计日志是否完整").answers::<audit::Check>(200),
    )
    .at("GET", "/v1/rules", To(Action::ReadOperations), get(here::rules), doc("各插件的运行状态").answers::<Value>(200))
    .at(
        "GET",
        "/metrics",
        To(Action::ReadOperations),
        get(here::metrics),
        doc("运行指标（Prometheus）；按 Accept 给出 OpenMetrics 或较早的文本格式")
            .answers_as(200, Form::OPEN_METRICS)
            .answers_as(200, Form::PROMETHEUS_TEXT),
    )
    .at(
        "GET",
        "/v1/changes",
        To(Action::FollowChanges),
        get(changes::follow),
        doc("跟随变动：event 为 change，data 为 {kind, subject, version, at}；event 为 reset 时请全部重新读取")
            .header("Last-Event-ID", "^[0-9]{1,18}$", "上一条变动的序号，从其后续读")
            .answers_as(200, "text/event-stream"),
    )
    .at(
        "GET",
        "/v1/outbox",
        To(Action::ReadOperations),
        get(here::outbox),
        doc("外发消息计数").answers::<OutboxCounts>(200),
    )
    .at("GET", "/v1/clock", To(Action::OwnAccount), get(here::clock), doc("当前时刻").answers::<Value>(200))
    .at(
        "POST",
        "/v1/clock",
        To(Action::MoveClock),
        post(here::move_clock),
        doc("拨动演示时钟").body::<here::MoveClock>().answers::<Value>(200),
    )
}
