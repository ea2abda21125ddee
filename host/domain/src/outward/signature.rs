//! Signatures of what is sent (签名), as Standard Webhooks 1.0 says: HMAC-SHA-256 of
//! `id.timestamp.body` in the header `webhook-signature`. A receiver checks it with any
//! library of that specification.

use crate::refusal::Refusal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::fmt;

/// How long a secret is, in bytes, as the specification says.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that a receiver shares with the hotline (密钥): `whsec_` and base64.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// A secret is never shown.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Reads a secret.
    ///
    /// # Errors
    /// Another form or length; what was typed is not repeated.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let key = text.trim().strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = key.filter(|key| SECRET_BYTES.contains(&key.len()));
        key.map(Self).ok_or_else(|| {
            let (least, most) = (SECRET_BYTES.start(), SECRET_BYTES.end());
            Refusal::new(
                "webhook-secret",
                format!("推送密钥应为 whsec_ 加 {least} 到 {most} 字节随机数的 base64，请重新生成"),
                format!("whsec_ and the base64 of {least} to {most} random bytes"),
            )
        })
    }

    fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length");
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The three headers of a signed message, ready to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders(pub [(&'static str, String); 3]);

/// Signs a message that is sent at this moment. While a secret is being changed there are two,
/// and a signature of each: the receiver accepts either. `id` stays the same when the message
/// is sent again, the moment does not.
#[must_use]
pub fn sign(secrets: &[Secret], id: &str, sent_at: Timestamp, body: &str) -> SignedHeaders {
    let seconds = sent_at.as_second();
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(id, seconds, body)).collect();
    SignedHeaders([
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISHED: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn signed(secrets: &[&str], body: &str) -> String {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::parse(text).expect("well formed")).collect();
        let at = Timestamp::from_second(1_614_265_330).expect("in range");
        let SignedHeaders(headers) = sign(&secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        assert_eq!(headers[0], ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()));
        assert_eq!(headers[1], ("webhook-timestamp", "1614265330".to_owned()));
        headers[2].1.clone()
    }

    /// The test vector that the specification's own libraries share.
    #[test]
    fn the_published_vector() {
        let vector = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed(&[PUBLISHED], r#"{"test": 2432232314}"#), vector);
        assert_ne!(signed(&[PUBLISHED], r#"{"test": 2432232315}"#), vector);
        let both = signed(&["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", PUBLISHED], r#"{"test": 2432232314}"#);
        assert_eq!(both.split_once(' ').map(|(_, second)| second), Some(vector));
    }

    #[test]
    fn a_bad_secret_is_refused_and_no_secret_is_shown() {
        for text in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_AAAA", "whsec_!!!!"] {
            let refusal = Secret::parse(text).expect_err(text);
            assert_eq!(refusal.code, "webhook-secret");
            assert!(text.len() < 5 || !refusal.to_string().contains(text));
        }
        let shown = format!("{:?}", Secret::parse(PUBLISHED).expect("well formed"));
        assert_eq!(shown, "Secret(…)");
    }
}
