//! What may be done to an account (账号管理), and by whom: the system's administrator makes and
//! stops accounts, the security's grants posts and tokens, and neither does the other's work
//! (三员分立). Nobody does any of it to the own account, nobody resets or stops who holds a duty but at
//! the server's own machine, and the last of a duty stays.

use super::action::Action;
use super::permission::{Target, admit};
use super::post::{Acting, Post, is_well_formed};
use super::role::{PlaceKind, Role};
use super::{Account, AccountName, Kind};
use crate::World;
use crate::catalogue::Level;
use crate::english;
use crate::plain::{must_say_within, plain};
use crate::refusal::Refusal;
use crate::sentence::{Sentence, data, term};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Posts of one account: who holds more has somebody else's work.
pub const MOST_POSTS: usize = 8;
/// Longest note or reason, in characters: one line.
const MOST_WORDS_CHARS: usize = 100;

/// Who does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Somebody who is signed in.
    Account {
        /// 登录名
        name: AccountName,
        /// In which post.
        acting: Acting,
    },
    /// 命令行: whoever has the server's own machine and database in hand. This is how the first
    /// accounts are made, and the way back when nobody can sign in any more.
    Console {
        /// The name of that machine's user.
        user: String,
    },
}

impl Hand {
    /// As the audit log names it.
    #[must_use]
    pub fn who(&self) -> String {
        match self {
            Self::Account { name, .. } => name.to_string(),
            Self::Console { user } => format!("console:{user}"),
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// 新建
    Create {
        /// 个人 or 系统.
        kind: Kind,
        /// 工号
        number: String,
        /// 备注
        title: String,
    },
    /// 停用: sessions and tokens end at once.
    Disable {
        /// Why.
        reason: String,
    },
    /// 恢复
    Enable {},
    /// 重置密码: a random one, shown once, to be changed at the next sign-in.
    ResetPassword {},
    /// 结束会话: all that are open.
    EndSessions {},
    /// 授予岗位
    Grant {
        /// Which.
        post: Post,
    },
    /// 收回岗位
    Withdraw {
        /// Which.
        post: Post,
    },
}

impl Command {
    /// As it is written in the audit log.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Disable { .. } => "disable",
            Self::Enable {} => "enable",
            Self::ResetPassword {} => "reset-password",
            Self::EndSessions {} => "end-sessions",
            Self::Grant { .. } => "grant",
            Self::Withdraw { .. } => "withdraw",
        }
    }

    /// What one has to have for it.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Grant { .. } | Self::Withdraw { .. } => Action::GrantPosts,
            _ => Action::KeepAccounts,
        }
    }

    /// What happened, in words.
    #[must_use]
    pub fn words(&self, account: &Account, world: &World) -> Sentence {
        let name = &account.name;
        match self {
            Self::Create { kind, .. } => Sentence::new(
                format!("新建{}账号 {name}", kind.term()),
                format!("Made the account {name} ({})", term(kind)),
            ),
            Self::Disable { reason } => {
                let reason = plain(reason);
                let chinese = format!("停用账号 {name}：{reason}");
                Sentence::new(chinese, english!("Disabled the account {}: {}", name.to_string(), data(&reason)))
            }
            Self::Enable {} => Sentence::new(format!("恢复账号 {name}"), format!("Enabled the account {name}")),
            Self::ResetPassword {} => {
                Sentence::new(format!("重置账号 {name} 的密码"), format!("Reset the password of {name}"))
            }
            Self::EndSessions {} => {
                Sentence::new(format!("结束账号 {name} 的全部会话"), format!("Ended all sessions of {name}"))
            }
            Self::Grant { post } => Sentence::new(
                format!("授予账号 {name} 岗位「{}」", post.words(&world.catalogue)),
                format!("Granted to {name} the post \"{}\"", post.english()),
            ),
            Self::Withdraw { post } => Sentence::new(
                format!("收回账号 {name} 的岗位「{}」", post.words(&world.catalogue)),
                format!("Withdrew from {name} the post \"{}\"", post.english()),
            ),
        }
    }
}

