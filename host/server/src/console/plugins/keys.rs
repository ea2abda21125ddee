//! Signing keys (签名密钥): whose they are, how long they are valid, and their end.

use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, command as command_of};
use crate::console::inside::part;
use crate::console::layout::{done, show_after};
use crate::console::parts::{Tone, at, badge, heading, nothing, territory_name, written};
use crate::console::visitor::{Chrome, Sent, Visitor};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use chuishao_domain::plugin::key::PublicKey;
use chuishao_domain::plugin::signature::SignerKey;
use maud::{Markup, html};
use serde_json::json;

fn fields(chrome: &Chrome) -> Vec<Field> {
    let today = civil(chrome.now).date();
    let later = today.checked_add(jiff::Span::new().years(2)).unwrap_or(today);
    let owners = chrome.world.catalogue.territories().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let hint = chrome.t("chuishao plugin key new 打印的那一行", "The line that chuishao plugin key new prints");
    vec![
        Field::new("public", chrome.t("公钥", "Public key"), Takes::Line).hint(hint),
        Field::new("owner", chrome.t("归属", "Whose"), Takes::One(Group::plain(owners))),
        Field::new("valid_from", chrome.t("启用日期", "Valid from"), Takes::Day).value(today.to_string()),
        Field::new("valid_until", chrome.t("到期日期", "Valid until"), Takes::Day).value(later.to_string()),
    ]
}

fn revoking(chrome: &Chrome) -> Vec<Field> {
    vec![Field { most_chars: 500, ..Field::new("reason", chrome.t("理由", "Reason"), Takes::Words) }]
}

/// The form that registers a key, beside those that revoke the key of an id.
const REGISTER: &str = "";

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    drawn(&visitor, &Filled::default(), REGISTER, None).await
}

/// `tried` is the form that was refused, with what was typed.
async fn drawn(visitor: &Visitor, filled: &Filled, tried: &str, problem: Option<&Problem>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let nothing_typed = Filled::default();
    let of = |form: &str| if form == tried { filled } else { &nothing_typed };
    let title = visitor.t("签名密钥", "Signing keys");
    let keys: Vec<SignerKey> = visitor.get("/v1/signer-keys").await?;
    let fields = fields(chrome);
    let is_city = visitor.may_in_city(Action::CommandPlugins);
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                @if keys.is_empty() { (nothing(visitor.t("还没有登记密钥。", "No keys yet."))) }
                @for key in &keys { (card(visitor, key, of(&key.public.id), key.public.id == tried)) }
            }
            aside {
                @if is_city {
                    section.card {
                        h2 { (visitor.t("登记密钥", "Register a key")) }
                        (Form { action: "/signer-keys".into(), fields: &fields, button: visitor.t("登记", "Register"), version: String::new(), is_grave: false, prefix: "" }
                            .draw(chrome, of(REGISTER)))
                    }
                }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

fn standing(chrome: &Chrome, key: &SignerKey) -> Markup {
    match key.revoked_at {
        Some(when) => html! { (badge(Tone::Bad, chrome.t("已吊销", "Revoked"))) " " (at(when)) },
        None if key.valid_until <= chrome.now => badge(Tone::Warn, chrome.t("已到期", "Expired")),
        None if key.valid_from > chrome.now => badge(Tone::Plain, chrome.t("未到启用日期", "Not yet valid")),
        None => badge(Tone::Good, chrome.t("有效", "Valid")),
    }
}

fn card(visitor: &Visitor, key: &SignerKey, filled: &Filled, is_tried: bool) -> Markup {
    let chrome = &*visitor.chrome;
    let id = &key.public.id;
    let officer = chrome.acting.as_ref().and_then(|acting| acting.officer());
    let may_revoke = officer.is_some_and(|officer| officer.is_city() || officer.speaks_for(&key.owner));
    html! {
        section.card {
            h2 { code { (id) } " " (standing(chrome, key)) }
            p.quiet { (written(territory_name(chrome, &key.owner))) " · " (at(key.valid_from)) " — " (at(key.valid_until)) }
            pre { (String::from(key.public.clone())) }
            @if key.revoked_at.is_none() && may_revoke {
                details.deed open[is_tried] {
                    summary { (visitor.t("吊销", "Revoke")) }
                    div.inside {
                        span.hint { (visitor.t("它签名的插件包将全部停止加载。", "Nothing that it signed is loaded any more.")) }
                        (Form { action: format!("/signer-keys/{}/revoke", part(id)), fields: &revoking(chrome), button: visitor.t("吊销", "Revoke"), version: String::new(), is_grave: true, prefix: &format!("{id}-") }
                            .draw(chrome, filled))
                    }
                }
            }
        }
    }
}

pub async fn register(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let Ok(public) = PublicKey::try_from(filled.one("public").trim().to_owned()) else {
        return drawn(&visitor, &filled, REGISTER, Some(&Problem::bad_form())).await;
    };
    let mut body = command_of("register", &fields(&visitor.chrome), &filled);
    // Days of this city.
    for name in ["valid_from", "valid_until"] {
        body[name] = json!(format!("{}T00:00:00+08:00", body[name].as_str().unwrap_or_default()));
    }
    let address = format!("/v1/signer-keys/{}/commands", part(&public.id));
    match visitor.send(&address, &Sent::post(body, filled.one("key"))).await {
        Ok(_) => Ok(done("/signer-keys", &format!("{}{}", visitor.t("已登记：", "Registered: "), public.id))),
        Err(problem) => drawn(&visitor, &filled, REGISTER, Some(&problem)).await,
    }
}

pub async fn revoke(
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let body = command_of("revoke", &revoking(&visitor.chrome), &filled);
    let address = format!("/v1/signer-keys/{}/commands", part(&id));
    match visitor.send(&address, &Sent::post(body, filled.one("key"))).await {
        Ok(_) => Ok(done("/signer-keys", &format!("{}{id}", visitor.t("已吊销：", "Revoked: ")))),
        Err(problem) => drawn(&visitor, &filled, &id, Some(&problem)).await,
    }
}
