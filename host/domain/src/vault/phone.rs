//! Telephone numbers (联系电话) in one spelling, so that one caller is one caller however his
//! number was typed, and masked for display.

use crate::plain::is_hidden;
use crate::search::normal::half_width;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 潍坊's area code: a number of seven digits without one is a number of this city.
pub const AREA_CODE: &str = "0536";
/// Longest text that is looked at: no number has so many characters.
const MOST_CHARS: usize = 64;
/// Pieces with spaces between them that one number is spelled in: +86 0536 879 1234 has four.
const MOST_PIECES: usize = 6;
/// What stands where a mask lets nothing through.
const NOTHING: &str = "****";

/// What kind of number it is; each is masked in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
enum Kind {
    Mobile,
    /// With its area code of so many digits.
    Landline(usize),
    /// 400, 800
    Service,
    /// From abroad: `+` and the country's code.
    Foreign,
}

/// A telephone number in its one spelling. `Debug` shows the mask.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Phone {
    digits: String,
    /// 分机: two people behind one switchboard are two callers.
    extension: String,
    kind: Kind,
}

impl Phone {
    /// The number in a text, if the text is one. What is none (不详, 匿名, a short number of a
    /// service) is kept as it was written and never looked up.
    ///
    /// ```
    /// use chuishao_domain::vault::phone::Phone;
    /// let spelled = |text| Phone::parse(text).map(|phone| phone.canonical().to_string());
    /// assert_eq!(spelled("+86 138-0536-0001").as_deref(), Some("13805360001"));
    /// assert_eq!(spelled("（0536）8791234转801").as_deref(), Some("05368791234-801"));
    /// assert_eq!(spelled("8791234").as_deref(), Some("05368791234"));
    /// assert_eq!(spelled("不详"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(MOST_CHARS + 1).map(half_width).filter(|c| !is_hidden(*c)).collect();
        if text.chars().count() > MOST_CHARS {
            return None;
        }
        let text = text.replace("分机", "转");
        let (main, extension) = match text.split_once(['转', '#', 'x', 'X']) {
            Some((main, extension)) => (main, digits(extension.trim_start_matches('转'))?),
            None => (text.as_str(), String::new()),
        };
        let main = main.trim();
        let abroad = main.strip_prefix('+').or_else(|| main.strip_prefix("00"));
        let (digits, kind) = match abroad {
            Some(international) => of_the_world(&digits(international)?)?,
            None => domestic(&digits(main)?)?,
        };
        (extension.len() <= 6).then_some(Self { digits, extension, kind })
    }

    /// The one spelling: digits, and the extension behind a hyphen.
    #[must_use]
    pub fn canonical(&self) -> zeroize::Zeroizing<String> {
        let mut spelled = self.digits.clone();
        if !self.extension.is_empty() {
            spelled.push('-');
            spelled.push_str(&self.extension);
        }
        spelled.into()
    }

    /// A text without this number, however it is spelled there. A number is a whole run of digits
    /// and separators: part of a longer one is another.
    #[must_use]
    pub fn masked_in(&self, text: &str) -> String {
        let (mut masked, mut run) = (String::with_capacity(text.len()), String::new());
        for c in text.chars() {
            if half_width(c).is_ascii_digit() || is_separator(half_width(c)) || is_hidden(c) {
                run.push(c);
            } else {
                self.mask_run(&mut masked, &mut run);
                masked.push(c);
            }
        }
        self.mask_run(&mut masked, &mut run);
        masked
    }

    fn mask_run(&self, masked: &mut String, run: &mut String) {
        let words: Vec<&str> = run.split_inclusive(char::is_whitespace).collect();
        let mut at = 0;
        while at < words.len() {
            let ends = at + 1..=words.len().min(at + MOST_PIECES);
            let own = ends.rev().find(|end| self.is_in(&words[at..*end].concat()));
            let end = own.unwrap_or(at + 1);
            let mask = |c: char| if own.is_some() && half_width(c).is_ascii_digit() { '＊' } else { c };
            masked.extend(words[at..end].iter().flat_map(|word| word.chars()).map(mask));
            at = end;
        }
        run.clear();
    }

    /// Whether a text is this number; a switchboard's is the same with another extension.
    fn is_in(&self, text: &str) -> bool {
        Self::parse(text).is_some_and(|other| other.digits == self.digits)
    }

    /// As a list may show it: 138****0001. Of a mobile number seven digits (as on every
    /// receipt), of others the area code and the last two: a landline has few digits left, and
    /// belongs to a house. The extension is not shown.
    #[must_use]
    pub fn masked(&self) -> String {
        let (head, tail) = match self.kind {
            Kind::Mobile => (3, 4),
            Kind::Landline(area) => (area, 2),
            Kind::Service => (3, 2),
            Kind::Foreign => (1, 2),
        };
        let end = self.digits.len().saturating_sub(tail);
        format!(
            "{}{NOTHING}{}",
            self.digits.get(..head).unwrap_or_default(),
            self.digits.get(end..).unwrap_or_default()
        )
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// Any text in the place of a number, masked: what is no number shows nothing.
#[must_use]
pub fn masked(text: &str) -> String {
    Phone::parse(text).map_or_else(|| NOTHING.to_owned(), |phone| phone.masked())
}

/// What may stand between the digits of a number, or before it.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '(' | ')' | '.' | '·' | '/' | '–' | '—' | '+')
}

