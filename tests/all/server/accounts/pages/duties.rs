//! A duty on the pages: who may come to hold one is said before somebody tries, and when he tried.

use super::super::{CHOSEN, CLOCK, asked, at_work, cookie, person};
use super::markup::held;
use super::typed::{pairs, sees, sends};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer};
use chuishao_server::console::ROOT;
use chuishao_server::store::Kind;
use reqwest::Method;
use serde_json::json;

on_both!(a_duty_waits_for_the_own_password);

const PAGE: &str = "/accounts/li.na";
const FORM: &str = "/accounts/li.na/commands/grant";

async fn a_duty_waits_for_the_own_password(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let security = at_work(&server, "sec.zhao", &["security-admin"]).await;
    let made = person(&server, "li.na", &[]).await;
    let grant = async || {
        let page = sees(&server, PAGE, &security).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let typed = [held(&page.text, FORM), pairs(&[("role", "audit-admin")])].concat();
        (page, sends(&server, FORM, &security, &typed).await)
    };
    let (page, refused) = grant().await;
    assert!(page.text.contains("本人还没有更改初始密码"), "said beforehand: {}", page.text);
    assert_eq!(refused.status, 422, "{}", refused.text);
    for words in ["没有办成", "请本人先登录并更改密码，再授予", "chuishao account"] {
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
    assert!(refused.text.contains("<option value=\"audit-admin\" selected"), "what was chosen stays: {}", refused.text);

    let first = cookie(&server, "li.na", &made.word).await;
    let change = json!({ "old": made.word, "new": CHOSEN });
    let changed = Answer::to(asked(&server, Method::POST, "/v1/session/password", &first).json(&change)).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    let (page, granted) = grant().await;
    assert!(!page.text.contains("本人还没有更改初始密码"), "{}", page.text);
    assert_eq!((granted.status, granted.to), (303, format!("{ROOT}{PAGE}")), "{}", granted.text);
    server.finish().await;
}
