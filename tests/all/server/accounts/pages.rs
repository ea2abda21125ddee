//! The matrix for people: every role at every page and every form of the console, at its own place and
//! another. Each is shown or refused as the table of permissions says; a page offers nothing that would
//! be refused, and what a role may do stands somewhere.

mod addresses;
mod duties;
mod english;
pub(super) mod markup;
mod own_place;
mod typed;

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::super::story::{dispatched, noise, road_in_anqiu};
use super::matrix::post_of;
use super::{CLOCK, asked, at_work, machine, person, read};
use crate::tidy::sources;
use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Scope, Target, admit, scope};
use chuishao_domain::account::post::Acting;
use chuishao_domain::account::role::{PlaceKind, Role};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::ticket::Ticket;
use chuishao_server::console::{For, Page, ROOT, pages};
use chuishao_server::store::Kind;
use markup::{addresses, forms, unlabelled, unmarked};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

on_both!(every_role_at_every_page_and_form, a_refused_page_stands_in_the_audit_log);

/// Actions without a page or a form of their own, and why.
const WITHOUT_PAGE: [(Action, &str); 13] = [
    (Action::SeekDuplicates, "among the suggestions while a call is taken"),
    (Action::ReadCallers, "a card on the page of a ticket"),
    (Action::CorrectCallers, "rare, at the caller's own request: by the API"),
    (Action::KeepCallers, "rare, at the request of an authority: by the API"),
    (Action::AuditCallers, "for inspections: by the API"),
    (Action::ReadToDos, "one of the queues"),
    (Action::ReadOutward, "documents are for machines"),
    (Action::SignForOutward, "a machine signs"),
    (Action::ReadReceivers, "a part of the page of operations"),
    (Action::SettleDeadLetters, "rare: by the API"),
    (Action::MoveClock, "for demonstrations"),
    (Action::FollowChanges, "a stream, for programs"),
    (Action::GrantPosts, "on the page of an account, beside what the other duty does there"),
];

/// Forms that are not offered to all who may send them in these tests, and where they stand.
const ELSEWHERE: [(&str, &str); 19] = [
    ("/post", "only where somebody holds several posts"),
    ("/sign-in/single-sign-on", "only where a provider of sign-ins is configured"),
    ("/sign-in/again", "only where one is configured and a form is kept"),
    ("/topics", "only where something is hot"),
    ("/tickets/{id}/commands/{command}", "only what the ticket's state lets this post do"),
    ("/callers/{reference}/unmask", "only where a purpose is this post's"),
    ("/knowledge/{id}/commands/{command}", "only where an entry waits for this post"),
    ("/topics/{id}/commands/{command}", "only where there is a topic"),
    ("/topics/new", "only to whom the domain lets propose"),
    ("/knowledge/new", "only to a department, which owns what it writes"),
    ("/calendar", "after its changes were looked at"),
    ("/catalogue", "after its changes were looked at"),
    ("/scores/tickets/{id}", "only where the own unit was scored"),
    ("/appeals/{id}/ruling", "only where somebody appealed"),
    ("/campaigns/{id}/commands/{command}", "only to the offices and to who leads a domain"),
    ("/plugins/{territory}/{plugin}/commands/{command}", "only where there is a plugin"),
    ("/plugins/{territory}/{plugin}/impact", "only where there is a plugin"),
    ("/packages/{digest}/submit", "only where there is a package"),
    ("/signer-keys/{id}/revoke", "only where there is a key"),
];

/// Pages to which nothing leads in these tests, and why.
const UNLINKED: [(&str, &str); 6] = [
    ("/sign-in", "where one comes who is not known"),
    ("/sign-in/single-sign-on", "where a provider of sign-ins leads back to"),
    ("/password", "only where there are accounts"),
    ("/scores/line", "only where tickets were scored"),
    ("/topics/new", "only to whom the domain lets propose"),
    ("/knowledge/new", "only to a department, which owns what it writes"),
];

/// Pages where the work itself lets fewer in than the table, and why.
const NARROWER: [(&str, &str); 2] = [
    ("/topics/new", "who may propose, the topic's own rules say"),
    ("/knowledge/new", "a draft has a department as owner"),
];

/// Pages from which nothing is read on: a spreadsheet is no page.
const FILES: [&str; 3] = ["/reports/file", "/campaigns/{id}/file", "/catalogue/tables/{name}"];

/// The program's own list.
static PAGES: LazyLock<Vec<Page>> = LazyLock::new(pages);