/// The digits of a text that has nothing else but separators.
fn digits(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| *c == '+' || !is_separator(*c)).collect();
    (!kept.is_empty() && kept.bytes().all(|b| b.is_ascii_digit())).then_some(kept)
}

fn of_the_world(digits: &str) -> Option<(String, Kind)> {
    match digits.strip_prefix("86") {
        // Behind the country's code the area code has lost its zero.
        Some(home) => domestic(home).or_else(|| landline(&format!("0{home}"))),
        // E.164: at most 15 digits, and no country has fewer than seven.
        None => (7..=15).contains(&digits.len()).then(|| (format!("+{digits}"), Kind::Foreign)),
    }
}

fn domestic(digits: &str) -> Option<(String, Kind)> {
    let home = digits.strip_prefix("86").filter(|home| is_mobile(home)).unwrap_or(digits);
    // Some exchanges show a zero before a mobile number from elsewhere.
    let home = home.strip_prefix('0').filter(|home| is_mobile(home)).unwrap_or(home);
    if is_mobile(home) {
        return Some((home.to_owned(), Kind::Mobile));
    }
    if home.len() == 10 && (home.starts_with("400") || home.starts_with("800")) {
        return Some((home.to_owned(), Kind::Service));
    }
    if home.len() == 7 {
        return landline(&format!("{AREA_CODE}{home}"));
    }
    landline(home)
}

/// 11 digits, beginning with 13 to 19.
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// 010 and 02x have eight digits behind them, the others seven or eight; none begins with 0, 1
/// or 9.
fn landline(digits: &str) -> Option<(String, Kind)> {
    let area = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    let number = digits.get(area..)?;
    let long_enough = if area == 3 { number.len() == 8 } else { matches!(number.len(), 7 | 8) };
    let fits = long_enough && matches!(number.as_bytes().first(), Some(b'2'..=b'8'));
    fits.then(|| (digits.to_owned(), Kind::Landline(area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_spelling() {
        let mobile = [
            "13805360001",
            "138 0536 0001",
            "+8613805360001",
            "0086-138-0536-0001",
            "８６１３８０５３６０００１",
            "013805360001",
            "138\u{200b}0536\u{200b}0001",
            " 138.0536.0001 ",
        ];
        for text in mobile {
            assert_eq!(Phone::parse(text).expect(text).canonical().as_str(), "13805360001", "{text}");
        }
        for text in ["0536-8791234", "（0536）8791234", "8791234", "+86 536 8791234"] {
            assert_eq!(Phone::parse(text).expect(text).canonical().as_str(), "05368791234", "{text}");
        }
        for text in ["010-65288888", "+86 10 65288888"] {
            assert_eq!(Phone::parse(text).expect(text).canonical().as_str(), "01065288888", "{text}");
        }
        assert_eq!(Phone::parse("+44 20 7946 0000").expect("a number").canonical().as_str(), "+442079460000");
        for text in ["0536-8791234转801", "8791234分机801", "8791234转分机801", "8791234 x801", "8791234#801"] {
            assert_eq!(Phone::parse(text).expect(text).canonical().as_str(), "05368791234-801", "{text}");
        }
        assert!(Phone::parse("8791234转801") != Phone::parse("8791234转802"), "two extensions are two callers");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "不详",
            "12345",
            "110",
            "1380536000",
            "138053600012",
            "1380536000a",
            "02-1234567",
            "0536-0123456",
            "++1",
        ] {
            assert!(Phone::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_is_masked_in_a_text_however_it_is_spelled() {
        let mobile = Phone::parse("13900001234").expect("a number");
        for (text, masked) in [
            ("电话13900001234。", "电话＊＊＊＊＊＊＊＊＊＊＊。"),
            ("手机 139 0000-1234 或", "手机 ＊＊＊ ＊＊＊＊-＊＊＊＊ 或"),
            ("１３９００００１２３４", "＊＊＊＊＊＊＊＊＊＊＊"),
            ("+86 13900001234", "+＊＊ ＊＊＊＊＊＊＊＊＊＊＊"),
            ("室温 14.5 13900001234", "室温 14.5 ＊＊＊＊＊＊＊＊＊＊＊"),
            ("2 139 0000 1234 3", "2 ＊＊＊ ＊＊＊＊ ＊＊＊＊ 3"),
            ("13900005678，8号楼", "13900005678，8号楼"),
            ("户号139000012345", "户号139000012345"),
        ] {
            assert_eq!(mobile.masked_in(text), masked, "{text}");
        }
        let landline = Phone::parse("4062500转801").expect("a number");
        assert_eq!(landline.masked_in("办公室4062500转802"), "办公室＊＊＊＊＊＊＊转802");
        assert_eq!(landline.masked_in("0536-4062500"), "＊＊＊＊-＊＊＊＊＊＊＊");
        assert_eq!(landline.masked_in("WF20240625000001-0"), "WF20240625000001-0", "part of a ticket's id");
    }

    #[test]
    fn masks_show_what_they_may() {
        for (text, shown) in [
            ("13805360001", "138****0001"),
            ("0536-8791234", "0536****34"),
            ("010-65288888转801", "010****88"),
            ("400-600-1234", "400****34"),
            ("+44 20 7946 0012", "+****12"),
            ("周建国 13805360001", "****"),
            ("", "****"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
        assert_eq!(format!("{:?}", Phone::parse("13805360001").expect("a number")), "Phone(138****0001)");
    }
}
