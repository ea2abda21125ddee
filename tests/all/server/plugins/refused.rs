//! What is refused at install and at start, each with its message: nothing unsigned, signed by
//! another's key, altered by one byte or too new is ever loaded, and one bad plugin never keeps the
//! server from starting or the others from running.

use super::{KUIWEN, ROLLOUT, kuiwen_key, tagging, watch};
use crate::hostile::guest::manifest;
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer};
use crate::server::process::chuishao;
use crate::server::story::noise;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_APPROVER, CITY_OPS, city_key, handing_in, registration_of_key, secret_key};
use serde_json::{Value, json};

on_both!(
    what_nobody_may_vouch_for_is_not_taken_in,
    one_number_is_one_file_and_a_name_is_its_owners,
    settings_that_do_not_fit_are_named,
    what_was_altered_in_the_database_is_not_loaded_and_nobody_else_suffers,
    a_revoked_key_stops_what_it_signed,
    two_of_one_name_never_act_on_one_ticket
);

fn problem(answer: &Answer) -> (String, String) {
    let (_, code) = answer.refusal();
    (code, answer.read::<Value>()["detail"].as_str().expect("a detail").to_owned())
}

async fn what_nobody_may_vouch_for_is_not_taken_in(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let component = tagging(&watch("1.0.0"), "一版");
    let unknown = problem(&server.hand_in(&city_key(), &component, "370705").await);
    assert_eq!(unknown, ("key-unknown".into(), "签名密钥 city-2024 没有登记，请先由市热线登记公钥".into()));
    server.key(&city_key(), "WF").await;
    server.key(&kuiwen_key(), "370705").await;

    let unsigned =
        server.post("/v1/packages?territory=370705").header("chuishao-actor", KUIWEN).body(component.clone());
    assert_eq!(problem(&Answer::to(unsigned).await).0, "unsigned");
    let elsewhere = problem(&server.hand_in(&kuiwen_key(), &component, "370702").await);
    assert_eq!(
        elsewhere,
        ("key-of-another-territory".into(), "签名密钥 kuiwen-2024 属于奎文区，不能为潍城区签名".into())
    );
    let mut altered = component.clone();
    let last = altered.len() - 2;
    altered[last] ^= 1;
    let signed_before = handing_in(&server.http(), &server.url(""), &city_key(), &component, "370705").body(altered);
    let altered = problem(&Answer::to(signed_before).await);
    assert!(["signature-wrong", "manifest.unreadable"].contains(&altered.0.as_str()), "{altered:?}");

    let short = secret_key("short-2024", 9);
    let register = registration_of_key(&server.http(), &server.url(""), &short, "WF").json(&json!({
        "command": "register", "public": short.public(), "owner": "WF",
        "valid_from": "2024-01-01T00:00:00Z", "valid_until": "2024-06-01T00:00:00Z",
    }));
    assert_eq!(Answer::to(register).await.status, 200);
    let expired = problem(&server.hand_in(&short, &component, "370705").await);
    assert_eq!(
        expired,
        ("key-expired".into(), "签名密钥 short-2024 已于 2024-06-01 08:00 到期，请换用新密钥重新签名".into())
    );

    let mut too_new = watch("1.0.0");
    too_new.interface = "9.0.0".parse().expect("a version");
    let too_new = problem(&server.hand_in(&city_key(), &tagging(&too_new, "一版"), "370705").await);
    assert!(too_new.0.starts_with("package.interface"), "{too_new:?}");
    for (bytes, code) in
        [(&b"not a component"[..], "package.not-wasm"), (&component[..component.len() / 2], "package.broken")]
    {
        assert_eq!(problem(&server.hand_in(&city_key(), bytes, "370705").await).0, code);
    }
    let foreign = server.hand_in_as(KUIWEN, "territory=370702", &city_key(), &component).await;
    assert_eq!(problem(&foreign).0, "not-entitled", "a county hands in for itself alone");
    assert_eq!(server.read::<Vec<Value>>("/v1/rules").await, [] as [Value; 0], "nothing of it is there");
    server.finish().await;
}

