//! `receivers.toml`: what is wrong in it is said, and what is changed in it takes effect without a
//! document lost.

use super::receiver::{Manner, Receiver, entry, write_receivers};
use super::{DAY, SECRET, enforced, hasten, sending_to, standing};
use crate::certificate::Certificate;
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, config, eventually};
use crate::server::story::dispatched;
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::outward::signature::{Secret, SignedHeaders, sign};
use chuishao_server::housekeeping::clean;
use chuishao_server::receivers::Receiver as Configured;
use chuishao_server::server::start;
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    both_secrets_sign_while_one_is_changed,
    an_inactive_receiver_gets_later_what_it_missed,
    over_tls_it_is_sent_to_whom_the_named_authority_vouches_for,
    who_fetches_signs_for_what_it_has,
    a_name_stays_with_its_stream,
    a_receiver_that_was_removed_keeps_nothing_back
);

/// The secret that comes after the first.
pub(super) const NEXT_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn both_secrets_sign_while_one_is_changed(on: Kind) {
    let platform = Receiver::start(Manner::Takes).await;
    let mut server = TestServer::start(on, &[], DAY).await;
    for (files, secrets) in [("[\"secret\", \"next\"]", &[SECRET, NEXT_SECRET][..]), ("[\"next\"]", &[NEXT_SECRET])] {
        server.stop().await;
        std::fs::write(server.folder().join("next"), NEXT_SECRET).expect("written");
        write_receivers(server.folder(), &entry("platform", &platform.url, "").replace("[\"secret\"]", files));
        server.resume(DAY).await;
        let before = platform.taken().len();
        server.register(&enforced()).await;
        platform.has(before + 1).await;
        let seen = platform.seen().pop().expect("a request");
        let signed = |secrets: &[&str]| {
            let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::parse(text).expect("a secret")).collect();
            let at = jiff::Timestamp::from_second(seen.sent_at.parse().expect("seconds")).expect("in range");
            let SignedHeaders([_, _, (_, signatures)]) = sign(&secrets, &seen.id, at, &seen.body);
            signatures
        };
        assert_eq!(seen.signatures, signed(secrets));
        assert!(seen.signatures.split(' ').any(|one| one == signed(&[NEXT_SECRET])), "who has the new one, checks it");
    }
    server.finish().await;
}

async fn an_inactive_receiver_gets_later_what_it_missed(on: Kind) {
    let (well, away) = (Receiver::start(Manner::Takes).await, Receiver::start(Manner::Takes).await);
    let mut server = TestServer::start(on, &[], DAY).await;
    for active in [false, true] {
        server.stop().await;
        let away_entry = entry("away", &away.url, &format!("active = {active}"));
        write_receivers(server.folder(), &format!("{away_entry}{}", entry("well", &well.url, "")));
        server.resume(DAY).await;
        if !active {
            dispatched(&server, &enforced(), "370705-GA").await;
            well.has(3).await;
            let noted = async || standing(&server, "well").await["delivered_through"] == 3;
            eventually("it is noted", noted).await;
        }
        away.has(if active { 3 } else { 0 }).await;
        assert_eq!(away.seen().len(), if active { 3 } else { 0 });
    }
    assert_eq!(away.taken(), well.taken());
    server.finish().await;
}

async fn over_tls_it_is_sent_to_whom_the_named_authority_vouches_for(on: Kind) {
    let (city, another) = (Certificate::naming("DNS:localhost,IP:127.0.0.1"), Certificate::of_loopback());
    let by_name = Receiver::over_tls(Manner::Takes, &city).await;
    let by_number = Receiver::over_tls(Manner::Takes, &another).await;
    let vouched = |of: &Certificate| format!("ca_file = \"{}\"", of.text());
    let named = entry("by-name", &by_name.url.replace("127.0.0.1", "localhost"), &vouched(&city));
    let mut server = TestServer::start(on, &[], DAY).await;
    let mut tried = 0;
    // The machine knows no such authority, and who is vouched for by another is not believed.
    for more in ["", &vouched(&city)] {
        server.stop().await;
        write_receivers(server.folder(), &format!("{named}{}", entry("by-number", &by_number.url, more)));
        server.resume(DAY).await;
        hasten(&server).await;
        let before = by_name.taken().len();
        dispatched(&server, &enforced(), "370705-GA").await;
        by_name.has(before + 3).await;
        let noted = async || standing(&server, "by-name").await["delivered_through"] == before + 3;
        eventually("it is noted", noted).await;
        let attempts = async || standing(&server, "by-number").await["attempts"].as_i64().unwrap_or_default();
        eventually("it is tried", async || attempts().await > tried).await;
        tried = attempts().await;
        let problem = standing(&server, "by-number").await["problem"].clone();
        assert!(problem.as_str().is_some_and(|said| said.contains("证书不受信任")), "{problem}");
        assert!(by_number.seen().is_empty(), "nothing is sent to who is not trusted");
    }
    server.stop().await;
    let both = format!("{named}{}", entry("by-number", &by_number.url, &vouched(&another)));
    write_receivers(server.folder(), &both);
    server.resume(DAY).await;
    hasten(&server).await;
    by_number.has(6).await;
    assert_eq!(by_number.taken(), by_name.taken());
    server.finish().await;
}