/// Whether the table lets a role have a page.
fn may(role: Role, whom: For) -> bool {
    match whom {
        For::Anybody | For::WhoMay(Action::OwnAccount) => true,
        // The posts of these tests are held in a county.
        For::WhoMay(action) | For::WhoMayInTerritory(action) => scope(role, action).is_some(),
        For::WhoMayInCity(action) => scope(role, action) == Some(Scope::City),
    }
}

fn acting(role: Role) -> Acting {
    let number = match role.place() {
        PlaceKind::City | PlaceKind::Territory => "0231",
        PlaceKind::Unit | PlaceKind::Receiver => "",
    };
    Acting { post: post_of(role), number: number.to_owned() }
}

/// An address with something at each of its places.
fn filled(path: &str) -> String {
    let ticket = TicketId::new(jiff::civil::date(2024, 6, 24), 1);
    let id = match path {
        path if path.starts_with("/tickets/") || path.starts_with("/scores/") => ticket.as_str(),
        path if path.starts_with("/knowledge/") => "ZS000042",
        _ => "X-1",
    };
    let parts = [
        ("{id}", id),
        ("{reference}", "C-X"),
        ("{name}", "nobody.here"),
        ("{command}", "nothing"),
        ("{number}", "1"),
        ("{revision}", "1"),
        ("{digest}", "x"),
        ("{territory}", "370705"),
        ("{plugin}", "nothing-here"),
    ];
    let filled = parts.iter().fold(path.to_owned(), |path, (place, value)| path.replace(place, value));
    assert!(!filled.contains('{'), "{path} has a place that nothing is known for");
    filled
}

/// The page that stands at an address.
fn page_at(method: &str, address: &str) -> Option<Page> {
    let path = address.split('?').next().unwrap_or_default();
    let fits = |page: &Page| {
        let (wanted, given): (Vec<_>, Vec<_>) = (page.path.split('/').collect(), path.split('/').collect());
        let same = |(wanted, given): (&&str, &&str)| wanted.starts_with('{') || wanted == given;
        page.method == method && wanted.len() == given.len() && wanted.iter().zip(&given).all(same)
    };
    PAGES.iter().copied().filter(fits).min_by_key(|page| page.path.contains('{'))
}

/// What was answered.
struct Shown {
    status: u16,
    text: String,
}

/// A server that believes posts, and what these tests found on it.
#[derive(Clone)]
struct City {
    client: Client,
    base: String,
    world: Arc<World>,
    /// One with 奎文区公安分局, and one in another county.
    tickets: Arc<[Ticket; 2]>,
    campaign: String,
}

impl City {
    async fn on(server: &TestServer) -> Self {
        let own = dispatched(server, &noise("370705", "东方花园"), "370705-GA").await;
        let other = dispatched(server, &road_in_anqiu(), "370784-ZJ").await;
        let ticket =
            async |id: &TicketId| server.desk().store.ticket(id).await.expect("it reads").expect("it is there");
        let tickets = [ticket(&own).await, ticket(&other).await];
        let office = async |path: &str, body: Value, status: u16| {
            let request = server.post(path).header("chuishao-actor", "hotline-office:0002").json(&body);
            let answer = Answer::to(request).await;
            assert_eq!(answer.status, status, "{answer:?}");
            answer.read::<Value>()
        };
        let launch = json!({ "title": "十大领域百日攻坚行动", "starts_on": "2024-07-01" });
        let campaign = office("/v1/campaigns", launch, 201).await["campaign"].as_str().expect("an id").to_owned();
        let lead = json!({ "command": "name-lead", "domain": 1, "department": "WF-ZJ" });
        office(&format!("/v1/campaigns/{campaign}/commands"), lead, 200).await;
        person(server, "spare.person", &["reviewer"]).await;
        machine(server, "spare.machine", &["monitor"]).await;
        let client = chuishao_server::http::client().redirect(reqwest::redirect::Policy::none());
        Self {
            client: client.build().expect("a client"),
            base: server.url(ROOT),
            world: server.desk().world(),
            tickets: Arc::new(tickets),
            campaign,
        }
    }

    /// Asks as a browser does in which somebody works in this post.
    async fn asks(&self, role: Role, method: &str, address: &str) -> Shown {
        // An empty form: nothing that could be carried out where there is something to fill in.
        let form = if method == "POST" { format!("form-post={}", acting(role)) } else { String::new() };
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method, format!("{}{}", self.base, address.trim_end_matches('/')));
        let request = request.header("cookie", format!("chuishao-post={}", acting(role)));
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        assert!(status < 500 && status != 401, "{role:?} {address}: {status}");
        assert!(!to.contains("/sign-in") || address == "/sign-out", "{role:?} {address}: nobody is known");
        Shown { status, text: answer.text().await.expect("text") }
    }

    /// Whether it is shown or done, or not for another reason than who asks.
    async fn opens(&self, role: Role, method: &str, address: &str) -> bool {
        self.asks(role, method, address).await.status != 403
    }
}

