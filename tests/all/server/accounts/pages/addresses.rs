//! Addresses of pages as people type them: with a slash at the end they lead to the page.

use crate::server::accounts::CLOCK;
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer};
use chuishao_server::store::Kind;
use reqwest::redirect::Policy;

on_both!(a_slash_at_the_end_leads_to_the_page);

async fn a_slash_at_the_end_leads_to_the_page(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let client = chuishao_server::http::client().redirect(Policy::none()).build().expect("a client");
    for (typed, page) in [
        ("/console/", "/console"),
        ("/console//", "/console"),
        ("/console/plugins/", "/console/plugins"),
        ("/console/reports/?kind=ageing&territory=370705", "/console/reports?kind=ageing&territory=370705"),
        // Not to another host.
        ("/console//example.org/", "/console//example.org"),
    ] {
        let answer = client.get(server.url(typed)).send().await.expect("an answer");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        assert_eq!((answer.status().as_u16(), to), (308, Some(page)), "{typed}");
    }
    // What is no page is the API's to answer, and a form is sent on to nowhere.
    for path in ["/consoles/", "/v1/clock/"] {
        assert_eq!(Answer::to(client.get(server.url(path))).await.status, 404, "{path}");
    }
    assert_eq!(Answer::to(client.post(server.url("/console/"))).await.status, 404);
    server.finish().await;
}