/// Without an address nothing is sent; the platform reads on from its number, and says so.
async fn who_fetches_signs_for_what_it_has(on: Kind) {
    let mut server = TestServer::start(on, &[], DAY).await;
    server.stop().await;
    let fetches = entry("platform", "", "").replace("url = \"\"\n", "");
    assert!(!fetches.contains("url"), "{fetches}");
    write_receivers(server.folder(), &fetches);
    server.resume(DAY).await;
    dispatched(&server, &enforced(), "370705-GA").await;
    let page = async |after: i64, limit: u32| -> Value {
        server.read(&format!("/v1/outward/enforcement?after={after}&limit={limit}")).await
    };
    let there = async || page(0, 9).await["events"].as_array().map(Vec::len) == Some(3);
    eventually("they can be fetched", there).await;
    let sign = |actor: &str, through: i64| {
        let request = server.post("/v1/receivers/platform/receipt").header("chuishao-actor", actor);
        Answer::to(request.json(&json!({ "through": through })))
    };
    let has = async || standing(&server, "platform").await["delivered_through"].clone();
    let mut after = 0;
    for limit in [2, 2, 2] {
        let found = page(after, limit).await;
        let next = found["next"].as_i64().expect("a number");
        assert_eq!(next, (after + 2).min(3), "it goes on where it was");
        // Repeated, because the answer may be lost.
        for _ in 0..2 {
            let answer = sign("receiver:platform", next).await;
            assert_eq!(answer.read::<Value>(), json!({ "receiver": "platform", "delivered_through": next }));
        }
        assert_eq!(has().await, next);
        after = next;
    }
    assert_eq!(sign("receiver:platform", 4).await.refusal().0, 404, "it is not there yet");
    assert_eq!(sign("receiver:another", 3).await.refusal(), (403, "not-entitled".into()));
    assert_eq!(sign("receiver:platform", 1).await.status, 200, "an old receipt takes nothing back");
    assert_eq!(has().await, 3);
    let xml = Answer::to(server.get("/open311/v2/requests.xml")).await;
    assert_eq!((xml.status, xml.read::<Value>()[0]["code"].clone()), (404, 404.into()), "JSON alone");
    server.finish().await;
}

/// Under the numbers of another stream it would miss documents.
async fn a_name_stays_with_its_stream(on: Kind) {
    let platform = Receiver::start(Manner::Takes).await;
    let mut server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    server.stop().await;
    let changed = entry("platform", &platform.url, "").replace("\"enforcement\"", "\"XF\"");
    write_receivers(server.folder(), &changed);
    let refused =
        start(config(server.folder(), &server.database().address, DAY)).await.err().expect("it does not start");
    assert!(refused.to_string().contains("须另起一个 id"), "{refused}");
    write_receivers(server.folder(), &entry("platform", &platform.url, ""));
    server.resume(DAY).await;
    server.finish().await;
}

/// What is wrong in the file is said in words; no secret stands in them.
#[test]
fn a_wrong_file_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("short"), "whsec_c2hvcnQ=").expect("written");
    let good = entry("platform", "http://127.0.0.1:9000/hook", "");
    let read = |text: &str| {
        write_receivers(folder.path(), text);
        Configured::read_all(&folder.path().join("receivers.toml"), &Catalogue::weifang())
    };
    assert_eq!(read(&good).expect("it is good").len(), 1);
    for (from, to, word) in [
        ("127.0.0.1", "8.8.8.8", "url 须为"),
        ("http:", "ftp:", "url 须为"),
        ("secret_files", "ca_file = \"city.pem\"\nsecret_files", "ca_file 只用于 https"),
        ("http://127.0.0.1:9000/hook\"", "https://127.0.0.1/\"\nca_file = \"absent\"", "读不到证书文件"),
        ("http://127.0.0.1:9000/hook\"", "https://127.0.0.1/\"\nca_file = \"secret\"", "没有可用的证书"),
        ("127.0.0.1", "zfjd.weifang.gov.cn", "url 须为"),
        ("\"platform\"", "\"平台\"", "id 须唯一"),
        ("\"enforcement\"", "\"WF-GA\"", "stream 须为"),
        ("[\"secret\"]", "[]", "secret_files 须为"),
        ("[\"secret\"]", "[\"secret\", \"secret\", \"secret\"]", "secret_files 须为"),
        ("[\"secret\"]", "[\"absent\"]", "读不到"),
        ("[\"secret\"]", "[\"short\"]", "whsec_"),
        ("stream", "flow", "写法有误"),
    ] {
        let refused = read(&good.replace(from, to)).expect_err(to).to_string();
        assert!(refused.contains(word) && !refused.contains("c2hvcnQ"), "{to}: {refused}");
    }
    let twice = read(&format!("{good}{good}")).expect_err("one id twice").to_string();
    assert!(twice.contains("id 须唯一"), "{twice}");
}