async fn every_role_at_every_page_and_form(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let city = City::on(&server).await;
    let mut roles = JoinSet::new();
    // Beside the other tests the database answers more people at once too late for its patience.
    let few = Arc::new(Semaphore::new(4));
    for role in Role::ALL {
        let (city, few) = (city.clone(), few.clone());
        roles.spawn(async move {
            let _turn = few.acquire().await.expect("it stays open");
            let cells = at_every_page(&city, role).await + at_each_place(&city, role).await;
            what_is_offered(&city, role).await;
            cells
        });
    }
    let cells: usize = roles.join_all().await.into_iter().sum();
    assert!(cells > 1600, "{cells}");
    server.finish().await;
}

/// Every page and form, where nothing is.
async fn at_every_page(city: &City, role: Role) -> usize {
    for Page { method, path, whom } in PAGES.iter() {
        let opens = city.opens(role, method, &filled(path)).await;
        let narrower = NARROWER.iter().any(|(of, _)| of == path);
        let expected = may(role, *whom) && (opens || !narrower);
        assert_eq!(opens, expected, "{role:?} {method} {path}: {whom:?}");
    }
    PAGES.len()
}

/// Pages and forms at a place, each with what the table is asked about; and forms of which one duty has
/// one and another another.
async fn at_each_place(city: &City, role: Role) -> usize {
    let (acting, world) = (acting(role), &*city.world);
    let may = |action: Action, target: Target<'_>| admit(&acting, action, target, world).is_ok();
    let mut cells: Vec<(&str, String, bool)> = Vec::new();
    for territory in ["370705", "370784", "WF"] {
        let id = TerritoryId::from(territory);
        let at = Target::Territory(&id);
        let plugin = format!("/plugins/{territory}/nothing-here");
        let (read, command) = (may(Action::ReadPlugins, at), may(Action::CommandPlugins, at));
        let seen = may(Action::ReadPlugins, Target::ActsIn(&id));
        let reports = may(Action::ReadReports, at);
        cells.push(("GET", format!("/reports?kind=ageing&territory={territory}"), reports));
        cells.push(("GET", format!("/reports/file?kind=ageing&format=csv&territory={territory}"), reports));
        cells.push(("GET", format!("/reviews?territory={territory}"), may(Action::ReadReviews, at)));
        cells.push(("GET", plugin.clone(), seen));
        cells.push(("GET", format!("{plugin}/impact"), read));
        cells.push(("GET", format!("{plugin}/shadow/1"), read));
        cells.push(("POST", format!("{plugin}/impact"), command));
        cells.push(("POST", format!("{plugin}/commands/switch-off"), command));
    }
    cells.push(("GET", "/reports?kind=period&period=2024-05".into(), may(Action::ReadReports, Target::City)));
    for subject in ["370705", "370784", "WF-ZJ", "WF-CG"] {
        let is_shown = may(Action::ReadScores, Target::Subject(subject));
        let asked = format!("subject={subject}&period=2024-05");
        cells.push(("GET", format!("/scores?{asked}"), is_shown));
        cells.push(("GET", format!("/scores/line?{asked}&indicator=resolution-rate"), is_shown));
    }
    for ticket in city.tickets.iter() {
        let (id, at) = (&ticket.id, Target::Ticket(ticket));
        cells.push(("GET", format!("/tickets/{id}"), may(Action::ReadTickets, at)));
        cells.push(("GET", format!("/tickets/{id}/decisions/1"), may(Action::ReadDecisions, at)));
        cells.push(("GET", format!("/tickets/{id}/dispute-file"), may(Action::MakeDisputeFiles, at)));
        cells.push(("GET", format!("/scores/tickets/{id}"), may(Action::ReadScores, at)));
        cells.push(("POST", format!("/tickets/{id}/commands/nothing"), may(Action::CommandTickets, at)));
    }
    let (keeps, grants) = (may(Action::KeepAccounts, Target::Any), may(Action::GrantPosts, Target::Any));
    cells.push(("POST", "/accounts/spare.person/commands/end-sessions".into(), keeps));
    cells.push(("POST", "/accounts/spare.person/commands/grant".into(), grants));
    let campaign = format!("/campaigns/{}/commands", city.campaign);
    cells.push(("POST", format!("{campaign}/name-lead"), may(Action::CommandCampaigns, Target::City)));
    cells.push(("POST", format!("{campaign}/wind-up"), may(Action::CommandCampaigns, Target::City)));
    cells.push(("POST", format!("{campaign}/record-progress"), role == Role::DepartmentSupervisor));
    for (method, address, may) in &cells {
        assert_eq!(city.opens(role, method, address).await, *may, "{role:?} {method} {address}");
    }
    cells.len()
}

