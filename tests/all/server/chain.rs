//! Decisions are a chain, and every day is sealed: whatever somebody with a connection to the
//! database changes, takes away or puts in is named, also what he covers up by writing the rest
//! to fit.

use super::components::{components, rule};
use super::databases::{Raw, on_both};
use super::harness::{TestServer, at, eventually};
use super::process::{Said, chuishao};
use super::story::{CALL_TAKER, accept, cold_room, heating_fields, matter};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::rule::seal::SealLine;
use chuishao_server::store::Kind;
use jiff::civil::date;
use std::collections::BTreeSet;

on_both!(
    every_altered_record_is_named,
    a_chain_that_was_cut_or_written_anew_is_named,
    a_ticket_that_was_taken_away_is_named,
    seals_are_a_chain_of_their_own,
    the_clock_seals_each_day_once,
    what_is_kept_elsewhere_is_compared
);

const UNREADABLE: &str = "不能识别，或检索列与内容不一致";

/// What is done to the three decisions of one ticket, `$` being its id, and what the check says.
const SPOILT: [(&str, &[&str]); 14] = [
    // The input, the answer, the verdict, what it cost, what it was asked about.
    ("set document = replace(document, '虞河花园', '虞河新村') where ticket_id = '$' and number = 1", &["第 1 条"]),
    ("set document = replace(document, '供热', '供冷') where ticket_id = '$' and number = 1", &["第 1 条"]),
    (
        "set document = replace(document, '\"events\":[', '\"events\":[9,') where ticket_id = '$' and number = 1",
        &["第 1 条"],
    ),
    ("set document = replace(document, '\"fuel\":', '\"fuel\":1') where ticket_id = '$' and number = 2", &["第 2 条"]),
    (
        "set document = replace(document, '\"at\":\"2024-11-06T0', '\"at\":\"2024-11-05T0') where ticket_id = '$' and number = 3",
        &["第 3 条", UNREADABLE],
    ),
    ("set document = '{' where ticket_id = '$' and number = 3", &["第 3 条", UNREADABLE]),
    (
        "set hash = '0' || substr(hash, 1, 63) where ticket_id = '$' and number = 2",
        &["第 2 条", "第 3 条", "待封存的链尾不符"],
    ),
    (
        "set hash = '0' || substr(hash, 1, 63) where ticket_id = '$' and number = 3",
        &["第 3 条", "与工单所记的链尾不符", "待封存的链尾不符"],
    ),
    (
        "set edition = (select max(e.digest) from edition e where e.digest <> decision.edition) where ticket_id = '$' and number = 2",
        &["第 2 条", UNREADABLE],
    ),
    (
        "set number = 9 where ticket_id = '$' and number = 1",
        &["第 1 条决定记录缺失", "第 4 至 8 条决定记录缺失", "有多出的", "既未封存", "待封存的链尾不符"],
    ),
    // Beside the text.
    ("set rule = 'another' where ticket_id = '$' and number = 1", &[UNREADABLE]),
    ("set failed = true where ticket_id = '$' and number = 2", &[UNREADABLE]),
    ("set at = at + 1 where ticket_id = '$' and number = 2", &[UNREADABLE]),
    ("set event_sequence = 1 where ticket_id = '$' and number = 3", &[UNREADABLE]),
];

async fn verify(server: &TestServer) -> Said {
    chuishao(&["verify", "--database", &server.database().url]).await
}

/// What the check says of a ticket or a seal.
fn told<'a>(said: &'a Said, of: &str) -> Vec<&'a str> {
    said.text.lines().filter_map(|line| line.strip_prefix("不一致：")?.strip_prefix(of)).collect()
}

fn is_told(said: &Said, of: &str, words: &str) -> bool {
    !said.success && told(said, of).iter().any(|told| told.contains(words))
}

