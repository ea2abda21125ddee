//! Signing in by the city's own provider (单点登录), beside the accounts' own passwords. The provider says
//! who somebody is; which account that is, and what its posts may do, is decided here: an account has to be
//! there and in use, and none is ever made or given a post by what a provider says (三员分立: posts are
//! granted by people here). Who holds one of the three duties signs in here alone: whoever keeps the
//! provider could otherwise become him.

use super::attempt::Attempt;
use super::provider::{Provider, ProviderError};
use super::secrets::{Secret, cookie_word};
use super::sign_in::Begun;
use super::{From, entry};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::accounts::KeptAccount;
use crate::store::sessions::{Beginning, Way};
use chuishao_domain::account::audit::Deed;
use chuishao_domain::account::limits::ATTEMPT_LONGEST;
use chuishao_domain::account::{AccountName, Kind};
use chuishao_domain::plain::escaped;

/// How much of a name that is nobody's stands in the audit log, in characters.
const MOST_NAME_CHARS: usize = 64;

/// Why somebody does not get in this way.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    /// Nothing is configured.
    #[error("本服务没有启用单点登录，请用登录名和密码登录")]
    Off,
    /// The provider does not answer, or not as one does.
    #[error("单点登录服务暂时不可用，请稍后再试，或用登录名和密码登录")]
    Unreachable,
    /// The state is another's, or has been here before, or is too old.
    #[error("这次单点登录已过期、已经用过，或不是从这个浏览器开始的，请重新点击“单点登录”")]
    Stale,
    /// The provider let nobody in, or somebody did not want to.
    #[error("单点登录服务没有让您登录，或您取消了登录")]
    Declined,
    /// What the provider answered proves nobody.
    #[error("单点登录服务的答复未通过核验，没有登录；请重新登录，仍不行的请联系系统管理员")]
    NotProved,
    /// The provider does not say which account it is.
    #[error("单点登录服务没有给出登录名（{0}），请联系系统管理员")]
    ClaimMissing(String),
    /// No account of a person has that name.
    #[error("您已通过单点登录，但本系统没有与之同名的账号；账号由系统管理员建立，单点登录不会自动建立")]
    NoAccount,
    /// 停用
    #[error("您在本系统的账号已停用，请联系系统管理员")]
    Disabled,
    /// 三员
    #[error("系统管理员、安全管理员、审计员只能用登录名和密码登录（三员分立）")]
    Duty,
    /// The account was changed while this one came in.
    #[error("登录时账号刚被更改，请重新登录")]
    Overtaken,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the provider sends back by the browser.
pub struct Returned {
    /// The code to be shown.
    pub code: Option<Secret>,
    /// What was sent along.
    pub state: Option<Secret>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// A sign-in that is to go on elsewhere.
pub struct Elsewhere {
    /// What the browser keeps.
    pub word: Secret,
    /// Where it goes.
    pub address: String,
}

/// Begins: `wanted` is the page that somebody wanted to see.
///
/// # Errors
/// The provider or the database does not answer.
pub async fn begin(
    desk: &Desk,
    provider: &Provider,
    comes_back_to: &str,
    wanted: &str,
) -> Result<Elsewhere, SignOnError> {
    let attempt = Attempt::new();
    let address = provider.address(&attempt, comes_back_to).await.map_err(|error| {
        tracing::error!(%error, "single sign-on: nobody can be sent to the provider");
        SignOnError::Unreachable
    })?;
    let now = desk.clock.now();
    let gone = now.checked_sub(ATTEMPT_LONGEST).unwrap_or(now);
    desk.store.begin_attempt(&attempt.digest(), wanted, now, gone).await?;
    Ok(Elsewhere { word: attempt.into_word(), address })
}

/// Ends with a session, and the page that was wanted.
///
/// # Errors
/// See [`SignOnError`].
pub async fn finish(
    desk: &Desk,
    provider: &Provider,
    (attempt, returned): (Option<Attempt>, Returned),
    comes_back_to: &str,
    from: &From,
) -> Result<(Begun, String), SignOnError> {
    let (Some(attempt), Some(state)) = (attempt, returned.state) else { return Err(SignOnError::Stale) };
    if !attempt.is_state(&state) {
        return Err(SignOnError::Stale);
    }
    let now = desk.clock.now();
    let gone = now.checked_sub(ATTEMPT_LONGEST).unwrap_or(now);
    // From here on it is used, whatever comes of it.
    let wanted = desk.store.end_attempt(&attempt.digest(), gone).await?.ok_or(SignOnError::Stale)?;
    match session_of(desk, provider, (&attempt, returned.code, returned.error), comes_back_to, from).await {
        Ok(begun) => Ok((begun, wanted)),
        Err((SignOnError::Store(error), _)) => Err(error.into()),
        Err((error, who)) => {
            let (known, named) = match who {
                Who::Account(name) => (name, String::new()),
                Who::Named(name) => (String::new(), format!("，单点登录名“{name}”")),
                Who::Nobody => Default::default(),
            };
            let words = format!("单点登录失败（{}）{named}", why(&error));
            desk.store.audit(&[entry(desk, &known, Deed::SignInFailed, (&known, &words), from)]).await?;
            Err(error)
        }
    }
}

/// Who was refused, as far as it is known.
enum Who {
    /// Whose account it is.
    Account(String),
    /// What the provider calls whom nobody knows here.
    Named(String),
    /// The provider did not say.
    Nobody,
}

/// For the auditor.
fn why(error: &SignOnError) -> &'static str {
    match error {
        SignOnError::Off => "未启用",
        SignOnError::Unreachable => "服务不可用",
        SignOnError::Stale => "请求已失效",
        SignOnError::Declined => "未获同意",
        SignOnError::NotProved => "答复未通过核验",
        SignOnError::ClaimMissing(_) => "没有给出登录名",
        SignOnError::NoAccount => "没有这个账号",
        SignOnError::Disabled => "账号已停用",
        SignOnError::Duty => "三员须在本系统登录",
        SignOnError::Overtaken => "登录时账号已被更改",
        SignOnError::Store(_) => "数据库不可用",
    }
}

