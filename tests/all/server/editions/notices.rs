//! Holiday notices: provisional deadlines get their moment, a correction makes deadlines earlier
//! and none later, a faulty file changes nothing.

use super::{COMPUTED, DRY, NOTICE_2027, close, import_notice, notice, recomputed};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, at, eventually};
use crate::server::process::chuishao;
use crate::server::story::{dispatched, road_in_anqiu};
use chuishao_server::import::Receipt;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    the_next_years_notice_makes_provisional_deadlines_certain,
    a_correction_makes_deadlines_earlier_and_none_later,
    a_faulty_file_says_where_and_nothing_is_written,
    a_command_imports_beside_a_running_server,
    an_import_under_a_key_is_one_import
);

async fn the_next_years_notice_makes_provisional_deadlines_certain(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(close(&server, &id).await["due"]["awaiting-calendar"], 2027);
    let before: Value = server.read("/v1/calendar/notices").await;

    let dry = Answer::to(notice(&server, DRY, NOTICE_2027)).await.read::<Receipt>();
    assert_eq!(dry.changes, ["新增 2027 年放假安排（示例〔2026〕8号），全年 257 个工作日"]);
    assert!(!dry.written);
    assert_eq!(server.read::<Value>("/v1/calendar/notices").await, before, "a dry run changes nothing");

    let receipt = import_notice(&server, NOTICE_2027).await;
    assert_eq!((receipt.written, receipt.number, receipt.changes), (true, 1, dry.changes));
    recomputed(&server).await;
    let due = close(&server, &id).await;
    assert_eq!(due["due"]["at"], json!(at("2027-01-07T17:30")));
    let after: Value = server.read("/v1/calendar/notices").await;
    assert_ne!(after["calendar_version"], before["calendar_version"]);
    assert_eq!(due["calendar_version"], after["calendar_version"], "it says by which calendar");
    let line = &after["notices"].as_array().expect("a list")[3];
    assert_eq!((&line["year"], &line["in_force"]), (&json!(2027), &json!(true)));
    assert_eq!(line["imported_by"], "热线工作机构 0002");
    assert!(server.timeline(&id).await.line(COMPUTED).what.contains("2027-01-07 17:30"));
    // What is dispatched now has its moment at once.
    let next = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(close(&server, &next).await["due"], due["due"]);

    let timeline = server.timeline(&id).await;
    let server = server.restart("2026-12-30T09:30").await;
    recomputed(&server).await;
    assert_eq!(server.read::<Value>("/v1/calendar/notices").await, after, "a restart keeps it");
    assert_eq!(server.timeline(&id).await, timeline, "nothing is said twice");
    server.finish().await;
}

/// 7 October becomes a working day instead of Saturday the 10th.
fn correction() -> String {
    let text = include_str!("../../../../host/domain/data/notices/2026.csv");
    text.replace("2026-10-07,off,国庆节\n", "")
        .replace("2026-10-10,work,国庆节\n", "")
        .replace("〔2025〕7号", "〔2026〕9号")
        .replace("2025-11-04", "2026-09-29")
}

async fn a_correction_makes_deadlines_earlier_and_none_later(on: Kind) {
    let server = TestServer::start(on, &[], "2026-09-28T09:00").await;
    let earlier = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.move_clock("2026-09-29T09:00").await;
    let same = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.move_clock("2026-10-07T09:00").await;
    let later = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let due = async |id| close(&server, id).await["due"]["at"].clone();
    assert_eq!(due(&earlier).await, json!(at("2026-10-10T17:30")));
    let promised = [due(&same).await, due(&later).await];
    assert_eq!(promised, [json!(at("2026-10-12T17:30")), json!(at("2026-10-13T17:30"))]);

    let receipt = import_notice(&server, &correction()).await;
    let words = [
        "更正 2026 年放假安排：国办发明电〔2025〕7号 → 国办发明电〔2026〕9号",
        "2026-10-07 由放假改为上班",
        "2026-10-10 由上班改为放假",
    ];
    assert_eq!(receipt.changes, words);
    recomputed(&server).await;
    assert_eq!(due(&earlier).await, json!(at("2026-10-09T17:30")));
    assert!(server.timeline(&earlier).await.line(COMPUTED).what.contains("2026-10-09 17:30"));
    assert_eq!([due(&same).await, due(&later).await], promised, "what was promised stands");
    for id in [&same, &later] {
        assert!(!server.timeline(id).await.shows(COMPUTED));
    }
    // The one that it corrects stays readable.
    let notices: Value = server.read("/v1/calendar/notices").await;
    let of_2026 = notices["notices"].as_array().expect("a list").iter().filter(|one| one["year"] == 2026);
    let in_force: Vec<&Value> = of_2026.map(|one| &one["in_force"]).collect();
    assert_eq!(in_force, [false, true]);
    server.finish().await;
}

