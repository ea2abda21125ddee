//! Who called (来电人): masked for whoever works on the ticket; in clear once, for a purpose, on a page
//! that nobody keeps.

use super::ticket::drawn_page;
use crate::console::ROOT;
use crate::console::fault::Fault;
use crate::console::form::{Field, Filled, Form, Group, Takes, body, keyed};
use crate::console::inside::part;
use crate::console::layout::show;
use crate::console::parts::{facts, heading, written};
use crate::console::visitor::{Sent, Visitor, read};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::sight;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::vault::retention::Standing;
use chuishao_domain::vault::unmask::{Field as Shows, Purpose};
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
struct Masked {
    name: String,
    phone: String,
}

fn fields(visitor: &Visitor, ticket: &str, purposes: &[Purpose]) -> Vec<Field> {
    let language = visitor.language;
    let shows = keyed(language, &[Shows::Name, Shows::Phone], Shows::term);
    vec![
        Field::new("ticket", "", Takes::Line).value(ticket).hidden(),
        Field::new(
            "purpose",
            visitor.t("目的", "Purpose"),
            Takes::One(Group::plain(keyed(language, purposes, Purpose::term))),
        ),
        Field::new("fields", visitor.t("查看什么", "What to see"), Takes::Some(shows)).value("phone"),
        Field::new("words", visitor.t("事由", "Why"), Takes::Line),
    ]
}

/// The form that shows him in clear, beside the deeds of the ticket's page.
pub const UNMASK: &str = "unmask";

/// The card of the caller, where this post sees one; with what was typed, where that was refused.
pub async fn masked(visitor: &Visitor, ticket: &Ticket, typed: Option<&Filled>) -> Option<Markup> {
    let by = visitor.by()?;
    if !visitor.may(Action::ReadCallers) || !sight::of(&by, ticket)?.has_mask(ticket) {
        return None;
    }
    let reference = &ticket.intake.caller;
    let masked: Masked = visitor.try_get(&format!("/v1/callers/{}", part(reference.as_str()))).await.ok()?;
    let standing = Standing::of(ticket);
    let purposes: Vec<Purpose> = Purpose::ALL.into_iter().filter(|purpose| purpose.is_for(&by, &standing)).collect();
    let fields = fields(visitor, ticket.id.as_str(), &purposes);
    let nothing = Filled::default();
    Some(html! {
        section.card {
            h2 { (visitor.t("来电人", "The caller")) }
            (facts(&[(visitor.t("姓名", "Name"), written(&masked.name)), (visitor.t("电话", "Telephone"), html! { (masked.phone) })]))
            @if !purposes.is_empty() && visitor.may(Action::UnmaskCallers) {
                details.deed.no-print open[typed.is_some()] {
                    summary { (visitor.t("查看明文", "See in clear")) }
                    div.inside {
                        span.hint { (visitor.t("先留痕，后显示，只显示一次。", "Recorded first, then shown, once.")) }
                        (Form {
                            action: format!("/callers/{reference}/unmask"), fields: &fields, button: visitor.t("查看并留痕", "See, and be recorded"),
                            version: String::new(), is_grave: false, prefix: "unmask-",
                        }.draw(&visitor.chrome, typed.unwrap_or(&nothing)))
                    }
                }
            }
        }
    })
}

#[derive(Deserialize)]
struct Shown {
    name: Option<String>,
    phone: Option<String>,
}

/// In clear, on this one page.
pub async fn unmask(
    visitor: Visitor,
    Path(reference): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let ticket = filled.one("ticket").to_owned();
    let sent = Sent::post(body(&fields(&visitor, &ticket, &Purpose::ALL), &filled).into(), filled.one("key"));
    let reply = visitor.send(&format!("/v1/callers/{}/unmask", part(&reference)), &sent).await;
    let shown: Shown = match reply.and_then(|reply| read(&reply)) {
        Ok(shown) => shown,
        Err(problem) if ticket.is_empty() => return Err(visitor.fault(problem)),
        Err(problem) => {
            let again = drawn_page(&visitor, &ticket, &filled, UNMASK, Some(&problem)).await;
            return again.map_err(|_| visitor.fault(problem));
        }
    };
    let title = visitor.t("来电人明文", "The caller in clear");
    let line = |label: &'static str, value: Option<String>| value.map(|value| (label, html! { strong { (value) } }));
    let lines: Vec<(&str, Markup)> =
        [line(visitor.t("姓名", "Name"), shown.name), line(visitor.t("电话", "Telephone"), shown.phone)]
            .into_iter()
            .flatten()
            .collect();
    let body = html! {
        (heading(title, &html! {}))
        div.once { (facts(&lines)) }
        p { (visitor.t("只显示这一次；离开本页后再看须再次留痕。", "Shown this once; another look is another record.")) }
        p { a.button href={ (ROOT) "/tickets/" (ticket) } { (visitor.t("回到工单", "Back to the ticket")) } }
    };
    Ok(show(&visitor, title, &body))
}
