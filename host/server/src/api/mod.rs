//! HTTP (接口): the only room that knows requests and answers. Every route stands in one list,
//! `routes`, from which the router, the gate's doors and the OpenAPI text are made; every error is a
//! Problem Details document (RFC 9457) with a stable code and a Chinese detail.

mod accounts;
mod actor;
mod advice;
mod audit;
mod book;
mod callers;
mod campaigns;
mod changes;
mod duplicates;
mod evaluation;
mod exports;
mod gate;
mod impact;
mod knowledge;
mod open311;
mod outward;
mod own_page;
mod plugin_reviews;
mod plugins;
mod problem;
mod profile;
mod reference;
mod replays;
mod reports;
mod request;
mod reviews;
mod routes;
mod session;
mod single_sign_on;
mod tickets;
mod to_dos;
mod topics;
mod written;

use crate::changes::Feed;
use crate::clockwork;
use crate::desk::Desk;
use crate::impact::runs::Runs;
use crate::metrics::{Form, Metrics, Standing};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
pub use book::{Door, Doors};
use chuishao_domain::calendar::moment;
use chuishao_domain::told::CivilTime;
use chuishao_sandbox::traces::TRACES;
pub use gate::Gate;
use jiff::civil::DateTime;
pub use own_page::is_own_page;
use problem::Problem;
use request::Body;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

/// Largest request: a ticket's text and fields; attachments are not sent this way.
const MOST_REQUEST_BYTES: usize = 64 << 10;

/// The router with the gate in front.
pub fn router(gate: Gate, runs: Arc<Runs>, feed: Feed) -> Router {
    let (routes, _, text) = routes::book().close();
    routes
        .fallback(|| async { Problem::not_found("没有这个地址", "no such address") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MOST_REQUEST_BYTES))
        .layer(middleware::from_fn_with_state(gate.clone(), gate::gate))
        .layer(Extension(runs))
        .layer(Extension(feed))
        .layer(Extension(OpenApi(text.into())))
        .layer(Extension(gate.clone()))
        .layer(middleware::from_fn_with_state(gate.metrics.clone(), trace))
        .with_state(gate.desk)
}

/// The doors: every address with the action that it leads to.
#[must_use]
pub fn doors() -> Doors {
    routes::book().close().1
}

/// What integrators are told, as text.
#[derive(Clone)]
struct OpenApi(Arc<str>);

async fn openapi(Extension(OpenApi(text)): Extension<OpenApi>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

/// One line for each request: route, status, time. Never a body, never an id of a caller.
async fn trace(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        target: TRACES,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        http.route = route.as_str(),
        http.response.status_code = Empty,
    );
    let answer = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", i64::from(answer.status().as_u16()));
    if answer.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let took = started.elapsed();
    metrics.answered(method.as_str(), &route, answer.status().as_u16(), took);
    let micros = took.as_micros();
    tracing::info!(%method, route, status = answer.status().as_u16(), micros, "answered");
    answer
}

