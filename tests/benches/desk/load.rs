//! What call takers do: a matter is registered, accepted and dispatched. Three requests,
//! each under its own idempotency key.

use reqwest::Client;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A client that keeps its connections.
pub fn client() -> Client {
    chuishao_server::http::client().build().expect("a client")
}

/// What people call about.
#[derive(Clone, Copy, Debug)]
pub enum Load {
    /// 垃圾堆积: both rules are on; one is asked about every matter and has nothing to say.
    Quiet,
    /// A winter's morning: every fifth matter is about heating, of which a rule asks five fields
    /// and hastens the deadline.
    Winter,
}

/// A matter at a building, each of another estate: a second of this load is an hour of a city's,
/// and with the third complaint of a week from one estate a rule rightly has something to say.
fn matter(load: Load) -> Value {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (estate, building) = (format!("虞河花园{number}区"), format!("{}号楼", number % 31 + 1));
    let category = match load {
        Load::Winter if number.is_multiple_of(5) => "010401",
        _ => "060101",
    };
    json!({
        "caller": { "name": "周桂兰", "phone": "13900001234" },
        "matter_kind": "complaint", "category": category, "title": "虞河花园8号楼室温不达标",
        "body": "来电人反映，虞河花园8号楼2单元自上周起暖气片摸着温乎，室内只有十五度，家中有老人和孩子；\
                 小区换热站答复会处理，至今没有动静，希望供热企业尽快派人入户测温并处理，如不能解决请说明原因。",
        "place": { "territory": "370705", "street": "大虞街道", "estate": estate, "building": building }
    })
}

async fn post(client: &Client, url: String, actor: &str, body: &Value) -> Value {
    let key = NUMBER.fetch_add(1, Ordering::Relaxed).to_string();
    let request = client.post(url).header("chuishao-actor", actor).header("idempotency-key", key).json(body);
    let answer = request.send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    assert!(status.is_success(), "{text}");
    serde_json::from_str(&text).expect("JSON")
}

/// One call, from the telephone to the handling unit.
pub async fn take_call(client: &Client, base: &str, load: Load) {
    let commands = accepted(client, base, load).await;
    let dispatch = json!({ "command": "dispatch", "lead_unit": "370705-CG" });
    post(client, commands, "dispatcher:0007", &dispatch).await;
}

/// A call that nobody has dispatched yet.
pub async fn leave_call(client: &Client, base: &str) {
    accepted(client, base, Load::Quiet).await;
}

/// Where the commands of an accepted ticket go.
async fn accepted(client: &Client, base: &str, load: Load) -> String {
    let registered = post(client, format!("{base}/v1/tickets"), "call-taker:0231", &matter(load)).await;
    let commands = format!("{base}/v1/tickets/{}/commands", registered["ticket"].as_str().expect("an id"));
    let accept = json!({ "command": "accept", "unanswered": "来电人不在家，户号和室温稍后补报" });
    post(client, commands.clone(), "call-taker:0231", &accept).await;
    commands
}

/// The same requests to the bare handler.
pub async fn take_bare_call(client: &Client, base: &str, load: Load) {
    for step in 0..3 {
        post(client, format!("{base}/{step}"), "call-taker:0231", &matter(load)).await;
    }
}