/// Cold rooms, each with three decisions of the heating rule.
pub async fn with_cold_rooms(on: Kind, count: usize) -> (TestServer, Vec<TicketId>) {
    let rules = [rule(&components().heating, "WF"), rule(&components().overreach, "370703")];
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    // The clock closes the day before at its first look; from then on the test seals.
    eventually("yesterday is sealed", async || {
        server.desk().store.sealed_until().await.expect("it reads") == Some(date(2024, 11, 5))
    })
    .await;
    let mut ids = Vec::new();
    for _ in 0..count {
        let id = server.register(&cold_room()).await.ticket;
        server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
        server.act(&id, CALL_TAKER, accept()).await;
        ids.push(id);
    }
    (server, ids)
}

/// Seals everything until now.
async fn seal(server: &TestServer, day: jiff::civil::Date) -> usize {
    server.desk().store.seal_day(day, server.desk().clock.now()).await.expect("it is sealed").len()
}

async fn every_altered_record_is_named(on: Kind) {
    let (server, ids) = with_cold_rooms(on, SPOILT.len() + 5).await;
    let other = server.register(&matter("complaint", "0601", "370703", "北海花园")).await.ticket;
    server.act(&other, CALL_TAKER, accept()).await;
    let healthy = verify(&server).await;
    assert!(healthy.success && healthy.text.contains("条决定记录"), "{healthy:?}");

    let mut raw = Raw::open(server.database()).await;
    for (id, (sql, _)) in ids.iter().zip(SPOILT) {
        assert_eq!(raw.execute(&format!("update decision {}", sql.replace('$', id.as_str()))).await, 1, "{sql}");
    }
    let rest = &ids[SPOILT.len()..];
    for (id, sql) in rest.iter().zip([
        "delete from decision where number = 2 and ticket_id = '$'",
        "delete from decision where number = 3 and ticket_id = '$'",
        "delete from decision where ticket_id = '$'",
        "insert into decision (ticket_id, number, event_sequence, rule, edition, failed, at, hash, document) \
         select ticket_id, 4, event_sequence, rule, edition, failed, at, hash, document from decision \
         where number = 3 and ticket_id = '$'",
    ]) {
        assert!(raw.execute(&sql.replace('$', id.as_str())).await > 0, "{sql}");
    }
    let said = verify(&server).await;
    for (id, (sql, words)) in ids.iter().zip(SPOILT) {
        let told = told(&said, id.as_str());
        assert_eq!(told.len(), words.len(), "{sql}: {told:?}");
        assert!(words.iter().all(|words| told.iter().any(|told| told.contains(words))), "{sql}: {told:?}");
    }
    for (id, words) in rest.iter().zip(["第 2 条决定记录缺失", "只到第 2 条", "只到第 0 条", "却到第 4 条"])
    {
        assert!(is_told(&said, id.as_str(), words), "{words}: {said:?}");
    }
    assert_eq!(told(&said, rest[4].as_str()), [""; 0], "a sound ticket is not accused");
    server.finish_spoilt().await;
}

