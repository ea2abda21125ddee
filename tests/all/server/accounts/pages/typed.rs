//! What somebody typed is not lost: not with the session, not with the password, not with a refusal.

use super::super::{CHOSEN, CLOCK, asked, at_work, cookie, machine, person};
use super::markup::held;
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer};
use crate::server::story::{dispatched, noise, report_back};
use chuishao_server::console::ROOT;
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::json;

on_both!(
    a_form_outlives_its_session,
    a_form_outlives_its_password,
    one_comes_to_the_page_that_was_wanted,
    what_was_typed_goes_into_no_other_deed,
    a_form_whose_answer_was_lost_is_answered_again,
    a_key_that_is_spent_is_not_used_again,
    a_form_is_carried_out_in_its_own_post_alone,
    what_was_typed_stands_in_a_refused_form,
    a_refused_page_changes_its_language,
    what_is_not_taken_is_said_in_words,
    a_token_is_issued_once_for_a_double_click
);

/// An answer as a browser has it.
pub(super) struct Shown {
    pub(super) status: u16,
    pub(super) to: String,
    /// The cookies that it gave, as a browser sends them back.
    cookies: String,
    pub(super) text: String,
}

pub(super) type Pairs = Vec<(String, String)>;
/// What somebody fills in, field by field.
type Typed<'a> = &'a [(&'a str, &'a str)];

pub(super) fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}

/// Asks as a browser does, which is not led on by itself.
async fn asks(server: &TestServer, (method, path): (Method, &str), cookie: &str, pairs: &[(String, String)]) -> Shown {
    let client = chuishao_server::http::client().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let mut request = client.request(method.clone(), server.url(&format!("{ROOT}{path}"))).header("cookie", cookie);
    if method == Method::POST {
        request = request.header("sec-fetch-site", "same-origin").body(encoded(pairs));
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let answer = request.send().await.expect("an answer");
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let set = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()?.split(';').next());
    let cookies = set.collect::<Vec<_>>().join("; ");
    let (status, to) = (answer.status().as_u16(), header("location"));
    Shown { status, to, cookies, text: answer.text().await.expect("text") }
}

pub(super) async fn sees(server: &TestServer, path: &str, cookie: &str) -> Shown {
    asks(server, (Method::GET, path), cookie, &[]).await
}

pub(super) async fn sends(server: &TestServer, path: &str, cookie: &str, pairs: &[(String, String)]) -> Shown {
    asks(server, (Method::POST, path), cookie, pairs).await
}

const BODY: &str = "小区门口路灯不亮已有三天 <\"&\">";

/// A call, as it was typed into this page.
fn call(page: &Shown) -> Pairs {
    let typed = [
        ("title", "路灯不亮"),
        ("body", BODY),
        ("category", "0201"),
        ("matter_kind", "help"),
        ("place.territory", "370784"),
        ("caller_kind", "citizen"),
        ("channel", "phone"),
    ];
    [held(&page.text, "/call"), pairs(&typed)].concat()
}

/// What somebody types to sign in, beside what the page carries.
fn signing_in(page: &Shown, name: &str) -> Pairs {
    [held(&page.text, "/sign-in"), pairs(&[("name", name), ("password", CHOSEN)])].concat()
}

