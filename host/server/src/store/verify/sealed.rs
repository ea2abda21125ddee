//! The seals: each follows the one before, and covers ends of chains that are all still there.
//! Seals list tickets in the order of their ids, and so they are checked ticket by ticket, all
//! of them at once, while the tickets go by.

use super::super::database::{Row, Statement};
use super::super::seals::{COLUMNS, LIST, seal_of};
use super::super::{Store, StoreError};
use super::chains::Ends;
use super::{Fault, Verified};
use chuishao_domain::rule::seal::{Listed, Seal, Sealing};
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Cursor, Lines};

/// Tickets of one seal that are named one by one; of the rest it is said how many.
const MOST_NAMED: usize = 100;

/// A seal while the tickets go by.
struct Open {
    seal: Seal,
    list: Lines<BufReader<GzDecoder<Cursor<Vec<u8>>>>>,
    next: Option<Listed>,
    /// The list itself is damaged.
    unreadable: bool,
    /// Of what is there.
    sealing: Sealing,
    heads: u64,
    /// What is not there any more as it was sealed.
    broken: Vec<Fault>,
}

/// All seals, the tickets that they should cover, and what is wrong with them.
pub(super) struct SealCheck {
    open: Vec<Open>,
    /// The newest seal that was known when the check began.
    newest: u64,
    /// Tickets whose last decision no seal covers: by their number of decisions.
    uncovered: BTreeMap<String, u64>,
    faults: Vec<Fault>,
}

impl Open {
    fn new(row: &Row) -> Result<Self, StoreError> {
        let seal = seal_of(row)?;
        let list = BufReader::new(GzDecoder::new(Cursor::new(row.bytes(LIST)?))).lines();
        let sealing = Sealing::new(&seal.previous, seal.number, seal.day, &seal.audit);
        let mut open = Self { seal, list, next: None, unreadable: false, sealing, heads: 0, broken: Vec::new() };
        open.step();
        Ok(open)
    }

    fn name(&self) -> String {
        format!("封存第 {} 号（{}）", self.seal.number, self.seal.day)
    }

    fn step(&mut self) {
        self.next = match self.list.next() {
            None => None,
            Some(line) => {
                let listed = line.ok().and_then(|line| Listed::parse(&line));
                self.unreadable |= listed.is_none();
                listed
            }
        };
    }

    /// Looks at the listed tickets up to an id; which of them it covers, with their counts.
    fn check_until(&mut self, last: Option<&str>, ends: &Ends, covered: &mut BTreeMap<String, u64>) {
        while let Some(listed) = self.next.take_if(|listed| last.is_none_or(|last| listed.ticket.as_str() <= last)) {
            let ticket = listed.ticket.as_str();
            let end = ends.get(ticket).and_then(|ends| ends.get(&listed.count));
            // What is not as it was sealed is named here, and not again as covered by none.
            let count = covered.entry(ticket.to_owned()).or_default();
            *count = (*count).max(listed.count);
            let what = match end {
                Some(head) if head.starts_with(&listed.head) => {
                    self.sealing.add(&listed.ticket, listed.count, head);
                    self.heads += 1;
                    None
                }
                Some(_) => Some("决定记录与封存不符：封存后被重写 (rewritten since it was sealed)"),
                None if ends.contains_key(ticket) => Some("封存过的决定记录缺失 (a sealed decision is missing)"),
                None => Some("封存过的工单缺失 (a sealed ticket is missing)"),
            };
            let of = || format!("{ticket}（{}）", self.name());
            self.broken.extend(what.map(|what| Fault::new(of(), what)));
            self.step();
        }
    }