/// The last record taken away with everything that tells of it; and a whole chain made to fit.
async fn a_chain_that_was_cut_or_written_anew_is_named(on: Kind) {
    let (server, ids) = with_cold_rooms(on, 4).await;
    let mut raw = Raw::open(server.database()).await;
    let cut = async |raw: &mut Raw, id: &TicketId| {
        let head = raw.texts(&format!("select hash from decision where ticket_id = '{id}' and number = 2")).await;
        raw.execute(&format!("delete from decision where ticket_id = '{id}' and number = 3")).await;
        let fit = format!("update ticket set decision_count = 2, decision_head = '{}' where id = '{id}'", head[0]);
        assert_eq!(raw.execute(&fit).await, 1);
    };
    cut(&mut raw, &ids[0]).await;
    let said = verify(&server).await;
    assert!(is_told(&said, ids[0].as_str(), "待封存的链尾不符"), "{said:?}");

    assert_eq!(seal(&server, date(2024, 11, 6)).await, 1);
    cut(&mut raw, &ids[1]).await;
    let said = verify(&server).await;
    assert!(is_told(&said, &format!("{}（封存第", ids[1]), "封存过的决定记录缺失"), "{said:?}");

    // Another answer, and everything behind it computed again.
    let id = &ids[2];
    let altered = "update decision set document = replace(document, '供热', '供冷') where number = 1 and ticket_id = ";
    assert_eq!(raw.execute(&format!("{altered}'{id}'")).await, 1);
    let mut chain = Chain::default();
    for number in 1..=3 {
        let of = format!("from decision where ticket_id = '{id}' and number = {number}");
        let edition = raw.texts(&format!("select edition {of}")).await.remove(0);
        let call = raw.texts(&format!("select document {of}")).await.remove(0);
        chain.append(id, &edition, &call);
        let write =
            format!("update decision set hash = '{}' where ticket_id = '{id}' and number = {number}", chain.head);
        assert_eq!(raw.execute(&write).await, 1);
    }
    raw.execute(&format!("update ticket set decision_head = '{}' where id = '{id}'", chain.head)).await;
    let said = verify(&server).await;
    let told_of = told(&said, id.as_str());
    assert!(matches!(told_of[..], [one] if one.contains("封存后被重写")), "only the seal knows: {told_of:?}");
    assert_eq!(told(&said, ids[3].as_str()), [""; 0]);
    server.finish_spoilt().await;
}

/// Every row of it, as if there never had been such a call.
async fn a_ticket_that_was_taken_away_is_named(on: Kind) {
    let (server, ids) = with_cold_rooms(on, 3).await;
    let mut raw = Raw::open(server.database()).await;
    let take_away = async |raw: &mut Raw, id: &TicketId| {
        for table in ["event", "decision", "matter", "copy", "outcome", "to_do", "caller_sealed"] {
            raw.execute(&format!("delete from {table} where ticket_id = '{id}'")).await;
        }
        assert_eq!(raw.execute(&format!("delete from ticket where id = '{id}'")).await, 1);
    };
    take_away(&mut raw, &ids[0]).await;
    let said = verify(&server).await;
    assert!(is_told(&said, ids[0].as_str(), "待封存的工单缺失"), "{said:?}");
    raw.execute(&format!("delete from unsealed_head where ticket_id = '{}'", ids[0])).await;

    assert_eq!(seal(&server, date(2024, 11, 6)).await, 1);
    let said = verify(&server).await;
    // The seals never knew it; that somebody called and was counted, others know.
    assert!(!is_told(&said, ids[0].as_str(), "工单缺失"), "{said:?}");
    assert!(said.text.contains("有来电人记录而没有工单") && said.text.contains("统计数与工单不一致"), "{said:?}");
    take_away(&mut raw, &ids[1]).await;
    let said = verify(&server).await;
    assert!(is_told(&said, &format!("{}（封存第", ids[1]), "封存过的工单缺失"), "{said:?}");
    assert_eq!(told(&said, ids[2].as_str()), [""; 0]);
    server.finish_spoilt().await;
}

async fn seals_are_a_chain_of_their_own(on: Kind) {
    let (server, ids) = with_cold_rooms(on, 1).await;
    for day in 6..=8 {
        let more = server.register(&cold_room()).await;
        assert!(seal(&server, date(2024, 11, day)).await == 1, "{more:?}");
        assert_eq!(seal(&server, date(2024, 11, day)).await, 0, "once a day");
    }
    let seals = server.desk().store.seals().await.expect("they read");
    let last = seals.last().expect("there are some").number;
    let mut raw = Raw::open(server.database()).await;
    let restore = "update seal set digest = substr(digest, 3), heads = heads - 1 where digest like '0x%'";
    for (sql, of, words) in [
        (
            "update seal set digest = '0x' || digest, heads = heads + 1 where number = $".to_owned(),
            last,
            "摘要与所封存",
        ),
        (
            "update seal set digest = '0x' || digest, heads = heads + 1 where number = $ - 1".to_owned(),
            last,
            "不接上一号",
        ),
        ("update seal set day = '2024-11-09' where number = $".to_owned(), last, "摘要与所封存"),
    ] {
        assert_eq!(raw.execute(&sql.replace('$', &last.to_string())).await, 1, "{sql}");
        let said = verify(&server).await;
        assert!(is_told(&said, &format!("封存第 {of} 号"), words), "{sql}: {said:?}");
        raw.execute(restore).await;
        raw.execute(&format!("update seal set day = '2024-11-08' where number = {last}")).await;
        assert!(verify(&server).await.success, "{sql}: as it was");
    }
    // The newest one taken away: what it covered is covered by none.
    raw.execute(&format!("delete from seal where number = {last}")).await;
    let said = verify(&server).await;
    assert!(said.text.contains("既未封存也不待封存"), "{said:?}");
    assert_eq!(told(&said, ids[0].as_str()), [""; 0]);
    server.finish_spoilt().await;
}