async fn a_form_outlives_its_session(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let taker = at_work(&server, "wang.fang", &["call-taker"]).await;
    at_work(&server, "li.na", &["call-taker"]).await;
    let typed = call(&sees(&server, "/call", &taker).await);
    assert_eq!(Answer::to(asked(&server, Method::DELETE, "/v1/session", &taker)).await.status, 204);

    let kept = sends(&server, "/call", &taker, &typed).await;
    assert_eq!(kept.status, 401, "{}", kept.text);
    let carried = held(&kept.text, "/sign-in");
    assert!(carried.contains(&("kept.body".to_owned(), BODY.to_owned())), "{carried:?}");
    // A wrong password takes nothing away.
    let wrong = [carried, pairs(&[("name", "wang.fang"), ("password", "wrong")])].concat();
    let wrong = sends(&server, "/sign-in", "", &wrong).await;
    assert_eq!(wrong.status, 403);
    assert!(!wrong.text.contains("\"wrong\""), "a password is not repeated");

    let other = sends(&server, "/sign-in", "", &signing_in(&wrong, "li.na")).await;
    assert_eq!((other.status, other.to.as_str()), (303, ROOT), "it is not another's");
    assert!(!other.text.contains("路灯"));
    let given = sends(&server, "/sign-in", "", &signing_in(&wrong, "wang.fang")).await;
    assert_eq!(given.status, 200, "{}", given.text);
    // It stands there in the words of its form, and nothing that no person typed.
    for label in ["标题", "诉求内容", "区县、开发区"] {
        assert!(given.text.contains(&format!("{label}</span></dt><dd class=\"typed\"")), "{label}: {}", given.text);
    }
    assert!(given.text.contains(">安丘市</dd>") && !given.text.contains(">370784<"), "{}", given.text);
    // A choice of hundreds is named as well.
    assert!(!given.text.contains(">0201<"), "{}", given.text);
    assert!(!given.text.contains("<code>"), "{}", given.text);
    let sent = sends(&server, "/call", &given.cookies, &held(&given.text, "/call")).await;
    assert!(sent.status == 303 && sent.to.starts_with(&format!("{ROOT}/tickets/")), "{} {}", sent.status, sent.text);
    let ticket = sees(&server, sent.to.strip_prefix(ROOT).expect("ours"), &given.cookies).await;
    assert!(ticket.text.contains("小区门口路灯不亮已有三天 &lt;"), "{}", ticket.text);

    // The script hears of it as well; whoever changes his password has nothing else to keep.
    assert_eq!(sends(&server, "/call/suggestions", &taker, &typed).await.status, 401);
    let secret = pairs(&[("old", CHOSEN), ("new", "Etwas-ganz-Neues-24"), ("again", "Etwas-ganz-Neues-24")]);
    let secret = sends(&server, "/password", &taker, &secret).await;
    assert!(secret.status == 401 && !secret.text.contains("Etwas"), "{}", secret.text);
    server.finish().await;
}

