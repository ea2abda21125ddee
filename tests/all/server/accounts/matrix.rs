//! The matrix: every role at every door, and at its own place and another. What the table of
//! permissions says is what the server does, cell by cell, each role with an account of its own.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, client};
use super::super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, noise, road_in_anqiu};
use super::{CLOCK, machine};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Scope, Target, admit, scope};
use chuishao_domain::account::post::{Acting, Post};
use chuishao_domain::account::role::{PlaceKind, Role};
use chuishao_domain::ids::TerritoryId;
use chuishao_server::api::{Door, doors};
use chuishao_server::store::Kind;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use std::collections::BTreeMap;

on_both!(every_role_at_every_door, every_role_at_its_own_place_and_another);

/// Where each role is held in these tests: in the county of Kuiwen.
pub(super) fn post_of(role: Role) -> Post {
    match role.place() {
        PlaceKind::City => Post::of(role),
        PlaceKind::Unit if role == Role::DepartmentSupervisor => Post::at(role, "WF-ZJ"),
        PlaceKind::Unit => Post::at(role, "370705-GA"),
        PlaceKind::Territory => Post::at(role, "370705"),
        PlaceKind::Receiver => Post::at(role, "platform"),
    }
}

/// Somebody of every role with a token. The three duties are no machine's, so that they sign in.
struct Everybody {
    client: Client,
    base: String,
    words: BTreeMap<Role, Shown>,
}

enum Shown {
    Token(String),
    Cookie(String),
}

impl Everybody {
    async fn on(server: &TestServer) -> Self {
        let mut words = BTreeMap::new();
        for role in Role::ALL {
            let post = post_of(role).to_string();
            let shown = if role.is_duty() {
                Shown::Cookie(super::at_work(server, role.key(), &[&post]).await)
            } else {
                Shown::Token(machine(server, role.key(), &[&post]).await.word)
            };
            words.insert(role, shown);
        }
        Self { client: client(), base: server.url(""), words }
    }

    fn asks(&self, role: Role, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method.clone(), format!("{}{path}", self.base));
        // Nothing that anybody could carry out: the door is what is asked about.
        let json = |request: RequestBuilder| request.header("content-type", "application/json").body("{}");
        let request = if method == Method::POST { json(request) } else { request };
        // A stream would go on.
        let request = request.header("last-event-id", "malformed");
        match &self.words[&role] {
            Shown::Token(word) => request.bearer_auth(word),
            Shown::Cookie(cookie) => request.header("cookie", cookie).header("sec-fetch-site", "same-origin"),
        }
    }

    /// Whether the door opens; the answer behind it is another matter.
    async fn opens(&self, role: Role, method: &str, path: &str) -> bool {
        let answer = Answer::to(self.asks(role, method, path)).await;
        assert!(answer.status < 500 && answer.status != 401, "{role:?} {method} {path}: {answer:?}");
        if answer.status != 403 {
            return true;
        }
        let (_, code) = answer.refusal();
        assert_eq!(code, "not-entitled", "{role:?} {method} {path}");
        false
    }
}

/// An address with something at each of its places.
fn filled(path: &str) -> String {
    let ticket = chuishao_domain::ids::TicketId::new(jiff::civil::date(2024, 6, 24), 1);
    let id = match path {
        path if path.starts_with("/v1/tickets/") || path.starts_with("/v1/evaluation/ledger") => ticket.as_str(),
        path if path.starts_with("/v1/knowledge/") => "ZS000042",
        _ => "X-1",
    };
    let parts = [
        ("{id}", id),
        ("{reference}", "C-X"),
        ("{name}", "nobody.here"),
        ("{version}", "1"),
        ("{file}", "x.json"),
        ("{*other}", "x"),
        ("{stream}", "enforcement"),
        ("{receiver}", "platform"),
        ("{sequence}", "1"),
        ("{number}", "1"),
        ("{subject}", "370705"),
        ("{period}", "2024-05"),
        ("{territory}", "370705"),
        ("{plugin}", "nothing-here"),
    ];
    parts.iter().fold(path.to_owned(), |path, (place, value)| path.replace(place, value))
}

