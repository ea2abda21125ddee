//! One sign-in that a browser began elsewhere (登录请求). The browser keeps one random word; the database
//! keeps its digest, so that it counts once and not for long; what the provider is told (state, nonce, the
//! secret of PKCE) is made of the word, so that nothing of it lies anywhere and servers need share nothing.

use super::secrets::{Secret, cookie_word};
use chuishao_domain::digest::digest;

/// By its word.
#[derive(Debug)]
pub struct Attempt(Secret);

impl Attempt {
    /// A new one.
    pub(super) fn new() -> Self {
        Self(cookie_word())
    }

    /// The one whose word a browser shows.
    #[must_use]
    pub fn of(word: Secret) -> Self {
        Self(word)
    }

    /// What the browser keeps.
    pub(super) fn into_word(self) -> Secret {
        self.0
    }

    /// By which it is kept.
    pub(super) fn digest(&self) -> String {
        self.0.digest()
    }

    /// One of the words that are made of it; none tells another, or what it is made of.
    fn made(&self, what: &str) -> String {
        digest(format!("chuishao sign-in elsewhere {what} {}", self.0.expose()).as_bytes())
    }

    /// What comes back with whoever comes back.
    pub(super) fn state(&self) -> String {
        self.made("state")
    }

    /// What stands in the token.
    pub(super) fn nonce(&self) -> String {
        self.made("nonce")
    }

    /// What proves, when the code is shown, that this server had it asked for.
    pub(super) fn verifier(&self) -> String {
        self.made("verifier")
    }

    /// Whether a state is this one's. Digests are compared: how far they agree tells nothing.
    pub(super) fn is_state(&self, state: &Secret) -> bool {
        state.digest() == Secret::new(self.state()).digest()
    }
}
