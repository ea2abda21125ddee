//! The city's own provider of sign-ins (单点登录), asked by OpenID Connect: where a browser is sent, and who
//! it is that comes back. Nothing of it is asked before somebody wants to sign in, so that a provider that
//! is down keeps no server from starting and nobody from signing in here.
//!
//! Authorization code with PKCE. Issuer, audience, expiry, nonce and signature of the token are looked at by
//! `openidconnect`, against the machine's time: a token knows no clock of ours.

use super::Secret;
use super::attempt::Attempt;
use crate::http;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGenderClaim, CoreIdToken, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::error::Error;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one answer of the provider may take: somebody waits in front of a page.
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest answer: a discovery document, keys or a token have some kilobytes.
const MOST_ANSWER_BYTES: usize = 1 << 20;

/// What the provider says of itself is asked again after this long; keys that are new are asked for at once.
const KNOWN_FOR: Duration = Duration::from_secs(3600);

/// What tokens may be signed with: keys of which the provider alone has the secret half. Those that it shares
/// with us (HS256) are left out, and so is none at all.
const SIGNED_WITH: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a server is told of a provider.
#[derive(Debug)]
pub struct Settings {
    /// Its address, as it writes it into its tokens.
    pub issuer: String,
    /// As which client this server is registered there.
    pub client: String,
    /// The client's secret.
    pub secret: Secret,
    /// The claim that is the name of the account here.
    pub claim: String,
}

/// Why a provider cannot be used at all. What is down is not said here.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No address, or one that anybody in between could answer for.
    #[error(
        "单点登录的服务地址 {0:?} 不可用：须为 https:// 开头的完整地址（http:// 只能用于本机）(the issuer has to be an https address)"
    )]
    Issuer(String),
    /// An empty word.
    #[error("单点登录缺少{0} (something of the single sign-on is empty)")]
    Missing(&'static str),
    /// The client cannot be built.
    #[error("不能建立 HTTP 客户端 (no client can be built)")]
    Client(#[source] reqwest::Error),
}

/// Why the provider does not say who it is.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// No answer, or none that can be read.
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// An answer that does not prove anybody.
    #[error("nobody is proved: {0}")]
    NotProved(String),
    /// Neither token nor user info has the claim.
    #[error("the claim is missing")]
    ClaimMissing,
}

/// A provider.
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Secret,
    claim: String,
    asks: Asks,
    /// What it said of itself, and when.
    known: Mutex<Option<(Arc<CoreProviderMetadata>, Instant)>>,
}

