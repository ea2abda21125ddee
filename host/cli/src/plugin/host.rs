//! `plugin check --host`: a package held against what a server serves, before it is handed in: what
//! is missing there is named, all at once.

use super::Faults;
use super::files::fault;
use crate::Outcome;
use chuishao_domain::rule::problem::Problem;
use chuishao_sandbox::package::Package;
use chuishao_server::profile::HostProfile;
use std::time::Duration;

/// How long a server in the intranet may take to say what it serves.
const MOST_WAIT: Duration = Duration::from_secs(10);

/// Compares; `most_fuel` is what the trial run took.
pub fn compare(host: &str, territory: Option<&str>, package: &Package, most_fuel: u64) -> Outcome {
    let profile = tokio::runtime::Runtime::new()?.block_on(profile(host))?;
    let problems = missing(&profile, territory, package, most_fuel);
    if !problems.is_empty() {
        return Err(Faults(problems).into());
    }
    let versions: Vec<String> = profile.interfaces.iter().map(ToString::to_string).collect();
    println!("  与 {host}（chuishao {}）比对：什么都不缺", profile.version);
    println!(
        "    它提供接口 {}，职责清单自 {} 起（{}）",
        versions.join("、"),
        profile.catalogue.effective_from,
        profile.catalogue.document
    );
    Ok(())
}

async fn profile(host: &str) -> Result<HostProfile, Box<dyn std::error::Error>> {
    let url = format!("{}/v1/host", host.trim_end_matches('/'));
    let unreachable = |error: reqwest::Error| {
        let words = format!("连不上这个服务，或它没有回答：{error}；请核对地址，例如 http://10.37.7.9:12345");
        fault("host.unreachable", &url, words, "the server does not answer")
    };
    let client = chuishao_server::http::client().timeout(MOST_WAIT).build()?;
    let answer = client.get(&url).send().await.map_err(unreachable)?;
    if !answer.status().is_success() {
        let words = format!("它回答 {}，不像是吹哨服务，或版本太旧", answer.status());
        return Err(fault("host.answer", &url, words, "this is no Chuishao server, or an old one").into());
    }
    let strange = |_| fault("host.answer", &url, "回答不能识别，不像是吹哨服务", "this is no Chuishao server");
    Ok(answer.json().await.map_err(strange)?)
}

fn missing(profile: &HostProfile, territory: Option<&str>, package: &Package, most_fuel: u64) -> Vec<Problem> {
    let manifest = &package.manifest;
    let mut problems = Vec::new();
    let mut miss = |code, place: &str, chinese: String, english: &str| {
        problems.push(Problem::new(code, place, chinese, english));
    };
    if !profile.interfaces.contains(&package.interface) {
        let served: Vec<String> = profile.interfaces.iter().map(ToString::to_string).collect();
        let words = format!(
            "服务不提供接口 {}，只提供 {}；请改用其中之一构建，或请市热线升级服务",
            package.interface,
            served.join("、")
        );
        miss("host.interface", "interface", words, "the server does not serve this interface version");
    }
    let asked = [
        ("listens", names(manifest.listens.iter()), &profile.events, "host.event", "事件"),
        ("effects", names(manifest.effects.iter()), &profile.effects, "host.effect", "效果"),
        ("reads", names(manifest.reads.iter()), &profile.fields, "host.field", "字段"),
    ];
    for (place, asked, served, code, what) in asked {
        for name in asked.iter().filter(|name| !served.contains(name)) {
            miss(
                code,
                place,
                format!("服务还没有{what} {name}；请联系市热线升级服务，或不用它"),
                "the server does not know it yet",
            );
        }
    }
    let size = package.bytes.len();
    if size > profile.limits.component_bytes {
        let words = format!("插件有 {size} 字节，服务最多收 {} 字节", profile.limits.component_bytes);
        miss("host.size", "组件", words, "larger than the server takes");
    }
    if most_fuel > profile.limits.fuel_per_call {
        let words = format!("试运行一次用算力 {most_fuel}，服务每次最多给 {}", profile.limits.fuel_per_call);
        miss("host.fuel", "组件", words, "a call takes more fuel than the server gives");
    }
    if let Some(territory) =
        territory.filter(|id| *id != "WF" && !profile.territories.iter().any(|(known, _)| known == id))
    {
        let known: Vec<String> = profile.territories.iter().map(|(id, name)| format!("{id}{name}")).collect();
        let words = format!("服务没有区县 {territory}；有：{}", known.join("、"));
        miss("host.territory", "territory", words, "the server knows no such territory");
    }
    for code in manifest
        .scope
        .categories
        .iter()
        .filter(|code| !profile.categories.iter().any(|one| one.starts_with(code.as_str())))
    {
        let words = format!(
            "服务现行的职责清单（自 {} 起）没有 {code} 开头的分类，规则在那里永远不会被问到",
            profile.catalogue.effective_from
        );
        miss("host.category", "scope.categories", words, "no category of the server's begins so");
    }
    problems
}

fn names(kinds: impl Iterator<Item = impl ToString>) -> Vec<String> {
    kinds.map(|kind| kind.to_string()).collect()
}