/// Documents go to this machine or into the intranet, written as a number or certified by the city's own
/// authority, and nowhere else.
#[test]
fn documents_stay_inside() {
    let (folder, city) = (tempfile::tempdir().expect("a folder"), Certificate::of_loopback());
    let vouched = format!("ca_file = \"{}\"", city.text());
    let read = |url: &str, more: &str| {
        write_receivers(folder.path(), &entry("platform", url, more));
        Configured::read_all(&folder.path().join("receivers.toml"), &Catalogue::weifang())
    };
    for url in [
        "http://127.0.0.1:8080/hook",
        "http://[::1]:8080/hook",
        "http://10.37.7.20/",
        "http://192.168.3.4:90/a?b=c",
        "http://172.16.0.1/",
        "http://[fd00::12]/",
        "https://10.37.7.20/",
        "https://[fd00::12]:8443/hook",
    ] {
        assert!(read(url, "").is_ok(), "{url}");
    }
    for url in ["https://10.37.7.20/", "https://zfjd.weifang.gov.cn/hook", "https://zfjd:8443/hook"] {
        assert!(read(url, &vouched).is_ok(), "{url}");
    }
    let outside = [
        "",
        "10.37.7.20/hook",
        "ftp://10.37.7.20/",
        "http://user:secret@10.37.7.20/",
        "http://user@10.37.7.20/",
        "http://8.8.8.8/",
        "http://172.32.0.1/",
        "http://0.0.0.0/",
        "http://169.254.169.254/",
        "http://[2001:db8::1]/",
        "http://[::ffff:8.8.8.8]/",
        "http://zfjd.weifang.gov.cn/hook",
        "https://8.8.8.8/",
        "https://user:secret@10.37.7.20/",
    ];
    for url in outside {
        for more in ["", &vouched] {
            let refused = read(url, more).expect_err(url).to_string();
            assert!(refused.contains("url 须为"), "{url}: {refused}");
        }
    }
    let refused = read("https://zfjd.weifang.gov.cn/hook", "").expect_err("nobody vouches for it").to_string();
    assert!(refused.contains("url 须为") && refused.contains("ca_file"), "{refused}");
}

/// What it did not take waits for it while it stands in the file, and for a week after.
async fn a_receiver_that_was_removed_keeps_nothing_back(on: Kind) {
    let (well, away) = (Receiver::start(Manner::Takes).await, Receiver::start(Manner::Takes).await);
    let mut server = TestServer::start(on, &[], DAY).await;
    let well_entry = entry("well", &well.url, "");
    let both = format!("{}{well_entry}", entry("away", &away.url, "active = false"));
    let mut raw = Raw::open(server.database()).await;
    let month = 31 * 24 * 3_600_000_i64;
    let left = "select count(*) from outward";
    for (file, kept) in [(&both, 3), (&well_entry, 3), (&well_entry, 1)] {
        server.stop().await;
        // Nobody has it in a file any more: the start says of whom it has that it is there.
        if kept == 1 {
            let long_ago = format!("update receiver set configured_at = configured_at - {month}");
            assert_eq!(raw.execute(&long_ago).await, 2);
        }
        write_receivers(server.folder(), file);
        server.resume(DAY).await;
        if well.taken().is_empty() {
            dispatched(&server, &enforced(), "370705-GA").await;
            well.has(3).await;
            let acknowledged = "select count(*) from receiver where delivered_through = 3";
            eventually("it is noted", async || raw_number(&server, acknowledged).await == 1).await;
            assert_eq!(raw.execute(&format!("update outward set at = at - {}", 4 * month)).await, 3);
        }
        clean(server.desk(), None).await.expect("it is cleaned");
        assert_eq!(raw.number(left).await, kept, "{file}");
    }
    server.finish().await;
}

async fn raw_number(server: &TestServer, sql: &str) -> i64 {
    Raw::open(server.database()).await.number(sql).await
}
