//! The vault under chance: what is sealed opens for its own caller alone, repeat callers are
//! found, and masks let through what they may.

use chuishao_domain::ids::CallerRef;
use chuishao_domain::vault::envelope::{Envelope, EnvelopeError, MOST_CALLER_BYTES, Nonce};
use chuishao_domain::vault::keys::{KeyId, KeyRing};
use chuishao_domain::vault::phone::Phone;
use chuishao_domain::vault::{Caller, name, phone};
use proptest::prelude::*;

const OLD: &str = "2024-11 0f1e2d3c4b5a69788796a5b4c3d2e1f000112233445566778899aabbccddeeff";
const NEW: &str = "2025-11 a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0fedcba9876543210";
const OTHER_OF_THE_SAME_ID: &str = "2024-11 13579bdf02468ace13579bdf02468ace0a1b2c3d4e5f60718293a4b5c6d7e8f9";

fn ring(lines: &[&str]) -> KeyRing {
    KeyRing::parse(&lines.join("\n")).expect("keys")
}

fn caller(name: &str, phone: &str) -> Caller {
    Caller { name: name.into(), phone: phone.into() }
}

fn opened(ring: &KeyRing, reference: &str, envelope: &Envelope) -> Result<(String, String), EnvelopeError> {
    ring.open(&reference.into(), envelope).map(|caller| (caller.name.clone(), caller.phone.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_opens_for_its_own_caller_alone(
        name in "\\PC{0,40}", phone in any::<String>(), nonce in any::<[u8; 24]>(), reference in "[a-z0-9-]{1,20}", at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        prop_assume!(name.len() + phone.len() <= MOST_CALLER_BYTES);
        let ring = ring(&[OLD]);
        let envelope = ring.seal(&CallerRef(reference.clone()), &caller(&name, &phone), Nonce(nonce)).expect("it fits");
        let bytes = envelope.to_bytes();
        let read = Envelope::from_bytes(&bytes).expect("its own bytes");
        prop_assert_eq!(&read, &envelope);
        prop_assert_eq!(opened(&ring, &reference, &read), Ok((name, phone)));
        // Exchanged with another caller's row.
        prop_assert_eq!(opened(&ring, &format!("{reference}0"), &read), Err(EnvelopeError::NotAuthentic));
        // Changed in one bit, anywhere.
        let mut changed = bytes;
        let at = at.index(changed.len());
        changed[at] ^= 1 << bit;
        let outcome = Envelope::from_bytes(&changed).and_then(|envelope| opened(&ring, &reference, &envelope));
        prop_assert!(outcome.is_err(), "byte {}", at);
    }

    #[test]
    fn no_bytes_and_no_key_file_break_the_reader(bytes in any::<Vec<u8>>(), file in any::<String>()) {
        if let Ok(envelope) = Envelope::from_bytes(&bytes) {
            prop_assert_eq!(envelope.to_bytes(), bytes);
            prop_assert!(opened(&ring(&[OLD]), "c-1", &envelope).is_err());
        }
        if let Err(error) = KeyRing::parse(&file) {
            prop_assert!(error.to_string().contains("密钥"));
        }
    }

    #[test]
    fn masks_let_through_what_they_may(text in prop_oneof![any::<String>(), "[0-9０-９ +()-]{0,20}", "1[3-9][0-9]{9}"], who in any::<String>()) {
        let mask = phone::masked(&text);
        let shown = mask.chars().filter(char::is_ascii_digit).count();
        prop_assert!(shown <= 7 && mask.chars().all(|c| matches!(c, '0'..='9' | '*' | '+')), "{}", mask);
        match Phone::parse(&text) {
            None => prop_assert_eq!(mask, "****"),
            Some(number) => {
                let digits = number.canonical().chars().filter(char::is_ascii_digit).count();
                prop_assert!(shown + 4 <= digits, "{} of {} digits", shown, digits);
                let debug = format!("{number:?}");
                prop_assert!(!debug.contains(number.canonical().as_str()));
                // Its one spelling is a spelling of itself.
                prop_assert_eq!(Phone::parse(&number.canonical().replace('-', "转")), Some(number));
            }
        }
        let (mask, normal) = (name::masked(&who), name::normal(&who));
        prop_assert_eq!(name::normal(&normal), normal.clone());
        // The first character, and only where others follow it.
        let first: String = normal.chars().take(1).filter(|_| normal.chars().count() > 1).collect();
        prop_assert_eq!(mask, format!("{first}**"));
    }
}

#[test]
fn length_does_not_tell() {
    let ring = ring(&[OLD]);
    let long = |name: &str| {
        ring.seal(&"c-1".into(), &caller(name, "13805360001"), Nonce([7; 24])).expect("it fits").to_bytes().len()
    };
    assert_eq!(long("周杰"), long("欧阳建国"));
    assert_eq!(long(""), long("周杰"));
    let too_long = ring.seal(&"c-1".into(), &caller(&"长".repeat(300), ""), Nonce([7; 24]));
    assert_eq!(too_long, Err(EnvelopeError::TooLong { bytes: 900 }));
    // The longest that is taken, all of it characters that JSON writes with six.
    let widest =
        ring.seal(&"c-1".into(), &caller(&"\u{1}".repeat(MOST_CALLER_BYTES), ""), Nonce([7; 24])).expect("it fits");
    assert_eq!(opened(&ring, "c-1", &widest).expect("its own").0.len(), MOST_CALLER_BYTES);
}

#[test]
fn keys_rotate() {
    let (before, after) = (ring(&[OLD]), ring(&[OLD, NEW]));
    let who = caller("周建国", "138-0536-0001");
    let old = before.seal(&"c-1".into(), &who, Nonce([1; 24])).expect("it fits");
    assert_eq!(opened(&after, "c-1", &old).expect("an older key opens").0, "周建国");
    let new = after.seal(&"c-1".into(), &who, Nonce([2; 24])).expect("it fits");
    assert_eq!((old.key().as_str(), new.key().as_str()), ("2024-11", "2025-11"));
    let missing = EnvelopeError::UnknownKey(KeyId::new("2025-11").expect("an id"));
    assert_eq!(opened(&before, "c-1", &new), Err(missing));
    assert_eq!(opened(&ring(&[OTHER_OF_THE_SAME_ID]), "c-1", &old), Err(EnvelopeError::NotAuthentic));
    assert!(!format!("{new:?}").contains("138"));
}

#[test]
fn a_repeat_caller_is_found_whatever_the_spelling_and_the_key() {
    let (before, after) = (ring(&[OLD]), ring(&[OLD, NEW]));
    let kept = before.look_ups(&caller("周 建国", "+86 138-0536-0001"));
    let phone = kept.phone.expect("a number");
    let asked = after.hashes_of(&Phone::parse("13805360001").expect("a number"));
    assert_eq!(asked.iter().filter(|hash| **hash == phone).count(), 1);
    assert_eq!(asked[0].key(), after.current(), "the current key is asked first");
    assert!(!after.hashes_of(&Phone::parse("13805360002").expect("a number")).contains(&phone));
    let name = kept.name.expect("a name");
    assert!(after.is_name(&name, "周建国") && !after.is_name(&name, "周建军"));
    assert!(!ring(&[OTHER_OF_THE_SAME_ID]).is_name(&name, "周建国"), "the key decides, not its id");
    assert!(!before.is_name(&phone, "13805360001"), "a number's hash is no name's");
    let nobody = before.look_ups(&caller("周", "不详"));
    assert!(nobody.phone.is_none() && nobody.name.is_none());
    let shown = phone.to_string();
    assert!(shown.starts_with("2024-11:") && shown.len() == "2024-11:".len() + 64, "{shown}");
}

/// Two servers with key files of the same ids find out whether the keys are the same.
#[test]
fn proofs_tell_keys_apart() {
    let both = ring(&[OLD, NEW]);
    let proofs = both.proofs();
    assert_eq!(proofs.len(), 2);
    assert_eq!(ring(&[OLD]).proofs(), [proofs[1].clone()], "the current one first");
    assert_ne!(ring(&[OTHER_OF_THE_SAME_ID]).proofs(), ring(&[OLD]).proofs());
}