/// Refuses whoever may not do this to that account.
///
/// # Errors
/// `not-entitled` or `own-account`.
pub fn may(hand: &Hand, action: Action, on: &AccountName, world: &World) -> Result<(), Refusal> {
    let Hand::Account { name, acting } = hand else { return Ok(()) };
    admit(acting, action, Target::Any, world)?;
    if name == on {
        return Err(Refusal::new(
            "own-account",
            "不能办理本人的账号，请由另一位管理员办理",
            "nobody does this to the own account",
        ));
    }
    Ok(())
}

/// The account after a command, or a refusal in words. `account` is what there is of that name.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    name: &AccountName,
    account: Option<&Account>,
    command: &Command,
    hand: &Hand,
    world: &World,
) -> Result<Account, Refusal> {
    may(hand, command.action(), name, world)?;
    if let Command::Create { kind, number, title } = command {
        return create(name, account, *kind, number, title);
    }
    let account = account.ok_or_else(|| Refusal::new("no-account", "没有这个账号，请核对登录名", "no such account"))?;
    let mut next = Account { version: account.version + 1, ..account.clone() };
    match command {
        Command::Disable { reason } => {
            must_be_at_the_machine(account, hand)?;
            must_say_within(reason, MOST_WORDS_CHARS, "停用理由")?;
            if account.disabled.is_some() {
                return Err(nothing_changes("账号已经停用"));
            }
            next.disabled = Some(plain(reason));
        }
        Command::Enable {} => {
            if account.disabled.is_none() {
                return Err(nothing_changes("账号没有停用"));
            }
            next.disabled = None;
        }
        Command::ResetPassword {} => {
            must_be_at_the_machine(account, hand)?;
            if account.kind == Kind::Machine {
                return Err(Refusal::new("no-password", "系统账号没有密码，请签发令牌", "machines have no password"));
            }
        }
        Command::Grant { post } => {
            must_be_known(post, world)?;
            must_stay_apart(account, post)?;
            must_not_hold_both_keys(account, post)?;
            if !next.posts.insert(post.clone()) {
                return Err(nothing_changes("账号已有这个岗位"));
            }
        }
        Command::Withdraw { post } => {
            if !next.posts.remove(post) {
                return Err(nothing_changes("账号没有这个岗位"));
            }
        }
        Command::EndSessions {} | Command::Create { .. } => {}
    }
    Ok(next)
}

/// Whoever resets a password is shown the first one and could sign in with it: none of the three becomes
/// another that way, nor rids himself of one.
fn must_be_at_the_machine(account: &Account, hand: &Hand) -> Result<(), Refusal> {
    if !account.holds_a_duty() || matches!(hand, Hand::Console { .. }) {
        return Ok(());
    }
    Err(Refusal::new(
        "duty-account",
        "该账号担任系统管理员、安全管理员或审计员，重置密码和停用只能在服务器本机用 chuishao account 办理",
        "an account that holds a duty is reset and disabled on the server's own machine alone",
    ))
}

/// Whoever made the account or reset it was shown its first password, and could sign in with it: a duty is
/// granted to who has chosen another since, unless it is done at the server's own machine, where the first
/// ones are made.
///
/// # Errors
/// `first-password`.
pub fn must_have_chosen(command: &Command, hand: &Hand, has_first_password: bool) -> Result<(), Refusal> {
    let grants_duty = matches!(command, Command::Grant { post } if post.role.is_duty());
    if !grants_duty || !has_first_password || matches!(hand, Hand::Console { .. }) {
        return Ok(());
    }
    Err(Refusal::new(
        "first-password",
        "该账号的密码还是新建或重置时显示过的初始密码，请本人先登录并更改密码，再授予系统管理员、安全管理员或审计员；\
         也可在服务器本机用 chuishao account 办理",
        "the account still has a first password that somebody else was shown; its person has to choose another first",
    ))
}

/// The duties that a change takes from who could do them: somebody else has to be left for each, unless
/// it is done at the server's own machine, which is the way back.
#[must_use]
pub fn duties_given_up(before: Option<&Account>, after: &Account, hand: &Hand) -> Vec<Role> {
    if matches!(hand, Hand::Console { .. }) {
        return Vec::new();
    }
    let kept: BTreeSet<Role> = after.duties_in_use().collect();
    before.into_iter().flat_map(Account::duties_in_use).filter(|duty| !kept.contains(duty)).collect()
}

/// Another account has the number.
#[must_use]
pub fn number_taken(number: &str) -> Refusal {
    let chinese = format!("工号 {number} 已有账号使用，一个工号只对应一个账号，请核对");
    Refusal::new("number-taken", chinese, "another account has this number")
}

