//! Accounts (账号): people and machines, by what posts they hold, and what each post may do.
//!
//! - [`role`], [`post`]: what one can be, and where; who acts;
//! - [`action`], [`permission`]: the one table of who may do what;
//! - [`Account`], [`handle`]: what there is of an account, and what may be done to it by whom;
//! - [`password`], [`limits`]: what a password must be, how long things last, how often one may fail;
//! - [`rate`]: how often one may ask;
//! - [`audit`]: the log of all that, chained (审计日志).
//!
//! Secrets are not here: passwords and tokens are hashed where they come in.

pub mod action;
pub mod audit;
pub mod handle;
pub mod limits;
pub mod password;
pub mod permission;
pub mod post;
pub mod rate;
pub mod role;

use post::{Acting, Post};
use role::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Longest name, in bytes.
const MOST_NAME_BYTES: usize = 32;

/// The name that one signs in with (登录名): lower-case letters, digits, dots and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct AccountName(pub String);

impl AccountName {
    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (2..=MOST_NAME_BYTES).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
            && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        fits.then(|| Self(text.to_owned()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 个人: signs in with a password.
    Person,
    /// 系统: shows a token, and has no password.
    Machine,
}

impl Kind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Person => "个人",
            Self::Machine => "系统",
        }
    }
}

/// An account as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Account {
    /// 登录名
    pub name: AccountName,
    /// How many changes made it.
    pub version: u64,
    /// 个人 or 系统.
    pub kind: Kind,
    /// 工号: how records know whose work it was.
    pub number: String,
    /// 备注: whose it is, in words of the house.
    pub title: String,
    /// 岗位
    pub posts: BTreeSet<Post>,
    /// 停用的理由; nothing while it is in use.
    pub disabled: Option<String>,
}

impl Account {
    /// Whether it holds one of the three duties (三员), in use or not.
    #[must_use]
    pub fn holds_a_duty(&self) -> bool {
        self.posts.iter().any(|post| post.role.is_duty())
    }

    /// The duties that somebody can do who signs in with it.
    pub fn duties_in_use(&self) -> impl Iterator<Item = Role> {
        let in_use = self.disabled.is_none() && self.kind == Kind::Person;
        self.posts.iter().map(|post| post.role).filter(move |role| in_use && role.is_duty())
    }

    /// Who acts when this account acts in one of its posts.
    #[must_use]
    pub fn acting(&self, post: &Post) -> Option<Acting> {
        let numbered = !matches!(post.role.place(), role::PlaceKind::Unit | role::PlaceKind::Receiver);
        let number = if numbered { self.number.clone() } else { String::new() };
        self.posts.contains(post).then(|| Acting { post: post.clone(), number })
    }

    /// Who acts: in the post that is named, as `reviewer`, `reviewer:0102` or
    /// `county-ops:370705:0012`; in its only one where none is named.
    #[must_use]
    pub fn acting_as(&self, named: Option<&str>) -> Option<Acting> {
        let mut own = self.posts.iter().filter_map(|post| self.acting(post));
        match named {
            Some(named) => own.find(|acting| acting.to_string() == named || acting.post.to_string() == named),
            None => {
                let only = own.next();
                only.filter(|_| own.next().is_none())
            }
        }
    }
}
