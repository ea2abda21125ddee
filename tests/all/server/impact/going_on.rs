//! A run that is stopped or killed goes on where it was, and comes out the same.

use super::super::components::{binary, components};
use super::super::databases::{Raw, TestDatabase, on_both};
use super::super::harness::eventually;
use super::{YEAR, on, report, run_until, trial, year};
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::rule::settings::Settings;
use chuishao_server::impact::run::{ImpactError, MOST_PARTS};
use chuishao_server::impact::runs::{Runs, Standing};
use chuishao_server::store::{Kind, Store};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

on_both!(a_stopped_run_goes_on_where_it_was, a_killed_run_goes_on_where_it_was, a_server_has_its_runs_under_way,);

/// Enough that a run takes a while in an unoptimised build.
const TICKETS: u32 = 1_500;

async fn with_year(kind: Kind, folder: &Path) -> TestDatabase {
    let database = TestDatabase::new(kind, folder).await;
    year(&database, folder, TICKETS).await;
    database
}

const PARTS_DONE: &str = "select count(*) from impact_part";

async fn a_stopped_run_goes_on_where_it_was(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = with_year(kind, folder.path()).await;
    let asked = trial(&on(&components().mediation, "370705", &Settings::new()), &[], YEAR);
    let whole = report(&database, &asked).await;
    assert!(whole.sums.asked > 0);

    let stopped = run_until(&database, &asked, |at| at.tickets_done > at.tickets / 3 && at.tickets > 0).await;
    assert!(matches!(stopped, Err(ImpactError::Stopped)), "{stopped:?}");
    let mut raw = Raw::open(&database).await;
    let done = raw.number(PARTS_DONE).await;
    assert!(done > 0 && done < i64::from(MOST_PARTS), "{done}");
    assert_eq!(raw.number("select count(*) from impact_run where done_at is null").await, 1);
    assert_eq!(report(&database, &asked).await, whole);
    assert_eq!(raw.number("select count(*) from impact_run where done_at is null").await, 0);

    // What was done is not done again: a mark in it is still there.
    let stopped = run_until(&database, &asked, |at| at.tickets_done > at.tickets / 3 && at.tickets > 0).await;
    assert!(matches!(stopped, Err(ImpactError::Stopped)), "{stopped:?}");
    let mark =
        "update impact_part set document = replace(document, '\"unreadable\":0', '\"unreadable\":7') where part = 0";
    assert_eq!(raw.execute(mark).await, 1);
    assert_eq!(report(&database, &asked).await.sums.unreadable, 7);
    assert_eq!(report(&database, &asked).await, whole, "one that is done is begun again");
    database.remove().await;
}

/// How often a run may end before this program comes to kill it.
const MOST_TRIES: usize = 5;

/// Kills a run when some of its parts are done; whether it did not end before.
async fn killed_on_its_way(mut child: Child, raw: &mut Raw) -> bool {
    let unfinished = "select count(*) from impact_part p join impact_run r on r.id = p.run_id where r.done_at is null";
    while child.try_wait().expect("it is ours").is_none() {
        if raw.number(unfinished).await >= 3 {
            child.kill().expect("kill -9");
            child.wait().expect("it ends");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let done = raw.number(unfinished).await;
    assert!(done == 0 || done >= 3, "what is done stays done: {done}");
    (3..i64::from(MOST_PARTS)).contains(&done)
}

async fn a_killed_run_goes_on_where_it_was(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = with_year(kind, folder.path()).await;
    let asked = trial(&on(&components().mediation, "WF", &Settings::new()), &[], YEAR);
    let whole = report(&database, &asked).await;
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (url, data, json) = (database.url.clone(), path("data"), path("report.json"));
    let run = move || {
        let mut command = Command::new(binary());
        command.args(["impact", "--database", &url, "--data", &data, "--territory", "WF", "--threads", "1"]);
        command.args(["--from", "2024-01-01", "--until", "2025-01-01", "--json", &json, "--candidate"]);
        command.arg(&components().mediation).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let mut raw = Raw::open(&database).await;
    let mut tries = 1..=MOST_TRIES;
    while !killed_on_its_way(run().spawn().expect("it starts"), &mut raw).await {
        assert!(tries.next().is_some(), "it always ends before it is killed");
        for of_an_ended_one in ["delete from impact_part", "delete from impact_run"] {
            raw.execute(of_an_ended_one).await;
        }
        // It may not have come to writing it.
        let _ = std::fs::remove_file(path("report.json"));
    }
    assert!(!Path::new(&path("report.json")).exists());

    let ended = tokio::task::spawn_blocking(move || run().status()).await.expect("it ends").expect("it starts");
    assert!(ended.success());
    let resumed: ImpactReport =
        serde_json::from_str(&std::fs::read_to_string(path("report.json")).expect("written")).expect("a report");
    assert_eq!(resumed, whole);
    database.remove().await;
}

async fn a_server_has_its_runs_under_way(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = with_year(kind, folder.path()).await;
    let asked = trial(&on(&components().mediation, "WF", &Settings::new()), &[], YEAR);
    let other = trial(&on(&components().mediation, "370705", &Settings::new()), &[], YEAR);
    let (whole, of_other) = (report(&database, &asked).await, report(&database, &other).await);
    let reader = Store::open_to_read(&database.address).await.expect("it is there");
    let keeper = Store::open_beside(&database.address).await.expect("it is there");
    let runs = Runs::new(reader.clone(), keeper.clone());
    let standing = async |id: &str| runs.standing(id).await.expect("the database answers");
    assert_eq!(standing("nobody asked").await, None);

    let id = runs.start(asked.clone()).expect("it begins");
    assert_eq!(runs.start(asked.clone()).expect("it goes on"), id, "what is asked twice is one run");
    let second = runs.start(other).expect("it begins");
    let is_on_its_way = async || match standing(&id).await {
        Some(Standing::Running(at)) => at.tickets_done > 0,
        standing => standing == Some(Standing::Done),
    };
    eventually("it is on its way", is_on_its_way).await;
    let (of_second, reported) = (standing(&second).await, runs.report(&id).await.expect("the database answers"));
    // Unless it was quicker than this test.
    if matches!(standing(&id).await, Some(Standing::Running(_))) {
        assert_eq!((of_second, reported), (Some(Standing::Waiting), None), "one at a time");
    }
    runs.stop(&id);
    let has_ended = async || matches!(standing(&id).await, Some(Standing::Stopped | Standing::Done));
    eventually("it has stopped", has_ended).await;
    eventually("the second is done", async || standing(&second).await == Some(Standing::Done)).await;
    assert_eq!(runs.report(&second).await.expect("the database answers"), Some(of_other));

    assert_eq!(runs.start(asked.clone()).expect("it goes on"), id);
    eventually("it is on its way once more", is_on_its_way).await;
    // Who was told to stop has not ended yet: whoever asks now is not told that it goes on, and left with nothing.
    runs.stop(&id);
    assert_eq!(runs.start(asked).expect("it begins once more"), id);
    eventually("it is done", async || standing(&id).await == Some(Standing::Done)).await;
    assert_eq!(runs.report(&id).await.expect("the database answers"), Some(whole));
    // Another server knows of it, too.
    let elsewhere = Runs::new(reader.clone(), keeper.clone());
    assert_eq!(elsewhere.standing(&id).await.expect("the database answers"), Some(Standing::Done));
    keeper.close().await;
    reader.close().await;
    database.remove().await;
}
