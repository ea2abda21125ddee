//! What a candidate tries beside the reviews that are held: a try that breaks off keeps none of them from
//! being held, and who comes late sees the ledger as it stood for the one that was.

use super::{LEDGER, doing, entering, entering_as, held, ledger, lines, started, titles, tried};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::at;
use crate::server::plugins::KUIWEN;
use crate::server::process::chuishao;
use chuishao_domain::rule::ledger::{LedgerItem, LedgerNote, NoteKind};
use chuishao_domain::rule::record::Answer as Answered;
use chuishao_domain::rule::review::{ReviewEvent, ReviewId, ReviewRecord};
use chuishao_server::store::Kind;
use chuishao_server::store::reviews::ReviewCommit;
use serde_json::json;

on_both!(
    what_was_altered_of_a_try_is_found,
    a_try_that_breaks_off_keeps_no_review_from_being_held,
    who_comes_late_sees_the_ledger_as_it_stood_for_the_review_that_was_held
);

/// What is done to the try of a day, and as what the check then names it.
const ALTERED: [(&str, &str); 7] = [
    ("differs = false", "370705/ward-ledger 第 2 版"),
    ("failed = true", "370705/ward-ledger 第 2 版"),
    ("at = at + 1", "370705/ward-ledger 第 2 版"),
    ("revision = revision + 1", "370705/ward-ledger 第 3 版"),
    ("document = '{'", "370705/ward-ledger 第 2 版"),
    // With another version of the code it is no decision of an edition that there was.
    (r#"document = replace(document, '"version":"1.0.1"', '"version":"1.0.2"')"#, "370705/ward-ledger 第 2 版"),
    // Beside the review that was held it differs in titles alone, beside none in all that it does.
    (r#"document = replace(document, '"beside":true', '"beside":false')"#, "370705/ward-ledger 第 2 版"),
];

async fn what_was_altered_of_a_try_is_found(on: Kind) {
    let server = started(on).await;
    let first = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let second = server.submitted(LEDGER, &entering("1.0.1", &["胜利新村供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": second })).await;
    server.move_clock("2024-11-05T10:00").await;
    server.move_clock("2024-11-12T06:00").await;
    let verify = async || chuishao(&["verify", "--database", &server.database().url]).await;
    let healthy = verify().await;
    assert!(healthy.success && healthy.text.contains("全部一致"), "{healthy:?}");

    let mut raw = Raw::open(server.database()).await;
    for (day, (change, _)) in (5..).zip(ALTERED) {
        let alter = format!("update shadow_review set {change} where first_day = '2024-11-{day:02}'");
        assert_eq!(raw.execute(&alter).await, 1, "{change}");
    }
    let said = verify().await;
    assert!(!said.success && said.text.contains(&format!("共有 {} 处不一致", ALTERED.len())), "{said:?}");
    for (day, (change, of)) in (5..).zip(ALTERED) {
        let named = format!("不一致：试研判 {of} daily-review.2024-11-{day:02} ");
        assert!(said.text.contains(&named), "{change}: {said:?}");
    }

    // Nor is another review put in the place of the one that it was compared with.
    let alter =
        "update review set document = replace(document, '清河花园供暖', '幸福里供暖') where first_day = '2024-11-04'";
    assert_eq!(raw.execute(alter).await, 1);
    let said = verify().await;
    assert!(said.text.contains("不一致：试研判 370705/ward-ledger 第 2 版 daily-review.2024-11-04 "), "{said:?}");
    server.finish_spoilt().await;
}

async fn a_try_that_breaks_off_keeps_no_review_from_being_held(on: Kind) {
    let server = started(on).await;
    let first = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let second = server.submitted(LEDGER, &entering("1.0.1", &["胜利新村供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": second })).await;
    let neighbour = "370705/zeal-ledger";
    let revision = server.approved(neighbour, &doing("zeal-ledger", ""), json!({})).await;
    server.done(neighbour, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    server.move_clock("2024-11-05T10:00").await;
    assert!(tried(&server, second, "2024-11-04").await.is_some());

    // Where a try cannot be kept, it breaks off after the period's own review.
    let mut raw = Raw::open(server.database()).await;
    raw.execute("alter table shadow_review rename column document to elsewhere").await;
    server.move_clock("2024-11-08T06:00").await;
    let days = ["2024-11-05", "2024-11-06", "2024-11-07"];
    for plugin in ["ward-ledger", "zeal-ledger"] {
        for day in days {
            assert!(held(&server, plugin, day).await.is_some(), "{plugin} {day}");
        }
    }
    raw.execute("alter table shadow_review rename column elsewhere to document").await;
    for day in days {
        assert_eq!(tried(&server, second, day).await, None, "{day}");
    }
    server.move_clock("2024-11-08T06:01").await;
    for day in days {
        let one = tried(&server, second, day).await.unwrap_or_else(|| panic!("{day} is made up for"));
        assert_eq!(one["beside"], true, "{day}");
    }

    // Nor does a candidate of which it cannot even be asked what is due.
    raw.execute("alter table shadow_review rename to tried_elsewhere").await;
    server.move_clock("2024-11-09T06:00").await;
    for plugin in ["ward-ledger", "zeal-ledger"] {
        assert!(held(&server, plugin, "2024-11-08").await.is_some(), "{plugin}");
    }
    raw.execute("alter table tried_elsewhere rename to shadow_review").await;
    server.move_clock("2024-11-09T06:01").await;
    assert!(tried(&server, second, "2024-11-08").await.is_some());
    server.finish().await;
}

async fn who_comes_late_sees_the_ledger_as_it_stood_for_the_review_that_was_held(on: Kind) {
    let server = started(on).await;
    // What is on reads no ledger: for the candidate that does, it is read afterwards.
    let mut unread = ledger("1.0.0");
    unread.review_reads.clear();
    let first = server.approved(LEDGER, &entering_as(&unread, &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    server.move_clock("2024-11-05T10:00").await;
    server.move_clock("2024-11-06T06:00").await;
    let review = held(&server, "ward-ledger", "2024-11-05").await.expect("it was held");
    assert_eq!((review.input.open_entries.len(), lines(&server).await), (0, 1), "entered the day before");

    // Two hours later another review of the rule links a document, settles that entry and makes another.
    let note = |kind, text: &str| {
        let (ledger, title) = ("ward-ledger/督查台账".to_owned(), "清河花园供暖".to_owned());
        ReviewEvent::LedgerNoted(LedgerNote { ledger, title, kind, text: text.to_owned() })
    };
    let item = LedgerItem {
        ledger: "ward-ledger/督查台账".into(),
        title: "胜利新村供暖".into(),
        handling_unit: None,
        basis: String::new(),
    };
    let day = "2024-10-01".parse().expect("a day");
    let mut later = ReviewRecord {
        id: ReviewId("daily-review.2024-10-01.370705.ward-ledger".into()),
        answer: Answered::Proposals(Vec::new()),
        events: vec![
            note(NoteKind::Document, "市供热条例"),
            note(NoteKind::Settled, "已经恢复供暖"),
            ReviewEvent::LedgerEntered(item),
        ],
        at: at("2024-11-06T08:00"),
        ..review
    };
    (later.input.first_day, later.input.last_day) = (day, day);
    let store = &server.desk().store;
    let generation = store.registry_generation().await.expect("the database answers");
    let written = store.commit_review(&later, &[], generation).await.expect("the database answers");
    assert_eq!((written, lines(&server).await), (ReviewCommit::Written, 2));

    let both = ["清河花园供暖", "胜利新村供暖"];
    let second = server.approved(LEDGER, &entering("1.0.1", &both), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": second })).await;
    server.move_clock("2024-11-06T10:00").await;
    let one = tried(&server, second, "2024-11-05").await.expect("it was tried");
    let entry = json!({
        "ledger": "督查台账", "title": "清河花园供暖", "entered_on": "2024-11-05", "handling_unit": "370705-CG",
    });
    assert_eq!(one["record"]["input"]["open_entries"], json!([entry]), "open, and without the document");
    assert_eq!(one["beside"], true);
    // The one stands as it stood in the morning, the other does not stand yet.
    assert_eq!(titles(&one["difference"]["only_candidate"]), ["胜利新村供暖"]);
    server.finish().await;
}