/// A client that knows where to ask.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Provider {
    /// A provider, of which nothing is asked yet.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let Settings { issuer, client, secret, claim } = settings;
        for (word, what) in [
            (client.as_str(), "客户端标识（--oidc-client-id）"),
            (secret.expose(), "客户端密钥（--oidc-client-secret-file）"),
            (claim.as_str(), "登录名所在的声明（--oidc-claim）"),
        ] {
            if word.trim().is_empty() {
                return Err(SettingsError::Missing(what));
            }
        }
        let url = IssuerUrl::new(issuer.clone()).ok().filter(|url| is_safe(url.url().as_str()));
        let issuer = url.ok_or(SettingsError::Issuer(issuer))?;
        let http = http::client().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        let asks = Asks(http.build().map_err(SettingsError::Client)?);
        Ok(Self { issuer, client: ClientId::new(client), secret, claim, asks, known: Mutex::new(None) })
    }

    /// The claim that names the account.
    #[must_use]
    pub fn claim(&self) -> &str {
        &self.claim
    }

    /// Where a browser goes to sign in there.
    ///
    /// # Errors
    /// The provider does not answer.
    pub async fn address(&self, attempt: &Attempt, comes_back_to: &str) -> Result<String, ProviderError> {
        let client = self.client(&*self.known(false).await?, comes_back_to)?;
        let (state, nonce) = (attempt.state(), attempt.nonce());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(attempt.verifier()));
        let asked = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        let scopes = [Scope::new("profile".into()), Scope::new("email".into())];
        let (address, _, _) = asked.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(address.into())
    }

    /// What the claim says of whoever came back with a code.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn named(&self, code: &Secret, attempt: &Attempt, comes_back_to: &str) -> Result<String, ProviderError> {
        let client = self.client(&*self.known(false).await?, comes_back_to)?;
        let asked = client.exchange_code(AuthorizationCode::new(code.expose().to_owned())).map_err(unusable)?;
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier()));
        let token = asked.request_async(&self.asks).await.map_err(|error| match error {
            // It answers, and does not take the code.
            RequestTokenError::ServerResponse(refused) => ProviderError::NotProved(refused.to_string()),
            other => unusable(other),
        })?;
        let id = token.id_token().ok_or_else(|| ProviderError::NotProved("no id_token".into()))?;
        let nonce = Nonce::new(attempt.nonce());
        let subject = match subject(id, &client, &nonce) {
            // Its keys are new: they are asked for once.
            Err(error) if is_unknown_key(&error) => {
                let anew = self.client(&*self.known(true).await?, comes_back_to)?;
                subject(id, &anew, &nonce)
            }
            looked_at => looked_at,
        };
        let subject = subject.map_err(|error| ProviderError::NotProved(told(&error)))?;
        // The token is proved as a whole, and any claim of it may be the name.
        let said = text_of(&payload(id), &self.claim);
        match said {
            Some(name) => Ok(name),
            None => self.told_of(&client, token.access_token().clone(), subject).await,
        }
    }

    /// What the provider tells of somebody beside his token, as many do.
    async fn told_of(
        &self,
        client: &Client,
        access: AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<String, ProviderError> {
        if client.user_info_url().is_none() {
            return Err(ProviderError::ClaimMissing);
        }
        let asked = client.user_info(access, Some(subject)).map_err(unusable)?;
        let told: UserInfoClaims<Others, CoreGenderClaim> = asked.request_async(&self.asks).await.map_err(unusable)?;
        let told = serde_json::to_value(&told).unwrap_or_default();
        text_of(&told, &self.claim).ok_or(ProviderError::ClaimMissing)
    }

    fn client(&self, known: &CoreProviderMetadata, comes_back_to: &str) -> Result<Client, ProviderError> {
        let secret = ClientSecret::new(self.secret.expose().to_owned());
        let back = RedirectUrl::new(comes_back_to.to_owned()).map_err(unusable)?;
        let client = CoreClient::from_provider_metadata(known.clone(), self.client.clone(), Some(secret));
        let methods = known.token_endpoint_auth_methods_supported();
        let in_header = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let shown = if in_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(client.set_redirect_uri(back).set_auth_type(shown))
    }

    /// What the provider says of itself, with its keys.
    async fn known(&self, anew: bool) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some((known, since)) if !anew && since.elapsed() < KNOWN_FOR => return Ok(known),
            _ => {}
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.asks).await;
        let found = Arc::new(found.map_err(unusable)?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((found.clone(), Instant::now()));
        Ok(found)
    }
}

/// Whose token it is, after all that proves it was looked at.
fn subject(id: &CoreIdToken, client: &Client, nonce: &Nonce) -> Result<SubjectIdentifier, ClaimsVerificationError> {
    let verifier: CoreIdTokenVerifier<'_> = client.id_token_verifier().set_allowed_algs(SIGNED_WITH);
    Ok(id.claims(&verifier, nonce)?.subject().clone())
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    matches!(error, ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
}

/// What a token says, which is proved already.
fn payload(id: &CoreIdToken) -> Value {
    let text = id.to_string();
    let middle = text.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    middle.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// A claim that is a text.
fn text_of(claims: &Value, claim: &str) -> Option<String> {
    claims.get(claim).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn unusable(error: impl Error) -> ProviderError {
    ProviderError::Unreachable(told(&error))
}

/// An error with what caused it, for the log.
fn told(error: &dyn Error) -> String {
    let (mut words, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// Claims that the standard does not name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
struct Others(Map<String, Value>);

impl AdditionalClaims for Others {}

/// Whether nobody in between can answer in the provider's name.
fn is_safe(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && is_here))
}

/// How the provider is asked: by our own client, which follows nobody elsewhere and reads no endless answer.
struct Asks(reqwest::Client);

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("its document names an address that is not https")]
    NotSafe,
    #[error("the answer is too large")]
    TooLarge,
    #[error("it cannot be reached")]
    Sent(#[from] reqwest::Error),
    #[error("the answer cannot be read")]
    Malformed(#[from] openidconnect::http::Error),
}

impl Asks {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let request = reqwest::Request::try_from(request)?;
        if !is_safe(request.url().as_str()) {
            return Err(AskError::NotSafe);
        }
        let mut answer = self.0.execute(request).await.map_err(reqwest::Error::without_url)?;
        let mut read = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            read = read.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_ANSWER_BYTES {
                return Err(AskError::TooLarge);
            }
        }
        Ok(read.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Asks {
    type Error = AskError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
