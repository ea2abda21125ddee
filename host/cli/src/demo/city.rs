//! The console's first minutes: a city with an invented year until this morning, the demonstration's rules
//! switched on, and an account for each post with a password of its own, told this once.

use super::{Built, config, install};
use crate::generate;
use chuishao_domain::account::handle::{Command, Hand};
use chuishao_domain::account::post::Post;
use chuishao_domain::account::{AccountName, Kind};
use chuishao_domain::calendar::moment;
use chuishao_generator::Brief;
use chuishao_server::accounts::access::Access;
use chuishao_server::accounts::keep::Keeper;
use chuishao_server::accounts::{From, Passwords, Secret, sign_in};
use chuishao_server::server::{Running, start};
use chuishao_server::store::address::DatabaseAddress;
use jiff::civil::date;
use std::path::Path;

type Fault = Box<dyn std::error::Error>;

/// Login, number, what stands beside it, post.
const ACCOUNTS: [(&str, &str, &str, &str); 14] = [
    ("huawu", "0231", "话务员演示", "call-taker"),
    ("paidan", "0007", "派单员演示", "dispatcher"),
    ("kuiwen-cg", "0412", "奎文区城管演示", "unit-clerk:370705-CG"),
    ("kuiwen-zj", "0413", "奎文区住建演示", "unit-clerk:370705-ZJ"),
    ("shi-cg", "0071", "市城管演示", "department-supervisor:WF-CG"),
    ("shenhe", "0401", "审核员演示", "reviewer"),
    ("huifang", "0502", "回访员演示", "follow-up-staff"),
    ("rexianban", "0002", "热线办演示", "hotline-office"),
    ("zhishi", "0601", "知识库审核演示", "knowledge-reviewer"),
    ("quxian", "0012", "奎文区信息技术演示", "county-ops:370705"),
    ("yunwei", "0003", "市平台运维演示", "city-ops"),
    ("xitong", "9001", "系统管理员演示", "system-admin"),
    ("anquan", "9002", "安全管理员演示", "security-admin"),
    ("shenji", "9003", "审计员演示", "audit-admin"),
];

/// Letters and digits that nobody takes for one another: 32, so that a byte chooses evenly.
const CLEAR: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Opens the console, and says with what one signs in.
pub async fn open(
    data: &Path,
    database: &DatabaseAddress,
    port: u16,
    tickets: u64,
    rules: &[Built],
) -> Result<Running, Fault> {
    std::fs::create_dir_all(data)?;
    let now = moment(date(2024, 11, 6).at(9, 0, 0, 0)).ok_or("时刻超出范围")?;
    let made = generate::city(database, data, &Brief { tickets, seed: 1, year: 2024, until: Some(now) }).await?;
    println!("控制台的城市：{made} 件虚构工单，今天是 2024-11-06");
    // The rules come as any county's do, before anybody has an account.
    let running = start(config(data, database.clone(), 0, Access::TrustPosts, now)?).await?;
    let installed = install::install(&format!("http://{}", running.address), rules).await;
    running.stop().await;
    installed?;
    let running = start(config(data, database.clone(), port, Access::Accounts, now)?).await?;
    println!("控制台 http://{}/console 的演示账号，密码随机生成，只显示这一次：\n", running.address);
    for (name, number, title, post) in ACCOUNTS {
        let password = account(&running, name, number, title, post).await?;
        println!("  {name:<12} {password}  {title}");
    }
    Ok(running)
}

/// Makes an account with a password that need not be changed at once.
async fn account(running: &Running, name: &str, number: &str, title: &str, post: &str) -> Result<String, Fault> {
    let (desk, passwords) = (&running.desk, Passwords::default());
    let (hand, world) = (Hand::Console { user: "demo".to_owned() }, desk.world());
    let now = desk.clock.now();
    let keeper = Keeper { store: &desk.store, passwords: &passwords, world: &world, hand: &hand, from: "console", now };
    let name = AccountName::parse(name).ok_or("登录名写法有误")?;
    let create = Command::Create { kind: Kind::Person, number: number.to_owned(), title: title.to_owned() };
    let made = keeper.command(&name, &create, None).await?;
    let post = Post::parse(post).ok_or("岗位写法有误")?;
    keeper.command(&name, &Command::Grant { post }, None).await?;
    let first = made.password.ok_or("新账号没有初始密码")?;
    let chosen = password()?;
    let from = From("console".to_owned());
    sign_in::change_password(desk, &passwords, (&name, ""), (&first, &Secret::new(chosen.clone())), &from).await?;
    Ok(chosen)
}

/// Four times four letters: 80 bits of chance.
fn password() -> Result<String, Fault> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(CLEAR[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}
