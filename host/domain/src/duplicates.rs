//! Duplicates (并单建议): which open tickets may be one matter, told to the dispatcher in words
//! and figures. Nothing merges by itself, and every caller keeps the right to a reply
//! (国办函〔2025〕66号: 重复诉求事项原则上并单处理; hook H7).
//!
//! A score is made of four parts, each with its most: category, place, time, description. They
//! add up to 1000. All of it is integers and symmetric: the same two tickets have the same
//! score on every machine, from either side.

use crate::ids::{CategoryCode, TerritoryId, TicketId};
use crate::search::normal::normal;
use crate::search::tokens::{likeness_per_mille, most_alike_per_mille, shingles};
use crate::ticket::{Intake, Place, Ticket};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// From which score on a pair is shown, per mille (an assumption: same estate, same category
/// and within two hours passes with a description that shares little; same street alone needs
/// nearly the same words).
pub const SUGGEST_FROM_PER_MILLE: u16 = 600;
/// How far apart two calls about one matter may lie (an assumption: what is broken for three
/// days is handled or has become another matter).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(72);
/// Up to here two calls count as made at the same time (an assumption: the two hours in which
/// the situation of an urgent matter is grasped).
pub const SAME_TIME: SignedDuration = SignedDuration::from_hours(2);
/// Suggestions on one ticket: what a dispatcher looks through before the next call.
pub const MOST_SUGGESTIONS: usize = 5;
/// Characters of title and body that are compared: the matter is said in its first lines.
const MOST_COMPARED_CHARS: usize = 500;

/// What the parts weigh at most (an assumption; the place tells most).
const MOST_CATEGORY: u16 = 200;
const MOST_PLACE: u16 = 350;
const MOST_TIME: u16 = 150;
const MOST_TEXT: u16 = 300;
/// Same group of categories, other leaf: one pipe is 漏水 to one caller and 停水 to another.
const SAME_GROUP: u16 = 150;

/// How near two places are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Nearness {
    /// 同一区县
    SameTerritory,
    /// 同一街道
    SameStreet,
    /// 同一小区, two buildings that are both named
    SameEstateOtherBuilding,
    /// 同一小区
    SameEstate,
    /// 同一楼栋
    SameBuilding,
}

impl Nearness {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::SameTerritory => "同一区县",
            Self::SameStreet => "同一街道",
            Self::SameEstateOtherBuilding => "同一小区不同楼栋",
            Self::SameEstate => "同一小区",
            Self::SameBuilding => "同一楼栋",
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::SameTerritory => "same territory",
            Self::SameStreet => "same street",
            Self::SameEstateOtherBuilding => "same estate, other building",
            Self::SameEstate => "same estate",
            Self::SameBuilding => "same building",
        }
    }

    fn per_mille(self) -> u16 {
        match self {
            Self::SameTerritory => 0,
            Self::SameStreet => 120,
            Self::SameEstateOtherBuilding => 230,
            Self::SameEstate => 300,
            Self::SameBuilding => MOST_PLACE,
        }
    }
}

/// Where a store looks for tickets that may be the same matter: an index over the group of the
/// category, the territory and the moment of receipt answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates {
    /// 二级分类 (see [`CategoryCode::group`]).
    pub group: String,
    /// 区县、开发区
    pub territory: TerritoryId,
    /// Received at or after.
    pub from: Timestamp,
    /// Received at or before.
    pub until: Timestamp,
}

/// What of a ticket is looked at before its text is: whether that is worth reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// 工单编号
    pub id: TicketId,
    /// 发生地
    pub place: Place,
    /// 来电时刻
    pub received_at: Timestamp,
    /// How many words and pairs its text has ([`Trace::shingles`]).
    pub shingles: u64,
}

/// What a ticket is compared by.
#[derive(Clone, Debug)]
pub struct Trace {
    id: TicketId,
    category: CategoryCode,
    place: Place,
    received_at: Timestamp,
    shingles: BTreeSet<String>,
}

impl Trace {
    /// The trace of a ticket. A confidential ticket leaves none: that a like one exists would
    /// tell of it.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<Self> {
        Self::of_intake(&ticket.id, &ticket.intake)
    }

    /// The trace of what was written down, before there is a ticket.
    #[must_use]
    pub fn of_intake(id: &TicketId, intake: &Intake) -> Option<Self> {
        if intake.confidential {
            return None;
        }
        let said = format!("{}\n{}", intake.title, intake.body);
        let said: String = said.chars().take(MOST_COMPARED_CHARS).collect();
        Some(Self {
            id: id.clone(),
            category: intake.category.clone(),
            place: spelled(&intake.place),
            received_at: intake.received_at,
            shingles: shingles(&said),
        })
    }

    /// How many words and pairs its text has.
    #[must_use]
    pub fn shingles(&self) -> u64 {
        self.shingles.len() as u64
    }

    /// What a ticket of the same group of categories can score at most, per mille, whatever its text says
    /// and whichever leaf it has; `None` when it cannot be suggested at all. Most cannot: a few words that
    /// were typed are no long text.
    #[must_use]
    pub fn at_most(&self, other: &Outline) -> Option<u16> {
        let apart = self.received_at.duration_since(other.received_at).abs();
        let most = Likeness {
            other: other.id.clone(),
            same_category: true,
            nearness: nearness(&self.place, &spelled(&other.place)),
            minutes_apart: apart.as_mins(),
            text_per_mille: most_alike_per_mille(self.shingles(), other.shingles),
        };
        let comparable = self.id != other.id && self.place.territory == other.place.territory && apart <= WINDOW;
        Some(most.per_mille()).filter(|most| comparable && *most >= SUGGEST_FROM_PER_MILLE)
    }

    /// Where to look for others.
    #[must_use]
    pub fn candidates(&self) -> Candidates {
        Candidates {
            group: self.category.group().to_owned(),
            territory: self.place.territory.clone(),
            from: self.received_at.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN),
            until: self.received_at.saturating_add(WINDOW).unwrap_or(Timestamp::MAX),
        }
    }

    /// How alike two tickets are. `None` when they cannot be one matter: the same ticket,
    /// another group of categories, another territory, too far apart in time.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Likeness> {
        let apart = self.received_at.duration_since(other.received_at).abs();
        let comparable = self.id != other.id
            && self.category.group() == other.category.group()
            && self.place.territory == other.place.territory
            && apart <= WINDOW;
        comparable.then(|| Likeness {
            other: other.id.clone(),
            same_category: self.category == other.category,
            nearness: nearness(&self.place, &other.place),
            minutes_apart: apart.as_mins(),
            text_per_mille: likeness_per_mille(&self.shingles, &other.shingles),
        })
    }
}

