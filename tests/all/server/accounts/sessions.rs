//! Sessions: how they begin, what a browser is told, and how they end.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at, client};
use super::super::story::road_in_anqiu;
use super::{
    CHOSEN, CLOCK, asked, at_work, by_console, cookie, machine, named, person, post, read, read_with, sign_in,
};
use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::account::handle::Command;
use chuishao_server::api::is_own_page;
use chuishao_server::store::Kind;
use chuishao_server::store::sessions::{Beginning, Way};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

on_both!(
    one_signs_in_works_and_signs_out,
    nothing_but_the_password_is_open_at_first,
    a_session_ends_when_it_is_idle_and_after_a_shift,
    the_oldest_of_too_many_sessions_ends,
    a_sign_in_under_way_does_not_survive_another_password,
    one_says_in_which_post_one_acts,
    a_page_of_another_site_changes_nothing,
    a_page_of_another_site_signs_nobody_in,
    a_body_says_that_it_is_json,
    nothing_is_believed_where_there_are_accounts
);

async fn one_signs_in_works_and_signs_out(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    let signed = sign_in(&server, "wang.fang", CHOSEN).await;
    let set = signed.set_cookie.as_deref().expect("a cookie");
    for wanted in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(wanted), "{set}");
    }
    let shown: Value = signed.answer.read();
    assert_eq!(shown["posts"][0]["post"], "call-taker");
    assert_eq!(shown["must_change_password"], false);

    // The number of the account is that of the work.
    let made = post(&server, "/v1/tickets", &taker, &road_in_anqiu()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.read::<Value>()["ticket"].as_str().expect("an id").to_owned();
    let timeline = read(&server, &format!("/v1/tickets/{id}/timeline"), &taker).await;
    assert!(timeline.text.contains("话务员 0231"), "{timeline:?}");

    let out = Answer::to(asked(&server, Method::DELETE, "/v1/session", &taker)).await;
    assert_eq!(out.status, 204);
    assert_eq!(read(&server, "/v1/tickets", &taker).await.refusal(), (401, "unauthenticated".into()));
    server.finish().await;
}

async fn nothing_but_the_password_is_open_at_first(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let made = person(&server, "wang.fang", &["call-taker"]).await;
    let first = cookie(&server, &made.name, &made.word).await;
    assert_eq!(read(&server, "/v1/tickets", &first).await.refusal(), (403, "must-change-password".into()));
    let own: Value = read(&server, "/v1/session", &first).await.read();
    assert_eq!(own["must_change_password"], true);
    let change = json!({ "old": made.word, "new": CHOSEN });
    assert_eq!(post(&server, "/v1/session/password", &first, &change).await.status, 204);
    // Whoever had signed in before is out.
    assert_eq!(read(&server, "/v1/session", &first).await.refusal(), (401, "unauthenticated".into()));
    assert_eq!(sign_in(&server, &made.name, &made.word).await.answer.refusal(), (403, "sign-in-failed".into()));
    let chosen = cookie(&server, &made.name, CHOSEN).await;
    assert_eq!(read(&server, "/v1/tickets", &chosen).await.status, 200);

    // After ninety days it has to be another one.
    server.desk().clock.move_to(at("2024-09-23T09:11"));
    let late = cookie(&server, &made.name, CHOSEN).await;
    assert_eq!(read(&server, "/v1/tickets", &late).await.refusal(), (403, "must-change-password".into()));
    server.finish().await;
}

async fn a_session_ends_when_it_is_idle_and_after_a_shift(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    for (moment, status) in [("09:39", 200), ("10:08", 200), ("10:37", 200), ("11:07", 401)] {
        server.desk().clock.move_to(at(&format!("2024-06-25T{moment}")));
        assert_eq!(read(&server, "/v1/tickets", &taker).await.status, status, "{moment}");
    }
    // Used all the time, it is over after twelve hours.
    let taker = cookie(&server, "wang.fang", CHOSEN).await;
    for minutes in (0..25).map(|times| 11 * 60 + 7 + times * 29) {
        let (hour, minute) = (minutes / 60, minutes % 60);
        server.desk().clock.move_to(at(&format!("2024-06-25T{hour}:{minute:02}")));
        assert_eq!(read(&server, "/v1/tickets", &taker).await.status, 200, "{hour}:{minute}");
    }
    server.desk().clock.move_to(at("2024-06-25T23:05"));
    assert_eq!(read(&server, "/v1/tickets", &taker).await.status, 200);
    server.desk().clock.move_to(at("2024-06-25T23:07"));
    assert_eq!(read(&server, "/v1/tickets", &taker).await.refusal(), (401, "unauthenticated".into()));
    server.finish().await;
}

