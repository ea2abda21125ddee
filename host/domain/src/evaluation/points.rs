//! Points (分值): hundredths of a point as whole numbers, and the one way in which anything
//! here is rounded.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg};

/// A score or a part of one, in hundredths of a point.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct Points(pub i64);

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for Points {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

/// `19.75`, `-0.05`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&show_hundredths(self.0))
    }
}

/// Hundredths as people write them: `-3.06`.
pub(super) fn show_hundredths(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Reads `98`, `12.5`, `-0.05` as hundredths; a third decimal would be lost and is refused.
pub(super) fn read_hundredths(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').map_or((digits, "0"), |(whole, part)| (whole, part));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || part.len() > 2 {
        return None;
    }
    let scale = if part.len() == 1 { 10 } else { 1 };
    let size = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part.parse::<i64>().ok()? * scale)?;
    Some(sign * size)
}

/// A quotient rounded half up, as published figures are. Nothing when there is nothing to
/// divide by.
pub(crate) fn half_up(part: i128, whole: i128) -> Option<i64> {
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    let rounded = (part * 2 + whole).checked_div_euclid(whole * 2)?;
    Some(i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_shown() {
        for (text, hundredths) in [("98", 9800), ("12.5", 1250), ("19.75", 1975), ("-0.05", -5), ("0", 0)] {
            assert_eq!(read_hundredths(text), Some(hundredths), "{text}");
        }
        for text in ["", "-", ".5", "5.", "1.234", "1,5", "+1", "1e2", "--1", "99999999999999999999"] {
            assert_eq!(read_hundredths(text), None, "{text}");
        }
        assert_eq!(Points(-5).to_string(), "-0.05");
        assert_eq!(Points(1250).to_string(), "12.50");
    }

    #[test]
    fn a_half_goes_up_on_both_sides_of_zero() {
        for (part, whole, rounded) in [(5, 2, 3), (-5, 2, -2), (7, 3, 2), (-7, 3, -2), (5, -2, -2)] {
            assert_eq!(half_up(part, whole), Some(rounded), "{part}/{whole}");
        }
        assert_eq!(half_up(1, 0), None);
    }
}