async fn guide() -> &'static str {
    "吹哨 Chuishao：12345 热线工单服务\n\n\
     登录后使用；系统对接用令牌（Authorization: Bearer …）。有多个岗位的，以 Chuishao-Actor 写明以哪个岗位办理，\n\
     例如 Chuishao-Actor: unit-clerk:370705-GA；各岗位只看到办理所需的部分，谁能做什么见权限表\n\n\
     POST /v1/session                    登录：{name, password}；GET 本人账号，DELETE 退出\n\
     POST /v1/session/password           更改本人密码：{old, new}，全部会话随即结束\n\
     GET  /v1/accounts                   账号（系统管理员、安全管理员）\n\
     POST /v1/accounts/{登录名}/commands  create、disable、enable、reset-password、end-sessions（系统管理员；三员的停用和重置只在服务器本机），grant、withdraw（安全管理员）\n\
     POST /v1/accounts/{登录名}/tokens   为系统账号签发令牌：{title, days}，只显示一次（安全管理员）；DELETE …/tokens/{编号} 吊销\n\
     GET  /v1/audit?who=登录名           审计日志（审计员）；/check 核对是否完整\n\
     GET  /v1/tickets?territory=370705   最新工单；next 作为 after 再取下一页\n\
     GET  /v1/tickets?state=accepted     某一状态（含旁路状态）的待办，先到期的在前（可加 territory）\n\
     GET  /v1/tickets?lead_unit=370705-GA  某单位主办的待办\n\
     GET  /v1/tickets?copied_to=WF-ZJ    抄送某单位的工单\n\
     GET  /v1/tickets?retired_lead=true  主办单位已撤销、待改派的工单\n\
     GET  /v1/tickets/{编号}             一件工单\n\
     GET  /v1/tickets/{编号}/timeline    时间线：发生了什么，哪条规则为何提出，核心拒绝了什么\n\
     GET  /v1/tickets/{编号}/decisions   每次规则调用的决定记录及其链值\n\
     GET  /v1/tickets/{编号}/decisions/{序号}/replay  重放：同样的代码和输入，回答是否仍相同\n\
     GET  /v1/tickets/{编号}/dispute-file  一案一档：可打印的网页，不含来电人（审核员、热线工作机构）\n\
     GET  /v1/tickets/{编号}/duplicates  并单建议：可能是同一件事的未办结工单，附理由；并单由人决定\n\
     GET  /v1/tickets/duplicates?category=010402&territory=370705&estate=东方花园&title=…&body=…  接听时的并单建议\n\
     GET  /v1/tickets/advice?category=010402&territory=370705&title=…&body=…  接听时规则会要求什么，不写入任何内容\n\
     GET  /v1/to-dos?unit=WF-ZJ          某单位（或 post=reviewer 某岗位）的待办：签收、报到、协办、回复督办等，先到期的在前\n\
     POST /v1/tickets                    登记（需 Chuishao-Actor: call-taker:工号）\n\
     POST /v1/tickets/{编号}/commands    操作\n\
     GET  /v1/callers/{来电人代号}       脱敏后的来电人：周**、138****0001\n\
     POST /v1/callers/{来电人代号}/unmask  为某件工单、某一目的查看明文，先留痕后显示，只显示一次\n\
     POST /v1/callers/{来电人代号}/correction  应本人请求更正姓名、电话\n\
     POST /v1/callers/{来电人代号}/commands  保留、解除保留、应本人请求删除\n\
     GET  /v1/callers/{来电人代号}/record  此记录的留痕（审核员、热线工作机构）\n\
     GET  /v1/topics?rung=daily-discussion  未结束的议题（可加层级），等候最久的在前\n\
     GET  /v1/topics/candidates?day=2024-11-05  当日热点，附理由和可直接提出的议题\n\
     GET  /v1/topics/high-frequency?month=2024-11  月度高频清单\n\
     GET  /v1/topics/{编号}              一个议题；/timeline 为其时间线\n\
     POST /v1/topics                     提出议题（例如 Chuishao-Actor: hotline-office:0002）\n\
     POST /v1/topics/{编号}/commands     操作\n\
     GET  /v1/knowledge?q=供热费怎么交&territory=370705  检索知识库：当日有效、适用该区域的答复口径\n\
     GET  /v1/knowledge/suggestions?title=暖气不热&category=0104&body=…&territory=370705  接听时的推荐\n\
     GET  /v1/knowledge?stage=submitted  待审核的知识条目；也可按 standing=published 或 owner=WF-CG 列出\n\
     GET  /v1/knowledge/{条目编号}       一条知识；加 /timeline 看留痕\n\
     POST /v1/knowledge                  起草（需 Chuishao-Actor: department-supervisor:部门）\n\
     POST /v1/knowledge/{条目编号}/commands  修改、提报、审核、发布、修订、下架等\n\
     GET  /v1/outward/enforcement?after=0  行政执法监督推送的文书，按序号续取；转介批次为 /v1/outward/referral-代码\n\
     GET  /v1/receivers                  各接收方收到第几号，最近为何失败\n\
     POST /v1/receivers/{接收方}/receipt 自行取件的接收方签收到第几号（Chuishao-Actor: receiver:接收方）\n\
     GET  /v1/dead-letters               接收方拒收的文书（死信）\n\
     POST /v1/dead-letters/{接收方}/{序号}/commands  重发 send-again 或不再发送 drop，须写理由\n\
     GET  /schemas/enforcement-matter/1  文书格式（JSON Schema）\n\
     GET  /openapi.json                  全部接口说明（OpenAPI 3.1）\n\
     GET  /open311/v2/requests.json      公开查询（Open311 GeoReport v2，只读，不含来电人和诉求文字）\n\
     GET  /v1/topics/thresholds          热点和清单的门槛及其调整记录；POST 调整（附理由）\n\
     GET  /v1/reports/period?period=2024-10&by=territory  综合报表，分属地或分部门（by=department）\n\
     GET  /v1/reports/high-frequency?from=2024-10-01&to=2024-10-31  高频事项及同比（可加 territory）\n\
     GET  /v1/reports/ageing             在办工单滞留在哪里（可加 territory）\n\
     GET  /v1/reports/first-response?period=2024-10&minutes=240  首次响应时间\n\
     GET  /v1/reports/monthly-list?period=2024-10  月度高频清单；yearly-list?period=2024 为年度清单\n\
     \u{3000}\u{3000} 报表均可加 format=csv 或 format=xlsx\n\
     GET  /v1/reviews?territory=370705   本地规则的每日、每月研判：报告、台账、提名和通知，附理由；/编号 为完整记录\n\
     GET  /v1/ledgers?territory=370705   本地规则的台账（可加 ledger=规则/台账），新的在前\n\
     GET  /v1/campaigns                  攻坚行动；POST 启动\n\
     POST /v1/campaigns/{编号}/commands  明确牵头部门、记录进展、总结\n\
     GET  /v1/campaigns/{编号}/trend     各领域同比（可加 format）；/timeline 为其时间线\n\
     GET  /v1/calendar/notices           工作日历：各年放假通知，何时由谁导入\n\
     POST /v1/calendar/notices?dry-run=true  导入放假通知（CSV 原文，Chuishao-Actor: hotline-office:工号）；dry-run 只看差异\n\
     GET  /v1/catalogue/editions         职责清单各版：生效日期、依据文件\n\
     POST /v1/catalogue/editions?dry-run=true  导入职责清单新版：{from, document, tables: {文件名: 表}}\n\
     GET  /v1/evaluation/sheets/370784?period=2024-10  某县市区、开发区或市直部门的评分表，每项可回查到工单\n\
     GET  /v1/evaluation/peer-groups?period=2024-10  分档分类评价，不排总名次\n\
     GET  /v1/evaluation/ledger/{工单编号}  一件工单的双加双减计分、申诉和剔除\n\
     GET  /v1/evaluation/appeals?open=true  未裁定的申诉；POST 由被考核单位提出\n\
     POST /v1/evaluation/appeals/{申诉编号}/ruling  审核员裁定\n\
     GET  /v1/evaluation/exclusions      剔除清单；POST 由市热线办剔除\n\
     GET  /v1/evaluation/publications?period=2024-10  已公布的评分表；加 /2024-10/370784 可重新核算；POST 公布\n\
     GET  /v1/host                       本服务提供什么：接口版本、限额、职责清单版本、区县（供插件作者比对）\n\
     GET  /v1/rules                      各插件的运行状态\n\
     GET  /v1/rollouts                   插件发布（Chuishao-Actor: county-ops:370705:0012 或 city-ops:0003）\n\
     POST /v1/packages?territory=370705  上传插件包（组件原文，签名写在 Chuishao-Signature）\n\
     POST /v1/rollouts/{区县}/{插件}/commands  提交、批准、影子、灰度、启用、回退、关闭、恢复、移除等\n\
     GET  /v1/rollouts/{区县}/{插件}     状态和冲突；/timeline 留痕；/shadow?revision=2 影子对照；/reviews 定期研判为何有无、候选版次的试研判；/hanging 移除会留下什么\n\
     POST /v1/rollouts/{区县}/{插件}/impact  影响评估：{revision, from, until}，在过去的工单上试算；GET …?run=编号 看进度和结果\n\
     GET  /v1/tickets/{编号}/why?rollout=370705/插件  某插件对这件工单为何做了什么、为何没有动作\n\
     GET  /v1/signer-keys                登记的签名密钥；POST /v1/signer-keys/{密钥}/commands 登记、吊销\n\
     GET  /health、/ready                进程是否在、数据库是否可用；GET /metrics 运行指标（Prometheus）\n\
     GET  /v1/changes                    跟随变动（server-sent events）：哪一件到了第几版；断开后以 Last-Event-ID 续读\n\
     GET  /v1/outbox                     外发消息计数\n\
     GET  /v1/clock                      当前时刻\n"
}