/// Doors whose answer is a refusal of the room behind them for some who come in, since nothing there
/// is theirs. Each is looked at with what is really there in the other test.
const OWN_ALONE: [&str; 7] = [
    "/v1/callers/{reference}/record",
    "/v1/outward/{stream}",
    "/v1/receivers/",
    "/v1/topics/candidates",
    "/v1/topics/high-frequency",
    "/v1/reports/",
    "/v1/evaluation/sheets/",
];

async fn every_role_at_every_door(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let everybody = Everybody::on(&server).await;
    let mut cells = 0;
    for (method, path, door) in doors().all() {
        let Door::To(action) = door else { continue };
        if (method, path) == ("DELETE", "/v1/session") {
            // It would end the session that the next cell is asked with.
            continue;
        }
        for role in Role::ALL {
            let may = scope(role, action);
            let own_alone = may == Some(Scope::Own) && OWN_ALONE.iter().any(|of| path.starts_with(of));
            if own_alone {
                continue;
            }
            let opens = everybody.opens(role, method, &filled(path)).await;
            assert_eq!(opens, may.is_some(), "{role:?} {method} {path}: {action:?}");
            cells += 1;
        }
    }
    assert!(cells > 1900, "{cells}");
    // Nobody comes through a door that leads somewhere without showing who he is.
    for (method, path, door) in doors().all().filter(|(_, _, door)| *door != Door::Open) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = Answer::to(client().request(method, server.url(&filled(path)))).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated".into()), "{path} {door:?}");
    }
    server.finish().await;
}

async fn every_role_at_its_own_place_and_another(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let everybody = Everybody::on(&server).await;
    let ticket_of = async |matter: &Value, unit: &str| {
        let desk = Story { server: &server };
        desk.dispatched(matter, unit).await
    };
    let kuiwen = noise("370705", "东方花园");
    let own = ticket_of(&kuiwen, "370705-GA").await;
    let other = ticket_of(&road_in_anqiu(), "370784-ZJ").await;
    let world = server.desk().world();

    // Addresses at a place, each with what the table is asked about.
    let mut cells = 0;
    for territory in ["370705", "370784", "WF"] {
        let id = TerritoryId::from(territory);
        let at = [
            (format!("/v1/reports/ageing?territory={territory}"), Action::ReadReports, Target::Territory(&id)),
            (format!("/v1/reviews?territory={territory}"), Action::ReadReviews, Target::Territory(&id)),
            (format!("/v1/ledgers?territory={territory}"), Action::ReadReviews, Target::Territory(&id)),
            (format!("/v1/rollouts/{territory}/nothing-here"), Action::ReadPlugins, Target::ActsIn(&id)),
            (format!("/v1/rollouts/{territory}/nothing-here/timeline"), Action::ReadPlugins, Target::ActsIn(&id)),
            (format!("/v1/rollouts/{territory}/nothing-here/hanging"), Action::ReadPlugins, Target::Territory(&id)),
            (format!("/v1/rollouts/{territory}/nothing-here/health"), Action::ReadPlugins, Target::Territory(&id)),
            (
                format!("/v1/rollouts/{territory}/nothing-here/shadow?revision=1"),
                Action::ReadPlugins,
                Target::Territory(&id),
            ),
            (format!("/v1/rollouts/{territory}/nothing-here/reviews"), Action::ReadPlugins, Target::Territory(&id)),
            (
                format!("/v1/rollouts/{territory}/nothing-here/impact?run=x"),
                Action::ReadPlugins,
                Target::Territory(&id),
            ),
            ("/v1/reports/ageing".to_owned(), Action::ReadReports, Target::City),
            ("/v1/topics/candidates?day=2024-06-24".to_owned(), Action::ReadTopics, Target::City),
        ];
        for (path, action, target) in &at {
            cells += check(&everybody, path, *action, *target, &world).await;
        }
    }
    for subject in ["370705", "370784", "WF-ZJ", "WF-CG"] {
        let path = format!("/v1/evaluation/sheets/{subject}?period=2024-05");
        cells += check(&everybody, &path, Action::ReadScores, Target::Subject(subject), &world).await;
    }
    for unit in ["370705-GA", "370784-ZJ", "WF-ZJ"] {
        let id = unit.into();
        let path = format!("/v1/to-dos?unit={unit}");
        cells += check(&everybody, &path, Action::ReadToDos, Target::Unit(&id), &world).await;
    }
    for (post, role) in [("reviewer", Role::Reviewer), ("city-leader", Role::CityLeader)] {
        let path = format!("/v1/to-dos?post={post}");
        cells += check(&everybody, &path, Action::ReadToDos, Target::Role(role), &world).await;
    }
    for id in [&own, &other] {
        let ticket = server.desk().store.ticket(&id.as_str().into()).await.expect("it reads").expect("it is there");
        let shown = [
            (format!("/v1/tickets/{id}"), Action::ReadTickets),
            (format!("/v1/evaluation/ledger/{id}"), Action::ReadScores),
        ];
        for (path, action) in shown {
            cells += check(&everybody, &path, action, Target::Ticket(&ticket), &world).await;
        }
    }
    assert!(cells > 600, "{cells}");

    // A list has what is one's own, and nothing of the neighbour's.
    let listed = async |role: Role, path: &str| Answer::to(everybody.asks(role, "GET", path)).await.text;
    let clerk = listed(Role::UnitClerk, "/v1/tickets?limit=200").await;
    assert!(clerk.contains(&own) && !clerk.contains(&other), "{clerk}");
    let office = listed(Role::HotlineOffice, "/v1/tickets?limit=200").await;
    assert!(office.contains(&own) && office.contains(&other), "{office}");
    server.finish().await;
}