async fn the_clock_seals_each_day_once(on: Kind) {
    let (server, mut ids) = with_cold_rooms(on, 2).await;
    server.move_clock("2024-11-07T00:00").await;
    let store = &server.desk().store;
    let until = async |day| {
        eventually("the day is sealed", async || store.sealed_until().await.expect("it reads") == Some(day)).await;
    };
    until(date(2024, 11, 6)).await;
    let sealed = store.seals().await.expect("they read");
    assert_eq!(sealed.iter().map(|seal| seal.heads).sum::<u64>(), ids.len() as u64);
    ids.push(server.register(&cold_room()).await.ticket);
    server.move_clock("2024-11-09T08:00").await;
    until(date(2024, 11, 8)).await;
    let server = server.restart("2024-11-09T08:01").await;
    let seals = server.desk().store.seals().await.expect("they read");
    let days: BTreeSet<_> = seals.iter().map(|seal| seal.day).collect();
    assert_eq!(days.len(), seals.len(), "each day once: {seals:?}");
    // A seal has one head for each ticket of which something was decided that day.
    let mut grown = 0;
    for id in &ids {
        let days = server.decisions(id).await.into_iter().map(|decision| civil(decision.call.at).date());
        grown += days.filter(|day| *day <= date(2024, 11, 8)).collect::<BTreeSet<_>>().len() as u64;
    }
    assert!(grown > 2, "{ids:?}");
    assert_eq!(seals.iter().map(|seal| seal.heads).sum::<u64>(), grown, "each day's tickets, and nothing twice");
    server.finish().await;
}

async fn what_is_kept_elsewhere_is_compared(on: Kind) {
    let (server, _) = with_cold_rooms(on, 1).await;
    seal(&server, date(2024, 11, 6)).await;
    let url = server.database().url.clone();
    let listed = chuishao(&["seal", "list", "--database", &url]).await;
    assert!(listed.success, "{listed:?}");
    let lines: Vec<SealLine> = listed.text.lines().map(|line| line.parse().expect("a line")).collect();
    let seals = server.desk().store.seals().await.expect("they read");
    assert_eq!(lines, seals.iter().map(SealLine::from).collect::<Vec<_>>());

    let kept = server.folder().join("seals.txt");
    let compare = async |text: &str| {
        std::fs::write(&kept, text).expect("written");
        chuishao(&["seal", "compare", "--database", &url, &kept.to_string_lossy()]).await
    };
    let same = compare(&listed.text).await;
    assert!(same.success && same.text.contains("全部相符"), "{same:?}");
    let other = compare(&listed.text.replace(&seals[0].digest, &"0".repeat(64))).await;
    assert!(!other.success && other.text.contains("与外存的不同"), "{other:?}");
    let more = compare(&format!("{}\n99 2024-11-07 1 {}\n", listed.text.trim(), "0".repeat(64))).await;
    assert!(!more.success && more.text.contains("数据库中没有"), "{more:?}");
    let nonsense = compare("nonsense").await;
    assert!(!nonsense.success && nonsense.text.contains("不是封存行"), "{nonsense:?}");
    assert_eq!(at("2024-11-06T09:00"), server.desk().clock.now());
    server.finish().await;
}
