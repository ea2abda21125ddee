//! The first page of each post (首页): what waits for it, the soonest due first.

use super::desk::lists::{Rows, lists_of, rows};
use super::fault::Fault;
use super::language::language_of;
use super::layout::{post_words, show};
use super::pages::For::WhoMay;
use super::pages::Pages;
use super::parts::{Row, heading, nothing, tickets};
use super::visitor::Visitor;
use super::{ROOT, admin, desk, figures, plugins};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use maud::{Markup, html};

/// Rows of each list on the first page: what fits on a screen beside others.
const ROWS: u32 = 6;

pub fn write(pages: Pages) -> Pages {
    pages.get("/", WhoMay(Action::OwnAccount), home)
}

async fn home(visitor: Visitor) -> Result<Response, Fault> {
    let title = visitor.t("首页", "Home");
    let mut parts: Vec<Markup> = Vec::new();
    for list in lists_of(&visitor.chrome).into_iter().filter(|list| list.is_work) {
        let found = rows(&visitor, &list, "", ROWS).await?;
        parts.push(part(&visitor, &list.address(), list.label(visitor.language), &found));
    }
    parts.extend(figures::home_parts(&visitor).await?);
    parts.extend(desk::home_parts(&visitor).await?);
    if visitor.may(Action::ReadPlugins) {
        parts.push(plugins::home_part(&visitor).await?);
    }
    parts.extend(admin::home_parts(&visitor).await?);
    let own = visitor.own.as_ref().map(|own| own.title.as_str()).unwrap_or_default();
    let today = civil(visitor.now).strftime("%Y-%m-%d %H:%M").to_string();
    let body = html! {
        (heading(visitor.t("今天的工作", "Today"), &html! {
            @if visitor.may(Action::RegisterTickets) {
                a.button href={ (ROOT) "/call" } accesskey="n" { (visitor.t("接听登记", "Take a call")) }
            }
            a.button.plain href={ (ROOT) "/tour" } { (visitor.t("导览", "Tour")) }
        }))
        p.quiet { @if !own.is_empty() { span lang=[language_of(own)] { (own) } " · " } (post_words(&visitor)) " · " (today) }
        @if visitor.acting.is_none() {
            (nothing(visitor.t("您的账号还没有岗位，请联系安全管理员授予。", "Your account holds no post yet; ask the security administrator.")))
        }
        @for part in &parts { (part) }
        @if parts.is_empty() && visitor.acting.is_some() {
            (nothing(visitor.t("没有待办。请从左侧菜单进入。", "Nothing waits. Use the menu.")))
        }
    };
    Ok(show(&visitor, title, &body))
}

fn part(visitor: &Visitor, address: &str, label: &str, found: &Rows) -> Markup {
    let more = found.next.is_some();
    let count = format!("{}{}", found.rows.len(), if more { "+" } else { "" });
    html! {
        section.part {
            h2 { (label) " " span.count { (count) } }
            @if found.rows.is_empty() {
                (nothing(visitor.t("没有待办", "Nothing waits")))
            } @else {
                (tickets(&visitor.chrome, label, found.rows.iter().map(|(ticket, to_do)| Row { ticket, to_do: to_do.clone() })))
                @if more { p { a href={ (ROOT) (address) } { (visitor.t("查看全部", "See all")) } } }
            }
        }
    }
}