/// Each role at one address; how many that were.
async fn check(
    everybody: &Everybody,
    path: &str,
    action: Action,
    target: Target<'_>,
    world: &chuishao_domain::World,
) -> u32 {
    for role in Role::ALL {
        let acting = Acting { post: post_of(role), number: "0231".into() };
        let may = admit(&acting, action, target, world).is_ok();
        assert_eq!(everybody.opens(role, "GET", path).await, may, "{role:?} {path}");
    }
    u32::try_from(Role::ALL.len()).expect("a few")
}

/// A ticket's way to a unit, walked by accounts of its own.
struct Story<'a> {
    server: &'a TestServer,
}

impl Story<'_> {
    async fn dispatched(&self, matter: &Value, unit: &str) -> String {
        let name = format!("hand-{}", unit.to_lowercase());
        let hand = machine(self.server, &name, &["call-taker", "dispatcher"]).await;
        let post = async |actor: &str, path: &str, body: &Value| {
            let post = actor.split(':').next().expect("a post");
            let request = client().post(self.server.url(path)).bearer_auth(&hand.word);
            let answer = Answer::to(request.header("chuishao-actor", post).json(body)).await;
            assert!([200, 201].contains(&answer.status), "{answer:?}");
            answer.read::<Value>()
        };
        let id = post(CALL_TAKER, "/v1/tickets", matter).await["ticket"].as_str().expect("an id").to_owned();
        let path = format!("/v1/tickets/{id}/commands");
        post(CALL_TAKER, &path, &accept()).await;
        post(DISPATCHER, &path, &dispatch(unit)).await;
        id
    }
}

/// Every door is there: a list of addresses that nobody serves would be a list of wishes.
#[tokio::test(flavor = "multi_thread")]
async fn every_door_leads_somewhere() {
    let server = TestServer::with_accounts(Kind::Sqlite, CLOCK).await;
    let everybody = Everybody::on(&server).await;
    for (method, path, door) in doors().all() {
        let role = match door {
            Door::Open => Role::Monitor,
            Door::To(action) => {
                Role::ALL.into_iter().find(|role| scope(*role, action).is_some()).expect("somebody may")
            }
        };
        let answer = Answer::to(everybody.asks(role, method, &filled(path))).await;
        let absent = answer.text.contains("没有这个地址") && !path.contains("{*other}");
        assert!(!absent && answer.status != 405, "{method} {path}: {answer:?}");
    }
    server.finish().await;
}
