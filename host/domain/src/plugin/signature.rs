//! Signatures of packages (插件签名): who vouches for exactly these bytes, and whether the key
//! was theirs to use. A signature lies beside the package as a small text file; Ed25519
//! (RFC 8032) is the first choice, SM2 with SM3 (GM/T 0003) stands where 密码法 asks for domestic
//! algorithms. Both sign the whole package, not a digest that somebody else computed.

use super::key::{Algorithm, PublicKey};
use crate::catalogue::Catalogue;
use crate::ids::TerritoryId;
use crate::refusal::Refusal;
use crate::rule::manifest::is_name;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The first line of a signature's file.
const FORM: &str = "chuishao-signature 1";

/// A signature as it lies beside a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// How it was made.
    pub algorithm: Algorithm,
    /// With which key.
    pub key: String,
    pub(super) bytes: Vec<u8>,
}

impl Signature {
    /// Reads a signature's file.
    ///
    /// # Errors
    /// `signature-malformed`, saying what was expected.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut lines = text.lines().map(str::trim_end);
        let mut value = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).map(str::trim);
        let malformed = || {
            Refusal::new(
                "signature-malformed",
                "签名文件写法有误：须为 chuishao plugin sign 生成的四行文本",
                "not a signature as `chuishao plugin sign` writes it",
            )
        };
        value(FORM).filter(|rest| rest.is_empty()).ok_or_else(malformed)?;
        let algorithm = value("algorithm ").and_then(Algorithm::read).ok_or_else(malformed)?;
        let key = value("key ").filter(|key| is_name(key)).ok_or_else(malformed)?.to_owned();
        let bytes = value("signature ").and_then(|text| STANDARD.decode(text).ok()).ok_or_else(malformed)?;
        Ok(Self { algorithm, key, bytes })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (algorithm, signature) = (self.algorithm.key(), STANDARD.encode(&self.bytes));
        writeln!(f, "{FORM}\nalgorithm {algorithm}\nkey {}\nsignature {signature}", self.key)
    }
}

/// A key that the city has registered (登记的签名密钥).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SignerKey {
    /// The key.
    pub public: PublicKey,
    /// Whose: a county or zone signs for itself, the city for all.
    pub owner: TerritoryId,
    /// 启用
    #[schemars(with = "String")]
    pub valid_from: Timestamp,
    /// 到期: signs nothing new from here on; what was taken in before stays.
    #[schemars(with = "String")]
    pub valid_until: Timestamp,
    /// 吊销: lost or stolen. Nothing that it signed is loaded any more.
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
}

/// Checks who vouches for a package that is handed in for a territory at a moment.
///
/// # Errors
/// `key-unknown`, `key-revoked`, `key-not-yet-valid`, `key-expired`, `key-of-another-territory` and
/// `signature-wrong`: each says what to do.
pub fn vouched<'a>(
    package: &[u8],
    signature: &Signature,
    keys: &'a [SignerKey],
    territory: &TerritoryId,
    catalogue: &Catalogue,
    at: Timestamp,
) -> Result<&'a SignerKey, Refusal> {
    let named = |id: &TerritoryId| catalogue.territory(id).map_or_else(|| id.to_string(), |known| known.name.clone());
    let name = &signature.key;
    let key = keys.iter().find(|key| key.public.id == *name && key.public.algorithm == signature.algorithm);
    let Some(key) = key else {
        let chinese = format!("签名密钥 {name} 没有登记，请先由市热线登记公钥");
        return Err(Refusal::new("key-unknown", chinese, "the key is not registered"));
    };
    if key.revoked_at.is_some() {
        let chinese = format!("签名密钥 {name} 已吊销，请换用新密钥重新签名");
        return Err(Refusal::new("key-revoked", chinese, "the key was revoked; sign with another"));
    }
    if at < key.valid_from {
        let chinese = format!("签名密钥 {name} 自 {} 起启用", crate::narrate::moment(key.valid_from));
        return Err(Refusal::new("key-not-yet-valid", chinese, "the key is not valid yet"));
    }
    if at >= key.valid_until {
        let chinese =
            format!("签名密钥 {name} 已于 {} 到期，请换用新密钥重新签名", crate::narrate::moment(key.valid_until));
        return Err(Refusal::new("key-expired", chinese, "the key has expired; sign with another"));
    }
    if !key.owner.is_city() && key.owner != *territory {
        let chinese = format!("签名密钥 {name} 属于{}，不能为{}签名", named(&key.owner), named(territory));
        return Err(Refusal::new("key-of-another-territory", chinese, "the key belongs to another county"));
    }
    signed_by(package, signature, &key.public)?;
    Ok(key)
}

