//! Hashing of passwords with Argon2id (口令散列). It is slow and takes memory on purpose, so only a few
//! are hashed at a time, and never on a thread that serves others.

use super::secrets::{Secret, random};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// Memory of one hash, in KiB, and its passes: OWASP's first choice for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Hashes at the same time: the processors are for calls.
const AT_A_TIME: usize = 2;

/// Sign-ins that wait for one; who comes when so many wait is asked to come again.
const MOST_WAITING: usize = 64;

/// Hashes, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)), waiting: Arc::new(Semaphore::new(MOST_WAITING)) }
    }
}

/// Too many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("同时登录的人太多，请稍后再试 (too many sign in at the same time)")]
pub struct Crowded;

/// Something that takes as long as the right hash, for a name that nobody has.
static NOBODYS: OnceLock<String> = OnceLock::new();

impl Passwords {
    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Crowded> {
        let _waits = self.waiting.clone().try_acquire_owned().map_err(|_| Crowded)?;
        let _turn = self.turns.clone().acquire_owned().await.map_err(|_| Crowded)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Crowded)
    }

    /// The hash of a password, under a salt of its own.
    ///
    /// # Errors
    /// Too many wait.
    pub async fn hash(&self, password: &Secret) -> Result<String, Crowded> {
        let password = Secret::new(password.expose().to_owned());
        self.slowly(move || hash(&password)).await
    }

    /// Whether a password is the one of a hash. Without a hash it is not, and takes as long.
    ///
    /// # Errors
    /// Too many wait.
    pub async fn verify(&self, password: &Secret, kept: Option<String>) -> Result<bool, Crowded> {
        let password = Secret::new(password.expose().to_owned());
        self.slowly(move || {
            let nobodys = || NOBODYS.get_or_init(|| hash(&Secret::new("nobody".into()))).clone();
            let (kept, somebodys) = match kept {
                Some(kept) if !kept.is_empty() => (kept, true),
                _ => (nobodys(), false),
            };
            let parsed = PasswordHash::new(&kept).ok();
            let fits = parsed.is_some_and(|kept| hasher().verify_password(password.expose().as_bytes(), &kept).is_ok());
            fits && somebodys
        })
        .await
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash in its usual form. Passwords are short and salts long enough, so it cannot fail.
#[expect(clippy::expect_used, reason = "lengths are within what Argon2 takes")]
fn hash(password: &Secret) -> String {
    let hash: PasswordHash = hasher()
        .hash_password_with_salt(password.expose().as_bytes(), &random::<16>())
        .expect("a password can be hashed");
    hash.to_string()
}
