//! Packages (插件包): what was handed in, what it asks for, and its way into a revision.

use super::said::asked;
use super::settings;
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body, draw, fresh_key};
use crate::console::inside::{part, with_query};
use crate::console::layout::{done, show_after};
use crate::console::parts::{at, heading, nothing, written};
use crate::console::stamp::stamp;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::multipart::MultipartError;
use axum::extract::{Form as Posted, Multipart, Path};
use axum::http::{HeaderName, Method, header};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::plugin::signature::Signature;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What a form adds to the file that it carries.
const MOST_FORM_BYTES: usize = 16 << 10;
/// Largest form with a package.
pub const MOST_BYTES: usize = MOST_COMPONENT_BYTES + MOST_FORM_BYTES;

#[derive(Clone, Deserialize)]
struct Package {
    digest: String,
    manifest: Arc<Manifest>,
    bytes: u64,
    taken_in_at: Timestamp,
    signers: Vec<String>,
}

#[derive(Deserialize)]
struct Receipt {
    digest: String,
    title: String,
    version: String,
}

/// The territories that this officer may speak for.
fn territories(chrome: &Chrome) -> Vec<(String, String)> {
    let officer = chrome.acting.as_ref().and_then(|acting| acting.officer());
    let all = chrome.world.catalogue.territories();
    let own = all.filter(|territory| officer.as_ref().is_some_and(|officer| officer.speaks_for(&territory.id)));
    own.map(|territory| (territory.id.to_string(), territory.name.clone())).collect()
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    let packages: Vec<Package> = visitor.get("/v1/packages").await?;
    drawn(&visitor, &packages, None)
}

fn drawn(visitor: &Visitor, packages: &[Package], problem: Option<&Problem>) -> Result<Response, Fault> {
    let title = visitor.t("插件包", "Packages");
    let own = territories(&visitor.chrome);
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                @if packages.is_empty() { (nothing(visitor.t("还没有插件包。", "No packages yet."))) }
                @for package in packages { (card(&visitor.chrome, package)) }
            }
            aside {
                @if visitor.may(Action::CommandPlugins) && !own.is_empty() { (upload(&visitor.chrome, own)) }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

fn card(chrome: &Chrome, package: &Package) -> Markup {
    html! {
        section.card {
            h2 { (written(&package.manifest.title)) " " (package.manifest.version) }
            p.quiet {
                code { (package.manifest.name) } " · " (package.bytes / 1024) " KiB · " (chrome.t("签名", "signed by")) " "
                @for signer in &package.signers { code { (signer) } " " }
                "· " (at(package.taken_in_at))
            }
            details.deed { summary { (chrome.t("申请的权限", "What it asks for")) } div.inside { (asked(chrome, &package.manifest)) p.quiet { code { (package.digest) } } } }
            p.actions { a.button.plain href={ (ROOT) "/packages/" (package.digest) "/submit" } { (chrome.t("设置并提交", "Set and submit")) } }
        }
    }
}

fn upload(chrome: &Chrome, own: Vec<(String, String)>) -> Markup {
    let first = own.first().map(|one| one.0.clone()).unwrap_or_default();
    let territory = Field::new("territory", chrome.t("区县", "Territory"), Takes::One(Group::plain(own))).value(first);
    html! {
        section.card {
            h2 { (chrome.t("上传插件包", "Hand a package in")) }
            form.fields method="post" action={ (ROOT) "/packages" } enctype="multipart/form-data" {
                (stamp(chrome, std::slice::from_ref(&territory)))
                input type="hidden" name="key" value=(fresh_key());
                (draw(chrome.language, &territory, &Filled::default(), ""))
                div.field { label for="component" { (chrome.t("组件（.wasm）", "Component (.wasm)")) } input #component name="component" type="file" accept=".wasm" required; }
                div.field { label for="signature" { (chrome.t("签名（.wasm.sig）", "Signature (.wasm.sig)")) } input #signature name="signature" type="file" accept=".sig" required; }
                p.actions { button type="submit" { (chrome.t("上传", "Hand in")) } }
            }
        }
    }
}

/// A file as it was sent, in parts.
struct Handed {
    territory: String,
    key: String,
    component: Vec<u8>,
    signature: String,
}

async fn sent(mut form: Multipart) -> Result<Handed, MultipartError> {
    let mut sent = Handed { territory: String::new(), key: String::new(), component: vec![], signature: String::new() };
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "territory" => sent.territory = field.text().await?,
            "key" => sent.key = field.text().await?,
            "signature" => sent.signature = field.text().await?,
            "component" => sent.component = field.bytes().await?.to_vec(),
            _ => {}
        }
    }
    Ok(sent)
}

pub async fn hand_in(visitor: Visitor, form: Multipart) -> Result<Response, Fault> {
    let bad = || visitor.fault(Problem::bad_form());
    let Handed { territory, key, component, signature } = sent(form).await.map_err(|_| bad())?;
    let packages: Vec<Package> = visitor.get("/v1/packages").await?;
    // Three words of a header; what the file says beyond that is judged with them.
    let words = match Signature::parse(&signature) {
        Ok(signature) => {
            let text = signature.to_string();
            let line =
                |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
            [line("algorithm "), line("key "), line("signature ")].join(" ")
        }
        Err(refusal) => return drawn(&visitor, &packages, Some(&Problem::of_refusal(&refusal))),
    };
    let extra = [
        (header::CONTENT_TYPE, "application/wasm".to_owned()),
        (HeaderName::from_static("chuishao-signature"), words),
        (HeaderName::from_static("idempotency-key"), key),
    ];
    let path = with_query("/v1/packages", &[("territory", &territory)]);
    let reply = visitor.raw(Method::POST, &path, &extra, component).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => {
            let told = format!("{}{} {}", visitor.t("已上传：", "Handed in: "), receipt.title, receipt.version);
            Ok(done(&format!("/packages/{}/submit", receipt.digest), &told))
        }
        Err(problem) => drawn(&visitor, &packages, Some(&problem)),
    }
}

