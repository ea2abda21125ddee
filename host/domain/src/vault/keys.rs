//! The vault's keys (密钥). They come from a file outside the database, so that a stolen
//! database, or a stolen backup, is not a stolen vault.
//!
//! The file has one key a line: its id, and 64 hexadecimal digits of chance (`openssl rand -hex
//! 32`). The last line is the current key. To rotate, append a line and have the records sealed
//! again; an older key may go when no record names it any more.
//!
//! ```text
//! # 来电人保险库密钥。只增行，最后一行为现用密钥。
//! 2024-11 5f0c…
//! 2025-11 a91e…
//! ```

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes of a key: 256 bits, for both algorithms.
pub const KEY_BYTES: usize = 32;
/// Longest key id: a date and some.
pub const MOST_ID_BYTES: usize = 32;
/// Keys in a file: a rotation a month for five years; more is a file of another kind.
pub const MOST_KEYS: usize = 60;

/// Names a key (密钥编号). It stands beside each record and is no secret.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// An id of small letters, digits and hyphens. `None` for anything else.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        ((1..=MOST_ID_BYTES).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or(
            "密钥编号须为 1 到 32 个小写字母、数字或连字符 (a key id has 1 to 32 small letters, digits and hyphens)",
        )
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One key, as the two that are made of it: no secret serves two algorithms. It has no `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Key {
    #[zeroize(skip)]
    pub(super) id: KeyId,
    pub(super) seal: [u8; KEY_BYTES],
    pub(super) look_up: [u8; KEY_BYTES],
}

impl Key {
    fn new(id: KeyId, secret: &[u8; KEY_BYTES]) -> Self {
        Self {
            id,
            seal: expanded(secret, b"chuishao vault seal"),
            look_up: expanded(secret, b"chuishao vault look-up"),
        }
    }
}

/// HKDF-Expand (RFC 5869) to one block; the secret is full chance already, so nothing has to be
/// extracted first.
fn expanded(secret: &[u8; KEY_BYTES], purpose: &[u8]) -> [u8; KEY_BYTES] {
    let mut code = code(secret);
    code.update(purpose);
    code.update(&[1]);
    code.finalize().into_bytes().into()
}

/// HMAC-SHA-256 under a key, ready for text.
pub(super) fn code(secret: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    // A shorter key is filled up with zeros to a block: that is how HMAC is defined.
    let mut block = Zeroizing::new([0; 64]);
    block[..KEY_BYTES].copy_from_slice(secret);
    Hmac::new((&*block).into())
}

/// What is wrong with a key file. Nothing of a line is repeated: it may be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// No key at all.
    #[error(
        "密钥文件中没有密钥，请写入一行：编号、空格、64 位十六进制数 (no key in the file: write an id, a space, 64 hexadecimal digits)"
    )]
    Empty,
    /// A line of another form.
    #[error(
        "密钥文件第 {line} 行应为：编号、空格、64 位十六进制数；编号为小写字母、数字和连字符 (line {line}: an id of small letters, digits and hyphens, a space, 64 hexadecimal digits)"
    )]
    Form {
        /// 行号
        line: usize,
    },
    /// An id or a key that stood there before.
    #[error(
        "密钥文件第 {line} 行的编号或密钥与前面的重复，请生成新密钥 (line {line} repeats an id or a key: make a new one)"
    )]
    Twice {
        /// 行号
        line: usize,
    },
    /// A pattern in place of chance.
    #[error(
        "密钥文件第 {line} 行不是随机密钥，请用 openssl rand -hex 32 生成 (line {line} is no random key: make one with openssl rand -hex 32)"
    )]
    Weak {
        /// 行号
        line: usize,
    },
    /// Too many lines.
    #[error(
        "密钥文件超过 {MOST_KEYS} 个密钥，请删去没有记录使用的旧密钥 (more than {MOST_KEYS} keys: remove those that no record uses)"
    )]
    TooMany,
}

/// The keys (密钥环): the current one seals, all of them open. It has no `Debug`.
pub struct KeyRing {
    older: Vec<Key>,
    pub(super) current: Key,
}

impl KeyRing {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyFileError`] with the number of the line and what to do.
    pub fn parse(file: &str) -> Result<Self, KeyFileError> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, text) in file.lines().enumerate() {
            let (line, text) = (index + 1, text.trim());
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (id, secret) = row(text).ok_or(KeyFileError::Form { line })?;
            if is_pattern(&secret) {
                return Err(KeyFileError::Weak { line });
            }
            let key = Key::new(id, &secret);
            if keys.iter().any(|other| other.id == key.id || other.seal == key.seal) {
                return Err(KeyFileError::Twice { line });
            }
            keys.push(key);
            if keys.len() > MOST_KEYS {
                return Err(KeyFileError::TooMany);
            }
        }
        let current = keys.pop().ok_or(KeyFileError::Empty)?;
        Ok(Self { older: keys, current })
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current(&self) -> &KeyId {
        &self.current.id
    }

    /// The key of an id.
    pub(super) fn key(&self, id: &KeyId) -> Option<&Key> {
        self.keys().find(|key| key.id == *id)
    }

    /// All keys, the current one first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(self.older.iter().rev())
    }
}

