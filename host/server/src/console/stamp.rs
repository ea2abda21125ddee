//! What a form says of the page that it stood on (表单标记): whose page that was. A form may come in when somebody
//! else sits there.

use super::shape::SHAPE;
use super::visitor::Chrome;
use maud::{Markup, html};

/// The field that says whose page it was.
pub const ACCOUNT: &str = "form-account";

/// Fields that no person typed.
const MARKS: [&str; 6] = [ACCOUNT, SHAPE, "key", "version", "more", "look"];

/// Who it is, by the account's name; where posts are believed, by the post.
pub fn who(chrome: &Chrome) -> String {
    let acting = || chrome.acting.as_ref().map(ToString::to_string).unwrap_or_default();
    chrome.own.as_ref().map_or_else(acting, |own| own.name.clone())
}

/// The marks of a form, without which none is drawn.
pub fn stamp(chrome: &Chrome) -> Markup {
    html! { input type="hidden" name=(ACCOUNT) value=(who(chrome)); }
}

/// Whether a person typed or chose it.
pub fn is_typed((name, value): &&(String, String)) -> bool {
    !value.trim().is_empty() && !MARKS.contains(&name.as_str()) && !name.ends_with(".rows")
}
