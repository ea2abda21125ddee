//! Who called (来电人).

use super::name;
use super::phone::{self, Phone};
use crate::ticket::Intake;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Who called. It goes into the vault; it has no `Debug`, so that it cannot reach a log by
/// accident, and is wiped from memory when it is let go.
#[derive(Clone, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// 姓名
    #[serde(default)]
    pub name: String,
    /// 联系电话
    #[serde(default)]
    pub phone: String,
}

/// A caller as a list may show him (脱敏).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MaskedCaller {
    /// 姓名: 周**
    pub name: String,
    /// 联系电话: 138****0001
    pub phone: String,
}

impl Caller {
    /// As a list may show him.
    #[must_use]
    pub fn masked(&self) -> MaskedCaller {
        MaskedCaller { name: name::masked(&self.name), phone: phone::masked(&self.phone) }
    }

    /// The number in its one spelling, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<Phone> {
        Phone::parse(&self.phone)
    }

    /// A text without the caller's own name and, however it is spelled, number: they stand in
    /// the vault, and those who may see them look there. Codes (`370705-CG`, `accept`) are no
    /// text: nobody is called so that nothing can be done about his ticket.
    #[must_use]
    pub fn masked_in(&self, text: &str) -> String {
        let masked = match self.number() {
            Some(number) => number.masked_in(text),
            None => text.to_owned(),
        };
        let name = self.name.trim();
        let is_code = |text: &str| text.is_ascii() && !text.contains(char::is_whitespace);
        if name.chars().count() < 2 || (name.is_ascii() && is_code(text)) {
            return masked;
        }
        masked.replace(name, &"＊".repeat(name.chars().count()))
    }

    /// What was written down, without the caller's own name and number in title and text.
    #[must_use]
    pub fn masked_intake(&self, intake: Intake) -> Intake {
        Intake { title: self.masked_in(&intake.title), body: self.masked_in(&intake.body), ..intake }
    }
}