fn row(text: &str) -> Option<(KeyId, Zeroizing<[u8; KEY_BYTES]>)> {
    let mut cells = text.split_ascii_whitespace();
    let (id, digits) = (KeyId::new(cells.next()?)?, cells.next()?);
    if cells.next().is_some() || digits.len() != 2 * KEY_BYTES || !digits.is_ascii() {
        return None;
    }
    let mut secret = Zeroizing::new([0; KEY_BYTES]);
    for (byte, pair) in secret.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some((id, secret))
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Whether somebody typed it: 32 bytes of chance have fewer than 12 different values less than
/// once in 10²⁵ files.
fn is_pattern(secret: &[u8; KEY_BYTES]) -> bool {
    let mut values = Zeroizing::new(*secret);
    values.sort_unstable();
    values.chunk_by(|a, b| a == b).count() < 12
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f000112233445566778899aabbccddeeff";
    const OTHER: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0fedcba9876543210";

    fn parsed(file: &str) -> Result<KeyRing, KeyFileError> {
        KeyRing::parse(file)
    }

    fn wrong(file: &str) -> KeyFileError {
        parsed(file).err().expect("it is wrong")
    }

    #[test]
    fn the_last_line_is_current() {
        let ring = parsed(&format!("# 密钥\n\n2024-11 {ONE}\r\n2025-11  {OTHER}\n")).expect("keys");
        assert_eq!(ring.current().as_str(), "2025-11");
        let ids: Vec<&str> = ring.keys().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["2025-11", "2024-11"]);
        let capitals = parsed(&format!("k {}", ONE.to_uppercase())).expect("keys");
        assert!(capitals.current.seal == parsed(&format!("k {ONE}")).expect("keys").current.seal);
        assert!(capitals.current.seal != capitals.current.look_up);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_without_the_key() {
        assert_eq!(wrong("# 空\n"), KeyFileError::Empty);
        for line in [
            ONE.to_owned(),
            format!("k {}", &ONE[2..]),
            format!("K {ONE}"),
            format!("k {ONE} x"),
            format!("k {}é", &ONE[2..]),
        ] {
            let error = wrong(&format!("\n{line}"));
            assert_eq!(error, KeyFileError::Form { line: 2 }, "{line}");
            assert!(!error.to_string().contains(&ONE[2..20]));
        }
        assert_eq!(wrong(&format!("k {ONE}\nk {OTHER}")), KeyFileError::Twice { line: 2 });
        assert_eq!(wrong(&format!("k {ONE}\nl {ONE}")), KeyFileError::Twice { line: 2 });
        assert_eq!(wrong(&format!("k {}", "00".repeat(32))), KeyFileError::Weak { line: 1 });
        assert_eq!(wrong(&format!("k {}", "deadbeef".repeat(8))), KeyFileError::Weak { line: 1 });
    }

    /// RFC 4231, test case 2, filled up to 32 bytes with the zeros that HMAC fills with.
    #[test]
    fn the_code_is_hmac_sha_256() {
        let mut key = [0; KEY_BYTES];
        key[..4].copy_from_slice(b"Jefe");
        let mut code = code(&key);
        code.update(b"what do ya want for nothing?");
        let bytes: [u8; 32] = code.finalize().into_bytes().into();
        assert_eq!(bytes[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
    }
}
