//! The audit log (审计日志): who signed in, who was refused, who did what, who changed accounts. Lines
//! are only added; each carries a digest over itself and the line before it, so that what was
//! changed, taken out or put in shows. Passwords, tokens and the content of requests never stand
//! in it.
//!
//! A digest is SHA-256 in hex over these lines, each with a line feed: `chuishao audit 1`; the digest
//! of the line before, empty for the first; the number, from 1; the entry as JSON, exactly as it is
//! kept.

use crate::digest::Lines;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// 登录
    SignIn,
    /// 登录失败
    SignInFailed,
    /// 退出
    SignOut,
    /// 更改密码
    PasswordChange,
    /// 越权被拒
    Refused,
    /// 操作
    Request,
    /// 导出
    Export,
    /// 从备份恢复
    Restore,
    /// 账号变更
    Account,
    /// 签发令牌
    TokenIssue,
    /// 吊销令牌
    TokenRevocation,
    /// 查阅审计日志
    AuditRead,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::PasswordChange,
        Self::Refused,
        Self::Request,
        Self::Export,
        Self::Restore,
        Self::Account,
        Self::TokenIssue,
        Self::TokenRevocation,
        Self::AuditRead,
    ];

    /// As it is written.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignOut => "sign-out",
            Self::PasswordChange => "password-change",
            Self::Refused => "refused",
            Self::Request => "request",
            Self::Export => "export",
            Self::Restore => "restore",
            Self::Account => "account",
            Self::TokenIssue => "token-issue",
            Self::TokenRevocation => "token-revocation",
            Self::AuditRead => "audit-read",
        }
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::SignIn => "登录",
            Self::SignInFailed => "登录失败",
            Self::SignOut => "退出",
            Self::PasswordChange => "更改密码",
            Self::Refused => "越权被拒",
            Self::Request => "操作",
            Self::Export => "导出",
            Self::Restore => "从备份恢复",
            Self::Account => "账号变更",
            Self::TokenIssue => "签发令牌",
            Self::TokenRevocation => "吊销令牌",
            Self::AuditRead => "查阅审计日志",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Entry {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 登录名, `console:` and the machine's user; empty when nobody knows.
    pub who: String,
    /// In which post; empty where none matters.
    pub post: String,
    /// What.
    pub deed: Deed,
    /// On what: an address of the server, an account.
    pub object: String,
    /// From where: the address of the other side.
    pub from: String,
    /// In words.
    pub words: String,
}

/// A line with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Numbered {
    /// From 1.
    pub number: u64,
    /// The line.
    #[serde(flatten)]
    pub entry: Entry,
    /// Its digest.
    pub digest: String,
}

/// The digest of a line.
#[must_use]
pub fn digest(previous: &str, number: u64, entry: &str) -> String {
    let mut lines = Lines::of("chuishao audit 1");
    for line in [previous, &number.to_string(), entry] {
        lines.add(line);
    }
    lines.digest()
}

/// Where the log ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AuditEnd {
    /// How many lines there are.
    pub lines: u64,
    /// The digest of the last; empty where there is none.
    pub head: String,
}

/// What is wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// A line, or its digest or that of the line before, is not what was written.
    Altered(u64),
    /// Lines between others are missing.
    Missing {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
    },
    /// Where the log ends is not where the last line was written.
    End {
        /// How many lines there were.
        written: u64,
        /// How many there are.
        there: u64,
    },
    /// The log up to a line is not what a daily seal covers: it was written anew since.
    Sealed {
        /// Which seal.
        seal: u64,
        /// How many lines it covers.
        lines: u64,
    },
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered(number) => write!(f, "审计日志第 {number} 行与其链值不符 (a line was altered)"),
            Self::Missing { from, to } => write!(f, "审计日志缺少第 {from} 至 {to} 行 (lines are missing)"),
            Self::End { written, there } => {
                write!(f, "审计日志应有 {written} 行，现有 {there} 行 (the end is not where it was)")
            }
            Self::Sealed { seal, lines } => {
                write!(f, "审计日志前 {lines} 行与封存第 {seal} 号不符：封存后被重写 (rewritten since it was sealed)")
            }
        }
    }
}

/// Walks along the log and finds what is wrong, in itself and beside the seals.
#[derive(Default)]
pub struct Walk {
    /// What seals cover of it and the walk has not come to yet, by number of the seal.
    sealed: VecDeque<(u64, AuditEnd)>,
    /// How many lines there were so far.
    pub lines: u64,
    /// The digest of the last.
    pub head: String,
    /// What is wrong.
    pub faults: Vec<AuditFault>,
}

