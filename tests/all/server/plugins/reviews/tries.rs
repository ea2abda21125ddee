//! What a candidate tries beside the reviews that are held: a try that breaks off keeps none of them from
//! being held.

use super::{LEDGER, doing, entering, held, started, tried};
use crate::server::databases::{Raw, on_both};
use crate::server::plugins::KUIWEN;
use chuishao_server::store::Kind;
use serde_json::json;

on_both!(a_try_that_breaks_off_keeps_no_review_from_being_held);

async fn a_try_that_breaks_off_keeps_no_review_from_being_held(on: Kind) {
    let server = started(on).await;
    let first = server.approved(LEDGER, &entering("1.0.0", &["清河花园供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let second = server.submitted(LEDGER, &entering("1.0.1", &["胜利新村供暖"]), json!({})).await;
    server.done(LEDGER, KUIWEN, json!({ "command": "shadow", "revision": second })).await;
    let neighbour = "370705/zeal-ledger";
    let revision = server.approved(neighbour, &doing("zeal-ledger", ""), json!({})).await;
    server.done(neighbour, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    server.move_clock("2024-11-05T10:00").await;
    assert!(tried(&server, second, "2024-11-04").await.is_some());

    // Where a try cannot be kept, it breaks off after the period's own review.
    let mut raw = Raw::open(server.database()).await;
    raw.execute("alter table shadow_review rename column document to elsewhere").await;
    server.move_clock("2024-11-08T06:00").await;
    let days = ["2024-11-05", "2024-11-06", "2024-11-07"];
    for plugin in ["ward-ledger", "zeal-ledger"] {
        for day in days {
            assert!(held(&server, plugin, day).await.is_some(), "{plugin} {day}");
        }
    }
    raw.execute("alter table shadow_review rename column elsewhere to document").await;
    for day in days {
        assert_eq!(tried(&server, second, day).await, None, "{day}");
    }
    server.move_clock("2024-11-08T06:01").await;
    for day in days {
        let one = tried(&server, second, day).await.unwrap_or_else(|| panic!("{day} is made up for"));
        assert_eq!(one["beside"], true, "{day}");
    }

    // Nor does a candidate of which it cannot even be asked what is due.
    raw.execute("alter table shadow_review rename to tried_elsewhere").await;
    server.move_clock("2024-11-09T06:00").await;
    for plugin in ["ward-ledger", "zeal-ledger"] {
        assert!(held(&server, plugin, "2024-11-08").await.is_some(), "{plugin}");
    }
    raw.execute("alter table tried_elsewhere rename to shadow_review").await;
    server.move_clock("2024-11-09T06:01").await;
    assert!(tried(&server, second, "2024-11-08").await.is_some());
    server.finish().await;
}