/// Checks that exactly this package was signed with exactly this key, whoever owns it.
///
/// # Errors
/// `signature-other-key` and `signature-wrong`.
pub fn signed_by(package: &[u8], signature: &Signature, key: &PublicKey) -> Result<(), Refusal> {
    if (&signature.key, signature.algorithm) != (&key.id, key.algorithm) {
        let (made, given) = (&signature.key, &key.id);
        let chinese =
            format!("签名用的是密钥 {made}（{}），不是 {given}（{}）", signature.algorithm.key(), key.algorithm.key());
        return Err(Refusal::new("signature-other-key", chinese, "the signature was made with another key"));
    }
    if !key.made(signature, package) {
        let chinese = "签名与文件不符：文件在签名后被改动，或签名属于另一个文件；请重新取得文件和签名";
        return Err(Refusal::new("signature-wrong", chinese, "the signature does not fit the file"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::key::SecretKey;

    const PACKAGE: &[u8] = b"\0asm and so on";

    fn secret(algorithm: Algorithm, id: &str) -> SecretKey {
        SecretKey::new(algorithm, id, [7; 32]).expect("a key")
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_730_000_000 + day * 86_400).expect("a moment")
    }

    fn registered(key: &SecretKey, owner: &str) -> SignerKey {
        let public = key.public().expect("a public key");
        SignerKey { public, owner: owner.into(), valid_from: at(0), valid_until: at(365), revoked_at: None }
    }

    fn told(keys: &[SignerKey], signature: &Signature, package: &[u8], territory: &str, day: i64) -> String {
        let catalogue = Catalogue::weifang();
        let vouched = vouched(package, signature, keys, &territory.into(), &catalogue, at(day));
        vouched.map_or_else(|refusal| refusal.code.into_owned(), |key| key.public.id.clone())
    }

    #[test]
    fn files_read_back_and_nothing_else_does() {
        for algorithm in [Algorithm::Ed25519, Algorithm::Sm2] {
            let key = secret(algorithm, "kuiwen-2024");
            let signature = key.sign(PACKAGE).expect("it signs");
            assert_eq!(Signature::parse(&signature.to_string()), Ok(signature.clone()));
            let public = key.public().expect("a public key");
            assert_eq!(PublicKey::parse(&public.to_string()), Ok(public.clone()));
            let again = SecretKey::parse(&key.to_line()).expect("it reads");
            assert_eq!(again.sign(PACKAGE), Some(signature), "the same for ever");
            assert!(!format!("{key:?}").contains("Bwc"), "a secret is not shown");
            assert!(PublicKey::parse(&key.to_line()).is_err() && SecretKey::parse(&public.to_string()).is_err());
        }
        for bad in ["", "chuishao-signature 2\n", "chuishao-signature 1\nalgorithm rsa\nkey a-key\nsignature AA==\n"] {
            assert!(Signature::parse(bad).is_err_and(|refusal| refusal.code == "signature-malformed"), "{bad}");
        }
    }

    #[test]
    fn one_changed_byte_is_found() {
        for algorithm in [Algorithm::Ed25519, Algorithm::Sm2] {
            let key = secret(algorithm, "kuiwen-2024");
            let (keys, signature) = ([registered(&key, "370705")], key.sign(PACKAGE).expect("it signs"));
            assert_eq!(told(&keys, &signature, PACKAGE, "370705", 1), "kuiwen-2024");
            for place in 0..PACKAGE.len() {
                let mut other = PACKAGE.to_vec();
                other[place] ^= 1;
                assert_eq!(told(&keys, &signature, &other, "370705", 1), "signature-wrong");
            }
            for place in 0..signature.bytes.len() {
                let mut other = signature.clone();
                other.bytes[place] ^= 1;
                assert_eq!(told(&keys, &other, PACKAGE, "370705", 1), "signature-wrong");
            }
        }
    }

    #[test]
    fn a_key_signs_for_its_own_county_in_its_own_time() {
        let key = secret(Algorithm::Ed25519, "kuiwen-2024");
        let signature = key.sign(PACKAGE).expect("it signs");
        let mut keys = [registered(&key, "370705")];
        assert_eq!(told(&keys, &signature, PACKAGE, "370703", 1), "key-of-another-territory");
        assert_eq!(told(&keys, &signature, PACKAGE, "WF", 1), "key-of-another-territory");
        assert_eq!(told(&keys, &signature, PACKAGE, "370705", -1), "key-not-yet-valid");
        assert_eq!(told(&keys, &signature, PACKAGE, "370705", 365), "key-expired");
        keys[0].revoked_at = Some(at(2));
        assert_eq!(told(&keys, &signature, PACKAGE, "370705", 1), "key-revoked");
        let foreign = SecretKey::new(Algorithm::Ed25519, "kuiwen-2024", [9; 32]).expect("a key");
        let forged = foreign.sign(PACKAGE).expect("it signs");
        keys[0].revoked_at = None;
        assert_eq!(told(&keys, &forged, PACKAGE, "370705", 1), "signature-wrong", "another key under its name");
        let city = secret(Algorithm::Sm2, "weifang-2024");
        let signature = city.sign(PACKAGE).expect("it signs");
        assert_eq!(told(&keys, &signature, PACKAGE, "370705", 1), "key-unknown");
        assert_eq!(told(&[registered(&city, "WF")], &signature, PACKAGE, "370703", 1), "weifang-2024");
    }

    /// RFC 8032, test 1: what others' programs sign, this one accepts, but for the prefix.
    #[test]
    fn the_algorithms_are_the_standards() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
            0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = SecretKey::new(Algorithm::Ed25519, "rfc-8032", seed).expect("a key");
        let public = key.public().expect("a public key").to_string();
        assert_eq!(public, "chuishao-public ed25519 rfc-8032 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    }
}
