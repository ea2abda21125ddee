//! Switching, canary and rollback under a steady load of calls, counted: no call fails, each event
//! is decided once, and never by a version that was not on. With two servers too.

use super::{KUIWEN, ROLLOUT, tagging, watch};
use crate::server::databases::{TestDatabase, on_both};
use crate::server::harness::{TestServer, eventually};
use crate::server::story::{CALL_TAKER, accept, noise};
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::Rollout;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::apply::apply;
use chuishao_server::store::Kind;
use chuishao_tests::{city_key, unlimited};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::task::JoinSet;

on_both!(switching_under_load_fails_no_call_and_decides_each_event_once);

const TAKERS: usize = 6;

/// Calls until it is over; every one must go well.
fn load(servers: &Arc<Vec<TestServer>>, over: &Arc<AtomicBool>, done: &Arc<AtomicUsize>) -> JoinSet<Vec<TicketId>> {
    let mut takers = JoinSet::new();
    for taker in 0..TAKERS {
        let (servers, over, done) = (servers.clone(), over.clone(), done.clone());
        takers.spawn(async move {
            let mut tickets = Vec::new();
            while !over.load(Ordering::SeqCst) {
                let server = &servers[(taker + tickets.len()) % servers.len()];
                let id = server.register(&noise("370705", "胜利新村")).await.ticket;
                server.act(&id, CALL_TAKER, accept()).await;
                tickets.push(id);
                done.fetch_add(1, Ordering::SeqCst);
            }
            tickets
        });
    }
    takers
}

/// Waits until some more calls were taken.
async fn calls(done: &AtomicUsize) {
    let before = done.load(Ordering::SeqCst);
    eventually("calls are taken", async || done.load(Ordering::SeqCst) >= before + 2 * TAKERS).await;
}

/// Three revisions that differ in nothing but their tag.
async fn revisions(server: &TestServer) -> Vec<u32> {
    server.key(&city_key(), "WF").await;
    let mut revisions = Vec::new();
    for (version, tag) in [("1.0.0", "一版"), ("1.0.1", "二版"), ("1.0.2", "三版")] {
        let component = tagging(&watch(version), tag);
        let revision = match revisions.is_empty() {
            true => server.approved(ROLLOUT, &component, json!({})).await,
            false => server.submitted(ROLLOUT, &component, json!({})).await,
        };
        revisions.push(revision);
    }
    unlimited(&server.http(), &server.url(""), ROLLOUT).await;
    revisions
}

/// Every switch that there is, some calls apart; through one server after the other.
async fn switch(servers: &[TestServer], revisions: &[u32], done: &AtomicUsize) -> usize {
    let [one, two, three] = revisions[..] else { panic!("three revisions") };
    let steps = [
        json!({ "command": "switch-on", "revision": one }),
        json!({ "command": "shadow", "revision": two }),
        json!({ "command": "canary", "revision": two, "on": { "share": 300 } }),
        json!({ "command": "canary", "revision": two, "on": { "share": 700 } }),
        json!({ "command": "switch-on", "revision": two }),
        json!({ "command": "canary", "revision": three, "on": { "share": 500 } }),
        json!({ "command": "roll-back", "reason": "灰度不好" }),
        json!({ "command": "switch-on", "revision": three }),
        json!({ "command": "roll-back", "reason": "退回" }),
        json!({ "command": "switch-off", "reason": "停" }),
        json!({ "command": "resume", "reason": "续" }),
    ];
    let count = steps.len();
    for (place, step) in steps.into_iter().enumerate() {
        calls(done).await;
        servers[place % servers.len()].done(ROLLOUT, KUIWEN, step).await;
    }
    calls(done).await;
    count
}

/// What each ticket's decision was made by must have been on, for that ticket, at some moment of
/// the registry's history; and later tickets never go back behind a switch.
async fn each_was_decided_once(server: &TestServer, tickets: &BTreeSet<TicketId>) {
    let id = RolloutId::parse(ROLLOUT).expect("a rollout");
    let history = server.desk().store.rollout_history(&id).await.expect("it reads");
    let mut states = Vec::new();
    let mut rollout = Rollout::new(id);
    for event in &history {
        apply(&mut rollout, event);
        states.push(rollout.clone());
    }
    for ticket in tickets {
        let stored = server.desk().store.ticket(ticket).await.expect("it reads").expect("it is there");
        let events = server.desk().store.history(ticket).await.expect("it reads");
        let registered = events.iter().filter(|event| event.sequence == 1).count();
        assert_eq!(registered, 1);
        let decisions = server.decisions(ticket).await;
        assert!(decisions.len() <= 1, "the registration is decided once: {decisions:?}");
        let by = decisions.first().map(|decision| decision.edition.placement.revision);
        let tags: Vec<_> = stored.tags.iter().collect();
        assert_eq!(tags.len(), decisions.len(), "what was decided happened once: {tags:?}");
        let possible = |state: &Rollout| {
            let mut acting = state.lanes().into_iter().filter(|lane| !lane.shadow);
            acting.find(|lane| lane.audience.takes(&state.id, &stored)).map(|lane| lane.revision.number) == by
        };
        assert!(by.is_none() || states.iter().any(possible), "{ticket}: revision {by:?} was never on for it");
    }
}

async fn switching_under_load_fails_no_call_and_decides_each_event_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let revisions = revisions(&server).await;
    let servers = Arc::new(vec![server]);
    under_load(servers, &revisions).await;
}

async fn under_load(servers: Arc<Vec<TestServer>>, revisions: &[u32]) {
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let takers = load(&servers, &over, &done);
    let switches = switch(&servers, revisions, &done).await;
    over.store(true, Ordering::SeqCst);
    let all: Vec<TicketId> = takers.join_all().await.into_iter().flatten().collect();
    let tickets: BTreeSet<TicketId> = all.iter().cloned().collect();
    assert_eq!(all.len(), tickets.len(), "no call was taken twice");
    eprintln!("{} calls over {switches} switches on {} servers: none failed", tickets.len(), servers.len());
    each_was_decided_once(&servers[0], &tickets).await;
    for server in Arc::into_inner(servers).expect("every call is done").into_iter().rev() {
        server.finish().await;
    }
}

/// Two servers: what one switches the other sees, and a ticket that one of them has handled by the
/// new rules is never handled by the old ones after.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_switch_together() {
    let first = TestServer::start(Kind::Postgres, &[], "2024-11-06T09:00").await;
    let revisions = revisions(&first).await;
    let shared: TestDatabase = first.database().shared();
    let second = TestServer::on_database(shared, first.folder(), "2024-11-06T09:00").await;
    first.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": revisions[0] })).await;
    // The other server may not have looked yet: its commit fails, it looks, and walks again.
    let at_once = second.register(&noise("370705", "胜利新村")).await.ticket;
    assert_eq!(second.ticket(&at_once).await["tags"], json!(["street-watch/一版"]));
    first.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": revisions[1] })).await;
    let sees = async || second.status(ROLLOUT).await["runs"][0]["version"] == "1.0.1";
    eventually("the other one sees it", sees).await;
    first.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "先停" })).await;
    first.done(ROLLOUT, KUIWEN, json!({ "command": "resume", "reason": "再来" })).await;
    under_load(Arc::new(vec![first, second]), &revisions).await;
}