/// The tickets to suggest, the likest first, then the nearest in time, at most
/// [`MOST_SUGGESTIONS`].
#[must_use]
pub fn suggest<'a>(trace: &Trace, others: impl IntoIterator<Item = &'a Trace>) -> Vec<Likeness> {
    let mut found: Vec<Likeness> = others
        .into_iter()
        .filter_map(|other| trace.compare(other))
        .filter(|likeness| likeness.per_mille() >= SUGGEST_FROM_PER_MILLE)
        .collect();
    found.sort_by(|a, b| {
        let of = |likeness: &Likeness| (Reverse(likeness.per_mille()), likeness.minutes_apart);
        of(a).cmp(&of(b)).then_with(|| a.other.cmp(&b.other))
    });
    found.truncate(MOST_SUGGESTIONS);
    found
}

/// How alike another ticket is, and in what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Likeness {
    /// The other ticket.
    pub other: TicketId,
    /// Same leaf of the category tree, not only the same group.
    pub same_category: bool,
    /// How near the places are.
    pub nearness: Nearness,
    /// Time between the two calls.
    pub minutes_apart: i64,
    /// What the descriptions share, per mille.
    pub text_per_mille: u16,
}

impl Likeness {
    /// The score, 0 to 1000.
    #[must_use]
    pub fn per_mille(&self) -> u16 {
        let category = if self.same_category { MOST_CATEGORY } else { SAME_GROUP };
        let text = u32::from(self.text_per_mille.min(1000)) * u32::from(MOST_TEXT) / 1000;
        category + self.nearness.per_mille() + self.time_per_mille() + u16::try_from(text).unwrap_or(MOST_TEXT)
    }

    /// Full within [`SAME_TIME`], then less and less until [`WINDOW`].
    fn time_per_mille(&self) -> u16 {
        let (same, window) = (SAME_TIME.as_mins(), WINDOW.as_mins());
        let left = (window - self.minutes_apart).clamp(0, window - same);
        u16::try_from(left * i64::from(MOST_TIME) / (window - same)).unwrap_or(0)
    }

    /// In words: 「同一小区、同类、2 小时内、描述相近 71 %」.
    #[must_use]
    pub fn explanation(&self) -> String {
        let category = if self.same_category { "同类" } else { "同组分类" };
        let text = self.text_per_mille / 10;
        format!("{}、{category}、{} 小时内、描述相近 {text} %", self.nearness.term(), self.hours_apart())
    }

    /// The same in English.
    #[must_use]
    pub fn english(&self) -> String {
        let category = if self.same_category { "same category" } else { "same group of categories" };
        let text = self.text_per_mille / 10;
        format!("{}, {category}, within {} hours, text alike to {text} %", self.nearness.english(), self.hours_apart())
    }

    fn hours_apart(&self) -> i64 {
        let hours = (self.minutes_apart.max(0) + 59) / 60;
        if hours <= SAME_TIME.as_hours() { SAME_TIME.as_hours() } else { hours }
    }
}

fn nearness(one: &Place, other: &Place) -> Nearness {
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    // Estates of one name in two streets are two estates.
    let other_street = !one.street.is_empty() && !other.street.is_empty() && one.street != other.street;
    if other_street || !same(&one.estate, &other.estate) {
        return if same(&one.street, &other.street) { Nearness::SameStreet } else { Nearness::SameTerritory };
    }
    match (one.building.as_str(), other.building.as_str()) {
        ("", _) | (_, "") => Nearness::SameEstate,
        (a, b) if a == b => Nearness::SameBuilding,
        _ => Nearness::SameEstateOtherBuilding,
    }
}

/// A place as it is compared.
fn spelled(place: &Place) -> Place {
    Place {
        territory: place.territory.clone(),
        street: name_of(&place.street),
        estate: estate_of(&place.estate),
        building: number_of(&place.building),
    }
}

/// An estate's name without what it is: 虞河花园小区 is 虞河花园.
fn estate_of(text: &str) -> String {
    let mut name = name_of(text);
    name.truncate(name.trim_end_matches("小区").len());
    name
}

/// A place's name in one spelling, without spaces.
fn name_of(text: &str) -> String {
    let mut name = normal(text);
    name.retain(|c| !c.is_whitespace());
    name
}

/// 8号楼, 8#楼 and 8栋 are one building: its first number tells it, if it has one.
fn number_of(text: &str) -> String {
    let name = name_of(text);
    let from_first = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number: String = from_first.chars().take_while(char::is_ascii_digit).collect();
    if number.is_empty() { name } else { number.trim_start_matches('0').to_owned() }
}

#[cfg(test)]
mod tests;
