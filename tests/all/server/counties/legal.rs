//! 法律专席, 涉法涉诉涉信访, and what the enforcement feed may do without.

use super::super::databases::{Raw, on_both};
use super::super::harness::{Answer, TestServer};
use super::super::story::{CALL_TAKER, DISPATCHER, accept};
use super::{accepted, dispatched, matter, on};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    a_dispute_between_equals_goes_to_the_lawyers,
    what_is_not_the_hotlines_is_sorted_and_people_refer,
    the_feed_leaves_out_the_street_of_a_report
);

/// Article row 48.
async fn a_dispute_between_equals_goes_to_the_lawyers(kind: Kind) {
    let server = TestServer::start(kind, &[on("legal-seat", "WF", &[])], "2024-10-15T10:00").await;
    let place = || json!({ "territory": "370702" });
    let contract = server.register(&matter("help", "0202", "装修公司违约不退款", place())).await;
    assert_eq!(contract.suggested_seat.as_deref(), Some("法律专席"));
    let fine = server.register(&matter("complaint", "0801", "对罚款决定不服", place())).await;
    assert_eq!(fine.suggested_seat, None, "an authority is not an equal");
    server.move_clock("2024-10-15T20:00").await;
    let late = server.register(&matter("help", "0202", "租赁合同纠纷", place())).await;
    assert_eq!(late.suggested_seat, None);
    assert!(server.timeline(&late.ticket).await.shows("律师工作时间在岗"));
    server.finish().await;
}

/// Article rows 60 and 61.
async fn what_is_not_the_hotlines_is_sorted_and_people_refer(kind: Kind) {
    let server = TestServer::start(kind, &[on("legal-referral", "WF", &[])], "2024-10-15T10:00").await;
    let place = || json!({ "territory": "370705" });
    let arbitration = accepted(&server, &matter("help", "0801", "合同约定仲裁", place())).await;
    let timeline = server.timeline(&arbitration).await;
    assert!(timeline.shows("请问来电人是否愿意") && timeline.shows("建议转介仲裁（含商事调解）"), "{timeline:#?}");
    assert_eq!(server.ticket(&arbitration).await["suggestions"]["referral"], "arbitration");
    let refer = |consent: Option<bool>| json!({ "command": "refer", "receiver": "arbitration", "consent": consent, "words": "申请调解" });
    let without = Answer::to(server.command(&arbitration, DISPATCHER, &refer(None))).await;
    assert_eq!(without.refusal(), (422, "consent-missing".into()));
    server.act(&arbitration, DISPATCHER, refer(Some(true))).await;
    let court = dispatched(&server, &matter("help", "0202", "判决之后没人管", place()), "370705-ZJ").await;
    let ask = json!({ "command": "ask-hand-back", "ground": "out-of-scope", "reason": "已进入诉讼" });
    server.act(&court, "unit-clerk:370705-ZJ", ask).await;
    assert!(server.timeline(&court).await.shows("附意见，供退回审定参考：承办单位称不在受理范围"));
    assert_eq!(server.ticket(&court).await["opinions"].as_array().map(Vec::len), Some(2));
    server.finish().await;
}

/// Article rows 45 and 46.
async fn the_feed_leaves_out_the_street_of_a_report(kind: Kind) {
    let server = TestServer::start(kind, &[on("enforcement-feed", "WF", &[])], "2024-10-15T09:00").await;
    let place = || json!({ "territory": "370705", "street": "东关街道" });
    let complaint = server.register(&matter("complaint", "0602", "占道经营", place())).await.ticket;
    let report = server.register(&matter("report", "0602", "举报占道经营", place())).await.ticket;
    for id in [&complaint, &report] {
        server.act(id, CALL_TAKER, accept()).await;
    }
    let mut raw = Raw::open(server.database()).await;
    let sent = raw.texts("select document from outward where stream = 'enforcement' order by id").await;
    let streets = |id: &str| -> Vec<Value> {
        let documents = sent.iter().map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        let of = documents.filter(|document| document["subject"] == id);
        of.map(|document| document["data"]["street"]["name"].clone()).collect()
    };
    assert_eq!(streets(complaint.as_str()), [json!("东关街道"), json!("东关街道")]);
    assert_eq!(streets(report.as_str()), [Value::Null, Value::Null], "from the first push on; the matter itself goes");
    server.finish().await;
}
