//! What is sent, in the hands of the libraries that receivers verify it with: `standardwebhooks` from
//! PyPI and from npm take it as it came, and nothing that was altered, kept too long or signed by another.

use super::configured::NEXT_SECRET;
use super::receiver::{Manner, Receiver, Seen, entry, write_receivers};
use super::{DAY, SECRET, enforced};
use crate::server::databases::on_both;
use crate::server::harness::{TestServer, config};
use crate::server::story::dispatched;
use crate::tidy::root;
use chuishao_domain::outward::signature::{Secret, SignedHeaders, sign};
use chuishao_server::server::start;
use chuishao_server::store::Kind;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

on_both!(
    receivers_libraries_take_what_is_sent_and_nothing_else,
    messages_to_units_are_signed_as_documents_are,
    a_secret_that_cannot_sign_is_said_at_the_start
);

/// Who verifies, with the file that makes it do so.
const VERIFIERS: [(&str, &str); 2] = [("python3", "verify.py"), ("node", "verify.mjs")];

/// A secret that nobody here signs with.
const ANOTHER_SECRET: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What the outbox signs with, in a test's data folder.
const DELIVER_SECRET: &str = "deliver.secret";

/// Farther away than the five minutes that the libraries allow.
const TOO_FAR: SignedDuration = SignedDuration::from_mins(6);

/// What the libraries say, both in the same words.
const NO_MATCH: &str = "No matching signature found";
const TOO_OLD: &str = "Message timestamp too old";
const TOO_NEW: &str = "Message timestamp too new";
const INCOMPLETE: &str = "Missing required headers";

/// A delivery, or what somebody made of one, and what is to be said of it.
struct Case {
    what: &'static str,
    delivery: Value,
    said: String,
}

fn case(what: &'static str, secret: &str, seen: &Seen, said: &str) -> Case {
    let delivery = json!({ "secret": secret, "headers": seen.headers, "body": seen.body });
    Case { what, delivery, said: said.to_owned() }
}

/// The same delivery, altered.
fn altered(seen: &Seen, alter: impl FnOnce(&mut Seen)) -> Seen {
    let mut other = seen.clone();
    alter(&mut other);
    other
}

fn set(seen: &mut Seen, name: &str, value: impl ToString) {
    assert!(seen.headers.insert(name.to_owned(), value.to_string()).is_some(), "{name} was sent");
}

/// Signed with the right secret, at another time.
fn signed_at(seen: &Seen, at: Timestamp) -> Seen {
    let SignedHeaders(headers) = sign(&[Secret::parse(SECRET).expect("a secret")], &seen.id, at, &seen.body);
    altered(seen, |other| headers.into_iter().for_each(|(name, value)| set(other, name, value)))
}

/// What a library says of each.
fn verified_by((program, script): (&str, &str), cases: &[Case]) -> Vec<String> {
    let mut verifier = Command::new(program);
    // No Python bytecode beside the sources; no other program is asked to leave something out.
    verifier.env("PYTHONDONTWRITEBYTECODE", "1").arg(root().join("tests/webhooks").join(script));
    let verifier = verifier.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut verifier = verifier.unwrap_or_else(|error| panic!("{program} is not on this machine: {error}"));
    let asked: Vec<&Value> = cases.iter().map(|case| &case.delivery).collect();
    let asked = serde_json::to_vec(&asked).expect("JSON");
    // One that ended at once does not read it; why it ended is said below.
    let _ = verifier.stdin.take().expect("a pipe").write_all(&asked);
    let output = verifier.wait_with_output().expect("it ends");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}; it is installed by python3 tests/webhooks/install.py: {error}");
    serde_json::from_slice(&output.stdout).expect("a list of answers")
}

