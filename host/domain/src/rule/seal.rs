//! The daily seal (日封存): the ends of all [chains](super::chain) that moved since the seal
//! before, and where the [audit log](crate::account::audit) ended, as one digest that also covers
//! that seal. A ticket that was taken away with all its records, or a chain or a log that was
//! written anew, no longer fits the seals; and one line a day, kept where the database's keepers
//! cannot write, covers every decision ever made and every line of the log until then.
//!
//! A digest is SHA-256 in hex over these lines, each with a line feed: `chuishao seal 1`; the
//! digest of the seal before, empty for the first; the number; the day; the number of lines of the
//! audit log, a space, the digest of the last of them (nothing where there is none); then, in the
//! order of their ids, a line for each ticket: id, a space, the number of its decisions, a space,
//! the digest of the last of them.

use crate::account::audit::AuditEnd;
use crate::digest::Lines;
use crate::ids::TicketId;
use crate::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Hex digits of a chain's end that a seal's list repeats: enough to say whose chain is another,
/// while the seal's digest covers all of it.
const SHORT_DIGITS: usize = 16;

/// A seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its place among the seals, from 1.
    pub number: u64,
    /// The day that it closes: what was decided until its end, and perhaps some of what followed
    /// until the moment of sealing.
    pub day: Date,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// How many tickets it covers.
    pub heads: u64,
    /// Where the audit log ended.
    pub audit: AuditEnd,
    /// The digest of the seal before it; empty for the first.
    pub previous: String,
    /// Its own.
    pub digest: String,
}

/// What is kept elsewhere (外存): a line of `chuishao seal list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealLine {
    /// Its place among the seals.
    pub number: u64,
    /// The day that it closes.
    pub day: Date,
    /// How many tickets it covers.
    pub heads: u64,
    /// Its digest.
    pub digest: String,
}

impl From<&Seal> for SealLine {
    fn from(Seal { number, day, heads, digest, .. }: &Seal) -> Self {
        Self { number: *number, day: *day, heads: *heads, digest: digest.clone() }
    }
}

impl fmt::Display for SealLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.number, self.day, self.heads, self.digest)
    }
}

impl FromStr for SealLine {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut words = text.split_whitespace();
        let mut word = || words.next().unwrap_or_default();
        let (number, day, heads, digest) = (word().parse(), word().parse(), word().parse(), word());
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        match (number, day, heads, words.next()) {
            (Ok(number), Ok(day), Ok(heads), None) if is_digest => {
                Ok(Self { number, day, heads, digest: digest.to_owned() })
            }
            _ => Err(Refusal::new(
                "seal-malformed",
                format!("「{text}」不是封存行：须为 chuishao seal list 打印的「序号 日期 件数 摘要」"),
                "not a line as `chuishao seal list` prints it",
            )),
        }
    }
}

/// Computes the digest of a seal, ticket by ticket.
#[derive(Clone)]
pub struct Sealing(Lines);

impl Sealing {
    /// Begins, on the seal before, with where the audit log ended.
    #[must_use]
    pub fn new(previous: &str, number: u64, day: Date, audit: &AuditEnd) -> Self {
        let mut lines = Lines::of("chuishao seal 1");
        let audit = format!("{} {}", audit.lines, audit.head);
        for line in [previous, &number.to_string(), &day.to_string(), &audit] {
            lines.add(line);
        }
        Self(lines)
    }

    /// Adds the end of a chain. Tickets come in the order of their ids, each once.
    pub fn add(&mut self, ticket: &TicketId, count: u64, head: &str) {
        self.0.add(&format!("{ticket} {count} {head}"));
    }

    /// The digest.
    #[must_use]
    pub fn digest(self) -> String {
        self.0.digest()
    }
}

/// A line of the list that is kept with a seal, so that `verify` knows whose ends it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The ticket.
    pub ticket: TicketId,
    /// How many decisions it had.
    pub count: u64,
    /// How the digest of the last of them begins.
    pub head: String,
}

impl Listed {
    /// A line for the end of a chain.
    #[must_use]
    pub fn new(ticket: TicketId, count: u64, head: &str) -> Self {
        Self { ticket, count, head: head.get(..SHORT_DIGITS).unwrap_or(head).to_owned() }
    }

    /// Reads a line; `None` when it is none.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (ticket, count, head) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        words.next().is_none().then(|| Self { ticket: ticket.into(), count, head: head.to_owned() })
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.ticket, self.count, self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_digest_is_the_documented_one() {
        let audit = AuditEnd { lines: 7, head: "bb".into() };
        let mut sealing = Sealing::new("", 1, date(2024, 6, 25), &audit);
        sealing.add(&TicketId::from("A"), 2, "aa");
        let text = "chuishao seal 1\n\n1\n2024-06-25\n7 bb\nA 2 aa\n";
        assert_eq!(sealing.digest(), crate::digest::digest(text.as_bytes()));
    }

    #[test]
    fn lines_read_back_and_nothing_else_does() {
        let line = SealLine { number: 7, day: date(2024, 6, 25), heads: 3, digest: "0f".repeat(32) };
        assert_eq!(line.to_string().parse(), Ok(line.clone()));
        for bad in ["", "7 2024-06-25 3", "7 2024-06-25 3 zz", "x 2024-06-25 3 00", &format!("{line} more")] {
            assert!(bad.parse::<SealLine>().is_err_and(|refusal| refusal.code == "seal-malformed"), "{bad}");
        }
        let listed = Listed::new(TicketId::from("A"), 2, &"ab".repeat(32));
        assert_eq!(Listed::parse(&listed.to_string()), Some(listed));
        assert_eq!((Listed::parse("A"), Listed::parse("A 2 ab c")), (None, None));
    }
}