/// Whether the process lives: who asks starts it anew when it does not.
async fn health() -> &'static str {
    "ok"
}

/// Whether it can work: who asks sends no one here while it cannot.
async fn ready(State(desk): State<Arc<Desk>>) -> Result<&'static str, Problem> {
    desk.store.account_count().await?;
    Ok("ready")
}

/// `GET /metrics`
async fn metrics(
    State(desk): State<Arc<Desk>>,
    Extension(gate): Extension<Gate>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = Form::accepted(accept);
    let text = gate.metrics.text(&Standing::of(&desk).await?, form);
    Ok(([(header::CONTENT_TYPE, form.kind()), (header::VARY, "accept")], text).into_response())
}

async fn rules(State(desk): State<Arc<Desk>>) -> Response {
    Json(&desk.registry.live().statuses).into_response()
}

async fn outbox(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    Ok(Json(desk.store.outbox_counts().await?).into_response())
}

async fn clock(State(desk): State<Arc<Desk>>) -> Response {
    let now = desk.clock.now();
    Json(serde_json::json!({ "now": now, "civil": chuishao_domain::narrate::moment(now) })).into_response()
}

/// To when.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveClock {
    /// Civil time in Asia/Shanghai, `2024-11-06T09:00`.
    #[schemars(with = "CivilTime")]
    to: DateTime,
}

/// Only where the server was started with a movable clock, for demonstrations.
async fn move_clock(State(desk): State<Arc<Desk>>, body: Body) -> Result<Response, Problem> {
    let wanted: MoveClock = body.parse()?;
    let to = moment(wanted.to).ok_or_else(|| Problem::bad_request("时刻超出范围", "out of range"))?;
    if to < desk.clock.now() || !clockwork::advance(&desk, to).await? {
        return Err(Problem::conflict(
            "clock-fixed",
            "时钟不能拨动：服务须以可拨动的时钟启动（仅供演示），且只能向前拨",
            "the clock is the system's, or the moment has passed",
        ));
    }
    Ok(clock(State(desk)).await)
}
