//! `chuishao account`: accounts from the server's own machine, beside a running server or before the
//! first start. This is how the first ones are made, and the way back when nobody can sign in.

use crate::database::DatabaseArgs;
use crate::exports::{FROM, hand};
use crate::{Outcome, start_logging};
use chuishao_domain::World;
use chuishao_domain::account::handle::Command;
use chuishao_domain::account::limits::FIRST_PASSWORD_DAYS;
use chuishao_domain::account::post::Post;
use chuishao_domain::account::{AccountName, Kind};
use chuishao_domain::calendar::civil;
use chuishao_domain::narrate::moment;
use chuishao_server::accounts::Passwords;
use chuishao_server::accounts::keep::{Done, Keeper};
use chuishao_server::reference::Known;
use chuishao_server::store::{Store, StoreError};
use clap::{Args, Subcommand};
use jiff::Timestamp;

#[derive(Args)]
pub struct AccountArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// 新建账号并授予岗位；个人账号的初始密码只显示这一次，首次登录须更改 (make an account)
    Add(AddArgs),
    /// 全部账号 (all accounts)
    List,
    /// 停用：会话和令牌随即失效 (disable)
    Disable {
        /// 登录名
        name: String,
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// 恢复停用的账号 (enable)
    Enable {
        /// 登录名
        name: String,
    },
    /// 重置密码：新的初始密码只显示这一次 (reset the password)
    Reset {
        /// 登录名
        name: String,
    },
    /// 授予岗位 (grant a post)
    Grant {
        /// 登录名
        name: String,
        /// 岗位，例如 reviewer、unit-clerk:370705-GA、county-ops:370705
        post: String,
    },
    /// 收回岗位 (withdraw a post)
    Withdraw {
        /// 登录名
        name: String,
        /// 岗位
        post: String,
    },
    /// 系统账号的令牌 (tokens of machines)
    #[command(subcommand)]
    Token(TokenCommand),
    /// 核对审计日志是否完整 (whether the audit log is whole)
    Audit,
}

#[derive(Args)]
struct AddArgs {
    /// 登录名：小写字母、数字、点、连字符
    name: String,
    /// 工号
    #[arg(long)]
    number: String,
    /// 姓名或用途
    #[arg(long)]
    title: String,
    /// 岗位，可写多次，例如 --post reviewer --post unit-clerk:370705-GA
    #[arg(long = "post", required = true)]
    posts: Vec<String>,
    /// 系统账号：没有密码，用令牌
    #[arg(long)]
    machine: bool,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// 签发；令牌只显示这一次 (issue)
    Issue {
        /// 登录名
        name: String,
        /// 用途
        #[arg(long)]
        title: String,
        /// 有效天数
        #[arg(long, default_value_t = 180)]
        days: u16,
    },
    /// 列出 (list)
    List {
        /// 登录名
        name: String,
    },
    /// 吊销 (revoke)
    Revoke {
        /// 登录名
        name: String,
        /// 令牌编号
        id: String,
    },
}

fn named(text: &str) -> Result<AccountName, String> {
    AccountName::parse(text).ok_or_else(|| "登录名须为 2 到 32 个小写字母、数字、点或连字符，以字母开头".to_owned())
}

fn post_of(text: &str) -> Result<Post, String> {
    let malformed = || format!("岗位 {text:?} 写法有误，例如 reviewer、unit-clerk:370705-GA、county-ops:370705");
    Post::parse(text).ok_or_else(malformed)
}

pub fn run(args: &AccountArgs) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = opened(args).await?;
        let now = Timestamp::now();
        let world = Known::read(&store).await?.world_at(now);
        let done = work(&args.command, &store, &world, now).await;
        store.close().await;
        done
    })
}

/// Beside a running server; before the first start the database and its tables are made.
async fn opened(args: &AccountArgs) -> Result<Store, StoreError> {
    let address = args.database.address()?;
    match Store::open_beside(&address).await {
        Err(StoreError::Missing(_) | StoreError::AnotherSchema) if matches!(args.command, AccountCommand::Add(_)) => {
            Store::open(&address).await
        }
        opened => opened,
    }
}

