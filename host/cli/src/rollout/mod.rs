//! `chuishao rollout`: the life of a plugin on a server, for county and city.

pub mod client;

use crate::Outcome;
use chuishao_domain::plugin::key::PublicKey;
use chuishao_domain::plugin::signature::Signature;
use chuishao_domain::rule::review::ReviewKind;
use clap::{Args, Subcommand};
use client::{Client, Given};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub struct RolloutArgs {
    /// 服务器地址
    #[arg(long, env = "CHUISHAO_SERVER", default_value = "http://127.0.0.1:12345")]
    server: String,
    /// 以什么岗位：county-ops:370705:0012（区县代码、工号）或 city-ops:0003
    #[arg(long = "as", env = "CHUISHAO_ACTOR")]
    actor: String,
    /// 令牌；服务以信任岗位方式启动时不用。宜放在环境变量里，以免出现在进程列表中
    #[arg(long, env = "CHUISHAO_TOKEN", hide_env_values = true)]
    token: Option<String>,
    #[command(subcommand)]
    command: RolloutCommand,
}

#[derive(Subcommand)]
enum RolloutCommand {
    /// 登记签名公钥（市平台运维）
    RegisterKey {
        /// 公钥文件（chuishao plugin key 打印的一行）
        file: PathBuf,
        /// 所属区县代码，全市为 WF
        #[arg(long)]
        owner: String,
        /// 启用时刻，例如 2026-01-01T00:00:00+08:00
        #[arg(long)]
        from: jiff::Timestamp,
        /// 到期时刻，最长五年
        #[arg(long)]
        until: jiff::Timestamp,
    },
    /// 吊销签名密钥
    RevokeKey {
        /// 密钥名称
        id: String,
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// 上传插件包并提交一个版次，请市平台审批
    Submit(SubmitArgs),
    /// 对一个插件的操作（JSON），例如 '{"command":"approve","revision":1}'
    Do {
        /// 区县代码/插件名称
        rollout: String,
        /// 操作
        command: String,
    },
    /// 各插件的运行状态
    List,
    /// 一个插件的状态、版次和冲突
    Show {
        /// 区县代码/插件名称
        rollout: String,
    },
    /// 一个插件的留痕
    Timeline {
        /// 区县代码/插件名称
        rollout: String,
    },
    /// 影子对照：对工单会怎样不同，研判会写出什么
    Shadow {
        /// 区县代码/插件名称
        rollout: String,
        /// 版次
        revision: u32,
    },
    /// 最近一期定期研判为何有、为何没有
    WhyReview {
        /// 区县代码/插件名称
        rollout: String,
    },
    /// 移除会留下什么
    Hanging {
        /// 区县代码/插件名称
        rollout: String,
    },
    /// 某插件对某工单为何做了什么、为何没有动作
    Why {
        /// 工单编号
        ticket: String,
        /// 区县代码/插件名称
        rollout: String,
    },
}

#[derive(Args)]
struct SubmitArgs {
    /// 插件包（.wasm）
    file: PathBuf,
    /// 签名文件；不写则为插件包文件名加 .sig
    #[arg(long)]
    signature: Option<PathBuf>,
    /// 区县代码，全市为 WF
    #[arg(long)]
    territory: String,
    /// 设置（TOML）
    #[arg(long)]
    settings: Option<PathBuf>,
    /// 生效期起，例如 2026-11-15
    #[arg(long)]
    from: Option<String>,
    /// 生效期止
    #[arg(long)]
    until: Option<String>,
    /// 事由
    #[arg(long)]
    note: String,
    /// 确需降级时写明版本号
    #[arg(long)]
    downgrade_to: Option<String>,
}

pub fn run(args: &RolloutArgs) -> Outcome {
    let client = Client::new(&args.server, &args.actor, args.token.as_deref())?;
    tokio::runtime::Runtime::new()?.block_on(carry_out(&client, &args.command))
}

async fn carry_out(client: &Client, command: &RolloutCommand) -> Outcome {
    match command {
        RolloutCommand::RegisterKey { file, owner, from, until } => {
            let public = PublicKey::parse(&std::fs::read_to_string(file)?)?;
            let register = json!({
                "command": "register", "public": public, "owner": owner, "valid_from": from, "valid_until": until,
            });
            client.on_key(&public.id, &register).await?;
            println!("已登记密钥 {}", public.id);
        }
        RolloutCommand::RevokeKey { id, reason } => {
            client.on_key(id, &json!({ "command": "revoke", "reason": reason })).await?;
            println!("已吊销密钥 {id}；由它签名的插件随即停止");
        }
        RolloutCommand::Submit(args) => submit(client, args).await?,
        RolloutCommand::Do { rollout, command } => {
            let command: Value = serde_json::from_str(command).map_err(|error| format!("操作须为 JSON：{error}"))?;
            tell(&client.on_rollout(rollout, &command).await?);
        }
        RolloutCommand::List => {
            for status in client.get("/v1/rollouts").await?.as_array().into_iter().flatten() {
                let text = |name: &str| status[name].as_str().unwrap_or_default();
                println!("{}/{}　{}　{}", text("territory"), text("plugin"), text("title"), text("state"));
                for problem in status["problems"].as_array().into_iter().flatten() {
                    println!("    ！{}", problem["chinese"].as_str().unwrap_or_default());
                }
            }
        }
        RolloutCommand::Show { rollout } => print(&client.get(&format!("/v1/rollouts/{rollout}")).await?)?,
        RolloutCommand::Timeline { rollout } => {
            for line in client.get(&format!("/v1/rollouts/{rollout}/timeline")).await?.as_array().into_iter().flatten()
            {
                let text = |name: &str| line[name].as_str().unwrap_or_default();
                println!("{}  {}　{}", text("at"), text("who"), text("what"));
            }
        }
        RolloutCommand::Shadow { rollout, revision } => {
            let mut found = client.get(&format!("/v1/rollouts/{rollout}/shadow?revision={revision}")).await?;
            let reviews = client.get(&format!("/v1/rollouts/{rollout}/reviews?revision={revision}")).await?;
            found["reviews"] = json!({ "count": reviews["count"], "tried": reviews["tried"], "next": reviews["next"] });
            print(&found)?;
        }
        RolloutCommand::WhyReview { rollout } => {
            let found = client.get(&format!("/v1/rollouts/{rollout}/reviews")).await?;
            for one in found["why"].as_array().into_iter().flatten() {
                let (from, to) = (text(one, "first_day"), text(one, "last_day"));
                let period = if from == to { from.to_owned() } else { format!("{from} 至 {to}") };
                let kind = serde_json::from_value::<ReviewKind>(one["kind"].clone())?.event_kind().term();
                println!("「{kind}」{period}　{}", text(one, "chinese"));
            }
        }
        RolloutCommand::Hanging { rollout } => print(&client.get(&format!("/v1/rollouts/{rollout}/hanging")).await?)?,
        RolloutCommand::Why { ticket, rollout } => {
            let answers = client.get(&format!("/v1/tickets/{ticket}/why?rollout={rollout}")).await?;
            for answer in answers.as_array().into_iter().flatten() {
                let text = |name: &str| answer[name].as_str().unwrap_or_default();
                println!("第 {} 项「{}」　{}", answer["sequence"], text("event"), text("chinese"));
            }
        }
    }
    Ok(())
}

async fn submit(client: &Client, args: &SubmitArgs) -> Outcome {
    let beside = || args.file.with_added_extension("sig");
    let signature = args.signature.clone().unwrap_or_else(beside);
    let signature = std::fs::read_to_string(&signature)
        .map_err(|error| format!("读不到签名 {}：{error}；请先运行 chuishao plugin sign", signature.display()))?;
    let settings = match &args.settings {
        None => json!({}),
        Some(file) => serde_json::to_value(toml::from_str::<toml::Table>(&std::fs::read_to_string(file)?)?)?,
    };
    let (component, signature) = (std::fs::read(&args.file)?, Signature::parse(&signature)?);
    let package = client.hand_in(component, &signature, &args.territory, args.downgrade_to.as_deref()).await?;
    println!("已上传「{}」{}，摘要 {}", text(&package, "title"), text(&package, "version"), text(&package, "digest"));
    let rollout = format!("{}/{}", args.territory, text(&package, "plugin"));
    let given = Given { settings, from: args.from.clone(), until: args.until.clone(), note: args.note.clone() };
    tell(&client.submit(&rollout, &package, &given).await?);
    Ok(())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A receipt, as a person reads it.
fn tell(receipt: &Value) {
    for happened in receipt["happened"].as_array().into_iter().flatten() {
        println!("{}", happened.as_str().unwrap_or_default());
    }
    for conflict in receipt["conflicts"].as_array().into_iter().flatten() {
        println!("  注意：{}", text(conflict, "chinese"));
    }
    println!("现状：{}", text(receipt, "state"));
}

fn print(value: &Value) -> Outcome {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
