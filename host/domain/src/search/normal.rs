//! One spelling (归一): full and half width, capital and small letters, capital numerals, so
//! that what sounds the same is found the same.
//!
//! 三 stays 三 and does not become 3: inside words (统一, 三轮车) it is no number. Traditional
//! characters stay as they are: telling them apart needs a table that this city does not need.

use crate::plain::is_hidden;

/// Capital numerals (大写数字), as on receipts, and 〇, in their ordinary forms; others as they are.
fn ordinary(c: char) -> char {
    match c {
        '〇' => '零',
        '壹' => '一',
        '贰' => '二',
        '叁' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        '萬' => '万',
        '億' => '亿',
        '兩' => '两',
        c => c,
    }
}

/// One character, half as wide if there is such a form.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// The text in its one spelling. Hidden characters are gone; line breaks and tabs are spaces.
///
/// ```
/// use chuishao_domain::search::normal::normal;
/// assert_eq!(normal("ＥＴＣ　退费\u{200b}叁佰元"), "etc 退费三百元");
/// ```
#[must_use]
pub fn normal(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars().map(half_width) {
        match c {
            // Almost all that people write is one of these two, and the tables of Unicode are slow to ask.
            ' '..='~' => spelled.push(c.to_ascii_lowercase()),
            '\u{4e00}'..='\u{9fff}' => spelled.push(ordinary(c)),
            '\n' | '\r' | '\t' => spelled.push(' '),
            c if is_hidden(c) => {}
            c => spelled.extend(ordinary(c).to_lowercase()),
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn spellings_meet() {
        for (one, other) in [
            ("１２３４５", "12345"),
            ("WiFi", "ＷＩＦＩ"),
            ("伍佰圆", "五百圆"),
            ("二〇二四年", "二零二四年"),
            ("供热\u{feff}费", "供热费"),
        ] {
            assert_eq!(normal(one), normal(other), "{one}");
        }
        assert_eq!(normal("统一收费"), "统一收费");
        assert_eq!(normal("第一\n第二"), "第一 第二");
    }
}
