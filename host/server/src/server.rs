//! All of it together: opens the store, takes up the plugins, starts clock, outbox and HTTP.

use crate::accounts::access::{self, Access};
use crate::accounts::provider::{Provider, Settings, SettingsError};
use crate::accounts::{Buckets, Passwords};
use crate::changes::{self, Feed};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::impact::runs::Runs;
use crate::metrics::Metrics;
use crate::receivers::{self, Receiver, ReceiversError};
use crate::reference::{Known, Reference, ReferenceError};
use crate::registry::{self, Registry, guard, leave, shadow};
use crate::store::address::DatabaseAddress;
use crate::store::{Store, StoreError};
use crate::vault::keys::{Keys, KeysError};
use crate::{api, clockwork, console, figures, housekeeping, outbox, reference, reviews, settlement};
use chuishao_domain::account::rate::Rates;
use chuishao_domain::outward::signature::Secret;
use chuishao_sandbox::apart::{CompileLimits, Compiler};
use chuishao_sandbox::compiled::{CompileError, CompiledCode};
use chuishao_sandbox::engine::{Budget, Engine, EngineError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a server is started with.
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How it knows who asks.
    pub access: Access,
    /// Whether a gateway in front speaks HTTPS and says from where a request came.
    pub behind_gateway: bool,
    /// The provider of single sign-on; without one people sign in with a password alone.
    pub provider: Option<Settings>,
    /// How often one may ask.
    pub rates: Rates,
    /// The folder with compiled code.
    pub data: PathBuf,
    /// The program that compiles rules in processes of its own: `chuishao` of this version.
    pub program: PathBuf,
    /// The database.
    pub database: DatabaseAddress,
    /// The vault's key file; without one it lies in the data folder.
    pub vault_keys: Option<PathBuf>,
    /// The system's clock, or a movable one.
    pub clock: Clock,
    /// Where the outbox delivers; without it messages wait.
    pub deliver_to: Option<String>,
    /// Files with one secret each (`whsec_…`) that its messages are signed with, two while a secret is
    /// being changed; without one they go unsigned.
    pub deliver_secrets: Vec<PathBuf>,
    /// `receivers.toml`: who gets documents; without one they wait.
    pub receivers: Option<PathBuf>,
    /// After how many days the records of closed tickets are archived; without it never.
    pub archive_after_days: Option<u16>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Whoever reaches the port is believed.
    #[error(
        "信任岗位的方式（--trust-posts）不能监听 {0}：谁能连上就能以任何岗位操作。请监听 127.0.0.1，或去掉 --trust-posts 用账号登录 \
         (posts are believed on the loopback alone)"
    )]
    TrustsBeyondLoopback(SocketAddr),
    /// Nobody could sign in, and everybody could try.
    #[error(
        "还没有可以登录的账号，不能监听 {0}。请先在本机建立：chuishao account add 登录名 --number 工号 --title 姓名 --post system-admin \
         (there are no accounts yet: make one before others can reach the server)"
    )]
    NoAccounts(SocketAddr),
    /// The outbox has nowhere to deliver to.
    #[error("外发地址 {0:?} 不可用：须为 http:// 或 https:// 开头的完整地址 (not an http or https address)")]
    DeliverTo(String),
    /// The outbox cannot sign.
    #[error("外发密钥 {path:?} 不可用：{why} (messages cannot be signed)")]
    DeliverSecret {
        /// Which file.
        path: PathBuf,
        /// Why; what stands in it is not repeated.
        why: String,
    },
    /// Single sign-on cannot be done as it is configured.
    #[error(transparent)]
    Provider(#[from] SettingsError),
    /// The address is taken, or not this machine's.
    #[error("不能监听 {address} (cannot listen)")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault's keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The sandbox.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The folder of compiled code.
    #[error(transparent)]
    Code(#[from] CompileError),
    /// The receivers.
    #[error(transparent)]
    Receivers(#[from] ReceiversError),
    /// The calendar or the catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The desk, for the process's own use.
    pub desk: Arc<Desk>,
    runs: Arc<Runs>,
    reader: Store,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts a server. It answers when this returns.
///
/// # Errors
/// See [`StartError`].
pub async fn start(config: Config) -> Result<Running, StartError> {
    let is_loopback = config.listen.ip().is_loopback();
    if config.access == Access::TrustPosts && !is_loopback {
        return Err(StartError::TrustsBeyondLoopback(config.listen));
    }
    if let Some(url) = config.deliver_to.as_ref().filter(|url| !is_http(url)) {
        return Err(StartError::DeliverTo(url.clone()));
    }
    let deliver_secrets = config.deliver_secrets.iter().map(|path| secret(path)).collect::<Result<Vec<_>, _>>()?;
    if config.deliver_to.is_some() && deliver_secrets.is_empty() {
        tracing::warn!("messages go out unsigned: their receiver cannot tell who sent them");
    }
    // Nothing is asked of it here: a provider that is down keeps no server from starting.
    let provider = config.provider.map(Provider::new).transpose()?.map(Arc::new);
    let store = Store::open(&config.database).await?;
    if config.access == Access::Accounts && !access::anybody(&store).await? {
        if !is_loopback {
            return Err(StartError::NoAccounts(config.listen));
        }
        tracing::warn!("nobody can sign in yet: make the first accounts with `chuishao account add`");
    }
    if !is_loopback && !config.behind_gateway {
        tracing::warn!(
            address = %config.listen,
            "others reach this server without a gateway: passwords and cookies go over the network in clear"
        );
    }
    if config.access == Access::TrustPosts {
        tracing::warn!("posts are trusted: whoever reaches this port acts in any post that he names, unrecorded");
    }
    let keys = Keys::open(&store, config.vault_keys.as_deref(), &config.data).await?;
    let engine = Engine::new(Budget::default())?;
    let compiler = Compiler::new(config.program, CompileLimits::default());
    let code = CompiledCode::open(&config.data.join("compiled"), compiler)?;
    let known = Known::read(&store).await?;
    let today = known.world_at(config.clock.now());
    let to_receivers =
        config.receivers.as_deref().map(|path| Receiver::read_all(path, &today.catalogue)).transpose()?;
    let registry = Arc::new(Registry::new(engine, code));
    registry.take_up(&store, &today.catalogue).await?;
    store.release_outbox().await?;
    for receiver in to_receivers.iter().flatten() {
        receiver.check(&store).await?;
    }
    let desk = Arc::new(Desk::new(store, Reference::new(known), registry, Arc::new(config.clock), keys));
    guard::recall(&desk).await?;

    let listen_error = |cause| StartError::Listen { address: config.listen, cause };
    let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![tokio::spawn(clockwork::run(desk.clone(), stopped.clone()))];
    tasks.push(tokio::spawn(reference::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(registry::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(shadow::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(leave::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(settlement::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(figures::run(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(reviews::run(desk.clone(), stopped.clone())));
    let receivers = to_receivers.iter().flatten().map(|receiver| receiver.id().to_owned()).collect();
    tasks.push(tokio::spawn(housekeeping::run(desk.clone(), config.archive_after_days, receivers, stopped.clone())));
    if let Some(url) = config.deliver_to {
        tasks.push(tokio::spawn(outbox::run(desk.clone(), url, deliver_secrets, stopped.clone())));
    }
    for receiver in to_receivers.into_iter().flatten() {
        if let Some(url) = receiver.url().map(str::to_owned) {
            tasks.push(tokio::spawn(receivers::run(desk.clone(), receiver, url, stopped.clone())));
        }
    }
    let reader = Store::open_to_read(&config.database).await?;
    let runs = Arc::new(Runs::new(reader.clone(), desk.store.clone()));
    let (access, behind_gateway) = (config.access, config.behind_gateway);
    let gate = api::Gate {
        desk: desk.clone(),
        doors: Arc::new(api::doors()),
        access,
        behind_gateway,
        passwords: Passwords::default(),
        provider,
        buckets: Buckets::new(config.rates),
        metrics: Metrics::default(),
    };
    let feed = Feed::new(stopped.clone());
    tasks.push(tokio::spawn(changes::run(desk.clone(), feed.clone())));
    let pages = console::with_console(api::router(gate.clone(), runs.clone(), feed), gate);
    let service = pages.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        let mut stopped = stopped;
        let _ = stopped.changed().await;
    });
    tasks.push(tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(error = %error, "serving ended");
        }
    }));
    tracing::info!(%address, rules = desk.registry.live().rulebook.activations().len(), "chuishao serves");
    Ok(Running { address, desk, runs, reader, stop, tasks })
}

fn secret(path: &Path) -> Result<Secret, StartError> {
    let cannot = |why: String| StartError::DeliverSecret { path: path.to_owned(), why };
    let text = std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))?;
    Secret::parse(&text).map_err(|refusal| cannot(refusal.chinese))
}

fn is_http(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

impl Running {
    /// Finishes what is under way and stops.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        self.runs.stop_all();
        for task in self.tasks {
            let _ = task.await;
        }
        self.reader.close().await;
        self.desk.store.close().await;
    }
}
