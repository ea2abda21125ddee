//! Accounts (账号): the system's administrator makes and locks them, the security's gives and takes posts
//! and tokens; nobody does both. A password or token is shown on one page, once.

use super::part;
use super::tokens::{ISSUE, issuing};
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, command as command_of};
use crate::console::inside::part as address_part;
use crate::console::layout::{done, role_words, show, show_after, words_of};
use crate::console::parts::{Tone, at, badge, facts, heading, nothing, sentence, written};
use crate::console::stamp::stamp;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::{Form as Posted, Path};
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::limits::FIRST_PASSWORD_DAYS;
use chuishao_domain::account::post::Post;
use chuishao_domain::account::role::{PlaceKind, Role};
use chuishao_domain::account::{Account, Kind};
use chuishao_domain::sentence::Text;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Shown {
    account: Account,
    password_set_at: Timestamp,
    must_change_password: bool,
}

#[derive(Deserialize)]
struct List {
    accounts: Vec<Shown>,
}

#[derive(Deserialize)]
struct Tokens {
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    id: String,
    title: String,
    expires_at: Timestamp,
    #[serde(default)]
    revoked_at: Option<Timestamp>,
}

fn kind(chrome: &Chrome, kind: Kind) -> &'static str {
    match kind {
        Kind::Person => chrome.language.t("个人", "Person"),
        Kind::Machine => chrome.language.t("系统", "Machine"),
    }
}

fn standing(chrome: &Chrome, shown: &Shown) -> Markup {
    html! {
        @if shown.account.disabled.is_some() { (badge(Tone::Bad, chrome.t("已停用", "Disabled"))) }
        @else if shown.must_change_password { (badge(Tone::Warn, chrome.t("待改密码", "Password to be changed"))) }
        @else { (badge(Tone::Good, chrome.t("在用", "In use"))) }
    }
}

fn table(chrome: &Chrome, rows: &[Shown]) -> Markup {
    let label = chrome.t("账号", "Accounts");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.list data-rows {
                thead { tr {
                    th scope="col" { (chrome.t("登录名", "Account")) }
                    th scope="col" { (chrome.t("工号", "Number")) }
                    th scope="col" { (chrome.t("种类", "Kind")) }
                    th scope="col" { (chrome.t("状态", "State")) }
                    th scope="col" { (chrome.t("岗位", "Posts")) }
                } }
                tbody {
                    @for shown in rows {
                        tr {
                            td.main-cell { a href={ (ROOT) "/accounts/" (shown.account.name) } { (shown.account.name) } div.quiet { (written(&shown.account.title)) } }
                            td { (shown.account.number) }
                            td { (kind(chrome, shown.account.kind)) }
                            td { (standing(chrome, shown)) }
                            td { @for post in &shown.account.posts { div { (words_of(chrome, post)) } } @if shown.account.posts.is_empty() { span.quiet { (chrome.t("无岗位", "none")) } } }
                        }
                    }
                }
            }
        }
    }
}

fn creating(chrome: &Chrome) -> Vec<Field> {
    let kinds = vec![
        ("person".to_owned(), kind(chrome, Kind::Person).to_owned()),
        ("machine".to_owned(), kind(chrome, Kind::Machine).to_owned()),
    ];
    vec![
        Field { most_chars: 32, ..Field::new("name", chrome.t("登录名", "Account"), Takes::Line) }.hint(
            chrome.t("2 到 32 个小写字母、数字、点或连字符", "2 to 32 lower-case letters, digits, dots or hyphens"),
        ),
        Field { most_chars: 32, ..Field::new("number", chrome.t("工号", "Number"), Takes::Line) },
        Field { most_chars: 40, ..Field::new("title", chrome.t("姓名或系统名称", "Name"), Takes::Line) },
        Field::new("kind", chrome.t("种类", "Kind"), Takes::One(Group::plain(kinds))).value("person"),
    ]
}

pub async fn list(visitor: Visitor) -> Result<Response, Fault> {
    listed(&visitor, &Filled::default(), None).await
}

