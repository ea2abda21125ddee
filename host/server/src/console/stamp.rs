//! What a form says of the page that it stood on (表单标记): whose page that was, and in which post. A form may come in
//! when somebody else sits there, or when he works in another post.

use super::form::Field;
use super::labels::{self, LABELS};
use super::shape::SHAPE;
use super::visitor::Chrome;
use maud::{Markup, html};

/// The field that says whose page it was.
pub const ACCOUNT: &str = "form-account";

/// The field that says in which post the page was opened.
pub const POST: &str = "form-post";

/// The field that says that it is to be sent in that post, whatever the present one is.
pub const SEND_AS: &str = "form-send-as";

/// Fields that no person typed.
const MARKS: [&str; 9] = [ACCOUNT, POST, SEND_AS, SHAPE, LABELS, "key", "version", "more", "look"];

/// Who it is, by the account's name; where posts are believed, by the post.
pub fn who(chrome: &Chrome) -> String {
    let acting = || chrome.acting.as_ref().map(ToString::to_string).unwrap_or_default();
    chrome.own.as_ref().map_or_else(acting, |own| own.name.clone())
}

/// The marks of a form, without which none is drawn; they say what its fields are called.
pub fn stamp(chrome: &Chrome, fields: &[Field]) -> Markup {
    html! {
        input type="hidden" name=(ACCOUNT) value=(who(chrome));
        input type="hidden" name=(POST) value=(chrome.post_named().unwrap_or_default());
        (labels::carried(chrome.language, fields))
    }
}

/// Whether a person typed or chose it.
pub fn is_typed((name, value): &&(String, String)) -> bool {
    !value.trim().is_empty() && !MARKS.contains(&name.as_str()) && !name.ends_with(".rows")
}
