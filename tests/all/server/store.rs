//! The store under many hands: readers beside a writer that takes its time, and many commits
//! at once, each of them whole.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, at};
use super::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, accept, dispatched, noise, road_in_anqiu, supervise};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::ids::{CallerRef, TerritoryId, TicketId};
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, Ticket};
use chuishao_domain::vault::Caller;
use chuishao_domain::vault::keys::KeyRing;
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Facts, Walk, Walked};
use chuishao_server::store::callers::NewCaller;
use chuishao_server::store::facts::StoreFacts;
use chuishao_server::store::outward::Drafts;
use chuishao_server::store::tickets::{Before, Commit, CommitError, Current, KeptAnswer};
use chuishao_server::store::{Kind, Store};
use chuishao_server::vault::new_caller;
use jiff::Timestamp;
use jiff::civil::date;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

on_both!(
    readers_never_wait_for_a_writer,
    a_write_waits_for_a_lock_that_is_let_go,
    many_commits_at_once_are_each_whole,
    who_comes_second_is_told_so_though_nobody_comes_after,
    of_many_figures_asked_at_once_each_is_its_own
);

const DEPARTMENT: &str = "department-supervisor:WF-ZJ";

/// How long a commit may take: far more than it ever does.
const PATIENCE: Duration = Duration::from_secs(30);

/// Holds a ticket's row, on SQLite the whole file, with a change that is not committed.
async fn hold(server: &TestServer, id: &TicketId) -> Raw {
    let mut raw = Raw::open(server.database()).await;
    if let Raw::Postgres(_) = raw {
        raw.execute("begin").await;
        raw.texts(&format!("select id from ticket where id = '{id}' for update")).await;
    } else {
        raw.execute("begin immediate").await;
    }
    let unseen = format!("update ticket set document = 'unseen', lead_unit = 'unseen' where id = '{id}'");
    assert_eq!(raw.execute(&unseen).await, 1);
    raw
}

