//! What is for everybody, and what goes to other authorities (公开和外发).

use super::super as here;
use super::super::book::Door::Open;
use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{open311, outward, profile};
use super::TEXT;
use crate::profile::HostProfile;
use crate::store::outward::StreamPage;
use crate::store::receivers::DeadLetter;
use crate::store::receivers::ReceiverState;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::outward::open311::Service as PublicService;
use chuishao_domain::outward::open311::ServiceRequest;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at("GET", "/", Open, get(here::guide), doc("说明").answers_as(200, TEXT))
        .at("GET", "/health", Open, get(here::health), doc("进程是否在运行").answers_as(200, TEXT))
        .at("GET", "/v1/host", Open, get(profile::show), doc("本服务向插件作者提供什么").answers::<HostProfile>(200))
        .at("GET", "/ready", Open, get(here::ready), doc("数据库是否可用").answers_as(200, TEXT))
        .at(
            "GET",
            "/schemas/{name}/{version}",
            Open,
            get(outward::schema),
            doc("文书格式（JSON Schema）").answers_as(200, "application/schema+json"),
        )
        .at(
            "GET",
            "/open311/v2/services.json",
            Open,
            get(open311::list_services),
            doc("公开的诉求分类（Open311）").answers::<Vec<PublicService>>(200),
        )
        .at(
            "GET",
            "/open311/v2/requests.json",
            Open,
            get(open311::list_requests),
            doc("公开的诉求（Open311）")
                .query::<open311::Filters>()
                .answers::<Vec<ServiceRequest>>(200)
                .answers::<open311::Errors>(400),
        )
        .at(
            "GET",
            "/open311/v2/requests/{file}",
            Open,
            get(open311::show_request),
            doc("一件公开的诉求（Open311）").answers::<Vec<ServiceRequest>>(200).answers::<open311::Errors>(404),
        )
        .at(
            "GET",
            "/open311/v2/{*other}",
            Open,
            get(open311::absent),
            doc("其余的 Open311 地址不提供").answers::<open311::Errors>(404),
        )
        .at("GET", "/openapi.json", Open, get(here::openapi), doc("本说明").answers::<Value>(200))
        .at(
            "GET",
            "/v1/outward/{stream}",
            To(Action::ReadOutward),
            get(outward::stream),
            doc("外发文书，按序号续取").query::<outward::StreamQuery>().answers::<StreamPage>(200),
        )
        .at(
            "GET",
            "/v1/receivers",
            To(Action::ReadReceivers),
            get(outward::receivers),
            doc("各接收方收到第几号").answers::<Vec<ReceiverState>>(200),
        )
        .at(
            "POST",
            "/v1/receivers/{id}/receipt",
            To(Action::SignForOutward),
            post(outward::receipt),
            doc("接收方签收").body::<outward::Receipt>().answers::<Value>(200),
        )
        .at(
            "GET",
            "/v1/dead-letters",
            To(Action::ReadReceivers),
            get(outward::dead_letters),
            doc("死信").query::<outward::DeadQuery>().answers::<Vec<DeadLetter>>(200),
        )
        .at(
            "POST",
            "/v1/dead-letters/{receiver}/{sequence}/commands",
            To(Action::SettleDeadLetters),
            post(outward::settle),
            doc("处理死信").body::<outward::Settling>().once().answers::<Value>(200),
        )
}
