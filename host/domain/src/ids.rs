//! Names of things: thin types over text, so that a unit's id never stands where a
//! territory's is wanted.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        $(#[$doc])*
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// 工单编号: `WF`, the day of receipt, a number, and a check digit (see [`TicketId::new`]).
    #[schemars(extend("pattern" = crate::told::TICKET_ID))]
    TicketId
}
id! {
    /// 单位 id: `WF-ZJ` (市住建局), `370784-ZJ` (安丘市住建局), `370705-S02` (大虞街道).
    UnitId
}
id! {
    /// 区县、开发区 id, or `WF` for the city.
    TerritoryId
}
id! {
    /// 诉求分类代码.
    CategoryCode
}
id! {
    /// 坐席 id.
    SeatId
}
id! {
    /// 议题编号: `YT20241105-003`, the day of its proposal and a number (see [`TopicId::new`]).
    #[schemars(extend("pattern" = crate::told::TOPIC_ID))]
    TopicId
}
id! {
    /// 攻坚行动编号: `GJ20240901`, the day on which it begins (see [`CampaignId::new`]).
    #[schemars(extend("pattern" = crate::told::CAMPAIGN_ID))]
    CampaignId
}
id! {
    /// 来电人代号: points into the vault, says nothing by itself.
    CallerRef
}
id! {
    /// 知识条目编号: `ZS` and a number (see [`KnowledgeId::new`]).
    #[schemars(extend("pattern" = crate::told::KNOWLEDGE_ID))]
    KnowledgeId
}

impl CallerRef {
    /// Of the call that a ticket was registered from: each call has a record of its own, which is
    /// kept as long as its ticket needs it.
    #[must_use]
    pub fn of(ticket: &TicketId) -> Self {
        Self(format!("C-{ticket}"))
    }
}

impl KnowledgeId {
    /// Makes the id of the `number`th entry: `ZS000042`.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(format!("ZS{number:06}"))
    }

    /// The number of an id that [`KnowledgeId::new`] made; another spelling of it is no id.
    ///
    /// ```
    /// use chuishao_domain::ids::KnowledgeId;
    /// assert_eq!(KnowledgeId::new(42).number(), Some(42));
    /// assert_eq!(KnowledgeId::from("ZS0000042").number(), None);
    /// ```
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let number = self.0.strip_prefix("ZS")?.parse().ok()?;
        (Self::new(number) == *self).then_some(number)
    }

    /// Whether it looks like one.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let digits = self.0.strip_prefix("ZS").unwrap_or_default();
        (6..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    }
}

impl CategoryCode {
    /// The group that it belongs to (二级分类): what makes two matters alike, however finely
    /// one of them was written down.
    #[must_use]
    pub fn group(&self) -> &str {
        self.0.get(..4).unwrap_or(&self.0)
    }

    /// Whether a list that names this category means the other one too: itself, or a leaf of
    /// the group that it is.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self == other || self.as_str() == other.group()
    }
}

impl TerritoryId {
    /// The city itself.
    pub const CITY: &'static str = "WF";

    /// Whether this is the city itself and not one of its counties or zones.
    #[must_use]
    pub fn is_city(&self) -> bool {
        self.0 == Self::CITY
    }
}

impl TopicId {
    /// Makes the id of the `number`th topic of a day.
    #[must_use]
    pub fn new(day: jiff::civil::Date, number: u32) -> Self {
        Self(format!("YT{:04}{:02}{:02}-{number:03}", day.year(), day.month(), day.day()))
    }
}

impl CampaignId {
    /// Makes the id of the campaign that begins on a day; there is one at a time.
    #[must_use]
    pub fn new(starts_on: jiff::civil::Date) -> Self {
        Self(format!("GJ{:04}{:02}{:02}", starts_on.year(), starts_on.month(), starts_on.day()))
    }
}

impl TicketId {
    /// Makes the id of the `number`th ticket of a day, with a Luhn check digit, so that one
    /// digit misheard on the telephone does not name another family's ticket.
    ///
    /// ```
    /// use chuishao_domain::ids::TicketId;
    /// let id = TicketId::new(jiff::civil::date(2024, 6, 25), 42);
    /// assert_eq!(id.as_str(), "WF20240625000042-4");
    /// assert!(id.is_well_formed());
    /// assert!(!TicketId::from("WF20240625000043-4").is_well_formed());
    /// ```
    #[must_use]
    pub fn new(day: jiff::civil::Date, number: u64) -> Self {
        let digits = format!("{:04}{:02}{:02}{number:06}", day.year(), day.month(), day.day());
        Self(format!("WF{digits}-{}", luhn(&digits)))
    }

    /// The day of receipt and the number of that day, if it is well formed.
    #[must_use]
    pub fn day_and_number(&self) -> Option<(jiff::civil::Date, u64)> {
        let digits = self.is_well_formed().then(|| &self.0[2..self.0.len() - 2])?;
        let day = jiff::civil::Date::strptime("%Y%m%d", &digits[..8]).ok()?;
        Some((day, digits[8..].parse().ok()?))
    }

    /// Whether it is written as one ([`TICKET_ID`](crate::told::TICKET_ID)), whatever its check digit.
    #[must_use]
    pub fn has_form(&self) -> bool {
        self.digits_and_check().is_some()
    }

    /// Whether it is written as one and the check digit fits.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.digits_and_check().is_some_and(|(digits, check)| check == luhn(digits).to_string())
    }

    fn digits_and_check(&self) -> Option<(&str, &str)> {
        let (digits, check) = self.0.strip_prefix("WF")?.split_once('-')?;
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let has_form = (14..=20).contains(&digits.len()) && check.len() == 1 && is_number(digits) && is_number(check);
        has_form.then_some((digits, check))
    }
}

/// The Luhn check digit of a string of decimal digits.
fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 if digit > 4 => digit * 2 - 9,
                0 => digit * 2,
                _ => digit,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}