async fn work(command: &AccountCommand, store: &Store, world: &World, now: Timestamp) -> Outcome {
    let (hand, passwords) = (hand(), Passwords::default());
    let keeper = Keeper { store, passwords: &passwords, world, hand: &hand, from: FROM, now };
    let act = async |name: &str, command: Command| -> Result<Done, Box<dyn std::error::Error>> {
        Ok(keeper.command(&named(name)?, &command, None).await?)
    };
    match command {
        AccountCommand::Add(args) => return add(&keeper, args).await,
        AccountCommand::List => return list(store, world).await,
        AccountCommand::Disable { name, reason } => {
            tell(&act(name, Command::Disable { reason: reason.clone() }).await?)
        }
        AccountCommand::Enable { name } => tell(&act(name, Command::Enable {}).await?),
        AccountCommand::Reset { name } => tell(&act(name, Command::ResetPassword {}).await?),
        AccountCommand::Grant { name, post } => tell(&act(name, Command::Grant { post: post_of(post)? }).await?),
        AccountCommand::Withdraw { name, post } => tell(&act(name, Command::Withdraw { post: post_of(post)? }).await?),
        AccountCommand::Token(command) => return token(&keeper, command).await,
        AccountCommand::Audit => {
            let (end, faults) = store.verify_audit().await?;
            println!("审计日志 {} 行，链尾 {}", end.lines, end.head);
            for fault in &faults {
                println!("不一致：{fault}");
            }
            if !faults.is_empty() {
                return Err(format!("共有 {} 处不一致", faults.len()).into());
            }
            println!("完整");
        }
    }
    Ok(())
}

/// What happened, and a password that is shown this once.
fn tell(done: &Done) {
    println!("{}", done.happened.chinese);
    if let Some(password) = &done.password {
        println!(
            "初始密码（只显示这一次，{FIRST_PASSWORD_DAYS} 天内不用即失效，首次登录须更改）：{}",
            password.expose()
        );
    }
}

async fn add(keeper: &Keeper<'_>, args: &AddArgs) -> Outcome {
    let name = named(&args.name)?;
    let posts = args.posts.iter().map(|post| post_of(post)).collect::<Result<Vec<_>, _>>()?;
    let kind = if args.machine { Kind::Machine } else { Kind::Person };
    let create = Command::Create { kind, number: args.number.clone(), title: args.title.clone() };
    tell(&keeper.command(&name, &create, None).await?);
    for post in posts {
        tell(&keeper.command(&name, &Command::Grant { post }, None).await?);
    }
    Ok(())
}

async fn list(store: &Store, world: &World) -> Outcome {
    println!("登录名\t工号\t备注\t种类\t状态\t岗位");
    for kept in store.accounts().await? {
        let account = kept.account;
        let posts: Vec<String> = account.posts.iter().map(|post| post.words(&world.catalogue)).collect();
        let state = account.disabled.map_or("在用".to_owned(), |reason| format!("停用：{reason}"));
        let (kind, posts) = (account.kind.term(), posts.join("、"));
        println!("{}\t{}\t{}\t{kind}\t{state}\t{posts}", account.name, account.number, account.title);
    }
    Ok(())
}

async fn token(keeper: &Keeper<'_>, command: &TokenCommand) -> Outcome {
    match command {
        TokenCommand::Issue { name, title, days } => {
            let (token, word) = keeper.issue_token(&named(name)?, title, *days).await?;
            println!("已签发令牌 {}，{} 到期。令牌（只显示这一次）：", token.id, civil(token.expires_at).date());
            println!("{}", word.expose());
        }
        TokenCommand::List { name } => {
            println!("编号\t用途\t签发\t到期\t吊销");
            for token in keeper.store.tokens(&named(name)?).await? {
                let revoked = token.revoked_at.map(moment).unwrap_or_default();
                let (made, expires) = (moment(token.made_at), moment(token.expires_at));
                println!("{}\t{}\t{made}\t{expires}\t{revoked}", token.id, token.title);
            }
        }
        TokenCommand::Revoke { name, id } => {
            keeper.revoke_token(&named(name)?, id).await?;
            println!("已吊销令牌 {id}");
        }
    }
    Ok(())
}
