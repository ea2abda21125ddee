//! The lists of each post (队列): which there are for whom, asked of the API as anybody would.

use crate::console::fault::Fault;
use crate::console::inside::with_query;
use crate::console::language::{Language, key_of};
use crate::console::parts::ToDo;
use crate::console::visitor::{Chrome, Visitor};
use chuishao_domain::account::role::Role;
use chuishao_domain::status::Status;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::to_do::ToDoKind;
use jiff::Timestamp;
use serde::Deserialize;

/// A list.
pub struct List {
    /// As its address names it.
    pub key: &'static str,
    words: (&'static str, &'static str),
    path: &'static str,
    pairs: Vec<(&'static str, String)>,
    /// Whether it holds what this post has to do, and not what it may look at.
    pub is_work: bool,
}

impl List {
    /// Where the whole list stands.
    pub fn address(&self) -> String {
        format!("/queue?list={}", self.key)
    }

    /// Its name.
    pub fn label(&self, language: Language) -> &'static str {
        language.t(self.words.0, self.words.1)
    }
}

fn state(key: &'static str, status: Status, words: (&'static str, &'static str)) -> List {
    List { key, words, path: "/v1/tickets", pairs: vec![("state", key_of(&status))], is_work: true }
}

fn to_dos(pairs: Vec<(&'static str, String)>) -> List {
    List { key: "to-dos", words: ("待办", "To do"), path: "/v1/to-dos", pairs, is_work: true }
}

fn looked_at(list: List) -> List {
    List { is_work: false, ..list }
}

fn newest() -> List {
    List { key: "newest", words: ("最新工单", "Newest"), path: "/v1/tickets", pairs: vec![], is_work: false }
}

/// The lists of whoever is looking, the most pressing first.
pub fn lists_of(chrome: &Chrome) -> Vec<List> {
    let Some(acting) = &chrome.acting else { return vec![] };
    let unit = || acting.post.place.clone().unwrap_or_default();
    let registered = || state("registered", Status::Registered, ("待受理", "To accept"));
    let accepted = || state("accepted", Status::Accepted, ("待派单", "To dispatch"));
    let in_review = || state("in-review", Status::InReview, ("待审核", "To review"));
    let follow_up = || state("follow-up", Status::AwaitingFollowUp, ("待回访", "To follow up"));
    let handling = || state("handling", Status::Handling, ("办理中", "In handling"));
    let referred = || state("referred", Status::Referred, ("转介中", "Referred"));
    let liability = || state("liability", Status::LiabilityCase, ("责任认定中", "Liability cases"));
    match acting.post.role {
        Role::CallTaker | Role::EnterpriseSeat => vec![registered(), newest(), looked_at(handling())],
        Role::LegalSeat | Role::CompanySeat => vec![accepted(), referred()],
        Role::Dispatcher => {
            let retired = vec![("retired_lead", "true".to_owned())];
            let words = ("主办单位已撤销", "Lead unit retired");
            let retired = List { key: "retired-lead", words, path: "/v1/tickets", pairs: retired, is_work: true };
            vec![accepted(), retired, referred(), looked_at(handling()), newest()]
        }
        Role::UnitClerk | Role::DepartmentSupervisor => {
            let led = vec![("lead_unit", unit())];
            let led =
                List {
                    key: "led", words: ("本单位主办", "Led by us"), path: "/v1/tickets", pairs: led, is_work: true
                };
            let copied = vec![("copied_to", unit())];
            let words = ("抄送本单位", "Copied to us");
            let copied = List { key: "copied", words, path: "/v1/tickets", pairs: copied, is_work: false };
            vec![to_dos(vec![("unit", unit())]), led, copied]
        }
        Role::Reviewer => {
            vec![in_review(), to_dos(vec![("post", "reviewer".to_owned())]), looked_at(handling()), newest()]
        }
        Role::FollowUpStaff => vec![follow_up(), newest()],
        Role::HotlineOffice => vec![liability(), handling(), looked_at(accepted()), looked_at(follow_up()), newest()],
        Role::LiabilityPanel => vec![liability(), newest()],
        Role::CityLeader => vec![to_dos(vec![("post", "city-leader".to_owned())]), newest()],
        _ => vec![],
    }
}

/// A page of a list: tickets, and what is to be done about each where the list says so.
pub struct Rows {
    pub rows: Vec<(Ticket, Option<ToDo>)>,
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct TicketPage {
    tickets: Vec<Ticket>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct ToDoPage {
    to_dos: Vec<Waiting>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Waiting {
    kind: ToDoKind,
    due_at: Option<Timestamp>,
    ticket: Ticket,
}

/// Reads a page of a list.
pub async fn rows(visitor: &Visitor, list: &List, after: &str, limit: u32) -> Result<Rows, Fault> {
    let limit = limit.to_string();
    let mut pairs: Vec<(&str, &str)> = list.pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.extend([("after", after), ("limit", &limit)]);
    let path = with_query(list.path, &pairs);
    if list.path == "/v1/to-dos" {
        let page: ToDoPage = visitor.get(&path).await?;
        let told = |one: Waiting| {
            let what = visitor.term(one.kind.term(), &key_of(&one.kind));
            (one.ticket, Some((what, one.due_at)))
        };
        return Ok(Rows { rows: page.to_dos.into_iter().map(told).collect(), next: page.next });
    }
    let page: TicketPage = visitor.get(&path).await?;
    Ok(Rows { rows: page.tickets.into_iter().map(|ticket| (ticket, None)).collect(), next: page.next })
}
