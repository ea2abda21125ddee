//! How the demonstration's rules come onto its server: as any county's do, through every gate.

use super::Built;
use crate::rollout::client::{Client, Fault, Given};
use chuishao_domain::plugin::key::{Algorithm, SecretKey};
use serde_json::json;

/// Who acts for the city, and who approves: two keys.
const CITY: [&str; 2] = ["city-ops:0003", "city-ops:0004"];

/// Signs, hands in, submits, approves and switches on.
pub async fn install(base: &str, rules: &[Built]) -> Result<(), Fault> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    let key = SecretKey::new(Algorithm::Ed25519, "demo-city", random).ok_or("无法生成签名密钥")?;
    let public = key.public().ok_or("无法生成签名密钥")?;
    let city = Client::new(base, CITY[0], None)?;
    let register = json!({
        "command": "register", "public": public, "owner": "WF",
        "valid_from": "2023-12-31T16:00:00Z", "valid_until": "2028-12-29T16:00:00Z",
    });
    city.on_key("demo-city", &register).await?;
    for rule in rules {
        let own = match rule.territory {
            "WF" => city.acting_as(CITY[0]),
            county => city.acting_as(&format!("county-ops:{county}:0012")),
        };
        let signature = key.sign(&rule.component).ok_or("无法签名")?;
        let package = own.hand_in(rule.component.clone(), &signature, rule.territory, None).await?;
        let rollout = format!("{}/{}", rule.territory, package["plugin"].as_str().unwrap_or_default());
        let given =
            Given { settings: serde_json::to_value(&rule.settings)?, from: None, until: None, note: "演示".into() };
        own.submit(&rollout, &package, &given).await?;
        let second = city.acting_as(CITY[1]);
        second.on_rollout(&rollout, &json!({ "command": "approve", "revision": 1 })).await?;
        second.on_rollout(&rollout, &json!({ "command": "set-order", "priority": rule.priority })).await?;
        own.on_rollout(&rollout, &json!({ "command": "switch-on", "revision": 1 })).await?;
        println!("  {rollout}：提交、市平台批准、启用");
    }
    println!();
    Ok(())
}
