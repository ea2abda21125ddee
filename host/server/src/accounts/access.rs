//! Who is asking (访问): by the cookie of a session, by the token of a machine, or, where the server
//! was started so, believed in the post that the request names.

use super::secrets::Secret;
use crate::desk::Desk;
use crate::store::accounts::KeptAccount;
use crate::store::sessions::Way;
use crate::store::{Store, StoreError};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::limits::{SESSION_SEEN_EVERY, password_is_old, session_is_over};
use chuishao_domain::account::post::Acting;
use chuishao_domain::account::{AccountName, Kind};
use chuishao_domain::refusal::Refusal;

/// How a server knows who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// 账号: people sign in, machines show a token.
    Accounts,
    /// 信任岗位: whoever reaches the port is believed in the post that he names. For the
    /// demonstration, the tests and an author's own machine; on the loopback alone.
    TrustPosts,
}

/// What a request shows.
#[derive(Debug)]
pub enum Shown {
    /// The cookie of a session.
    Session(Secret),
    /// `Authorization: Bearer …`
    Token(Secret),
    /// Neither.
    Nothing,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Whose account, where there are accounts.
    pub account: Option<AccountName>,
    /// In which post; nothing where the account has several and the request names none.
    pub acting: Option<Acting>,
    /// The digest of the session, if it is one.
    pub session: Option<String>,
    /// For whom it is.
    pub kind: Kind,
    /// Nothing but the own password is open until it is changed.
    pub must_change: bool,
}

/// Why nobody is known.
#[derive(Debug, thiserror::Error)]
pub enum NobodyError {
    /// No cookie, no token, no post.
    #[error("请先登录")]
    Nothing,
    /// It does not open anything, or not any more.
    #[error("登录已失效，请重新登录")]
    NotGood,
    /// The post that is named is no post.
    #[error("岗位写法有误")]
    Malformed,
    /// The post that is named is not this account's.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds out who asks for what. `post` is the one that the request names.
///
/// # Errors
/// See [`NobodyError`].
pub async fn asker(
    desk: &Desk,
    access: Access,
    shown: &Shown,
    (action, post): (Action, Option<&str>),
) -> Result<Asker, NobodyError> {
    match (access, shown) {
        (Access::TrustPosts, _) => {
            let acting = Acting::parse(post.ok_or(NobodyError::Nothing)?).ok_or(NobodyError::Malformed)?;
            Ok(Asker { account: None, acting: Some(acting), session: None, kind: Kind::Person, must_change: false })
        }
        (Access::Accounts, Shown::Session(word)) => of_session(desk, word, action, post).await,
        (Access::Accounts, Shown::Token(word)) => {
            let found = desk.store.token(&word.digest()).await?;
            let good = found.filter(|(token, _)| token.is_good(desk.clock.now()));
            let (_, kept) = good.ok_or(NobodyError::NotGood)?;
            asker_of(&kept, None, post, false)
        }
        (Access::Accounts, Shown::Nothing) => Err(NobodyError::Nothing),
    }
}

async fn of_session(desk: &Desk, word: &Secret, action: Action, post: Option<&str>) -> Result<Asker, NobodyError> {
    let (now, digest) = (desk.clock.now(), word.digest());
    let found = desk.store.session(&digest).await?.ok_or(NobodyError::NotGood)?;
    if session_is_over(found.begun_at, found.seen_at, now) {
        return Err(NobodyError::NotGood);
    }
    let of_password = found.way == Way::Password;
    if !of_password && found.kept.account.holds_a_duty() {
        // It was given one since: the three duties sign in here alone.
        return Err(NobodyError::NotGood);
    }
    // A page that follows along by itself is nobody at work.
    let at_work = action != Action::FollowChanges;
    if at_work && now.duration_since(found.seen_at) >= SESSION_SEEN_EVERY {
        desk.store.session_seen(&digest, now).await?;
    }
    // How old a password is matters to whom it let in.
    let must_change = of_password && (found.kept.must_change || password_is_old(found.kept.password_set_at, now));
    asker_of(&found.kept, Some(digest), post, must_change)
}

fn asker_of(
    kept: &KeptAccount,
    session: Option<String>,
    post: Option<&str>,
    must_change: bool,
) -> Result<Asker, NobodyError> {
    let account = &kept.account;
    if account.disabled.is_some() {
        return Err(NobodyError::NotGood);
    }
    let acting = account.acting_as(post);
    if let (None, Some(_)) = (&acting, post) {
        let refusal = Refusal::new("not-own-post", "您的账号没有这个岗位", "the account does not hold that post");
        return Err(refusal.into());
    }
    Ok(Asker { account: Some(account.name.clone()), acting, session, kind: account.kind, must_change })
}

/// Whether anybody can sign in: a server that others reach does not start before.
///
/// # Errors
/// The database failed.
pub async fn anybody(store: &Store) -> Result<bool, StoreError> {
    let signs_in = |kept: &KeptAccount| {
        let account = &kept.account;
        account.disabled.is_none() && account.kind == Kind::Person && !account.posts.is_empty()
    };
    Ok(store.accounts().await?.iter().any(signs_in))
}