async fn the_oldest_of_too_many_sessions_ends(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let mut sessions = vec![at_work(&server, "wang.fang", &["call-taker"]).await];
    for minute in 11..14 {
        server.desk().clock.move_to(at(&format!("2024-06-25T09:{minute}")));
        sessions.push(cookie(&server, "wang.fang", CHOSEN).await);
    }
    let mut found = Vec::new();
    for session in &sessions {
        found.push(read(&server, "/v1/session", session).await.status);
    }
    assert_eq!(found, [401, 200, 200, 200]);
    server.finish().await;
}

async fn a_sign_in_under_way_does_not_survive_another_password(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let store = &server.desk().store;
    let entry = |deed: Deed| Entry {
        at: server.desk().clock.now(),
        who: "wang.fang".into(),
        post: String::new(),
        deed,
        object: "wang.fang".into(),
        from: "127.0.0.1".into(),
        words: "测试".into(),
    };
    // Proved, and changed before the session begins.
    let proved = store.account(&named("wang.fang")).await.expect("it reads").expect("it is there");
    let changed = entry(Deed::PasswordChange);
    assert!(
        store.choose_password(&named("wang.fang"), (&proved.password, "another"), &changed).await.expect("written")
    );
    let (way, entry) = (Way::Password, &entry(Deed::SignIn));
    let beginning = Beginning { proved: &proved, way, session: "one", device: Some("two"), counters: &[], entry };
    assert!(!store.begin_session(&beginning).await.expect("the database answers"));
    assert!(store.session("one").await.expect("it reads").is_none());

    // However they meet: after a reset nobody is in who knew the password before.
    let made = person(&server, "li.na", &["call-taker"]).await;
    let mut signing_in = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let body = json!({ "name": made.name, "password": made.word });
        let request = client().post(server.url("/v1/session")).json(&body);
        signing_in.spawn(async move {
            let answer = request.send().await.expect("an answer");
            let set = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
            set.and_then(|set| set.split(';').next()).map(str::to_owned)
        });
    }
    let reset =
        by_console(&server, async |keeper| keeper.command(&named("li.na"), &Command::ResetPassword {}, None).await);
    assert!(reset.await.is_ok());
    for cookie in signing_in.join_all().await.into_iter().flatten() {
        assert_eq!(read(&server, "/v1/session", &cookie).await.status, 401);
    }
    server.finish().await;
}

async fn one_says_in_which_post_one_acts(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let both = at_work(&server, "wang.fang", &["reviewer", "dispatcher"]).await;
    let named = async |post: &str| {
        let request = asked(&server, Method::GET, "/v1/to-dos?post=reviewer", &both).header("chuishao-actor", post);
        let answer = Answer::to(request).await;
        if answer.status == 200 { (200, String::new()) } else { answer.refusal() }
    };
    let none = read(&server, "/v1/to-dos?post=reviewer", &both).await;
    assert_eq!(none.refusal(), (403, "post-needed".into()));
    assert_eq!(read(&server, "/v1/session", &both).await.status, 200, "the own account needs no post");
    assert_eq!(named("reviewer").await.0, 200);
    assert_eq!(named("reviewer:0231").await.0, 200);
    for wrong in ["reviewer:0102", "hotline-office", "hotline-office:0002", "system-admin:0231", "", "x"] {
        assert_eq!(named(wrong).await, (403, "not-own-post".into()), "{wrong}");
    }
    let without = at_work(&server, "nobody", &[]).await;
    assert_eq!(read(&server, "/v1/tickets", &without).await.refusal(), (403, "post-needed".into()));
    server.finish().await;
}