async fn package(visitor: &Visitor, digest: &str) -> Result<Package, Fault> {
    let packages: Vec<Package> = visitor.get("/v1/packages").await?;
    let found = packages.into_iter().find(|package| package.digest == digest);
    found.ok_or_else(|| visitor.fault(Problem::no_page()))
}

fn own_fields(chrome: &Chrome) -> Vec<Field> {
    let note = Field { most_chars: 500, ..Field::new("note", chrome.t("事由", "Why"), Takes::Words) };
    let territory =
        Field::new("territory", chrome.t("区县", "Territory"), Takes::One(Group::plain(territories(chrome))));
    let only = territories(chrome).first().map(|one| one.0.clone()).unwrap_or_default();
    vec![
        territory.value(only),
        note,
        Field::new("effective.from", chrome.t("生效日期", "In force from"), Takes::Day).optional(),
        Field::new("effective.until", chrome.t("失效日期", "In force until"), Takes::Day).optional(),
    ]
}

pub async fn submit_page(visitor: Visitor, Path(digest): Path<String>) -> Result<Response, Fault> {
    let package = package(&visitor, &digest).await?;
    // What is set now is where one begins.
    let own = territories(&visitor.chrome).into_iter().next().map(|one| one.0).unwrap_or_default();
    let address = super::one::address(&own, &package.manifest.name);
    let now = visitor.try_get::<super::one::Shown>(&address).await.ok();
    let set =
        now.and_then(|shown| shown.rollout.current().map(|revision| revision.settings.clone())).unwrap_or_default();
    submit_drawn(&visitor, &package, &set, &Filled::default(), None)
}

fn submit_drawn(
    visitor: &Visitor,
    package: &Package,
    set: &Settings,
    filled: &Filled,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let manifest = &package.manifest;
    let title = format!("{} {}", visitor.t("提交", "Submit"), manifest.title);
    let fields: Vec<Field> =
        settings::fields(visitor.language, manifest, set).into_iter().chain(own_fields(&visitor.chrome)).collect();
    let body = html! {
        (heading(&title, &html! {}))
        p.quiet { (manifest.version) " · " code { (manifest.name) } }
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            section.card lang=(visitor.language.tag()) {
                h2 { (visitor.t("设置和事由", "Settings and why")) }
                (Form { action: format!("/packages/{}/submit", package.digest), fields: &fields, button: visitor.t("提交市平台审批", "Submit to the city"), version: String::new(), is_grave: false, prefix: "" }
                    .draw(&visitor.chrome, filled))
            }
            aside { section.card { h2 { (visitor.t("申请的权限", "What it asks for")) } (asked(&visitor.chrome, &package.manifest)) } }
        }
    };
    Ok(show_after(visitor, &title, &body, problem))
}

pub async fn submit(
    visitor: Visitor,
    Path(digest): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let package = package(&visitor, &digest).await?;
    let own = body(&own_fields(&visitor.chrome), &filled);
    let mut sent = json!({
        "command": "submit", "package": digest, "settings": settings::read(&package.manifest, &filled), "note": own["note"],
    });
    if let Some(effective) = own.get("effective") {
        sent["effective"] = effective.clone();
    }
    let (territory, name) = (filled.one("territory"), &package.manifest.name);
    let address = format!("/v1/rollouts/{}/{}/commands", part(territory), part(name));
    match visitor.send(&address, &Sent::post(sent, filled.one("key"))).await {
        Ok(_) => Ok(done(
            &format!("/plugins/{territory}/{name}"),
            visitor.t("已提交，等候市平台审批", "Submitted; it waits for the city"),
        )),
        Err(problem) => submit_drawn(&visitor, &package, &Settings::new(), &filled, Some(&problem)),
    }
}