async fn listed(visitor: &Visitor, filled: &Filled, problem: Option<&Problem>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("账号", "Accounts");
    let List { accounts } = visitor.get("/v1/accounts").await?;
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            section.part { (table(chrome, &accounts)) }
            aside {
                @if visitor.may(Action::KeepAccounts) {
                    section.card { h2 { (visitor.t("新建账号", "New account")) }
                        (Form { action: "/accounts".into(), fields: &creating(chrome), button: visitor.t("新建", "Create"), version: String::new(), is_grave: false, prefix: "" }
                            .draw(&visitor.chrome, filled))
                        p.quiet { (visitor.t("岗位由安全管理员授予。", "Posts are given by the security administrator.")) }
                    }
                }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

#[derive(Deserialize)]
struct Receipt {
    happened: String,
    english: Text,
    first_password: Option<String>,
}

/// What came of a command: a password to begin with, shown this once, or word of it on the account's page.
fn received(visitor: &Visitor, name: &str, receipt: &Receipt) -> Response {
    let Receipt { happened, english, first_password } = receipt;
    match first_password {
        Some(word) => shown_once(visitor, name, &sentence(visitor.language, happened, english), word),
        None => done(&format!("/accounts/{name}"), visitor.t(happened, &english.to_string())),
    }
}

/// A word that is shown on this page and nowhere else.
pub(super) fn shown_once(visitor: &Visitor, name: &str, told: &Markup, word: &str) -> Response {
    let title = visitor.t("只显示一次", "Shown once");
    let body = html! {
        (heading(title, &html! {}))
        div.note.good role="status" { (told) }
        p { (visitor.t("请当面或经可靠途径转交；离开本页后不能再看。", "Hand it over in person; it is not shown again.")) }
        p.quiet { (visitor.t("初始密码不用即失效，有效天数：", "Days that a first password opens anything: ")) (FIRST_PASSWORD_DAYS) }
        div.once { (facts(&[(visitor.t("登录名", "Account"), html! { (name) }), (visitor.t("密码或令牌", "Password or token"), html! { code { (word) } })])) }
        p { a.button href={ (ROOT) "/accounts/" (name) } { (visitor.t("回到账号", "Back to the account")) } }
    };
    show(visitor, title, &body)
}

pub async fn create(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let name = filled.one("name").trim().to_owned();
    let mut body = command_of("create", &creating(&visitor.chrome), &filled);
    if let Some(body) = body.as_object_mut() {
        body.remove("name");
    }
    let address = format!("/v1/accounts/{}/commands", address_part(&name));
    match visitor.send(&address, &Sent::post(body, "")).await.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => Ok(received(&visitor, &name, &receipt)),
        Err(problem) => listed(&visitor, &filled, Some(&problem)).await,
    }
}

/// What each duty can do with an account: the command, its words, its fields, whether it is grave.
fn deeds(chrome: &Chrome, shown: &Shown) -> Vec<(&'static str, &'static str, Vec<Field>, bool)> {
    let language = chrome.language;
    let mut deeds = Vec::new();
    if chrome.may(Action::KeepAccounts) {
        if shown.account.disabled.is_some() {
            deeds.push(("enable", language.t("启用", "Enable"), vec![], false));
        } else {
            let reason = Field { most_chars: 200, ..Field::new("reason", language.t("理由", "Reason"), Takes::Line) };
            // Who holds a duty is reset and stopped on the server's own machine.
            let is_duty = shown.account.holds_a_duty();
            if shown.account.kind == Kind::Person {
                if !is_duty {
                    deeds.push(("reset-password", language.t("重置密码", "Reset the password"), vec![], false));
                }
                deeds.push(("end-sessions", language.t("结束全部会话", "End all sessions"), vec![], false));
            }
            if !is_duty {
                deeds.push(("disable", language.t("停用", "Disable"), vec![reason], true));
            }
        }
    }
    if chrome.may(Action::GrantPosts) {
        let roles: Vec<(String, String)> =
            Role::ALL.into_iter().map(|role| (role.key().to_owned(), role_words(language, role))).collect();
        let place = Field {
            most_chars: 32,
            ..Field::new("place", language.t("单位、区县或接收方", "Unit, territory or receiver"), Takes::Line)
        };
        let hint = language.t(
            "承办单位、主管部门、企业坐席填单位编号，例如 370705-CG；区县信息技术人员填区县编号；其余不填",
            "A unit's, territory's or receiver's id where the role has one",
        );
        let role = Field::new("role", language.t("角色", "Role"), Takes::One(Group::plain(roles)));
        // Somebody else was shown the first password, and could become whoever holds the duty.
        let waits = shown.account.kind == Kind::Person && shown.must_change_password;
        let first = language.t(
            "本人还没有更改初始密码：授予系统管理员、安全管理员或审计员之前，请本人先登录并更改密码",
            "The person has not chosen a password yet, which comes before a duty (system, security, audit)",
        );
        let role = if waits { role.hint(first) } else { role };
        let fields = vec![role, place.optional().hint(hint)];
        deeds.push(("grant", language.t("授予岗位", "Grant a post"), fields, false));
        let held: Vec<(String, String)> =
            shown.account.posts.iter().map(|post| (post.to_string(), words_of(chrome, post))).collect();
        if !held.is_empty() {
            deeds.push((
                "withdraw",
                language.t("收回岗位", "Withdraw a post"),
                vec![Field::new("post", language.t("岗位", "Post"), Takes::One(Group::plain(held)))],
                true,
            ));
        }
    }
    deeds
}

pub async fn page(visitor: Visitor, Path(name): Path<String>) -> Result<Response, Fault> {
    drawn(&visitor, &name, &Filled::default(), "", None).await
}

pub(super) async fn drawn(
    visitor: &Visitor,
    name: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/accounts/{}", address_part(name));
    let shown: Shown = visitor.get(&address).await?;
    let is_machine = shown.account.kind == Kind::Machine;
    let tokens = if is_machine { visitor.get::<Tokens>(&format!("{address}/tokens")).await?.tokens } else { vec![] };
    let title = format!("{} {name}", visitor.t("账号", "Account"));
    let version = shown.account.version.to_string();
    let nothing_typed = Filled::default();
    let body = html! {
        (heading(&title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                section.card {
                    (facts(&[
                        (visitor.t("姓名", "Name"), written(&shown.account.title)),
                        (visitor.t("工号", "Number"), html! { (shown.account.number) }),
                        (visitor.t("种类", "Kind"), html! { (kind(chrome, shown.account.kind)) }),
                        (visitor.t("状态", "State"), html! { (standing(chrome, &shown)) @if let Some(reason) = &shown.account.disabled { " " (written(reason)) } }),
                        (visitor.t("密码设于", "Password set"), at(shown.password_set_at)),
                        (visitor.t("岗位", "Posts"), html! { @for post in &shown.account.posts { div { (words_of(chrome, post)) } } @if shown.account.posts.is_empty() { (visitor.t("无", "none")) } }),
                    ]))
                }
                @if is_machine {
                    section.card { h2 { (visitor.t("令牌", "Tokens")) }
                        @if tokens.is_empty() { (nothing(visitor.t("还没有令牌。", "No tokens."))) }
                        @for token in &tokens {
                            p {
                                code { (token.id) } " " (written(&token.title)) " " span.quiet { (visitor.t("到期", "expires")) " " (at(token.expires_at)) } " "
                                @if token.revoked_at.is_some() { (badge(Tone::Bad, visitor.t("已吊销", "revoked"))) }
                            }
                            @if token.revoked_at.is_none() && visitor.may(Action::IssueTokens) {
                                form method="post" action={ (ROOT) "/accounts/" (name) "/tokens/" (token.id) "/revoke" } { (stamp(chrome, &[])) button.plain type="submit" { (visitor.t("吊销", "Revoke")) " " (token.id) } }
                            }
                        }
                    }
                }
            }
            aside {
                @if shown.account.holds_a_duty() && visitor.may(Action::KeepAccounts) {
                    p.quiet { (visitor.t("三员的密码重置和停用，只在服务器本机用 chuishao account 办理。", "Who holds a duty is reset and disabled on the server's own machine.")) }
                }
                @for (command, label, fields, grave) in deeds(chrome, &shown) {
                    @let is_tried = command == tried;
                    details.deed open[is_tried] { summary { (label) } div.inside {
                        (Form { action: format!("/accounts/{name}/commands/{command}"), fields: &fields, button: label, version: version.clone(), is_grave: grave, prefix: &format!("{command}-") }
                            .draw(&visitor.chrome, if is_tried { filled } else { &nothing_typed }))
                    } }
                }
                @if is_machine && visitor.may(Action::IssueTokens) {
                    details.deed open[tried == ISSUE] { summary { (visitor.t("签发令牌", "Issue a token")) } div.inside {
                        (Form { action: format!("/accounts/{name}/tokens"), fields: &issuing(chrome), button: visitor.t("签发", "Issue"), version: String::new(), is_grave: false, prefix: "token-" }
                            .draw(chrome, if tried == ISSUE { filled } else { &nothing_typed }))
                    } }
                }
            }
        }
    };
    Ok(show_after(visitor, &title, &body, problem))
}

pub async fn command(
    visitor: Visitor,
    Path((name, command)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = format!("/v1/accounts/{}", address_part(&name));
    let shown: Shown = visitor.get(&address).await?;
    let found = deeds(&visitor.chrome, &shown).into_iter().find(|(of, ..)| *of == command);
    let (wanted, _, fields, _) = found.ok_or_else(|| visitor.fault(Problem::not_this_post()))?;
    let mut body = command_of(wanted, &fields, &filled);
    if wanted == "grant" {
        let Some(post) = granted(&filled) else {
            return drawn(&visitor, &name, &filled, wanted, Some(&Problem::bad_form())).await;
        };
        body = json!({ "command": "grant", "post": post });
    }
    let sent = Sent { method: Method::POST, body, key: "", version: filled.one("version") };
    match visitor.send(&format!("{address}/commands"), &sent).await.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => Ok(received(&visitor, &name, &receipt)),
        Err(problem) => drawn(&visitor, &name, &filled, wanted, Some(&problem)).await,
    }
}

/// The post of a role at its place.
fn granted(filled: &Filled) -> Option<Post> {
    let role = Role::parse(filled.one("role"))?;
    match role.place() {
        PlaceKind::City => Some(Post::of(role)),
        _ => Post::parse(&format!("{}:{}", role.key(), filled.one("place").trim())),
    }
}

/// Accounts that wait for a duty, on the first page.
pub async fn home_part(visitor: &Visitor) -> Result<Markup, Fault> {
    let List { accounts } = visitor.get("/v1/accounts").await?;
    let without: Vec<Shown> = accounts
        .into_iter()
        .filter(|shown| shown.account.posts.is_empty() && shown.account.disabled.is_none())
        .collect();
    let inside = html! { @if without.is_empty() { (nothing(visitor.t("没有等候授予岗位的账号。", "No account waits for a post."))) } @else { (table(&visitor.chrome, &without)) } };
    Ok(part(
        visitor.t("等候授予岗位的账号", "Accounts that wait for a post"),
        without.len(),
        "/accounts",
        visitor.t("全部账号", "All accounts"),
        &inside,
    ))
}
