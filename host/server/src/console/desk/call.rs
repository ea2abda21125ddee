//! Taking a call (接听登记): one form, beside which suggestions appear as one types; without a script a
//! button asks for them.

use super::suggest;
use crate::console::ROOT;
use crate::console::choices::{categories, territories};
use crate::console::fault::Problem;
use crate::console::form::{Field, Filled, Group, Takes, body, draw, key, keyed};
use crate::console::language::language_of;
use crate::console::layout::{done, show_after};
use crate::console::parts::heading;
use crate::console::stamp::stamp;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use crate::desk::Receipt;
use axum::extract::Form as Posted;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::role::Role;
use chuishao_domain::catalogue::Level;
use chuishao_domain::ticket::{CallerKind, Channel, MatterKind};
use maud::{Markup, html};
use serde_json::json;

const KINDS: [MatterKind; 6] = [
    MatterKind::Help,
    MatterKind::Complaint,
    MatterKind::Inquiry,
    MatterKind::Report,
    MatterKind::Suggestion,
    MatterKind::Praise,
];
const CHANNELS: [Channel; 5] = [Channel::Phone, Channel::Wechat, Channel::App, Channel::Web, Channel::EnterpriseLine];

fn fields(chrome: &Chrome) -> Vec<Field> {
    let is_enterprise = chrome.acting.as_ref().is_some_and(|acting| acting.post.role == Role::EnterpriseSeat);
    let kind = if is_enterprise { "enterprise" } else { "citizen" };
    let channel = if is_enterprise { "enterprise-line" } else { "phone" };
    let kinds = keyed(chrome.language, &[CallerKind::Citizen, CallerKind::Enterprise], CallerKind::term);
    let title = Field { most_chars: 100, ..Field::new("title", chrome.t("标题", "Title"), Takes::Line) };
    let hint = chrome.t(
        "一句话：什么事、在哪里；不写来电人姓名和电话",
        "What and where in one line; no name or number of the caller",
    );
    vec![
        Field::new("caller.name", chrome.t("姓名", "Name"), Takes::Line).optional(),
        Field::new("caller.phone", chrome.t("联系电话", "Telephone"), Takes::Line).optional(),
        Field::new("caller_kind", chrome.t("来电主体", "Caller"), Takes::One(Group::plain(kinds))).value(kind),
        Field::new(
            "channel",
            chrome.t("渠道", "Channel"),
            Takes::One(Group::plain(keyed(chrome.language, &CHANNELS, Channel::term))),
        )
        .value(channel),
        Field::new(
            "matter_kind",
            chrome.t("诉求类型", "Kind of matter"),
            Takes::One(Group::plain(keyed(chrome.language, &KINDS, MatterKind::term))),
        )
        .value("help"),
        title.hint(hint),
        Field {
            most_chars: 4000, ..Field::new("body", chrome.t("诉求内容", "What the caller says"), Takes::Words)
        },
        Field::new("category", chrome.t("诉求分类", "Category"), Takes::One(categories(chrome))),
        Field::new(
            "place.territory",
            chrome.t("区县、开发区", "Territory"),
            Takes::One(Group::plain(territories(chrome))),
        ),
        Field::new("place.street", chrome.t("街道、乡镇", "Street"), Takes::Line).optional(),
        Field::new("place.estate", chrome.t("小区、村", "Estate or village"), Takes::Line).optional(),
        Field::new("place.building", chrome.t("楼栋", "Building"), Takes::Line).optional(),
        Field::new("confidential", chrome.t("来电人要求保密", "The caller wants it confidential"), Takes::Tick),
    ]
}

fn streets(chrome: &Chrome, field: &Field, filled: &Filled) -> Markup {
    let catalogue = &chrome.world.catalogue;
    let typed = filled.one("place.street");
    html! {
        div.field {
            label for="place-street" { (field.label) span.quiet { (chrome.t("（可不填）", " (optional)")) } }
            select #place-street name="place.street" {
                option value="" {}
                @for territory in catalogue.territories().filter(|territory| !territory.id.is_city()) {
                    optgroup label=(territory.name) lang=[language_of(&territory.name)] data-territory=(territory.id) {
                        @for unit in catalogue.units().filter(|unit| unit.territory == territory.id && unit.level == Level::Street) {
                            option value=(unit.name) selected[unit.name == typed] lang=[language_of(&unit.name)] { (unit.name) }
                        }
                    }
                }
            }
        }
    }
}