async fn one_number_is_one_file_and_a_name_is_its_owners(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    server.key(&kuiwen_key(), "370705").await;
    let second = tagging(&watch("1.1.0"), "二版");
    assert_eq!(server.hand_in(&kuiwen_key(), &second, "370705").await.status, 201);
    assert_eq!(server.hand_in(&kuiwen_key(), &second, "370705").await.status, 201, "the very file once more");
    let other_bytes = server.hand_in(&kuiwen_key(), &tagging(&watch("1.1.0"), "另版"), "370705").await;
    assert_eq!(problem(&other_bytes).0, "version-taken");
    let lower = tagging(&watch("1.0.0"), "一版");
    assert_eq!(problem(&server.hand_in(&kuiwen_key(), &lower, "370705").await).0, "version-downgrade");
    let by_name = server.hand_in_as(KUIWEN, "territory=370705&downgrade-to=1.0.0", &kuiwen_key(), &lower).await;
    assert_eq!(by_name.status, 201, "{by_name:?}");
    let anothers = server.hand_in(&city_key(), &tagging(&watch("2.0.0"), "他版"), "WF").await;
    assert_eq!(problem(&anothers).0, "name-of-another");
    server.finish().await;
}

async fn settings_that_do_not_fit_are_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let mut with_setting = watch("1.0.0");
    let times = json!({ "type": "integer", "title": "满几件提醒", "default": 3, "minimum": 2, "maximum": 50 });
    with_setting.settings.insert("times".into(), serde_json::from_value(times).expect("a setting"));
    let component = tagging(&with_setting, "一版");
    let package = server.hand_in(&city_key(), &component, "370705").await.read::<Value>();
    let submit = |settings: Value| json!({ "command": "submit", "package": package["digest"], "settings": settings, "note": "试" });
    let wrong = server.rollout(ROLLOUT, KUIWEN, submit(json!({ "times": 99, "colour": true }))).await;
    let (code, detail) = problem(&wrong);
    assert_eq!(code, "settings-wrong");
    for named in ["colour", "「满几件提醒」是 99，应在 2 到 50 之间"] {
        assert!(detail.contains(named), "{detail}");
    }
    // Another setting within the agreed range is a revision of its own, without a second look.
    server.done(ROLLOUT, KUIWEN, submit(json!({}))).await;
    server.done(ROLLOUT, CITY_APPROVER, json!({ "command": "approve", "revision": 1 })).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": 1 })).await;
    let changed = server.done(ROLLOUT, KUIWEN, submit(json!({ "times": 5 }))).await;
    assert!(changed["happened"][0].as_str().is_some_and(|words| words.contains("免批")), "{changed}");
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": 2 })).await;
    assert_eq!(server.state(ROLLOUT).await, "启用，另有影子", "settings are tried like a version");
    server.finish().await;
}

