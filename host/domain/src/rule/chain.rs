//! The chain of a ticket's decisions (决定链): each record carries a digest over itself and the
//! record before it, and the ticket carries how many there are and the last digest. What was
//! changed, taken away, put in or put elsewhere shows, and where.
//!
//! A digest is SHA-256 in hex over these lines, each with a line feed: `chuishao decision 1`;
//! the digest of the record before, empty for the first; the ticket; the record's number, from
//! 1; the digest of its edition; the call as JSON, exactly as it is kept. Anybody can compute
//! it with `sha256sum`.
//!
//! Who can write the database can write a whole new chain; that one shows by the daily
//! [`seal`](super::seal), which is kept elsewhere.

use crate::digest::Lines;
use crate::ids::TicketId;
use std::fmt;

/// Where a ticket's chain ends (链尾).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// How many decisions there are.
    pub count: u64,
    /// The digest of the last; empty when there is none.
    pub head: String,
}

impl Chain {
    /// Appends a record, by its edition's digest and its call as JSON; its own digest is then
    /// the head.
    pub fn append(&mut self, ticket: &TicketId, edition: &str, call: &str) {
        self.count += 1;
        self.head = hash(&self.head, ticket, self.count, edition, call);
    }
}

/// A record as it is kept, as far as the chain goes.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Its place in the chain, from 1.
    pub number: u64,
    /// The digest of its edition.
    pub edition: &'a str,
    /// The call as JSON, exactly as it is kept.
    pub call: &'a str,
    /// The digest that it carries.
    pub hash: &'a str,
}

fn hash(previous: &str, ticket: &TicketId, number: u64, edition: &str, call: &str) -> String {
    let mut lines = Lines::of("chuishao decision 1");
    for line in [previous, ticket.as_str(), &number.to_string(), edition, call] {
        lines.add(line);
    }
    lines.digest()
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// A record, or the digest of it or of the one before it, is not what was written.
    Altered(u64),
    /// Records between others are missing.
    Missing {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
    },
    /// The last records are missing.
    EndMissing {
        /// How many there were, as the ticket says.
        count: u64,
        /// How far they go.
        there: u64,
    },
    /// There are more records than the ticket says.
    Surplus {
        /// How many there were, as the ticket says.
        count: u64,
        /// How far they go.
        there: u64,
    },
    /// The last record is not the one that the ticket names.
    AnotherHead,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered(number) => {
                write!(f, "第 {number} 条决定记录与其链值不符：内容、次序或链值被改动 (a decision was altered)")
            }
            Self::Missing { from, to } if from == to => {
                write!(f, "第 {from} 条决定记录缺失 (a decision is missing)")
            }
            Self::Missing { from, to } => {
                write!(f, "第 {from} 至 {to} 条决定记录缺失 (decisions are missing)")
            }
            Self::EndMissing { count, there } => {
                write!(f, "决定记录应有 {count} 条，只到第 {there} 条：末尾缺失 (the last decisions are missing)")
            }
            Self::Surplus { count, there } => {
                write!(
                    f,
                    "决定记录应有 {count} 条，却到第 {there} 条：有多出的 (there are more decisions than were made)"
                )
            }
            Self::AnotherHead => {
                write!(f, "最后一条决定记录与工单所记的链尾不符 (the last decision is not the ticket's)")
            }
        }
    }
}

/// Checks a chain's records, ordered by number, against where the ticket says that it ends.
/// Everything that is wrong; nothing when all of it is as it was written.
pub fn check<'a>(ticket: &TicketId, links: impl IntoIterator<Item = Link<'a>>, end: &Chain) -> Vec<ChainFault> {
    let mut faults = Vec::new();
    let (mut there, mut head) = (0, "");
    for link in links {
        if link.number > there + 1 {
            // Without the one before it this one cannot be checked; the next can.
            faults.push(ChainFault::Missing { from: there + 1, to: link.number - 1 });
        } else if hash(head, ticket, link.number, link.edition, link.call) != link.hash {
            faults.push(ChainFault::Altered(link.number));
        }
        (there, head) = (link.number, link.hash);
    }
    match there.cmp(&end.count) {
        std::cmp::Ordering::Less => faults.push(ChainFault::EndMissing { count: end.count, there }),
        std::cmp::Ordering::Greater => faults.push(ChainFault::Surplus { count: end.count, there }),
        std::cmp::Ordering::Equal if head != end.head => faults.push(ChainFault::AnotherHead),
        std::cmp::Ordering::Equal => {}
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    type Kept = (u64, String, String, String);

    fn ticket() -> TicketId {
        TicketId::from("WF20240625000042-4")
    }

    /// Five records and their end.
    fn chain() -> (Vec<Kept>, Chain) {
        let (mut kept, mut chain) = (Vec::new(), Chain::default());
        for number in 1..=5 {
            let (edition, call) = (format!("e{number}"), format!("{{\"fuel\":{number}}}"));
            chain.append(&ticket(), &edition, &call);
            kept.push((number, edition, call, chain.head.clone()));
        }
        (kept, chain)
    }

    fn faults(kept: &[Kept], end: &Chain) -> Vec<ChainFault> {
        let links = kept.iter().map(|(number, edition, call, hash)| Link { number: *number, edition, call, hash });
        check(&ticket(), links, end)
    }

    #[test]
    fn what_was_written_is_found_as_it_was() {
        let (kept, end) = chain();
        assert_eq!(faults(&kept, &end), []);
        assert_eq!(faults(&[], &Chain::default()), []);
    }

    /// As `sha256sum` says: the form is a promise to whoever checks without this program.
    #[test]
    fn the_digest_is_the_documented_one() {
        let text = "chuishao decision 1\n\nWF20240625000042-4\n1\ne1\n{\"fuel\":1}\n";
        assert_eq!(chain().0[0].3, crate::digest::digest(text.as_bytes()));
    }

    #[test]
    fn every_change_is_found_where_it_is() {
        let (whole, end) = chain();
        for place in 0..5 {
            let number = place as u64 + 1;
            for change in [
                |one: &mut Kept| one.1.push('x'),
                |one: &mut Kept| one.2 = one.2.replace("fuel", "fuel "),
                |one: &mut Kept| one.3 = one.3.chars().rev().collect(),
            ] {
                let mut kept = whole.clone();
                change(&mut kept[place]);
                let found = faults(&kept, &end);
                assert!(found.contains(&ChainFault::Altered(number)), "{number}: {found:?}");
            }
            let mut kept = whole.clone();
            kept.remove(place);
            let wanted = match number {
                5 => ChainFault::EndMissing { count: 5, there: 4 },
                number => ChainFault::Missing { from: number, to: number },
            };
            assert_eq!(faults(&kept, &end), [wanted]);
        }
    }

    #[test]
    fn another_order_and_another_end_are_found() {
        let (whole, end) = chain();
        let mut kept = whole.clone();
        kept.swap(1, 2);
        (kept[1].0, kept[2].0) = (2, 3);
        assert!(faults(&kept, &end).contains(&ChainFault::Altered(2)));
        let shorter = Chain { count: 4, head: whole[3].3.clone() };
        assert_eq!(faults(&whole, &shorter), [ChainFault::Surplus { count: 4, there: 5 }]);
        let other = Chain { count: 5, head: "f".repeat(64) };
        assert_eq!(faults(&whole, &other), [ChainFault::AnotherHead]);
        // A chain of another ticket is none of this one's.
        let links = whole.iter().map(|(number, edition, call, hash)| Link { number: *number, edition, call, hash });
        assert!(!check(&TicketId::from("WF20240625000043-2"), links, &end).is_empty());
    }
}