async fn a_page_of_another_site_changes_nothing(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    let own = server.url("");
    let own = own.as_str();
    let sent = async |said: &[(&str, &str)]| {
        let request = client().post(server.url("/v1/tickets")).header("cookie", &taker);
        let request = said.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Answer::to(request.json(&road_in_anqiu())).await
    };
    for said in OTHER_PAGES {
        assert_eq!(sent(said).await.refusal(), (403, "not-own-page".into()), "{said:?}");
    }
    assert_eq!(sent(&[("origin", own)]).await.status, 201);
    assert_eq!(sent(&[("sec-fetch-site", "same-origin")]).await.status, 201);
    assert_eq!(sent(&[("origin", own), ("sec-fetch-site", "same-origin")]).await.status, 201);
    // Reading changes nothing, and who shows a token has no cookie that another page could use.
    let listed = client().get(server.url("/v1/tickets")).header("cookie", &taker).header("sec-fetch-site", "none");
    assert_eq!(Answer::to(listed).await.status, 200);
    let channel = machine(&server, "channel", &["call-taker"]).await;
    let made = client().post(server.url("/v1/tickets")).bearer_auth(&channel.word).header("origin", "https://else.cn");
    assert_eq!(Answer::to(made.json(&road_in_anqiu())).await.status, 201);
    server.finish().await;
}

/// What pages of others say, and what says nothing at all.
const OTHER_PAGES: [&[(&str, &str)]; 7] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("origin", "https://else.cn")],
    &[("origin", "null")],
    &[("origin", "https://else.cn"), ("sec-fetch-site", "same-origin")],
];

async fn a_page_of_another_site_signs_nobody_in(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let own = server.url("");
    let own = own.as_str();
    let signing_in = |said: &[(&str, &str)]| {
        let request = client().post(server.url("/v1/session"));
        let request = said.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.json(&json!({ "name": "wang.fang", "password": CHOSEN }))
    };
    for said in OTHER_PAGES.iter().filter(|said| !said.is_empty()) {
        let answer = signing_in(said).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 403, "{said:?}");
        assert!(!answer.headers().contains_key("set-cookie"), "{said:?}");
    }
    assert_eq!(Answer::to(signing_in(&[("cookie", "chuishao-device=1")])).await.status, 403, "a browser's, unsaid");
    assert_eq!(Answer::to(signing_in(&[("origin", own)])).await.status, 201);
    assert_eq!(Answer::to(signing_in(&[])).await.status, 201, "no browser");
    server.finish().await;
}

async fn a_body_says_that_it_is_json(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let body = json!({ "name": "wang.fang", "password": CHOSEN }).to_string();
    let sent = async |kind: &str| {
        let request = client().post(server.url("/v1/session")).header("content-type", kind);
        Answer::to(request.body(body.clone())).await
    };
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"] {
        assert_eq!(sent(kind).await.refusal(), (415, "not-json".into()), "{kind}");
    }
    let without = client().post(server.url("/v1/session")).body(body.clone());
    assert_eq!(Answer::to(without).await.refusal(), (415, "not-json".into()));
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        assert_eq!(sent(kind).await.status, 201, "{kind}");
    }
    server.finish().await;
}

/// A gateway says by which name it was asked; nobody else is believed in that.
#[test]
fn a_page_is_told_by_where_it_stands() {
    let page = |said: &[(&'static str, &str)], behind_gateway: bool| {
        let pairs = said
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value")));
        is_own_page(&pairs.collect(), behind_gateway)
    };
    let said = [("origin", "https://12345.city"), ("host", "10.0.0.7:12345"), ("x-forwarded-host", "12345.city")];
    assert!(page(&said, true));
    assert!(!page(&said, false));
    assert!(page(&[("origin", "http://10.0.0.7:12345"), ("host", "10.0.0.7:12345")], true));
    assert!(!page(&[("origin", "https://12345.city.else.cn"), ("host", "12345.city")], true));
}

async fn nothing_is_believed_where_there_are_accounts(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let monitor = machine(&server, "prometheus", &["monitor"]).await;
    let believed = client().get(server.url("/v1/tickets")).header("chuishao-actor", "hotline-office:0002");
    assert_eq!(Answer::to(believed).await.refusal(), (401, "unauthenticated".into()));
    for wrong in ["", "chuishao_", "0".repeat(64).as_str(), &monitor.word.to_uppercase(), &monitor.word[1..]] {
        assert_eq!(read_with(&server, "/v1/outbox", wrong).await.refusal(), (401, "unauthenticated".into()));
        let session = read(&server, "/v1/session", &format!("chuishao-session={wrong}")).await;
        assert_eq!(session.refusal(), (401, "unauthenticated".into()));
    }
    // What is for everybody stays so.
    for open in ["/", "/health", "/open311/v2/services.json"] {
        assert_eq!(Answer::to(client().get(server.url(open))).await.status, 200, "{open}");
    }
    server.finish().await;
}
