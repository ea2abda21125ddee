//! Placeholders (占位): `{小区}` in a text stands for what the ticket or the figure says.

use crate::fault::did_you_mean;
use crate::words::{Event, or_stop};

/// What can stand in the texts of a ticket's rows.
pub const ON_TICKETS: &[&str] = &[
    "分类",
    "分类代码",
    "诉求类型",
    "街道",
    "小区",
    "楼栋",
    "紧急程度",
    "重办次数",
    "退单次数",
    "不满意次数",
    "同小区同类7天",
    "同小区同类投诉7天",
    "同小区同类30天",
    "同楼栋同类1天",
    "同街道同类7天",
    "同街道同类30天",
    "全区同类1天",
    "同街道同类1天",
    "记下",
    "主办单位",
    "验收单位",
    "现场约定",
];

/// What can stand in the texts of a review's rows.
pub const ON_REVIEWS: &[&str] =
    &["分类", "分类代码", "地点", "街道", "小区", "件数", "上期件数", "增幅", "未办结件数", "超期件数", "年月", "日期"];

/// What can stand in a report's heading, and in the reason of its row.
pub const IN_REPORTS: &[&str] = &["年月", "日期"];

/// The pieces of a text: outside and inside of braces.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let open = rest.find(['{', '｛']);
        let Some(open) = open else { return Some((std::mem::take(&mut rest), None)) };
        let inside = rest[open..].chars().next().map_or(open, |brace| open + brace.len_utf8());
        let close = rest[inside..].find(['}', '｝']).map(|at| inside + at);
        let Some(close) = close else { return Some((std::mem::take(&mut rest), None)) };
        let after = rest[close..].chars().next().map_or(close, |brace| close + brace.len_utf8());
        let piece = (&rest[..open], Some(rest[inside..close].trim()));
        rest = &rest[after..];
        Some(piece)
    })
}

/// Whether all that stands in braces is known on these events; a report is of no single figure.
///
/// # Errors
/// Which is not, in words.
pub fn check(text: &str, events: &[Event], of_report: bool) -> Result<(), String> {
    for (_, name) in pieces(text) {
        let Some(name) = name else { continue };
        for event in events {
            let known = match event.is_review() {
                true if of_report => IN_REPORTS,
                true => ON_REVIEWS,
                false => ON_TICKETS,
            };
            if !known.contains(&name) {
                let suggestion = or_stop(&did_you_mean(name, known.iter().copied()));
                return Err(format!(
                    "事件「{}」时没有 {{{name}}}{suggestion}可以用：{}",
                    event.word(),
                    known.join("、")
                ));
            }
        }
    }
    Ok(())
}

/// The text with everything filled in. What the ticket does not say is left out.
#[must_use]
pub fn filled(text: &str, look_up: impl Fn(&str) -> Option<String>) -> String {
    let mut whole = String::with_capacity(text.len());
    for (outside, name) in pieces(text) {
        whole.push_str(outside);
        if let Some(name) = name {
            whole.push_str(&look_up(name).unwrap_or_default());
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_of_either_width_are_filled() {
        let told = |name: &str| (name == "小区").then(|| "胜利新村".to_owned());
        assert_eq!(filled("{小区}第三件，｛小区｝、{ 街道 }。", told), "胜利新村第三件，胜利新村、。");
        assert_eq!(filled("没有占位", told), "没有占位");
        assert_eq!(filled("没有关上{小区", told), "没有关上{小区");
    }

    #[test]
    fn what_is_unknown_is_named_with_what_was_meant() {
        assert_eq!(check("{小区}{件数}", &[Event::MonthlyReview], false), Ok(()));
        let said = check("{小区}同类{件数}", &[Event::Dispatched], false).expect_err("no figure on a ticket");
        assert!(said.contains("事件「派单」时没有 {件数}"), "{said}");
        assert!(check("{年月}", &[Event::MonthlyReview], true).is_ok());
        assert!(check("{件数}", &[Event::MonthlyReview], true).is_err(), "a report is of no single figure");
        let said = check("{小区名}", &[Event::Dispatched], false).expect_err("no such word");
        assert!(said.contains("是不是「小区」？"), "{said}");
    }
}