/// Everything that a desk reads while it works on a ticket.
async fn read_all(server: &TestServer, id: &TicketId) -> Vec<String> {
    let mut all = Vec::new();
    for path in [
        &format!("/v1/tickets/{id}"),
        &format!("/v1/tickets/{id}/timeline"),
        &format!("/v1/tickets/{id}/decisions"),
        "/v1/tickets",
        "/v1/tickets?state=handling&territory=370784",
        "/v1/tickets?lead_unit=370784-ZJ",
        "/v1/tickets?copied_to=WF-ZJ",
        "/v1/outbox",
    ] {
        let answer = Answer::to(server.get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        all.push(answer.text);
    }
    all
}

/// The lock is not let go before everything was read: a reader that waited for it would fail.
async fn readers_never_wait_for_a_writer(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let before = read_all(&server, &id).await;
    let mut writer = hold(&server, &id).await;
    for _ in 0..3 {
        assert_eq!(read_all(&server, &id).await, before, "nothing of what is not committed");
    }
    writer.execute("rollback").await;
    assert_eq!(read_all(&server, &id).await, before);
    server.act(&id, DEPARTMENT, supervise("370784-ZJ", "请当日核实情况")).await;
    server.finish().await;
}

async fn a_write_waits_for_a_lock_that_is_let_go(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let mut writer = hold(&server, &id).await;
    let request = server.command(&id, DEPARTMENT, &supervise("370784-ZJ", "请当日核实情况"));
    let write = tokio::spawn(Answer::to(request));
    let before = read_all(&server, &id).await;
    assert!(!write.is_finished(), "it cannot be done yet");
    writer.execute("rollback").await;
    let answer = write.await.expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(before[1].len() < read_all(&server, &id).await[1].len(), "the timeline has it");
    server.finish().await;
}

/// Nobody asks for figures where there are no rules.
struct NoFacts;

impl Facts for NoFacts {
    fn count(&self, _: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        FactValue::Unavailable("没有规则".into())
    }
}

/// A commit that somebody computed.
struct Hand {
    walked: Walked,
    computed_from: u64,
    before: Before,
    caller: Option<NewCaller>,
    answer: Option<KeptAnswer>,
}

fn walked(ticket: Option<Ticket>, command: &Command) -> Walked {
    let (world, rulebook) = (World::weifang(), Rulebook::default());
    let walk = Walk { world: &world, rulebook: &rulebook, now: at("2024-06-25T09:10") };
    let actor = Actor::Known(By::CallTaker { number: "0231".into() });
    walk.command(ticket, command, &actor, &NoFacts).expect("the core agrees")
}

/// A matter that is registered; numbers as the desk never hands them out here.
fn registered(ring: &KeyRing, number: u64) -> Hand {
    let id = TicketId::new(date(2024, 6, 25), 900 + number);
    let caller = CallerRef(format!("C-{id}"));
    let place =
        Place {
            territory: "370784".into(), street: String::new(), estate: "汶水小区".into(), building: String::new()
        };
    let intake = Intake {
        caller: caller.clone(),
        caller_kind: CallerKind::Citizen,
        channel: Channel::Phone,
        matter_kind: MatterKind::Help,
        category: "0201".into(),
        title: "来电反映的问题".into(),
        body: "请尽快处理。".into(),
        place,
        confidential: false,
        received_at: at("2024-06-25T09:10"),
    };
    let walked = walked(None, &Command::Register { id, intake: Box::new(intake) });
    let sealed = Caller { name: CALLER_NAME.into(), phone: CALLER_PHONE.into() };
    let by = By::CallTaker { number: "0231".into() };
    let sealed = new_caller(ring, &walked.ticket.id, &caller, &sealed, by, at("2024-06-25T09:10"));
    let caller = Some(sealed.expect("it is sealed"));
    Hand { walked, computed_from: 0, before: Before::default(), caller, answer: None }
}

fn under_key(hand: Hand) -> Hand {
    let id = hand.walked.ticket.id.to_string();
    Hand { answer: Some(KeptAnswer { key: "key-1".into(), digest: "same".into(), answer: id }), ..hand }
}

fn accepted(ticket: &Ticket) -> Hand {
    let walked = walked(Some(ticket.clone()), &Command::Accept { unanswered: None });
    let current = Current { ticket: ticket.clone(), chain: Chain::default() };
    Hand { walked, computed_from: ticket.version, before: Before::of(Some(&current)), caller: None, answer: None }
}

async fn commit(store: Store, hand: Arc<Hand>) -> Result<(), CommitError> {
    let commit = Commit {
        ticket: &hand.walked.ticket,
        computed_from: hand.computed_from,
        generation: store.registry_generation().await?,
        before: &hand.before,
        events: &hand.walked.events,
        decisions: &hand.walked.decisions,
        messages: &hand.walked.messages,
        outward: &Drafts::default(),
        caller: hand.caller.as_ref(),
        answer: hand.answer.as_ref(),
        line: None,
        now: at("2024-06-25T09:10"),
    };
    tokio::time::timeout(PATIENCE, store.commit(&commit)).await.expect("a commit is answered, nobody waits for ever")
}

/// Hands all in at once; the outcomes in the order of the hands.
async fn commit_all(store: &Store, hands: &[Arc<Hand>]) -> Vec<Result<(), CommitError>> {
    let mut commits = JoinSet::new();
    for (place, hand) in hands.iter().cloned().enumerate() {
        let store = store.clone();
        commits.spawn(async move { (place, commit(store, hand).await) });
    }
    let mut outcomes = commits.join_all().await;
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Among many good commits are some that cannot all be: each is told what became of it, and
/// takes no other with it.
async fn many_commits_at_once_are_each_whole(on: Kind) {
    const GOOD: u64 = 34;
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let store = server.desk().store.clone();
    let ring = server.desk().keys.ring().await;
    let first = registered(&ring, 0);
    commit(store.clone(), Arc::new(registered(&ring, 0))).await.expect("the first is written");

    // The vault knows this caller's reference already: the database itself refuses.
    let impossible = Hand { caller: first.caller.clone(), ..registered(&ring, 1) };
    let mut hands = vec![
        impossible,
        accepted(&first.walked.ticket),
        accepted(&first.walked.ticket),
        under_key(registered(&ring, 2)),
        under_key(registered(&ring, 3)),
    ];
    hands.extend((0..GOOD).map(|number| registered(&ring, 10 + number)));
    let hands: Vec<Arc<Hand>> = hands.into_iter().map(Arc::new).collect();
    let outcomes = commit_all(&store, &hands).await;

    assert!(matches!(outcomes[0], Err(CommitError::Store(_))), "{:?}", outcomes[0]);
    for (pair, late) in [(1, "VersionMoved"), (3, "KeyUsed")] {
        let mut told: Vec<String> = outcomes[pair..pair + 2].iter().map(|outcome| format!("{outcome:?}")).collect();
        told.sort();
        assert_eq!(told, [format!("Err({late})"), "Ok(())".into()], "exactly one of two");
    }
    assert!(outcomes[5..].iter().all(Result::is_ok), "{outcomes:?}");
    for (hand, outcome) in hands.iter().zip(&outcomes).filter(|(hand, _)| hand.computed_from == 0) {
        let stored = store.ticket(&hand.walked.ticket.id).await.expect("it can be read");
        assert_eq!(stored.as_ref(), outcome.as_ref().ok().map(|()| &hand.walked.ticket), "all of it or nothing");
    }
    let kept = store.kept_answer("key-1").await.expect("it can be read").expect("one won");
    let winner = if outcomes[3].is_ok() { 3 } else { 4 };
    assert_eq!(kept.answer, hands[winner].walked.ticket.id.as_str());
    assert_eq!(store.ticket_count().await.expect("it can be read"), 2 + GOOD);
    server.finish().await;
}

/// The last two of a quiet evening: no later commit comes that would push the second one on.
async fn who_comes_second_is_told_so_though_nobody_comes_after(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let (store, ring) = (server.desk().store.clone(), server.desk().keys.ring().await);
    for number in 0..20 {
        let first = Arc::new(registered(&ring, number));
        commit(store.clone(), first.clone()).await.expect("it is written");
        let hands = [(); 2].map(|()| Arc::new(accepted(&first.walked.ticket)));
        let outcomes = commit_all(&store, &hands).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(CommitError::VersionMoved))), "{outcomes:?}");
    }
    // The desk goes on.
    let id = server.register(&road_in_anqiu()).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    server.finish().await;
}

