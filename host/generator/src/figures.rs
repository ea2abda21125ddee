//! The figures of 潍坊日报 (autumn 2024), and how the invented year comes to the very same:
//! not by chance with these odds, which would miss them, but by keeping account.

use crate::dice::Dice;

/// 一次办理问题解决率: of the tickets whose caller was reached, those that the first reached
/// follow-up calls solved and that were never handled again.
pub const SOLVED_AT_FIRST: f64 = 0.7183;
/// 满意率: of the closed-out tickets with a rating, those whose last rating is good.
pub const SATISFIED: f64 = 0.8904;
/// 「仅10月份……抄送工单96137件」: the copies that October's dispatches made.
pub const OCTOBER_COPIES: u64 = 96_137;
/// The year that [`OCTOBER_COPIES`] belong to: about 0.9 million tickets.
pub const OCTOBER_OF: u64 = 900_000;

/// How many copies October makes in a year of so many tickets.
#[must_use]
pub fn october_copies(tickets: u64) -> u64 {
    (tickets * OCTOBER_COPIES + OCTOBER_OF / 2) / OCTOBER_OF
}

/// A share is put right over at least so many tickets, so that the last days of the year do
/// not have to mend at once what is missing.
const MENDED_OVER: f64 = 200.0;
/// Nothing is certain: the odds of a single ticket stay inside this.
const ODDS: (f64, f64) = (0.02, 0.99);

/// What a part of the year is expected to bring to a [`Quota`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// How many tickets will count.
    pub tickets: f64,
    /// The sum of their deviations from the base.
    pub deviation: f64,
}

/// Keeps a share exact over a year that is planned ticket by ticket (系统抽样). Each cell (a
/// category group in a territory) has an account: every ticket pays its odds in, and a whole
/// one buys a success. So each cell comes out at its own rate, without luck. What the cells
/// together miss, because there were other tickets than expected, is spread over the
/// rest of the year.
#[derive(Clone, Debug)]
pub struct Quota {
    target: f64,
    base: f64,
    accounts: Vec<f64>,
    counted: f64,
    successes: f64,
    ahead: Expected,
}

impl Quota {
    /// A quota over so many cells; `ahead` is what the whole year is expected to bring.
    #[must_use]
    pub fn new(target: f64, cells: usize, ahead: Expected, dice: &mut Dice) -> Self {
        // Accounts open at chance: the first ticket of a cell is not always a failure.
        let accounts = (0..cells).map(|_| dice.share()).collect();
        let base = target - ahead.deviation / ahead.tickets.max(1.0);
        Self { target, base, accounts, counted: 0.0, successes: 0.0, ahead }
    }

    /// A part of the year begins and lies ahead no more.
    pub fn begin(&mut self, part: Expected) {
        self.ahead.tickets -= part.tickets;
        self.ahead.deviation -= part.deviation;
    }

    /// The odds of a ticket whose kind deviates so much from the base.
    #[must_use]
    pub fn odds(&self, deviation: f64) -> f64 {
        let Expected { tickets, deviation: drift } = self.ahead;
        let wanted = self.target * (self.counted + tickets);
        let coming = self.successes + self.base * tickets + drift;
        let mend = (wanted - coming) / tickets.max(MENDED_OVER);
        (self.base + deviation + mend).clamp(ODDS.0, ODDS.1)
    }

    /// Decides a ticket that counts.
    pub fn decide(&mut self, cell: usize, deviation: f64) -> bool {
        let odds = self.odds(deviation);
        let account = &mut self.accounts[cell];
        *account += odds;
        let success = *account >= 1.0;
        self.counted += 1.0;
        if success {
            *account -= 1.0;
            self.successes += 1.0;
        }
        success
    }
}
