//! `chuishao serve`.

use crate::Outcome;
use crate::database::DatabaseArgs;
use crate::traces::{self, Traces};
use crate::vault::VaultKeysArgs;
use chuishao_domain::account::rate::USUAL;
use chuishao_sandbox::apart::own_program;
use chuishao_server::accounts::Secret;
use chuishao_server::accounts::access::Access;
use chuishao_server::accounts::provider::Settings;
use chuishao_server::clock::Clock;
use chuishao_server::server::{Config, start};
use clap::Args;
use jiff::civil::DateTime;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    keys: VaultKeysArgs,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:12345")]
    listen: SocketAddr,
    /// 信任岗位：不登录，谁连上都以其在 Chuishao-Actor 中写明的岗位操作；仅供演示和编写插件，只能监听本机地址
    #[arg(long)]
    trust_posts: bool,
    /// 由网关转发 HTTPS：会话只在 HTTPS 下有效，来源地址取网关写在 X-Forwarded-For 最后的一个
    #[arg(long)]
    behind_gateway: bool,
    #[command(flatten)]
    single_sign_on: SingleSignOnArgs,
    /// 外发消息送到这个地址
    #[arg(long)]
    deliver_to: Option<String>,
    /// 外发消息的签名密钥文件（whsec_…）；更换期间写两次，新旧各一。不写则不签名
    #[arg(long, requires = "deliver_to", value_name = "FILE")]
    deliver_secret: Vec<PathBuf>,
    /// 向哪些单位推送文书（receivers.toml）
    #[arg(long)]
    receivers: Option<PathBuf>,
    /// 把每次请求经服务台到各插件的链路（OpenTelemetry，OTLP/HTTP）送到这个收集器，例如 http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    traces_to: Option<String>,
    /// 仅供演示：用可拨动的时钟，从这一刻（北京时间）开始，例如 2024-11-06T09:00
    #[arg(long)]
    movable_clock: Option<DateTime>,
    /// 办结满这么多天后，把事件和决定压缩归档；0 表示不归档
    #[arg(long, default_value_t = 400)]
    archive_after_days: u16,
}

/// The variable that holds the client's secret: on the command line everybody on the machine would read it.
const SECRET_VARIABLE: &str = "CHUISHAO_OIDC_CLIENT_SECRET";

/// Longest file of a secret that is read: who names another file by mistake is told so.
const MOST_SECRET_BYTES: usize = 4096;

#[derive(Args)]
struct SingleSignOnArgs {
    /// 单点登录（OpenID Connect）服务的地址，例如 `https://sso.weifang.gov.cn/realms/city`；不写则只用登录名和密码登录
    #[arg(long, env = "CHUISHAO_OIDC_ISSUER", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// 本系统在单点登录服务登记的客户端标识
    #[arg(long, env = "CHUISHAO_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// 客户端密钥所在的文件；不写则取环境变量 CHUISHAO_OIDC_CLIENT_SECRET
    #[arg(long, env = "CHUISHAO_OIDC_CLIENT_SECRET_FILE", requires = "oidc_issuer")]
    oidc_client_secret_file: Option<PathBuf>,
    /// 哪个声明（claim）是本系统的登录名
    #[arg(long, env = "CHUISHAO_OIDC_CLAIM", default_value = "preferred_username")]
    oidc_claim: String,
}

impl SingleSignOnArgs {
    fn settings(self) -> Result<Option<Settings>, Box<dyn std::error::Error>> {
        let Self { oidc_issuer, oidc_client_id, oidc_client_secret_file, oidc_claim } = self;
        let (Some(issuer), Some(client)) = (oidc_issuer, oidc_client_id) else { return Ok(None) };
        let secret = match oidc_client_secret_file {
            Some(file) => {
                let read = std::fs::read_to_string(&file);
                let read = read.map_err(|error| format!("读不到客户端密钥文件 {}：{error}", file.display()))?;
                if read.len() > MOST_SECRET_BYTES {
                    return Err(format!("{} 不像是客户端密钥文件：太长", file.display()).into());
                }
                read
            }
            None => std::env::var(SECRET_VARIABLE).map_err(|_| {
                format!(
                    "单点登录缺少客户端密钥：请用 --oidc-client-secret-file 指明文件，或设环境变量 {SECRET_VARIABLE}"
                )
            })?,
        };
        let secret = Secret::new(secret.trim().to_owned());
        Ok(Some(Settings { issuer, client, secret, claim: oidc_claim }))
    }
}

pub fn serve(args: ServeArgs) -> Outcome {
    let traces = args.traces_to.as_deref().map(Traces::to).transpose()?;
    traces::log("info", traces.as_ref());
    let clock = match args.movable_clock {
        Some(civil) => Clock::movable(chuishao_domain::calendar::moment(civil).ok_or("时刻超出范围")?),
        None => Clock::System,
    };
    let config = Config {
        listen: args.listen,
        access: if args.trust_posts { Access::TrustPosts } else { Access::Accounts },
        behind_gateway: args.behind_gateway,
        provider: args.single_sign_on.settings()?,
        rates: USUAL,
        database: args.database.address()?,
        data: args.database.data,
        program: own_program()?,
        vault_keys: args.keys.vault_keys,
        clock,
        deliver_to: args.deliver_to,
        deliver_secrets: args.deliver_secret,
        receivers: args.receivers,
        archive_after_days: Some(args.archive_after_days).filter(|days| *days > 0),
    };
    let served: Outcome = tokio::runtime::Runtime::new()?.block_on(async {
        let running = start(config).await?;
        if args.trust_posts {
            eprintln!(
                "注意：信任岗位方式（--trust-posts），本机任何人都能以任何岗位操作，审计日志没有记录。仅供演示和编写插件\n\
                 WARNING: posts are trusted; anybody on this machine acts in any post, and nothing of it is audited"
            );
        }
        if !running.address.ip().is_loopback() && !args.behind_gateway {
            eprintln!(
                "注意：正在监听本机以外的地址，却没有写 --behind-gateway：密码和会话在网络上是明文。请在前面放一个 HTTPS 网关\n\
                 WARNING: others reach this server without a gateway; passwords and sessions go over the network in clear"
            );
        }
        // On standard output, so that a program that started the server learns the port.
        println!("http://{}", running.address);
        stop_signal().await;
        running.stop().await;
        Ok(())
    });
    if let Some(traces) = traces {
        traces.finish();
    }
    served
}

/// Ctrl-C, or on Unix the service manager's SIGTERM.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
