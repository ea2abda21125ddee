//! What is found, and in which order; and what is asked wrongly.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::{DAY, asking, entries, found, heating, ids, published, with};
use chuishao_server::store::Kind;
use serde_json::json;

on_both!(
    an_answer_holds_in_its_territories,
    every_word_comes_before_some_of_them,
    a_call_is_offered_answers,
    what_is_asked_wrongly_is_refused_in_words
);

async fn an_answer_holds_in_its_territories(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let city = published(&server, &heating()).await;
    let two = published(&server, &with(&json!({ "territories": ["370705", "370784"] }))).await;
    let both = |mut found: Vec<String>| {
        found.sort();
        found
    };
    for (territory, expected) in [
        ("370705", vec![city.as_str(), two.as_str()]),
        ("370784", vec![city.as_str(), two.as_str()]),
        ("370702", vec![city.as_str()]),
        ("WF", vec![city.as_str()]),
    ] {
        assert_eq!(both(found(&server, "供热费", territory).await), expected, "{territory}");
    }
    server.finish().await;
}

async fn every_word_comes_before_some_of_them(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let other = |question: &str| with(&json!({ "question": question, "answer": "见通知。", "keywords": [] }));
    let meters = published(&server, &other("热计量表怎么安装")).await;
    let mentioned =
        published(&server, &with(&json!({ "question": "停暖怎么办理", "answer": "停暖退费按比例计算。" }))).await;
    let refund = published(&server, &other("停暖退费怎么办理")).await;
    // In the question it tells more than in the answer; what has some of the words comes last.
    assert_eq!(found(&server, "停暖退费", "WF").await, [refund.as_str(), mentioned.as_str()]);
    let some = found(&server, "停暖退费 热计量表", "WF").await;
    assert_eq!(some.len(), 3, "{some:?}");
    assert!(some.contains(&meters.0));
    let one = asking(&server, "/v1/knowledge", &[("q", "停暖退费"), ("limit", "1")]);
    assert_eq!(ids(&entries(one).await), [refund.as_str()]);
    server.finish().await;
}

async fn a_call_is_offered_answers(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let heating = published(&server, &heating()).await;
    let meters =
        with(&json!({ "question": "热计量表坏了找谁", "answer": "由供热企业负责更换。", "categories": ["0102"] }));
    published(&server, &meters).await;
    let offered = async |call: &[(&str, &str)]| ids(&entries(asking(&server, "/v1/knowledge/suggestions", call)).await);
    let call = [
        ("title", "取暖费太贵"),
        ("category", "0101"),
        ("body", "我是周桂兰，电话13900001234，家里取暖费怎么收的"),
        ("territory", "370705"),
    ];
    assert_eq!(offered(&call).await[0], heating.as_str());
    assert!(offered(&[("title", ""), ("territory", "370705")]).await.is_empty(), "nothing is said yet");
    assert!(offered(&[("title", "公交线路调整")]).await.is_empty());
    let unknown = asking(&server, "/v1/knowledge/suggestions", &[("title", "取暖费"), ("category", "9999")]);
    assert_eq!(Answer::to(unknown).await.refusal(), (400, "bad-request".into()));
    server.finish().await;
}

async fn what_is_asked_wrongly_is_refused_in_words(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let id = published(&server, &heating()).await;
    for query in [
        vec![("q", "")],
        vec![("q", "？！\"'()&|*")],
        vec![("q", "供热"), ("territory", "370799")],
        vec![("q", "供热"), ("territory", "%")],
        vec![("q", "供热"), ("stage", "submitted")],
        vec![("q", "供热"), ("limit", "many")],
        vec![("stage", "submitted"), ("standing", "published")],
        vec![("stage", "lost")],
        vec![("owner", "WF-\u{0}")],
        vec![("q", "供热\u{0}费")],
        vec![("stage", "submitted"), ("after", "yesterday")],
        vec![],
    ] {
        let answer = Answer::to(asking(&server, "/v1/knowledge", &query)).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{query:?}");
    }
    // Operators are text like any other: nothing breaks, nothing breaks out.
    for q in ["供热\" OR \"x", "供热' | 'x", "question:供热*", "NEAR(供热 热费)", "\\'供热'); drop table knowledge; --"]
    {
        let answer = Answer::to(asking(&server, "/v1/knowledge", &[("q", q)])).await;
        assert_eq!(answer.status, 200, "{q}: {answer:?}");
        assert_eq!(found(&server, q, "WF").await, [id.as_str()], "{q}");
    }
    for (id, expected) in
        [("ZS", (400, "bad-request")), ("ZS000099", (404, "not-found")), ("%FF", (400, "bad-request"))]
    {
        for path in ["", "/timeline"] {
            let (status, code) = Answer::to(server.get(&format!("/v1/knowledge/{id}{path}"))).await.refusal();
            assert_eq!((status, code.as_str()), expected, "{id}{path}");
        }
    }
    server.finish().await;
}
