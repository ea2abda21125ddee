//! Pages of figures that are cut to where a post is held: a post in a department of the city is held in no
//! county, and is led to no page on which everything would be refused it; and only who is assessed is offered.

use crate::server::accounts::CLOCK;
use crate::server::databases::on_both;
use crate::server::harness::TestServer;
use chuishao_domain::World;
use chuishao_domain::message::city_office;
use chuishao_server::console::ROOT;
use chuishao_server::store::Kind;

on_both!(a_post_of_the_city_is_led_to_no_countys_figures, only_who_is_assessed_is_offered);

/// What somebody in that post sees.
async fn sees(server: &TestServer, acting: &str, path: &str) -> (u16, String) {
    let request = chuishao_server::http::client().build().expect("a client").get(server.url(&format!("{ROOT}{path}")));
    let answer = request.header("cookie", format!("chuishao-post={acting}")).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

async fn a_post_of_the_city_is_led_to_no_countys_figures(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    for (acting, status) in [("unit-clerk:WF-CG", 403), ("unit-clerk:370705-CG", 200), ("hotline-office:0002", 200)] {
        for page in ["/reports", "/reviews"] {
            assert_eq!(sees(&server, acting, page).await.0, status, "{acting} {page}");
            for from in ["", "/tour"] {
                let (found, text) = sees(&server, acting, from).await;
                assert_eq!(found, 200, "{text}");
                let leads = text.contains(&format!("href=\"{ROOT}{page}\""));
                assert_eq!(leads, status == 200, "{acting} from {from:?} to {page}: {text}");
            }
        }
    }
    server.finish().await;
}

async fn only_who_is_assessed_is_offered(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let office = city_office();
    let world = World::weifang();
    let answers = |id: &str| world.catalogue.categories().any(|category| category.department.as_str() == id);
    assert!(answers("WF-CG") && !answers(office.as_str()), "it answers for no category");
    let (status, text) = sees(&server, "hotline-office:0002", "/scores").await;
    assert_eq!(status, 200, "{text}");
    let offered = |id: &str| text.contains(&format!("<option value=\"{id}\""));
    assert!(offered("370705") && offered("WF-CG") && !offered("WF"), "{text}");
    assert!(!offered(office.as_str()), "its sheet would be refused: {text}");
    let (status, text) = sees(&server, &format!("unit-clerk:{office}"), "/scores").await;
    assert!(status == 200 && text.contains("不是考核对象"), "{status}: {text}");
    server.finish().await;
}
