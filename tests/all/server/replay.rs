//! A decision record is proof: from it alone and the component, the same answer comes out
//! again, with the same fuel, in a process that never saw the ticket.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::TestServer;
use super::story::{CALL_TAKER, accept, cold_room, heating_fields};
use chuishao_domain::rule::record::Answer;
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_server::store::Kind;

on_both!(a_decision_replays_bit_for_bit);

fn proposed(decision: &DecisionRecord) -> Result<String, String> {
    match &decision.call.answer {
        Answer::Proposals(judged) => {
            let proposals: Vec<_> = judged.iter().map(|(proposal, _)| proposal).collect();
            Ok(serde_json::to_string(&proposals).expect("it writes"))
        }
        Answer::Failed(failure) => Err(failure.chinese()),
    }
}

async fn a_decision_replays_bit_for_bit(on: Kind) {
    let files = [&components().heating, &components().endless_loop];
    let rules = files.map(|file| rule(file, "WF"));
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    let decisions = server.decisions(&id).await;
    assert_eq!(decisions.len(), 4, "heating three times, the endless loop once");

    let engine = Engine::new(Budget::default()).expect("an engine");
    for file in files {
        let package = Package::read(&std::fs::read(file).expect("a component")).expect("a package");
        let guest = Guest::load(&engine, package, None).expect("it loads");
        let of_rule = decisions.iter().filter(|d| d.edition.component_digest == guest.package().digest);
        for decision in of_rule {
            assert_eq!(decision.edition.engine_digest, engine.digest());
            let called = guest.call(decision.call.input.as_ref().expect("it was called"), &decision.edition.settings);
            let again = called.answer.map(|proposals| serde_json::to_string(&proposals).expect("it writes"));
            assert_eq!(again.map_err(|failure| failure.chinese()), proposed(decision));
            assert_eq!(called.fuel, decision.call.fuel);
            assert_eq!(called.log, decision.call.log);
        }
    }
    server.finish().await;
}