async fn session_of(
    desk: &Desk,
    provider: &Provider,
    (attempt, code, error): (&Attempt, Option<Secret>, Option<String>),
    comes_back_to: &str,
    from: &From,
) -> Result<Begun, (SignOnError, Who)> {
    let nobody = |error: SignOnError| (error, Who::Nobody);
    let Some(code) = code else {
        tracing::warn!(error = %escaped(&error.unwrap_or_default()), "single sign-on: the provider sends nobody");
        return Err(nobody(SignOnError::Declined));
    };
    let named = provider.named(&code, attempt, comes_back_to).await.map_err(|error| {
        tracing::error!(%error, "single sign-on: nobody is signed in");
        nobody(match error {
            ProviderError::Unreachable(_) => SignOnError::Unreachable,
            ProviderError::NotProved(_) => SignOnError::NotProved,
            ProviderError::ClaimMissing => SignOnError::ClaimMissing(provider.claim().to_owned()),
        })
    })?;
    let kept = account(desk, &named).await?;
    let name = kept.account.name.as_str();
    let whose = |error: SignOnError| (error, Who::Account(name.to_owned()));
    if kept.account.disabled.is_some() {
        return Err(whose(SignOnError::Disabled));
    }
    if kept.account.holds_a_duty() {
        return Err(whose(SignOnError::Duty));
    }
    let word = cookie_word();
    let signed_in = entry(desk, name, Deed::SignIn, (name, "登录（单点登录）"), from);
    let session = word.digest();
    let beginning = Beginning {
        proved: &kept,
        way: Way::SingleSignOn,
        session: &session,
        // The browser is known for passwords that were typed in it; none was.
        device: None,
        counters: &[],
        entry: &signed_in,
    };
    match desk.store.begin_session(&beginning).await {
        Ok(true) => Ok(Begun { word, device: None, account: kept.account.clone(), must_change: false }),
        Ok(false) => Err(whose(SignOnError::Overtaken)),
        Err(error) => Err(whose(error.into())),
    }
}

/// The account of a person of exactly this name.
async fn account(desk: &Desk, named: &str) -> Result<KeptAccount, (SignOnError, Who)> {
    let unknown = || {
        let named = escaped(named).chars().take(MOST_NAME_CHARS).collect();
        (SignOnError::NoAccount, Who::Named(named))
    };
    let name = AccountName::parse(named).ok_or_else(unknown)?;
    let kept = desk.store.account(&name).await.map_err(|error| (SignOnError::Store(error), Who::Nobody))?;
    kept.filter(|kept| kept.account.kind == Kind::Person).ok_or_else(unknown)
}
