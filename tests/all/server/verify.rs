//! The check says what is wrong: a database is spoilt in every way that would lose a timer, a
//! copy or a word without anybody noticing, and the binary names each ticket beside a
//! running server.

use super::components::{components, rule};
use super::databases::{Raw, on_both};
use super::harness::TestServer;
use super::process::chuishao;
use super::story::{dispatched, handled, noise, road_in_anqiu};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;

on_both!(
    everything_that_is_wrong_is_named,
    a_moment_of_a_copy_that_is_wrong_is_named,
    rows_without_a_ticket_are_named,
    a_spoilt_archive_is_named,
    an_altered_edition_is_named
);

const FOLD: &str = "与其事件的叠加不一致";
const GAP: &str = "事件序号不连续";
const COLUMN: &str = "检索列与工单不一致";
const MATTER: &str = "诉求检索表与工单不一致";
const TO_DO: &str = "待办表与工单不一致";
const OUTCOME: &str = "办理结果表与工单不一致";
const COPY: &str = "抄送表与事件不一致";
const ARCHIVE: &str = "归档标记与归档表不一致";
const RECORD: &str = "事件或归档记录不能识别";
const EDITION: &str = "规则版次缺失或被改动";
const DOCUMENT: &str = "工单内容不能识别";

/// What is done to one ticket, `$` being its id, and what the check says to it.
const SPOILT: [(&str, &[&str]); 31] = [
    ("update ticket set document = replace(document, '来电反映的问题', '别的问题') where id = '$'", &[FOLD, MATTER]),
    ("update ticket set document = replace(document, '汶水小区', '别的小区') where id = '$'", &[FOLD, MATTER]),
    ("update ticket set document = '{' where id = '$'", &[DOCUMENT]),
    ("update ticket set version = version + 1 where id = '$'", &[COLUMN]),
    ("update ticket set state = 'accepted' where id = '$'", &[COLUMN]),
    ("update ticket set lead_unit = '' where id = '$'", &[COLUMN]),
    ("update ticket set due_at = due_at + 1 where id = '$'", &[COLUMN]),
    ("update ticket set due_at = null where id = '$'", &[COLUMN]),
    ("update ticket set wakes_at = null where id = '$'", &[COLUMN]),
    ("update ticket set awaits_calendar = true where id = '$'", &[COLUMN]),
    ("update ticket set closed_at = 0 where id = '$'", &[COLUMN]),
    ("update ticket set waits_for = '' where id = '$'", &[COLUMN]),
    ("update ticket set waits_since = waits_since + 1 where id = '$'", &[COLUMN]),
    ("update outcome set first_solved = true where ticket_id = '$'", &[OUTCOME]),
    ("update outcome set first_response_at = received_at where ticket_id = '$'", &[OUTCOME]),
    ("update outcome set ran_late = true where ticket_id = '$'", &[OUTCOME]),
    ("update outcome set department = '' where ticket_id = '$'", &[OUTCOME]),
    ("delete from outcome where ticket_id = '$'", &[OUTCOME]),
    ("delete from event where ticket_id = '$' and sequence = 2", &[FOLD, GAP]),
    (
        "delete from event where ticket_id = '$' and sequence = \
         (select max(e.sequence) from event e where e.ticket_id = '$')",
        &[FOLD, COPY],
    ),
    (
        "update event set document = replace(document, '来电反映的问题', '别的问题') where ticket_id = '$' and sequence = 1",
        &[FOLD],
    ),
    ("update event set document = '{' where ticket_id = '$' and sequence = 2", &[RECORD]),
    ("update matter set estate = '别的小区' where ticket_id = '$'", &[MATTER]),
    ("update matter set shingles = shingles - 1 where ticket_id = '$'", &[MATTER]),
    ("delete from matter where ticket_id = '$'", &[MATTER]),
    ("delete from copy where ticket_id = '$' and statutory", &[COPY]),
    ("insert into copy (ticket_id, reader, copied_at, statutory) values ('$', 'WF-GA', 0, true)", &[COPY]),
    ("update copy set statutory = false where ticket_id = '$' and statutory", &[COPY]),
    ("update ticket set archived = true where id = '$'", &[ARCHIVE]),
    ("delete from to_do where ticket_id = '$' and kind = 'take-up'", &[TO_DO]),
    ("update to_do set due_at = due_at + 1 where ticket_id = '$' and kind = 'take-up-copy'", &[TO_DO]),
];

async fn verify(server: &TestServer) -> super::process::Said {
    chuishao(&["verify", "--database", &server.database().url]).await
}

/// The words that the check says of a ticket.
fn told<'a>(text: &'a str, id: &TicketId) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.strip_prefix(&format!("不一致：{id} "))).collect()
}