/// Follows what the pages of a role offer.
async fn what_is_offered(city: &City, role: Role) {
    let own = || PAGES.iter().filter(move |page| may(role, page.whom));
    let mut offered: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut from: BTreeMap<String, String> = BTreeMap::new();
    let mut read: BTreeSet<String> = BTreeSet::new();
    let mut next: Vec<String> = own()
        .filter(|page| page.method == "GET" && !page.path.contains('{') && !FILES.contains(&page.path))
        .filter(|page| !NARROWER.iter().any(|(path, _)| *path == page.path))
        .map(|page| page.path.to_owned())
        .collect();
    // What stands there from the beginning, and what that leads to.
    for _ in 0..2 {
        for address in std::mem::take(&mut next) {
            if !read.insert(address.clone()) {
                continue;
            }
            let shown = city.asks(role, "GET", &address).await;
            assert_ne!(shown.status, 403, "{role:?} is led from {:?} to {address}", from.get(&address));
            let unmarked = unmarked(&shown.text);
            assert!(
                unmarked.is_empty(),
                "{address}: the forms for {unmarked:?} do not say in which post they were opened"
            );
            let unlabelled = unlabelled(&shown.text);
            assert!(unlabelled.is_empty(), "{address}: the labels of {unlabelled:?} are not carried");
            for (method, to) in addresses(&shown.text).map(|to| ("GET", to)).chain(forms(&shown.text)) {
                let Some(page) = page_at(method, &to) else { panic!("{address} leads to {to}, where no page is") };
                assert!(may(role, page.whom), "{role:?} is offered {method} {to} at {address}");
                offered.insert((method, page.path.to_owned()));
                from.entry(to.clone()).or_insert_with(|| address.clone());
                if method == "GET" && !FILES.contains(&page.path) {
                    next.push(to);
                }
            }
        }
    }
    let excused = |page: &Page| match page.method {
        "GET" => page.path.contains('{') || UNLINKED.iter().any(|(path, _)| *path == page.path),
        _ => ELSEWHERE.iter().any(|(path, _)| *path == page.path),
    };
    for page in own().filter(|page| !excused(page)) {
        let is_offered = offered.contains(&(page.method, page.path.to_owned()));
        assert!(is_offered, "{role:?} may {} {} and finds it nowhere", page.method, page.path);
    }
}

/// What is refused to somebody is written down, whichever way he asked.
async fn a_refused_page_stands_in_the_audit_log(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    let auditor = at_work(&server, "audit.wang", &["audit-admin"]).await;
    let page = Answer::to(asked(&server, Method::GET, &format!("{ROOT}/accounts"), &taker)).await;
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.text.contains("话务员无权"), "{page:?}");
    let log = read(&server, "/v1/audit?who=wang.fang&deed=refused", &auditor).await;
    assert!(log.text.contains(&format!("GET {ROOT}/accounts")), "{log:?}");
    server.finish().await;
}

/// Every action of the table has a page or a form, or a reason why it has none.
#[test]
fn every_action_has_a_page_or_a_reason() {
    let mut with: BTreeSet<Action> = PAGES.iter().filter_map(|page| page.whom.action()).collect();
    for (action, why) in WITHOUT_PAGE {
        assert!(with.insert(action), "{action:?} has a page, and is said to have none: {why}");
    }
    assert_eq!(with, Action::ALL.into_iter().collect());
}

/// What is excused is there to be excused.
#[test]
fn every_excuse_is_about_a_page() {
    let is_there = |method: &str, path: &str| PAGES.iter().any(|page| (page.method, page.path) == (method, path));
    for (path, why) in ELSEWHERE {
        assert!(is_there("POST", path), "{path} is gone: {why}");
    }
    for (path, why) in UNLINKED.iter().chain(&NARROWER) {
        assert!(is_there("GET", path), "{path} is gone: {why}");
    }
}

/// No page is served beside the book.
#[test]
fn every_page_stands_in_the_book() {
    let rooms = ["host/server/src/console/pages.rs", "host/server/src/console/assets.rs"];
    for (path, text) in sources("host/server/src/console") {
        let routes = [".route(", ".merge(", "fallback_service("].iter().map(|word| text.matches(word).count());
        let most = match path.as_str() {
            path if rooms.contains(&path) => 1,
            // The style sheet and the script, and the API behind the pages.
            "host/server/src/console/mod.rs" => 2,
            _ => 0,
        };
        assert!(routes.sum::<usize>() <= most, "{path} serves something that does not stand in the book of pages");
    }
}