/// Questions of several forms, about estates with one to six matters, that go to the database
/// together as it happens: nobody gets another's answer.
async fn of_many_figures_asked_at_once_each_is_its_own(on: Kind) {
    const AT_ONCE: usize = 32;
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut tickets = Vec::new();
    for matters in 1..=6 {
        for _ in 0..matters {
            let id = server.register(&noise("370705", &format!("胜利新村{matters}区"))).await.ticket;
            let ticket = server.desk().store.ticket(&id).await.expect("it can be read").expect("it is there");
            tickets.push((ticket, matters));
        }
    }
    let query = |same: &[SameField], at_most| FactQuery {
        name: "alike".into(),
        same: same.iter().copied().collect(),
        days: 7,
        matter_kind: None,
        at_most,
    };
    let forms = [
        query(&[SameField::Estate], 100),
        query(&[SameField::Estate, SameField::Category], 100),
        query(&[SameField::Category], 1000),
        query(&[SameField::Estate], 2),
        query(&[SameField::Building], 100),
    ];
    let right = |(form, matters, figure): (usize, u32, FactValue)| {
        let right = match form {
            0 | 1 => figure == FactValue::Count(matters),
            2 => figure == FactValue::Count(21),
            3 => figure == FactValue::Count(matters.min(2)),
            _ => matches!(figure, FactValue::Unavailable(_)),
        };
        assert!(right, "form {form}, {matters} matters: {figure:?}");
    };
    let mut asked = JoinSet::new();
    for (ticket, matters) in (0..4).flat_map(|_| &tickets).cloned() {
        for (form, query) in forms.clone().into_iter().enumerate() {
            // Nobody waits for a reader until he is told that there is no figure.
            if asked.len() == AT_ONCE {
                right(asked.join_next().await.expect("somebody asks").expect("it is answered"));
            }
            let (ticket, facts) = (ticket.clone(), StoreFacts::new(server.desk().store.clone(), Handle::current()));
            asked.spawn_blocking(move || {
                let figure = facts.count(&query, &"WF".into(), &ticket, at("2024-06-25T09:10"));
                (form, matters, figure)
            });
        }
    }
    asked.join_all().await.into_iter().for_each(right);
    server.finish().await;
}