async fn receivers_libraries_take_what_is_sent_and_nothing_else(on: Kind) {
    let platform = Receiver::start(Manner::Takes).await;
    let mut server = TestServer::start(on, &[], DAY).await;
    server.stop().await;
    fs::write(server.folder().join("next"), NEXT_SECRET).expect("written");
    let both = entry("platform", &platform.url, "").replace("[\"secret\"]", "[\"secret\", \"next\"]");
    write_receivers(server.folder(), &both);
    server.resume(DAY).await;
    dispatched(&server, &enforced(), "370705-GA").await;
    platform.has(3).await;
    let seen = platform.seen();

    let mut cases = Vec::new();
    for seen in &seen {
        assert!(!seen.body.is_ascii(), "names are Chinese, and bytes are signed, not letters: {}", seen.body);
        let taken = format!("accepted {}", seen.id);
        cases.push(case("by who has the old secret", SECRET, seen, &taken));
        cases.push(case("by who has the new one", NEXT_SECRET, seen, &taken));
    }
    let (first, second) = (&seen[0], &seen[1]);
    assert_ne!(first.id, second.id);
    let word = altered(first, |other| other.body = other.body.replace("registered", "accepted"));
    assert_ne!(word.body, first.body);
    let space = altered(first, |other| other.body.push(' '));
    let id = altered(first, |other| set(other, "webhook-id", &second.id));
    let later = first.sent_at.parse::<i64>().expect("seconds") + 1;
    let moment = altered(first, |other| set(other, "webhook-timestamp", later));
    let signature = altered(first, |other| set(other, "webhook-signature", &second.signatures));
    let unsigned = altered(first, |other| drop(other.headers.remove("webhook-signature")));
    let (old, new) = (signed_at(first, Timestamp::now() - TOO_FAR), signed_at(first, Timestamp::now() + TOO_FAR));
    cases.extend([
        case("another word", SECRET, &word, NO_MATCH),
        case("one byte more", SECRET, &space, NO_MATCH),
        case("another document's id", SECRET, &id, NO_MATCH),
        case("a second later than it was signed for", SECRET, &moment, NO_MATCH),
        case("another document's signature", SECRET, &signature, NO_MATCH),
        case("another secret", ANOTHER_SECRET, first, NO_MATCH),
        case("no signature", SECRET, &unsigned, INCOMPLETE),
        case("signed well, and kept for too long", SECRET, &old, TOO_OLD),
        case("signed well, for a time to come", SECRET, &new, TOO_NEW),
    ]);
    let now = signed_at(first, Timestamp::now());
    cases.push(case("signed anew", SECRET, &now, &format!("accepted {}", first.id)));
    for verifier in VERIFIERS {
        let said = verified_by(verifier, &cases);
        assert_eq!(said.len(), cases.len(), "{verifier:?}");
        for (case, said) in cases.iter().zip(&said) {
            assert_eq!(said, &case.said, "{verifier:?}: {}", case.what);
        }
    }
    server.finish().await;
}

async fn messages_to_units_are_signed_as_documents_are(on: Kind) {
    let gateway = Receiver::start(Manner::Takes).await;
    let server = TestServer::start(on, &[], DAY).await;
    fs::write(server.folder().join(DELIVER_SECRET), SECRET).expect("written");
    let server = server.restart_delivering_to(gateway.url.clone(), DAY).await;
    dispatched(&server, &enforced(), "370705-GA").await;
    gateway.has(2).await;
    let seen = gateway.seen();
    let elsewhere = altered(&seen[0], |other| other.body = other.body.replace("WF", "XX"));
    assert_ne!(elsewhere.body, seen[0].body, "it names its ticket");
    assert!(seen.iter().all(|one| one.headers["idempotency-key"] == one.id));
    let mut cases: Vec<Case> =
        seen.iter().map(|seen| case("as it came", SECRET, seen, &format!("accepted {}", seen.id))).collect();
    cases.push(case("another secret", ANOTHER_SECRET, &seen[0], NO_MATCH));
    cases.push(case("of another ticket", SECRET, &elsewhere, NO_MATCH));
    for verifier in VERIFIERS {
        let wanted: Vec<&str> = cases.iter().map(|case| case.said.as_str()).collect();
        assert_eq!(verified_by(verifier, &cases), wanted, "{verifier:?}");
    }
    server.finish().await;
}

async fn a_secret_that_cannot_sign_is_said_at_the_start(on: Kind) {
    let mut server = TestServer::start(on, &[], DAY).await;
    server.stop().await;
    let file = server.folder().join(DELIVER_SECRET);
    fs::write(&file, "whsec_c2hvcnQ=").expect("written");
    let refused = start(config(server.folder(), &server.database().address, DAY)).await.err().expect("it is refused");
    let said = refused.to_string();
    assert!(said.contains("whsec_ 加") && said.contains(DELIVER_SECRET) && !said.contains("c2hvcnQ"), "{said}");
    fs::remove_file(file).expect("it goes");
    server.resume(DAY).await;
    server.finish().await;
}

/// The page for receivers shows what the verifiers here are made of.
#[test]
fn the_page_for_receivers_shows_what_was_tried() {
    let page = fs::read_to_string(root().join("host/domain/docs/receivers.md")).expect("the page");
    for (language, script) in [("python", "verify.py"), ("js", "verify.mjs")] {
        let script = fs::read_to_string(root().join("tests/webhooks").join(script)).expect("a script");
        let fence = format!("```{language}\n");
        let (_, shown) = page.split_once(&fence).unwrap_or_else(|| panic!("the page shows {language}"));
        let (shown, _) = shown.split_once("```").expect("an end");
        let calls = shown.lines().filter(|line| line.contains("Webhook(")).map(|line| line.trim());
        let tried: Vec<&str> = calls.map(|line| line.split_once(" //").map_or(line, |(code, _)| code)).collect();
        assert!(!tried.is_empty(), "{shown}");
        for line in tried {
            assert!(script.contains(line), "the page says {line}, and {script} does not");
        }
    }
}