async fn everything_that_is_wrong_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut ids = Vec::new();
    for _ in 0..=SPOILT.len() {
        ids.push(dispatched(&server, &road_in_anqiu(), "370784-ZJ").await);
    }
    let healthy = verify(&server).await;
    assert!(healthy.success && healthy.text.contains("全部一致"), "{healthy:?}");

    let mut raw = Raw::open(server.database()).await;
    for (id, (sql, _)) in ids.iter().zip(SPOILT) {
        assert_eq!(raw.execute(&sql.replace('$', id.as_str())).await, 1, "{sql}");
    }
    let said = verify(&server).await;
    assert!(!said.success && !said.text.contains("全部一致"), "{said:?}");
    for (id, (sql, words)) in ids.iter().zip(SPOILT) {
        let told = told(&said.text, id);
        assert!(told.len() == words.len(), "{sql}: {told:?}");
        assert!(words.iter().all(|words| told.iter().any(|told| told.contains(words))), "{sql}: {told:?}");
    }
    assert_eq!(told(&said.text, &ids[SPOILT.len()]), [""; 0], "a sound ticket is not accused");
    // What tickets are counted from is wrong, and so the sums are not those of the tickets.
    let figures = said.text.lines().filter(|line| line.starts_with("不一致：") && !line.starts_with("不一致：WF"));
    let figures = figures.count();
    assert!(figures > 5, "{said:?}");
    let faults = figures + SPOILT.iter().map(|(_, words)| words.len()).sum::<usize>();
    assert!(said.text.contains(&format!("共有 {faults} 处不一致")), "{said:?}");
    server.finish_spoilt().await;
}

/// By this column a department's list is ordered and a month's copies are counted.
async fn a_moment_of_a_copy_that_is_wrong_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.execute("update copy set copied_at = copied_at - 2678400000 where statutory").await, 1);
    let said = verify(&server).await;
    assert!(!said.success && told(&said.text, &id).iter().any(|told| told.contains(COPY)), "{said:?}");
    server.finish_spoilt().await;
}

async fn rows_without_a_ticket_are_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let lost = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.execute(&format!("delete from ticket where id = '{lost}'")).await, 1);
    let said = verify(&server).await;
    let told = told(&said.text, &lost);
    assert!(!said.success && !told.is_empty(), "{said:?}");
    assert!(told.iter().all(|told| told.contains("有记录而没有工单")), "{said:?}");
    server.finish_spoilt().await;
}

async fn a_spoilt_archive_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
        handled(&server, &id, "370784-ZJ", true).await;
        ids.push(id);
    }
    // A week later nothing moves a closed ticket any more.
    server.move_clock("2024-07-03T09:00").await;
    let now = server.desk().clock.now();
    let moved =
        server.desk().store.archive(now.checked_add(jiff::SignedDuration::from_hours(1)).expect("in range"), now);
    assert_eq!(moved.await.expect("the database answers").moved, 4);
    let mut raw = Raw::open(server.database()).await;
    let not_gzip = if on == Kind::Sqlite { "x'00ff'" } else { "'\\x00ff'::bytea" };
    for sql in [
        format!("update ticket set archived = false where id = '{}'", ids[0]),
        format!("delete from archive where ticket_id = '{}'", ids[1]),
        format!("update archive set document = {not_gzip} where ticket_id = '{}'", ids[2]),
    ] {
        assert_eq!(raw.execute(&sql).await, 1, "{sql}");
    }
    let said = verify(&server).await;
    assert!(!said.success, "{said:?}");
    for (id, words) in [(&ids[0], ARCHIVE), (&ids[1], FOLD), (&ids[1], ARCHIVE), (&ids[2], RECORD)] {
        assert!(told(&said.text, id).iter().any(|told| told.contains(words)), "{words}: {said:?}");
    }
    assert_eq!(told(&said.text, &ids[3]), [""; 0]);
    server.finish_spoilt().await;
}

/// What a rule was when it decided is as good as the decision itself.
async fn an_altered_edition_is_named(on: Kind) {
    let rules = [rule(&components().mediation, "370705")];
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let healthy = verify(&server).await;
    assert!(healthy.success, "{healthy:?}");
    let mut raw = Raw::open(server.database()).await;
    let altered = "update edition set document = replace(document, '\"same-complaints\":3', '\"same-complaints\":9')";
    assert_eq!(raw.execute(altered).await, 1);
    let said = verify(&server).await;
    assert!(!said.success && told(&said.text, &id).iter().any(|told| told.contains(EDITION)), "{said:?}");
    assert_eq!(raw.execute("delete from edition").await, 1);
    let said = verify(&server).await;
    assert!(!said.success && told(&said.text, &id).iter().any(|told| told.contains(EDITION)), "{said:?}");
    server.finish_spoilt().await;
}

/// A bit that flips on a disk leaves text that is no text: the check goes on and names it.
#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_no_text_is_named() {
    let server = TestServer::start(Kind::Sqlite, &[], "2024-06-25T09:10").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(dispatched(&server, &road_in_anqiu(), "370784-ZJ").await);
    }
    let mut raw = Raw::open(server.database()).await;
    // 来, with the second of its bytes gone wrong.
    let flipped = "replace(document, '来电', cast(x'e61da5' as text) || '电')";
    for sql in [
        format!("update event set document = {flipped} where ticket_id = '{}' and sequence = 1", ids[0]),
        format!("update ticket set document = {flipped} where id = '{}'", ids[1]),
        format!("update matter set estate = cast(x'e61da5' as text) where ticket_id = '{}'", ids[2]),
    ] {
        assert_eq!(raw.execute(&sql).await, 1, "{sql}");
    }
    let said = verify(&server).await;
    assert!(!said.success, "{said:?}");
    for (id, words) in [(&ids[0], RECORD), (&ids[1], DOCUMENT), (&ids[2], MATTER)] {
        assert!(told(&said.text, id).iter().any(|told| told.contains(words)), "{id} {words}: {said:?}");
    }
    assert_eq!(told(&said.text, &ids[3]), [""; 0]);
    server.finish_spoilt().await;
}
