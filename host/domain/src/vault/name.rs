//! Names (姓名) in one spelling, and masked for display.

use crate::plain::is_hidden;
use crate::search::normal::half_width;

/// What stands where a mask lets nothing through. Always two: how long a name is tells of it.
const NOTHING: &str = "**";

/// The name in its one spelling: no hidden characters, one kind of interpunct, capitals, and no
/// space but between English words: 周 建国 is 周建国.
#[must_use]
pub fn normal(text: &str) -> String {
    let half = text.chars().map(half_width).filter(|c| !is_hidden(*c));
    let spelled: String =
        half.map(|c| if matches!(c, '•' | '・' | '‧' | '∙') { '·' } else { c }).flat_map(char::to_uppercase).collect();
    let words: Vec<&str> = spelled.split_whitespace().collect();
    let latin = words.iter().all(|word| word.is_ascii());
    words.join(if latin { " " } else { "" })
}

/// As a list may show it: 周**. Of a name of one character nothing is shown.
///
/// ```
/// use chuishao_domain::vault::name::masked;
/// assert_eq!(masked("周建国"), "周**");
/// assert_eq!(masked("周"), "**");
/// ```
#[must_use]
pub fn masked(text: &str) -> String {
    let name = normal(text);
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(_)) => format!("{first}{NOTHING}"),
        _ => NOTHING.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_spelling() {
        assert_eq!(normal(" 周 建国\u{200b}"), "周建国");
        assert_eq!(normal("古丽•买买提"), normal("古丽・买买提"));
        assert_eq!(normal("ｊｏｈｎ  Smith"), "JOHN SMITH");
    }

    #[test]
    fn masks_do_not_tell_how_long_a_name_is() {
        assert_eq!(masked("欧阳"), "欧**");
        assert_eq!(masked("欧阳建国"), "欧**");
        assert_eq!(masked("潍坊某某置业有限公司"), "潍**");
        assert_eq!(masked(" \u{200b} "), "**");
    }
}
