//! Signing in by a provider (单点登录): by a real one, the whole way there and back; and everybody who does
//! not get in.

mod browser;

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at, client};
use super::super::process::{ServerProcess, chuishao, serve_command};
use super::pages::markup::held;
use super::{CHOSEN, CLOCK, asked, at_work, by_console, machine, named, person, read, sign_in};
use crate::certificate::Certificate;
use browser::{Browser, Provider, with, word};
use chuishao_domain::account::handle::Command;
use chuishao_domain::account::post::Post;
use chuishao_server::accounts::Secret;
use chuishao_server::accounts::provider::{Provider as Configured, Settings, SettingsError};
use chuishao_server::console::{ROOT, SINGLE_SIGN_ON};
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    one_signs_in_by_a_provider_and_works,
    the_token_may_say_who_it_is,
    what_was_typed_waits_for_the_other_window,
    a_provider_makes_no_account_and_gives_no_post,
    a_way_back_counts_once_soon_and_in_its_own_browser,
    what_proves_nobody_signs_nobody_in,
    a_provider_that_is_down_keeps_nobody_out,
    nothing_is_offered_where_nothing_is_configured,
);

/// What a server is told of the provider of these tests.
pub fn settings((issuer, claim): &(String, &'static str)) -> Settings {
    let secret = Secret::new("an invented secret".into());
    Settings { issuer: issuer.clone(), client: "chuishao".into(), secret, claim: (*claim).into() }
}

async fn server_with(on: Kind, provider: &Provider) -> TestServer {
    TestServer::with_provider(on, Some((provider.issuer.clone(), "preferred_username")), CLOCK).await
}

/// The lines of the audit log that are of this kind.
async fn log(server: &TestServer, deed: &str) -> String {
    let auditor = at_work(server, "audit.wang", &["audit-admin"]).await;
    read(server, &format!("/v1/audit?deed={deed}"), &auditor).await.text
}

async fn one_signs_in_by_a_provider_and_works(on: Kind) {
    let provider = Provider::start(0);
    let server = server_with(on, &provider).await;
    // The first password was never used, and is none of this way's business.
    let made = person(&server, "wang.fang", &["call-taker"]).await;
    let mut browser = Browser::new(server.url(""));
    let page = browser.looks(&format!("{ROOT}/sign-in")).await;
    assert!(page.text.contains("单点登录") && page.text.contains("密码"), "{page:?}");

    let address = browser.begins(&format!("{ROOT}/tickets?state=open")).await;
    for (name, value) in [("response_type", "code"), ("code_challenge_method", "S256"), ("client_id", "chuishao")] {
        assert_eq!(word(&address, name), value);
    }
    assert_eq!(word(&address, "redirect_uri"), server.url(&format!("{ROOT}{SINGLE_SIGN_ON}")));
    let back = browser.signs_in_there(&address, "wang.fang").await;
    let page = browser.comes(&back).await;
    assert_eq!(page.status, 200, "{page:?}");
    // From a page of ours it goes on, so that the strict cookie comes along.
    assert_eq!(page.to, Some(server.url(&format!("{ROOT}/tickets?state=open"))));
    let set = page.set.iter().find(|cookie| cookie.starts_with("chuishao-session=")).expect("a session");
    assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Strict"), "{set}");
    assert!(!browser.cookies.contains_key("chuishao-attempt"), "it is over");

    let own: Value = read(&server, "/v1/session", &browser.cookie()).await.read();
    assert_eq!((&own["name"], &own["must_change_password"]), (&json!("wang.fang"), &json!(false)));
    let home = browser.looks(ROOT).await;
    assert_eq!(home.status, 200, "{home:?}");
    // Who signs in with the first password has to change it, as ever.
    let own: Value = sign_in(&server, "wang.fang", &made.word).await.answer.read();
    assert_eq!(own["must_change_password"], true);

    let lines = log(&server, "sign-in").await;
    assert!(lines.contains("登录（单点登录）"), "{lines}");
    // A session as any other: it ends when nobody is at work.
    assert!(server.desk().clock.move_to(at("2024-06-25T09:45")));
    assert_eq!(read(&server, "/v1/session", &browser.cookie()).await.refusal(), (401, "unauthenticated".into()));
    server.finish().await;
}

async fn the_token_may_say_who_it_is(on: Kind) {
    let provider = Provider::start(0);
    let server = TestServer::with_provider(on, Some((provider.issuer.clone(), "account")), CLOCK).await;
    person(&server, "wang.fang", &["call-taker"]).await;
    let mut browser = Browser::new(server.url(""));
    let page = browser.signs_in("wang.fang").await;
    assert!(browser.is_in(), "{page:?}");
    assert_eq!(page.to, Some(server.url(ROOT)));
    server.finish().await;
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A form whose session had ended stays on its page, and is given back when one is signed in again.
async fn what_was_typed_waits_for_the_other_window(on: Kind) {
    let provider = Provider::start(0);
    let server = server_with(on, &provider).await;
    person(&server, "wang.fang", &["call-taker"]).await;
    let mut browser = Browser::new(server.url(""));
    browser.signs_in("wang.fang").await;
    let page = browser.looks(&format!("{ROOT}/call")).await;
    let mut typed = held(&page.text, "/call");
    typed.push(("body".into(), "小区门口路灯不亮".into()));
    browser.cookies.clear();

    let form = borrowed(&typed);
    let kept = browser.sends(&format!("{ROOT}/call"), &form).await;
    assert!(kept.status == 401 && kept.text.contains("target=\"_blank\""), "{kept:?}");
    let carried = held(&kept.text, "/sign-in/again");
    let carried = borrowed(&carried);
    let again = format!("{ROOT}/sign-in/again");
    let early = browser.sends(&again, &carried).await;
    assert!(early.status == 409 && early.text.contains("还没有登录"), "{early:?}");
    assert!(held(&early.text, "/sign-in/again").iter().any(|(_, value)| value == "小区门口路灯不亮"), "{early:?}");
    browser.signs_in("wang.fang").await;
    let given = browser.sends(&again, &carried).await;
    assert!(given.status == 200 && given.text.contains("小区门口路灯不亮"), "{given:?}");
    assert!(held(&given.text, "/call").iter().any(|(name, _)| name == "body"), "{given:?}");
    server.finish().await;
}

async fn a_provider_makes_no_account_and_gives_no_post(on: Kind) {
    let provider = Provider::start(0);
    let server = server_with(on, &provider).await;
    person(&server, "li.na", &["reviewer"]).await;
    person(&server, "sys.zhang", &["system-admin"]).await;
    person(&server, "new.duty", &[]).await;
    machine(&server, "some.machine", &["monitor"]).await;
    let disable = Command::Disable { reason: "离职".into() };
    by_console(&server, async |keeper| keeper.command(&named("li.na"), &disable, None).await.expect("it is")).await;
    for (login, words) in [
        ("nobody.here", "没有与之同名的账号"),
        ("Wang Fang", "没有与之同名的账号"),
        ("some.machine", "没有与之同名的账号"),
        ("li.na", "账号已停用"),
        ("sys.zhang", "三员分立"),
        ("without.name", "没有给出登录名"),
    ] {
        let mut browser = Browser::new(server.url(""));
        let page = browser.signs_in(login).await;
        assert!(page.status == 403 && !browser.is_in(), "{login}: {page:?}");
        assert!(page.text.contains(words) && page.text.contains("登录名"), "{login}: {page:?}");
    }
    let lines = log(&server, "sign-in-failed").await;
    for words in ["没有这个账号", "nobody.here", "账号已停用", "三员须在本系统登录", "没有给出登录名"]
    {
        assert!(lines.contains(words), "{words}: {lines}");
    }
    assert!(server.desk().store.account(&named("nobody.here")).await.expect("it reads").is_none());

    // Who is given a duty while he is in is out.
    let mut browser = Browser::new(server.url(""));
    browser.signs_in("new.duty").await;
    assert_eq!(read(&server, "/v1/session", &browser.cookie()).await.status, 200);
    let grant = Command::Grant { post: Post::parse("security-admin").expect("a post") };
    by_console(&server, async |keeper| keeper.command(&named("new.duty"), &grant, None).await.expect("it is")).await;
    assert_eq!(read(&server, "/v1/session", &browser.cookie()).await.status, 401);
    server.finish().await;
}

async fn a_way_back_counts_once_soon_and_in_its_own_browser(on: Kind) {
    let provider = Provider::start(0);
    let server = server_with(on, &provider).await;
    person(&server, "wang.fang", &["call-taker"]).await;
    let stale = "不是从这个浏览器开始的";
    let mut own = Browser::new(server.url(""));
    let address = own.begins("").await;
    let kept = own.cookies["chuishao-attempt"].clone();
    let back = own.signs_in_there(&address, "wang.fang").await;

    // Another browser, with a sign-in of its own and without one.
    let mut other = Browser::new(server.url(""));
    for _ in 0..2 {
        let page = other.comes(&back).await;
        assert!(page.status == 403 && page.text.contains(stale) && !other.is_in(), "{page:?}");
        other.begins("").await;
    }
    let page = own.comes(&with(&back, "state", &word(&back, "code"))).await;
    assert!(page.status == 403 && page.text.contains(stale), "{page:?}");

    let page = own.comes(&back).await;
    assert!(own.is_in(), "{page:?}");
    // The same again, by whoever has kept the cookie.
    let mut again = Browser::new(server.url(""));
    again.cookies.insert("chuishao-attempt".into(), kept);
    let page = again.comes(&back).await;
    assert!(page.status == 403 && page.text.contains(stale) && !again.is_in(), "{page:?}");

    let mut late = Browser::new(server.url(""));
    let address = late.begins("").await;
    let back = late.signs_in_there(&address, "wang.fang").await;
    assert!(server.desk().clock.move_to(at("2024-06-25T09:21")));
    let page = late.comes(&back).await;
    assert!(page.status == 403 && page.text.contains(stale) && !late.is_in(), "{page:?}");
    server.finish().await;
}

async fn what_proves_nobody_signs_nobody_in(on: Kind) {
    let provider = Provider::start(0);
    let server = server_with(on, &provider).await;
    person(&server, "wang.fang", &["call-taker"]).await;
    // A token for another nonce, and a code that another has to show.
    for changed in ["nonce", "code_challenge"] {
        let mut browser = Browser::new(server.url(""));
        let address = browser.begins("").await;
        let address = with(&address, changed, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let back = browser.signs_in_there(&address, "wang.fang").await;
        let page = browser.comes(&back).await;
        assert!(page.status == 403 && page.text.contains("未通过核验") && !browser.is_in(), "{changed}: {page:?}");
    }
    // A code that belongs to another's sign-in, as who has stolen one would send it.
    let (mut victim, mut thief) = (Browser::new(server.url("")), Browser::new(server.url("")));
    let address = victim.begins("").await;
    let stolen = victim.signs_in_there(&address, "wang.fang").await;
    let state = word(&thief.begins("").await, "state");
    let page = thief.comes(&with(&stolen, "state", &state)).await;
    assert!(page.status == 403 && page.text.contains("未通过核验") && !thief.is_in(), "{page:?}");
    // Who does not agree comes back with a reason and no code.
    let mut browser = Browser::new(server.url(""));
    let state = word(&browser.begins("").await, "state");
    let back = server.url(&format!("{ROOT}{SINGLE_SIGN_ON}?error=access_denied&state={state}"));
    let page = browser.comes(&back).await;
    assert!(page.status == 403 && page.text.contains("您取消了登录") && !browser.is_in(), "{page:?}");
    let lines = log(&server, "sign-in-failed").await;
    assert!(lines.contains("答复未通过核验") && lines.contains("未获同意"), "{lines}");
    // Another site begins nothing in somebody's browser.
    let begin = client().post(server.url("/v1/session/single-sign-on")).header("sec-fetch-site", "cross-site");
    assert_eq!(Answer::to(begin.json(&json!({}))).await.refusal(), (403, "not-own-page".into()));
    server.finish().await;
}

async fn a_provider_that_is_down_keeps_nobody_out(on: Kind) {
    let mut provider = Provider::start(0);
    let port = provider.port();
    provider.stop();
    let server = server_with(on, &provider).await;
    let cookie = at_work(&server, "wang.fang", &["call-taker"]).await;
    assert_eq!(read(&server, "/v1/session", &cookie).await.status, 200, "the local way is open");
    let mut browser = Browser::new(server.url(""));
    let page = browser.sends(&format!("{ROOT}{SINGLE_SIGN_ON}"), &[]).await;
    assert!(page.status == 502 && page.text.contains("单点登录服务暂时不可用"), "{page:?}");
    let form = [("name", "wang.fang"), ("password", CHOSEN)];
    assert_eq!(browser.sends(&format!("{ROOT}/sign-in"), &form).await.status, 303);

    // It comes, and comes again with other keys; between a click and the way back it may be gone.
    let mut provider = Provider::start(port);
    let mut browser = Browser::new(server.url(""));
    let page = browser.signs_in("wang.fang").await;
    assert!(browser.is_in(), "{page:?}");
    let mut browser = Browser::new(server.url(""));
    let address = browser.begins("").await;
    let back = browser.signs_in_there(&address, "wang.fang").await;
    provider.stop();
    let page = browser.comes(&back).await;
    assert!(page.status == 502 && !browser.is_in(), "{page:?}");
    let _provider = Provider::start(port);
    let mut browser = Browser::new(server.url(""));
    let page = browser.signs_in("wang.fang").await;
    assert!(browser.is_in(), "its keys are asked for again: {page:?}");
    server.finish().await;
}

async fn nothing_is_offered_where_nothing_is_configured(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let mut browser = Browser::new(server.url(""));
    let page = browser.looks(&format!("{ROOT}/sign-in")).await;
    assert!(!page.text.contains("单点登录"), "{page:?}");
    let page = browser.sends(&format!("{ROOT}{SINGLE_SIGN_ON}"), &[]).await;
    assert!(page.status == 409 && page.text.contains("没有启用单点登录"), "{page:?}");
    let begin = asked(&server, Method::POST, "/v1/session/single-sign-on", "").json(&json!({}));
    assert_eq!(Answer::to(begin).await.refusal(), (409, "single-sign-on-off".into()));
    server.finish().await;
}

/// A city's own certificate counts where the machine trusts it, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_believed_whom_the_machine_trusts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let (certificate, secret) = (Certificate::of_loopback(), file("oidc.secret"));
    std::fs::write(&secret, "an invented secret\n").expect("it can be written");
    let provider = Provider::start_with(&certificate.file(), &certificate.key());
    for trusted in [true, false] {
        let data = tempfile::tempdir().expect("a folder");
        let mut command = serve_command(data.path(), &format!("sqlite:{}", data.path().join("desk.db").display()));
        command.args(["--oidc-issuer", &provider.issuer, "--oidc-client-id", "chuishao"]);
        command.arg("--oidc-client-secret-file").arg(&secret);
        if trusted {
            command.env("SSL_CERT_FILE", certificate.file());
        }
        let mut server = ServerProcess::run_with_accounts(&mut command, data.path());
        let mut browser = Browser::new(server.base.clone());
        let page = browser.sends(&format!("{ROOT}{SINGLE_SIGN_ON}"), &[]).await;
        assert_eq!(page.status, if trusted { 200 } else { 502 }, "{page:?}");
        server.kill();
    }
}

/// The client's secret comes from a file or from the environment, and a server that has none does not start.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_secret_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    std::fs::write(file("empty.secret"), "\n").expect("it can be written");
    let (missing, empty, data) = (file("missing.secret"), file("empty.secret"), file("data"));
    let listen = ["serve", "--listen", "127.0.0.1:0", "--data", &data];
    let client = ["--oidc-issuer", "https://sso.city.example", "--oidc-client-id", "chuishao"];
    for (args, words) in [
        (&client[..2], "--oidc-client-id"),
        (&client[..], "缺少客户端密钥"),
        (&[&client[..], &["--oidc-client-secret-file", &missing]].concat()[..], "读不到客户端密钥文件"),
        (&[&client[..], &["--oidc-client-secret-file", &empty]].concat()[..], "--oidc-client-secret-file"),
    ] {
        let said = chuishao(&[&listen[..], args].concat()).await;
        assert!(!said.success && said.text.contains(words), "{args:?}: {}", said.text);
    }
}

/// What nobody could be sent to safely is said before the server starts.
#[test]
fn an_issuer_is_an_https_address_or_this_machine() {
    let configured = |issuer: &str| Configured::new(settings(&(issuer.to_owned(), "preferred_username"))).map(|_| ());
    for good in
        ["https://sso.city.example/realms/city", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"]
    {
        assert!(configured(good).is_ok(), "{good}");
    }
    for bad in ["http://10.37.7.9/", "http://sso.city.example", "sso.city.example", "file:///etc/passwd", ""] {
        assert!(matches!(configured(bad), Err(SettingsError::Issuer(_))), "{bad}");
    }
    let without = Configured::new(settings(&("https://sso.city.example".into(), " "))).map(|_| ());
    assert!(matches!(without, Err(SettingsError::Missing(_))));
}
