//! One ticket as it is planned: who will call from where about what, and what will become of
//! it. What is said in it, and when exactly each step is taken, follows from the plan alone.

use crate::dice::Dice;
use crate::words::{self, Person, Spot};
use chuishao_domain::World;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A ticket that will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its place in the year, from 0.
    pub index: u64,
    /// The day of receipt.
    pub day: Date,
    /// Its number on that day, from 1.
    pub number: u64,
    /// 来电时刻, to the millisecond.
    pub received_at: Timestamp,
    /// 分类, of the lowest level.
    pub category: CategoryCode,
    /// Whether the category is one of sudden faults (突发故障).
    pub urgent: bool,
    /// 属地.
    pub territory: TerritoryId,
    /// The estate's number in the territory.
    pub estate: u64,
    /// The building's number in the estate.
    pub building: u64,
    /// The caller's number in the population.
    pub caller: u64,
    /// The earlier ticket about the same matter at the same place, if there is one.
    pub repeats: Option<u64>,
    /// What will become of it.
    pub fate: Fate,
    /// The year's seed.
    pub seed: u64,
    /// Where the year is cut.
    pub until: Timestamp,
}

/// What will become of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// 退单: asked for, and whether it is approved.
    pub hand_back: Option<bool>,
    /// 延期: working days asked for, and whether they are granted.
    pub extension: Option<(u16, bool)>,
    /// The first handling takes longer than promised.
    pub late: bool,
    /// 审核退回补充, once.
    pub sent_back: bool,
    /// Attempts in vain before the caller is reached.
    pub unreached: u8,
    /// How often it is handled: 1, or more with 重办.
    pub rounds: u8,
    /// 一次办理解决.
    pub solved_at_first: bool,
    /// Whether the caller rates the handling in the end, and how.
    pub rating: Option<bool>,
}

/// So many attempts in vain close a ticket.
pub const NEVER: u8 = 3;

/// Streams of chance, so that no two uses share one: those of tickets are counted from 0.
const PLACES: u64 = 1 << 50;
/// Buildings of one estate at most.
pub const BUILDINGS: u64 = 64;

impl Plan {
    /// 工单编号.
    #[must_use]
    pub fn id(&self) -> TicketId {
        TicketId::new(self.day, self.number)
    }

    /// Street, estate and building.
    #[must_use]
    pub fn spot(&self, world: &World) -> Spot {
        // The same building has the same stream, whoever calls from it.
        let mut dice = Dice::new(self.seed, PLACES + self.estate * BUILDINGS + self.building % BUILDINGS);
        words::spot(world, &self.territory, self.estate, &mut dice)
    }

    /// Who calls.
    #[must_use]
    pub fn person(&self) -> Person {
        words::person(self.seed, self.caller)
    }

    /// The chance that decides when each step is taken.
    pub(crate) fn times(&self) -> Dice {
        Dice::new(self.seed, self.index * 2)
    }

    /// The chance that decides what is said.
    pub(crate) fn says(&self) -> Dice {
        Dice::new(self.seed, self.index * 2 + 1)
    }
}