async fn what_was_altered_in_the_database_is_not_loaded_and_nobody_else_suffers(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let neighbour = "370705/neighbour";
    let mut good = manifest("neighbour", &[EventKind::Registered]);
    good.version = "1.0.0".parse().expect("a version");
    for (rollout, component) in [(ROLLOUT, tagging(&watch("1.0.0"), "一版")), (neighbour, tagging(&good, "邻居"))] {
        let revision = server.approved(rollout, &component, json!({})).await;
        server.done(rollout, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    }
    // Each is a thing that somebody with the database in hand could do.
    for (spoil, mend, code) in [
        (
            "update plugin_package set document = replace(document, '街面', '路面') where plugin = 'street-watch'",
            "update plugin_package set document = replace(document, '路面', '街面') where plugin = 'street-watch'",
            None,
        ),
        (
            "update rollout set document = replace(document, '\"add-tag\"', '\"add-copy\"') where plugin = 'street-watch'",
            "update rollout set document = replace(document, '\"add-copy\"', '\"add-tag\"') where plugin = 'street-watch'",
            Some("manifest-altered"),
        ),
        (
            "update package_signature set signature = replace(signature, 'ed25519', 'sm2') \
             where digest in (select digest from plugin_package where plugin = 'street-watch')",
            "update package_signature set signature = replace(signature, 'sm2', 'ed25519')",
            Some("key-unknown"),
        ),
        (
            "update rollout set document = '{' || document where plugin = 'street-watch'",
            "update rollout set document = substr(document, 2) where plugin = 'street-watch'",
            Some("rollout-unreadable"),
        ),
    ] {
        server.stop_spoilt().await;
        let mut raw = Raw::open(server.database()).await;
        assert!(raw.execute(spoil).await > 0, "{spoil}");
        drop(raw);
        server.resume("2024-11-06T09:00").await;
        let ticket = server.register(&noise("370705", "胜利新村")).await.ticket;
        let tags = server.ticket(&ticket).await["tags"].to_string();
        assert!(tags.contains("neighbour/邻居"), "{code:?}: the neighbour runs: {tags}");
        let status = server.status(ROLLOUT).await;
        match code {
            Some(code) => {
                assert_eq!(status["problems"][0]["code"], code, "{status}");
                assert!(!tags.contains("street-watch"), "{code}: {tags}");
            }
            None => assert!(tags.contains("street-watch"), "what is listed is not what is loaded: {tags}"),
        }
        server.stop_spoilt().await;
        assert!(Raw::open(server.database()).await.execute(mend).await > 0, "{mend}");
        server.resume("2024-11-06T09:00").await;
    }
    // One byte of the component itself.
    server.stop_spoilt().await;
    let flip = match on {
        Kind::Sqlite => {
            "update plugin_package set component = substr(component, 1, 40) || x'00' || substr(component, 42) where plugin = 'street-watch'"
        }
        Kind::Postgres => {
            "update plugin_package set component = set_byte(component, 40, (get_byte(component, 40) + 1) % 256) where plugin = 'street-watch'"
        }
    };
    assert!(Raw::open(server.database()).await.execute(flip).await > 0);
    server.resume("2024-11-06T09:00").await;
    assert_eq!(server.status(ROLLOUT).await["problems"][0]["code"], "package-altered");
    let ticket = server.register(&noise("370705", "胜利新村")).await.ticket;
    assert_eq!(server.ticket(&ticket).await["tags"], json!(["neighbour/邻居"]));
    let said = chuishao(&["verify", "--database", &server.database().url]).await;
    assert!(!said.success, "{}", said.text);
    assert!(said.text.contains("不一致：插件包 street-watch 1.0.0与其事件或摘要不一致"), "{}", said.text);
    server.finish_spoilt().await;
}

async fn a_revoked_key_stops_what_it_signed(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&kuiwen_key(), "370705").await;
    let package = server.hand_in(&kuiwen_key(), &tagging(&watch("1.0.0"), "一版"), "370705").await.read::<Value>();
    let submit = json!({ "command": "submit", "package": package["digest"], "note": "试" });
    server.done(ROLLOUT, KUIWEN, submit).await;
    server.done(ROLLOUT, CITY_APPROVER, json!({ "command": "approve", "revision": 1 })).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": 1 })).await;
    let before = server.register(&noise("370705", "胜利新村")).await.ticket;
    assert_eq!(server.ticket(&before).await["tags"], json!(["street-watch/一版"]));
    let revoke = server.post("/v1/signer-keys/kuiwen-2024/commands").header("chuishao-actor", KUIWEN);
    let revoked = Answer::to(revoke.json(&json!({ "command": "revoke", "reason": "密钥外泄" }))).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    let after = server.register(&noise("370705", "胜利新村")).await.ticket;
    assert_eq!(server.ticket(&after).await["tags"], json!([]));
    let status = server.status(ROLLOUT).await;
    assert_eq!(status["problems"][0]["code"], "key-revoked", "{status}");
    server.finish().await;
}

async fn two_of_one_name_never_act_on_one_ticket(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let component = tagging(&watch("1.0.0"), "一版");
    for (rollout, actor) in [(ROLLOUT, KUIWEN), ("WF/street-watch", CITY_OPS)] {
        let revision = server.approved(rollout, &component, json!({})).await;
        let on = server.rollout(rollout, actor, json!({ "command": "switch-on", "revision": revision })).await;
        match rollout {
            ROLLOUT => assert_eq!(on.status, 200, "{on:?}"),
            _ => assert_eq!(problem(&on).0, "name-taken"),
        }
    }
    server.finish().await;
}
