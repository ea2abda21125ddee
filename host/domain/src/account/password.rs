//! What a password must be (口令规则, GB/T 22239-2019 8.1.4.1): long, not what everybody has, and not
//! made of the own name. Long phrases need no mixture of characters; short ones do.

use super::Account;
use crate::refusal::Refusal;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Fewest characters.
pub const LEAST_CHARS: usize = 10;
/// From so many on a phrase is enough, without a mixture.
pub const PHRASE_CHARS: usize = 16;
/// Most characters: hashing more is work for nothing.
pub const MOST_CHARS: usize = 128;
/// Fewest different characters.
const LEAST_DISTINCT: usize = 6;
/// Kinds of characters that a short one needs, of letters small and large, digits and others.
const LEAST_KINDS: usize = 3;

/// What everybody has: most used passwords of published leaks, those of Chinese sites among them,
/// without what is made of a shorter one by the rules here.
static COMMON: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().filter(|line| !line.is_empty()).collect());

/// Rows of the keyboard and of the alphabet, along which fingers run.
const RUNS: [&str; 8] = [
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "0987654321",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

/// Refuses a password that is too weak. Never repeats it.
///
/// # Errors
/// `weak-password`, saying why.
pub fn check(password: &str, account: &Account) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < LEAST_CHARS {
        return Err(weak(format!("密码至少 {LEAST_CHARS} 个字符"), "the password is too short"));
    }
    if length > MOST_CHARS {
        return Err(weak(format!("密码最多 {MOST_CHARS} 个字符"), "the password is too long"));
    }
    if length < PHRASE_CHARS && kinds(password) < LEAST_KINDS {
        let chinese = format!("密码须含大写字母、小写字母、数字、其他字符中的三种，或不少于 {PHRASE_CHARS} 个字符");
        return Err(weak(chinese, "a short password needs three kinds of characters"));
    }
    if password.chars().collect::<BTreeSet<_>>().len() < LEAST_DISTINCT {
        return Err(weak(format!("密码至少有 {LEAST_DISTINCT} 个不同的字符"), "too few different characters"));
    }
    if is_common(password) {
        return Err(weak("密码太常见，请换一个别人想不到的", "everybody has this password"));
    }
    let lower = password.to_lowercase();
    let own = [account.name.as_str(), account.number.as_str(), account.title.as_str()];
    if own.iter().any(|own| own.len() > 2 && lower.contains(&own.to_lowercase())) {
        return Err(weak("密码不能含登录名、工号或姓名", "the password contains the own name or number"));
    }
    Ok(())
}

fn weak(chinese: impl Into<String>, english: &str) -> Refusal {
    Refusal::new("weak-password", chinese, english)
}

fn kinds(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit(),
    ];
    kinds.iter().filter(|is| password.chars().any(is)).count()
}

/// Whether it is a common one, or one that is dressed up: `P@ssw0rd2024!` is `password`.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let trimmed = lower.trim_matches(|c: char| !c.is_alphabetic());
    let plain: String = lower.chars().map(undressed).collect();
    let plain_trimmed = plain.trim_matches(|c: char| !c.is_alphabetic());
    let undressed_end: String = trimmed.chars().map(undressed).collect();
    let known = |word: &str| COMMON.contains(word);
    if [lower.as_str(), trimmed, plain.as_str(), plain_trimmed, undressed_end.as_str()].into_iter().any(known) {
        return true;
    }
    // The same word or run again and again, or a run alone with something at its ends.
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_run = |part: &str| part.len() >= 4 && RUNS.iter().any(|run| run.contains(part));
    let most = letters.chars().count();
    let chars: Vec<char> = letters.chars().collect();
    let repeats =
        (1..=most / 2).any(|step| most.is_multiple_of(step) && chars.chunks(step).all(|part| part == &chars[..step]));
    let longest_run = (0..most)
        .flat_map(|from| (from + 4..=most).map(move |to| (from, to)))
        .filter(|(from, to)| is_run(&chars[*from..*to].iter().collect::<String>()))
        .map(|(from, to)| to - from)
        .max()
        .unwrap_or(0);
    repeats || longest_run * 2 > most
}

fn undressed(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '$' | '5' => 's',
        '3' => 'e',
        '7' => 't',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountName, Kind};
    use std::collections::BTreeSet;

    fn account() -> Account {
        Account {
            name: AccountName("wang.fang".into()),
            version: 1,
            kind: Kind::Person,
            number: "20231".into(),
            title: "王芳芳".into(),
            posts: BTreeSet::new(),
            disabled: None,
        }
    }

    #[test]
    fn weak_ones_are_refused_and_never_repeated() {
        for weak in [
            "Ab1!short",
            "onlyletters",
            "ONLYLETTERS12",
            "aaaaaaaaaaaaaaaaaaaa",
            "P@ssw0rd2024!",
            "Woaini1314!",
            "Qwertyuiop1!",
            "1qaz2WSX3edc",
            "Abcdefgh123!",
            "Xk4-wang.fang-99",
            "Tianqi-20231-hao",
            "王芳芳的密码真的很长很长很长很长",
            "Admin@123456",
            "Weifang12345!",
            "chuishaochuishao",
        ] {
            let refused = check(weak, &account()).expect_err(weak);
            assert_eq!(refused.code, "weak-password");
            assert!(!refused.chinese.contains(weak) && !refused.english.contains(weak));
        }
        assert!(check(&"x9-Z".repeat(40), &account()).is_err(), "too long");
    }

    #[test]
    fn good_ones_are_taken() {
        for good in ["Tf7-kqv0-Wm", "correct horse battery staple", "白浪河边的柳树一共是四百二十一棵", "zhU5!mooncake"]
        {
            assert_eq!(check(good, &account()), Ok(()), "{good}");
        }
    }
}