fn drawn(visitor: &Visitor, filled: &Filled, problem: Option<&Problem>, suggestions: &Markup) -> Response {
    let (chrome, language) = (&*visitor.chrome, visitor.language);
    let title = visitor.t("接听登记", "Take a call");
    let fields = fields(chrome);
    let one =
        |name: &str| fields.iter().find(|field| field.name == name).map(|field| draw(language, field, filled, ""));
    let key = key(chrome, filled);
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(language)) }
        div.columns {
            form.fields.card method="post" action={ (ROOT) "/call" } data-suggest={ (ROOT) "/call/suggestions" } {
                (stamp(chrome, &fields))
                input type="hidden" name="key" value=(key);
                h2 { (visitor.t("什么事", "The matter")) }
                (one("title").unwrap_or_default())
                (one("body").unwrap_or_default())
                div.pair { (one("category").unwrap_or_default()) (one("matter_kind").unwrap_or_default()) }
                h2 { (visitor.t("在哪里", "Where")) }
                div.pair {
                    (territory(chrome, &fields, filled))
                    @if let Some(field) = fields.iter().find(|field| field.name == "place.street") { (streets(chrome, field, filled)) }
                    (one("place.estate").unwrap_or_default())
                    (one("place.building").unwrap_or_default())
                }
                h2 { (visitor.t("来电人", "The caller")) }
                p.hint { (visitor.t("姓名和电话加密存入保险库，其他岗位和本地规则看不到。", "Name and number are sealed in the vault; neither other posts nor local rules see them.")) }
                div.pair {
                    (one("caller.name").unwrap_or_default())
                    (one("caller.phone").unwrap_or_default())
                    (one("caller_kind").unwrap_or_default())
                    (one("channel").unwrap_or_default())
                }
                (one("confidential").unwrap_or_default())
                p.actions {
                    button type="submit" { (visitor.t("登记", "Register")) }
                    button.plain type="submit" formnovalidate name="look" value="true" { (visitor.t("查看建议", "See suggestions")) }
                }
            }
            aside.card.suggestions #suggestions aria-live="polite" aria-label=(visitor.t("接听建议", "Suggestions")) data-ended=(ended(chrome)) { (suggestions) }
        }
    };
    show_after(visitor, title, &body, problem)
}

/// What the script says when nobody is known any more.
fn ended(chrome: &Chrome) -> &'static str {
    chrome.language.t(
        "登录已过期，暂时没有建议。已填写的内容都在：请继续填写，登记时会请您重新登录，内容不会丢失。",
        "The session has ended, so there are no suggestions. Go on typing: you sign in again when you register, and nothing is lost.",
    )
}

fn territory(chrome: &Chrome, fields: &[Field], filled: &Filled) -> Markup {
    let Some(field) = fields.iter().find(|field| field.name == "place.territory") else { return html! {} };
    let typed = filled.one("place.territory");
    html! {
        div.field {
            label for="place-territory" { (field.label) }
            select #place-territory name="place.territory" required data-streets="place-street" {
                option value="" {}
                @for (value, words) in territories(chrome) { option value=(value) selected[value == typed] lang=[language_of(&words)] { (words) } }
            }
        }
    }
}

pub async fn page(visitor: Visitor) -> Response {
    drawn(&visitor, &Filled::default(), None, &suggest::nothing_yet(&visitor.chrome))
}

pub async fn register(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Response {
    let filled = Filled(pairs);
    if filled.one("look") == "true" {
        let found = suggest::drawn(&visitor, &filled).await;
        return drawn(&visitor, &filled, None, &found);
    }
    let mut body = body(&fields(&visitor.chrome), &filled);
    body.entry("caller").or_insert_with(|| json!({}));
    let key = filled.one("key");
    let reply = visitor.send("/v1/tickets", &Sent::post(body.into(), key)).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => done(&format!("/tickets/{}", receipt.ticket), &told(&visitor, &receipt)),
        Err(problem) => {
            let found = suggest::drawn(&visitor, &filled).await;
            drawn(&visitor, &filled, Some(&problem), &found)
        }
    }
}

fn told(visitor: &Visitor, receipt: &Receipt) -> String {
    let mut text = format!("{} {}", visitor.t("已登记", "Registered:"), receipt.ticket);
    if let Some(earlier) = receipt.earlier_tickets.filter(|count| *count > 0) {
        text += &match visitor.language {
            crate::console::language::Language::Chinese => format!("；此号码此前有 {earlier} 件工单"),
            crate::console::language::Language::English => format!("; this number has {earlier} earlier tickets"),
        };
    }
    text
}

/// The suggestions alone, for the script.
pub async fn suggestions(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Response {
    let found = suggest::drawn(&visitor, &Filled(pairs)).await;
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], found.into_string()).into_response()
}