/// Nobody would be left for a duty.
#[must_use]
pub fn last_of_duty(duty: Role) -> Refusal {
    let chinese =
        format!("这是最后一个可以登录的{}，请先让另一人担任，或在服务器本机用 chuishao account 办理", duty.term());
    Refusal::new("last-of-duty", chinese, "nobody would be left for this duty")
}

fn nothing_changes(chinese: &str) -> Refusal {
    Refusal::new("nothing-changes", format!("{chinese}，无需办理"), "nothing would change")
}

fn create(
    name: &AccountName,
    there: Option<&Account>,
    kind: Kind,
    number: &str,
    title: &str,
) -> Result<Account, Refusal> {
    if there.is_some() {
        return Err(Refusal::new("account-exists", "已有这个登录名的账号，请换一个", "there is such an account"));
    }
    if !is_well_formed(number) {
        let chinese = "工号须为 1 到 32 个字母、数字或连字符";
        return Err(Refusal::new("number-malformed", chinese, "the number is malformed"));
    }
    must_say_within(title, MOST_WORDS_CHARS, "备注")?;
    Ok(Account {
        name: name.clone(),
        version: 1,
        kind,
        number: number.to_owned(),
        title: plain(title),
        posts: BTreeSet::new(),
        disabled: None,
    })
}

/// A post is held at a place that there is.
fn must_be_known(post: &Post, world: &World) -> Result<(), Refusal> {
    let place = post.place.as_deref().unwrap_or_default();
    let unit = post.unit().and_then(|unit| world.catalogue.unit(&unit)).filter(|unit| unit.retired_on.is_none());
    let known = match post.role.place() {
        PlaceKind::City | PlaceKind::Receiver => true,
        PlaceKind::Territory => world
            .catalogue
            .territory(&place.into())
            .is_some_and(|territory| territory.retired_on.is_none() && !territory.id.is_city()),
        // The city's own department: a county's office has clerks.
        PlaceKind::Unit if post.role == Role::DepartmentSupervisor => {
            unit.is_some_and(|unit| unit.level == Level::City)
        }
        PlaceKind::Unit => unit.is_some(),
    };
    if known {
        return Ok(());
    }
    Err(Refusal::new(
        "unknown-place",
        format!("岗位所在的单位或区县 {place} 不在现行职责清单中，或不是这类岗位的单位，请核对"),
        "the post's place is not in the catalogue in force, or not one for such a post",
    ))
}

/// 两把钥匙: who submits a plugin for a county does not approve it for the city.
fn must_not_hold_both_keys(account: &Account, post: &Post) -> Result<(), Refusal> {
    let other = match post.role {
        Role::CountyOps => Role::CityOps,
        Role::CityOps => Role::CountyOps,
        _ => return Ok(()),
    };
    if !account.posts.iter().any(|held| held.role == other) {
        return Ok(());
    }
    Err(Refusal::new(
        "keys-apart",
        "区县信息技术人员和市平台运维不能同授一个账号：插件由一方提交、另一方批准，须是两个人",
        "who submits plugins and who approves them are two people",
    ))
}

/// 三员分立: a duty stands alone, beside no other duty and no post of the business.
fn must_stay_apart(account: &Account, post: &Post) -> Result<(), Refusal> {
    if account.posts.len() >= MOST_POSTS {
        let chinese = format!("一个账号最多 {MOST_POSTS} 个岗位，请先收回不用的");
        return Err(Refusal::new("too-many-posts", chinese, "the account has as many posts as it may"));
    }
    if account.kind == Kind::Machine && post.role.is_duty() {
        return Err(Refusal::new("duties-apart", "三员须由个人担任，不能授予系统账号", "a duty is a person's"));
    }
    let others = account.posts.iter().filter(|other| *other != post);
    let apart = !post.role.is_duty() || others.clone().next().is_none();
    if apart && !others.into_iter().any(|other| other.role.is_duty()) {
        return Ok(());
    }
    Err(Refusal::new(
        "duties-apart",
        "系统管理员、安全管理员、审计员须由不同的人专任，不能与其他岗位同授一个账号（三员分立）",
        "the duties of system, security and audit are held alone",
    ))
}