async fn a_faulty_file_says_where_and_nothing_is_written(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let before: Value = server.read("/v1/calendar/notices").await;
    let faulty = NOTICE_2027.replace("2027-05-01,off", "2027-05-03,work");
    let answer = Answer::to(notice(&server, "", &faulty)).await;
    assert_eq!(answer.refusal(), (422, "table-cell".into()));
    let problems = answer.read::<Value>()["problems"].as_array().expect("each of them").clone();
    assert!(problems.len() >= 2, "{problems:?}");
    assert!(problems[0]["chinese"].as_str().is_some_and(|words| words.contains("第 9 行 kind 栏")), "{problems:?}");

    let file = server.folder().join("2027.csv");
    std::fs::write(&file, &faulty).expect("written");
    let path = file.to_string_lossy().into_owned();
    let said = chuishao(&["calendar", "import", &path, "--yes", "--database", &server.database().url]).await;
    assert!(!said.success && said.text.contains(&format!("{path}：放假通知 第 9 行 kind 栏")), "{said:?}");

    let as_unit = server.post("/v1/calendar/notices").header("chuishao-actor", "unit-clerk:370784-ZJ");
    assert_eq!(Answer::to(as_unit.body(NOTICE_2027)).await.refusal(), (403, "not-entitled".into()));
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from notice").await, 0);
    assert_eq!(server.read::<Value>("/v1/calendar/notices").await, before);
    server.finish().await;
}

async fn a_command_imports_beside_a_running_server(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let (file, url) = (server.folder().join("2027.csv"), server.database().url.clone());
    std::fs::write(&file, NOTICE_2027).expect("written");
    let path = file.to_string_lossy().into_owned();
    let import =
        async |more: &[&str]| chuishao(&[&["calendar", "import", &path, "--database", &url], more].concat()).await;
    let dry = import(&["--dry-run"]).await;
    assert!(dry.success && dry.text.contains("新增 2027 年放假安排") && dry.text.contains("未写入"), "{dry:?}");
    // Nobody answers the question.
    let asked = import(&[]).await;
    assert!(!asked.success && asked.text.contains("什么都没有写入"), "{asked:?}");
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from notice").await, 0);

    let done = import(&["--yes", "--by", "王芳"]).await;
    assert!(done.success && done.text.contains("无须重启"), "{done:?}");
    eventually("it is taken up", async || close(&server, &id).await["due"]["at"] == json!(at("2027-01-07T17:30")))
        .await;
    let notices: Value = server.read("/v1/calendar/notices").await;
    assert_eq!(notices["notices"][3]["imported_by"], "王芳");
    let again = import(&["--yes"]).await;
    assert!(!again.success && again.text.contains("已经导入"), "{again:?}");

    let shown = chuishao(&["calendar", "show", "2027", "--database", &url]).await;
    assert_eq!(shown.text, NOTICE_2027, "as it can be imported");
    let due = chuishao(&["calendar", "due", "2026-12-30", "5", "--database", &url]).await;
    assert_eq!(due.text, "2027-01-07\n");
    server.finish().await;
}

async fn an_import_under_a_key_is_one_import(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let send = async |key: &str| Answer::to(notice(&server, "", NOTICE_2027).header("idempotency-key", key)).await;
    let (one, other) = tokio::join!(send("2027"), send("2027"));
    assert_eq!((one.status, other.status), (201, 201), "{one:?} {other:?}");
    assert_eq!(one.read::<Receipt>(), other.read::<Receipt>());
    assert_eq!(send("2027").await.read::<Receipt>(), one.read::<Receipt>());
    assert_eq!(send("another").await.refusal(), (422, "notice-known".into()));
    let other = NOTICE_2027.replace("8号", "9号");
    let reused = notice(&server, "", &other).header("idempotency-key", "2027");
    assert_eq!(Answer::to(reused).await.refusal(), (422, "key-of-another".into()));
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from notice").await, 1);
    let unknown = notice(&server, "?dryrun=true", NOTICE_2027);
    assert_eq!(Answer::to(unknown).await.refusal(), (400, "bad-request".into()));
    server.finish().await;
}