async fn a_form_outlives_its_password(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let made = person(&server, "wang.fang", &["call-taker"]).await;
    let first = cookie(&server, "wang.fang", &made.word).await;
    let typed = pairs(&[("form-account", "wang.fang"), ("title", "路灯不亮"), ("body", BODY)]);
    let kept = sends(&server, "/call", &first, &typed).await;
    assert_eq!(kept.status, 403, "{}", kept.text);
    let changing = pairs(&[("old", &made.word), ("new", CHOSEN), ("again", CHOSEN)]);
    let changed = sends(&server, "/password", &first, &[held(&kept.text, "/password"), changing].concat()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let given = sends(&server, "/sign-in", "", &signing_in(&changed, "wang.fang")).await;
    assert!(held(&given.text, "/call").contains(&("body".to_owned(), BODY.to_owned())), "{}", given.text);
    server.finish().await;
}

async fn one_comes_to_the_page_that_was_wanted(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    at_work(&server, "wang.fang", &["call-taker"]).await;
    let led = sees(&server, "/queue?list=newest", "").await;
    assert_eq!(led.status, 303);
    let page = sees(&server, led.to.strip_prefix(ROOT).expect("ours"), "").await;
    let there = sends(&server, "/sign-in", "", &signing_in(&page, "wang.fang")).await;
    assert_eq!((there.status, there.to), (303, format!("{ROOT}/queue?list=newest")));
    for elsewhere in [
        "https://example.org/",
        "//example.org/console",
        "/v1/session",
        "/consoles",
        "/console/../v1",
        "/console/%2E%2e/v1",
        "/console//x",
        "/console/\\x",
    ] {
        let evil = pairs(&[("to", elsewhere), ("name", "wang.fang"), ("password", CHOSEN)]);
        let there = sends(&server, "/sign-in", "", &evil).await;
        assert_eq!((there.status, there.to.as_str()), (303, ROOT), "{elsewhere}");
    }
    server.finish().await;
}

/// The unit that these tickets go to, as a browser says it where posts are believed.
const UNIT: &str = "unit-clerk:370705-GA";

fn in_post(post: &str) -> String {
    format!("chuishao-post={post}")
}

fn changed(typed: &[(String, String)], name: &str, value: &str) -> Pairs {
    let kept = typed.iter().filter(|(of, _)| of != name).cloned();
    kept.chain([(name.to_owned(), value.to_owned())]).collect()
}

async fn what_was_typed_goes_into_no_other_deed(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let id = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let (unit, page) = (in_post(UNIT), format!("/tickets/{id}"));
    let form = format!("{page}/commands/report-back");
    let shown = sees(&server, &page, &unit).await;
    let typed = pairs(&[("contacted", "true"), ("solved", "true"), ("result", "已上门劝止，双方和解")]);
    let typed = [held(&shown.text, &form), typed].concat();
    // A colleague is quicker.
    server.act(&id, UNIT, report_back("同事已经报结")).await;
    let late = sends(&server, &form, &unit, &typed).await;
    assert_eq!(late.status, 409, "{}", late.text);
    let key = &typed.iter().find(|(name, _)| name == "key").expect("a key").1;
    assert!(!late.text.contains(key.as_str()), "no other deed has its key");
    assert_eq!(late.text.matches("已上门劝止").count(), 1, "it stands there once, to be read: {}", late.text);
    assert!(late.text.contains("刚才填写的内容"), "{}", late.text);
    assert!(
        late.text.contains("办理情况</span></dt><dd class=\"typed\""),
        "under the label of its form: {}",
        late.text
    );
    server.finish().await;
}

async fn a_form_whose_answer_was_lost_is_answered_again(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let id = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let (unit, page) = (in_post(UNIT), format!("/tickets/{id}"));
    let form = format!("{page}/commands/report-back");
    let shown = sees(&server, &page, &unit).await;
    let typed = pairs(&[("contacted", "true"), ("solved", "true"), ("result", "已上门劝止"), ("evidence_count", "2")]);
    let typed = [held(&shown.text, &form), typed].concat();
    for time in ["first", "again"] {
        let sent = sends(&server, &form, &unit, &typed).await;
        assert_eq!((sent.status, sent.to), (303, format!("{ROOT}{page}")), "{time}: {}", sent.text);
    }
    // Under another key nothing was done, and nothing is.
    let other = sends(&server, &form, &unit, &changed(&typed, "key", "another")).await;
    assert_eq!(other.status, 409, "{}", other.text);
    server.finish().await;
}

async fn a_key_that_is_spent_is_not_used_again(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let taker = in_post("call-taker:0231");
    let typed = call(&sees(&server, "/call", &taker).await);
    assert_eq!(sends(&server, "/call", &taker, &typed).await.status, 303);
    let refused = sends(&server, "/call", &taker, &changed(&typed, "title", "另一件事")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let again = held(&refused.text, "/call");
    let key = |pairs: &[(String, String)]| pairs.iter().find(|(name, _)| name == "key").expect("a key").1.clone();
    assert_ne!(key(&again), key(&typed));
    assert!(refused.text.contains("另一件事"), "{}", refused.text);
    server.finish().await;
}

async fn a_form_is_carried_out_in_its_own_post_alone(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let session = at_work(&server, "wang.fang", &["call-taker", "dispatcher"]).await;
    let working_as = |post: &str| format!("{session}; {}", in_post(post));
    let taker = working_as("call-taker");
    let typed = call(&sees(&server, "/call", &taker).await);
    assert!(typed.contains(&("form-post".to_owned(), "call-taker".to_owned())), "{typed:?}");
    // Nothing was chosen, the other was chosen meanwhile, one is chosen that is not his.
    for cookie in [session.clone(), working_as("dispatcher"), working_as("reviewer")] {
        let refused = sends(&server, "/call", &cookie, &typed).await;
        assert_eq!(refused.status, 409, "{cookie}: {}", refused.text);
        assert!(refused.text.contains("以此岗位提交") && refused.text.contains("小区门口路灯"), "{}", refused.text);
    }
    let dispatcher = working_as("dispatcher");
    // A post that is not his is none, whatever the form says; nor is none at all.
    for post in ["reviewer", ""] {
        let other = changed(&changed(&typed, "form-post", post), "form-send-as", post);
        let refused = sends(&server, "/call", &dispatcher, &other).await;
        assert!(refused.status == 409 && !refused.text.contains("以此岗位提交"), "{}", refused.text);
    }
    let refused = sends(&server, "/call", &dispatcher, &typed).await;
    let sent = sends(&server, "/call", &dispatcher, &held(&refused.text, "/call")).await;
    assert!(sent.status == 303 && sent.to.starts_with(&format!("{ROOT}/tickets/")), "{}", sent.text);
    assert!(sent.cookies.contains("chuishao-post=call-taker"), "from then on he works in it: {}", sent.cookies);
    assert_eq!(sends(&server, "/call", &taker, &typed).await.to, sent.to, "it was done once");
    server.finish().await;
}

async fn what_was_typed_stands_in_a_refused_form(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    machine(&server, "spare.machine", &["monitor"]).await;
    let id = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    server.act(&id, UNIT, json!({ "command": "take-up" })).await;
    let ticket = format!("/tickets/{id}");
    let shown = sees(&server, &ticket, &in_post(UNIT)).await;
    let (_, unmask) = shown.text.split_once(&format!("action=\"{ROOT}/callers/")).expect("the caller's form");
    let unmask = format!("/callers/{}", unmask.split('"').next().expect("an address"));
    let office = "hotline-office:0002";
    let refused: [(&str, &str, &str, Typed<'_>, &str); 4] = [
        (
            office,
            "/appeals",
            "/appeals/exclude",
            &[("ticket", "WF-1"), ("reason", "法院已受理")],
            "法院已受理</textarea>",
        ),
        (office, "/publications", "/publications", &[("period", "上个月")], "value=\"上个月\""),
        (UNIT, &ticket, &unmask, &[("purpose", ""), ("words", "联系来电人核实")], "value=\"联系来电人核实\""),
        (
            "security-admin:0102",
            "/accounts/spare.machine",
            "/accounts/spare.machine/tokens",
            &[("title", "发布脚本"), ("days", "9999")],
            "value=\"发布脚本\"",
        ),
    ];
    for (post, page, form, typed, wanted) in refused {
        let cookie = in_post(post);
        let held = held(&sees(&server, page, &cookie).await.text, form);
        let shown = sends(&server, form, &cookie, &[held, pairs(typed)].concat()).await;
        assert!((400..500).contains(&shown.status) && shown.status != 409, "{form}: {}", shown.status);
        assert!(shown.text.contains(wanted) && shown.text.contains("没有办成"), "{form}: {}", shown.text);
    }
    server.finish().await;
}

async fn a_refused_page_changes_its_language(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let id = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let ticket = format!("/tickets/{id}");
    for (post, page, form) in [
        ("hotline-office:0002", "/appeals", "/appeals/exclude".to_owned()),
        (UNIT, ticket.as_str(), format!("{ticket}/commands/report-back")),
        ("call-taker:0231", "/call", "/call".to_owned()),
    ] {
        let cookie = in_post(post);
        let held_there = held(&sees(&server, page, &cookie).await.text, &form);
        let refused = sends(&server, &form, &cookie, &held_there).await;
        assert!((400..500).contains(&refused.status), "{form}: {}", refused.status);
        let english = [held(&refused.text, "/language"), pairs(&[("language", "en")])].concat();
        let back = sends(&server, "/language", &cookie, &english).await;
        assert_eq!((back.status, back.to), (303, format!("{ROOT}{page}")), "{form}");
        let shown = sees(&server, page, &format!("{cookie}; {}", back.cookies)).await;
        assert!(shown.status == 200 && shown.text.contains("<html lang=\"en\">"), "{form}: {}", shown.status);
    }
    server.finish().await;
}

async fn what_is_not_taken_is_said_in_words(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let taker = in_post("call-taker:0231");
    let said = |shown: &Shown, status: u16, words: &str| {
        assert_eq!(shown.status, status, "{}", shown.text);
        assert!(shown.text.starts_with("<!DOCTYPE html>") && shown.text.contains(words), "{}", shown.text);
    };
    said(&sees(&server, "/call/suggestions", &taker).await, 405, "只接收表单");
    said(&sees(&server, "/queue?list=newest&list=newest", &taker).await, 400, "地址有误");
    // As it is sent each letter is three.
    let long = "x".repeat((256 << 10) / 3);
    let large = pairs(&[("form-post", "call-taker:0231"), ("body", &long)]);
    said(&sends(&server, "/call", &taker, &large).await, 413, "内容过大");
    // A package comes in parts; this form says that it is words alone.
    let ops = pairs(&[("form-post", "city-ops:0003")]);
    said(&sends(&server, "/packages", &in_post("city-ops:0003"), &ops).await, 400, "表单不完整");
    server.finish().await;
}

async fn a_token_is_issued_once_for_a_double_click(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    machine(&server, "spare.machine", &["monitor"]).await;
    let (security, page) = (in_post("security-admin:0102"), "/accounts/spare.machine");
    let form = format!("{page}/tokens");
    let typed = pairs(&[("title", "发布脚本"), ("days", "90")]);
    let typed = [held(&sees(&server, page, &security).await.text, &form), typed].concat();
    let word = |shown: &Shown| {
        assert_eq!(shown.status, 200, "{}", shown.text);
        let (_, rest) = shown.text.split_once("<code>").expect("a word");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let send = async |typed: Pairs| sends(&server, &form, &security, &typed).await;
    let (first, second) = tokio::join!(send(typed.clone()), send(typed.clone()));
    assert_eq!(word(&first), word(&second), "whichever answer the browser shows");
    let issued = async || sees(&server, page, &security).await.text.matches("发布脚本").count();
    assert_eq!(issued().await, 1);
    // Another form issues another.
    let other = send(changed(&typed, "key", "another")).await;
    assert_ne!(word(&other), word(&first));
    assert_eq!(issued().await, 2);
    server.finish().await;
}