    fn faults(mut self, before: Option<&Seal>) -> Vec<Fault> {
        let name = self.name();
        let follows = match before {
            Some(before) => before.number + 1 == self.seal.number && before.digest == self.seal.previous,
            None => self.seal.number == 1 && self.seal.previous.is_empty(),
        };
        let mut faults = Vec::new();
        if !follows {
            faults.push(Fault::new(&*name, "不接上一号封存：有封存缺失或被改动 (it does not follow the seal before)"));
        }
        if self.unreadable {
            faults.push(Fault::new(&*name, "封存名单不能识别 (the list of the seal cannot be read)"));
        }
        if self.broken.is_empty() && (self.sealing.digest() != self.seal.digest || self.heads != self.seal.heads) {
            faults.push(Fault::new(&*name, "摘要与所封存的决定记录不符 (the digest does not fit what is sealed)"));
        }
        let more = self.broken.len().saturating_sub(MOST_NAMED);
        faults.extend(self.broken.drain(..).take(MOST_NAMED));
        if more > 0 {
            faults.push(Fault::new(name, format!("另有 {more} 件工单与封存不符 (and more tickets)")));
        }
        faults
    }
}

impl SealCheck {
    /// Looks at the tickets up to an id, of which these are the chains.
    pub(super) fn check_part(&mut self, last: &str, ends: &Ends, unsealed: &Ends) {
        let mut covered = BTreeMap::new();
        for open in &mut self.open {
            open.check_until(Some(last), ends, &mut covered);
        }
        for (ticket, ends) in ends {
            let waiting = unsealed.get(ticket);
            let altered =
                waiting.is_some_and(|waiting| waiting.iter().any(|(count, head)| ends.get(count) != Some(head)));
            if altered {
                let what = "决定记录与待封存的链尾不符：被重写或删除 (it is not what waits to be sealed)";
                self.faults.push(Fault::new(&**ticket, what));
            }
            let Some(count) = ends.keys().next_back() else { continue };
            let is_covered = covered.get(ticket).is_some_and(|covered| covered >= count)
                || waiting.is_some_and(|waiting| waiting.contains_key(count));
            if !is_covered {
                self.uncovered.insert(ticket.clone(), *count);
            }
        }
    }
}

impl Store {
    /// Begins the check of the seals.
    pub(super) async fn seal_check(&self) -> Result<SealCheck, StoreError> {
        let open = self.open_seals(0).await?;
        let newest = open.last().map_or(0, |open| open.seal.number);
        Ok(SealCheck { open, newest, uncovered: BTreeMap::new(), faults: Vec::new() })
    }

    async fn open_seals(&self, after: u64) -> Result<Vec<Open>, StoreError> {
        let mut asked = Statement::new(COLUMNS);
        asked.push(", document from seal where number > ").push_value(after.cast_signed()).push(" order by number");
        self.readers.all(asked).await?.iter().map(Open::new).collect()
    }

    /// Ends the check of the seals, after all tickets.
    pub(super) async fn find_in_seals(&self, mut check: SealCheck, verified: &mut Verified) -> Result<(), StoreError> {
        // What was sealed while the tickets went by is no fault of theirs.
        for mut newer in self.open_seals(check.newest).await? {
            while let Some(listed) = newer.next.take() {
                if check.uncovered.get(listed.ticket.as_str()).is_some_and(|count| *count <= listed.count) {
                    check.uncovered.remove(listed.ticket.as_str());
                }
                newer.step();
            }
        }
        for ticket in check.uncovered.into_keys() {
            let what = "最后一条决定记录既未封存也不待封存 (no seal covers its last decision)";
            verified.faults.push(Fault::new(ticket, what));
        }
        verified.faults.extend(check.faults);
        verified.faults.extend(self.unsealed_without_ticket().await?);
        let mut before = None;
        for mut open in check.open {
            open.check_until(None, &Ends::new(), &mut BTreeMap::new());
            let seal = open.seal.clone();
            verified.seals += 1;
            verified.faults.extend(open.faults(before.as_ref()));
            before = Some(seal);
        }
        Ok(())
    }

    /// Ends of chains whose ticket is gone before any seal covered it.
    async fn unsealed_without_ticket(&self) -> Result<Vec<Fault>, StoreError> {
        let asked = "select distinct ticket_id from unsealed_head t \
                     where not exists (select 1 from ticket where id = t.ticket_id) limit 100";
        let rows = self.readers.all(Statement::new(asked)).await?;
        let tickets: BTreeSet<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        let what = "待封存的工单缺失 (a ticket that waits to be sealed is missing)";
        Ok(tickets.into_iter().map(|ticket| Fault::new(ticket, what)).collect())
    }
}