impl Walk {
    /// Begins, with where the log ended at each seal, in their order.
    #[must_use]
    pub fn beside(seals: impl IntoIterator<Item = (u64, AuditEnd)>) -> Self {
        Self { sealed: seals.into_iter().filter(|(_, end)| end.lines > 0).collect(), ..Self::default() }
    }

    /// Ends: what a seal covers and is not there any more.
    #[must_use]
    pub fn end(mut self) -> (AuditEnd, Vec<AuditFault>) {
        let missing = self.sealed.iter().map(|(seal, end)| AuditFault::Sealed { seal: *seal, lines: end.lines });
        self.faults.extend(missing);
        (AuditEnd { lines: self.lines, head: self.head }, self.faults)
    }

    /// The next line, as it is kept.
    pub fn next(&mut self, number: u64, entry: &str, kept: &str) {
        if number > self.lines + 1 {
            self.faults.push(AuditFault::Missing { from: self.lines + 1, to: number - 1 });
        } else if digest(&self.head, number, entry) != kept {
            self.faults.push(AuditFault::Altered(number));
        }
        while let Some((seal, end)) = self.sealed.front().filter(|(_, end)| end.lines <= number) {
            if end.lines != number || end.head != kept {
                self.faults.push(AuditFault::Sealed { seal: *seal, lines: end.lines });
            }
            self.sealed.pop_front();
        }
        self.lines = number;
        kept.clone_into(&mut self.head);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<(u64, String, String)> {
        let mut head = String::new();
        let line = |number: u64| {
            let entry = format!("{{\"words\":\"{number}\"}}");
            head = digest(&head, number, &entry);
            (number, entry, head.clone())
        };
        (1..=6).map(line).collect()
    }

    fn walk(log: &[(u64, String, String)]) -> Vec<AuditFault> {
        let mut walk = Walk::default();
        for (number, entry, kept) in log {
            walk.next(*number, entry, kept);
        }
        walk.faults
    }

    #[test]
    fn a_log_that_was_written_anew_does_not_fit_the_seals() {
        let beside = |log: &[(u64, String, String)], seals: &[(u64, u64, &str)]| {
            let ends =
                seals.iter().map(|(seal, lines, head)| (*seal, AuditEnd { lines: *lines, head: (*head).into() }));
            let mut walk = Walk::beside(ends);
            for (number, entry, kept) in log {
                walk.next(*number, entry, kept);
            }
            walk.end().1
        };
        let log = log();
        let (fourth, sixth) = (log[3].2.as_str(), log[5].2.as_str());
        let seals = [(1, 0, ""), (2, 4, fourth), (3, 4, fourth), (4, 6, sixth)];
        assert_eq!(beside(&log, &seals), []);
        // Whole in itself, and another one.
        let mut head = String::new();
        let anew = log.iter().map(|(number, entry, _)| {
            let entry = entry.replace("\"2\"", "\"another\"");
            head = digest(&head, *number, &entry);
            (*number, entry, head.clone())
        });
        let anew: Vec<_> = anew.collect();
        assert_eq!(walk(&anew), []);
        let sealed = |seal: u64, lines: u64| AuditFault::Sealed { seal, lines };
        assert_eq!(beside(&anew, &seals), [sealed(2, 4), sealed(3, 4), sealed(4, 6)]);
        assert_eq!(beside(&log[..5], &seals), [sealed(4, 6)], "cut off");
        assert_eq!(beside(&[], &seals[1..2]), [sealed(2, 4)]);
    }

    #[test]
    fn what_was_done_to_a_log_shows() {
        assert_eq!(walk(&log()), []);
        let mut altered = log();
        altered[2].1 = "{\"words\":\"another\"}".into();
        assert_eq!(walk(&altered), [AuditFault::Altered(3)]);
        let mut shorter = log();
        shorter.remove(3);
        assert_eq!(walk(&shorter), [AuditFault::Missing { from: 4, to: 4 }]);
        let mut swapped = log();
        let (third, fourth) = (swapped[2].1.clone(), swapped[3].1.clone());
        (swapped[2].1, swapped[3].1) = (fourth, third);
        assert_eq!(walk(&swapped), [AuditFault::Altered(3), AuditFault::Altered(4)]);
    }
}
