//! What a page of the console leads to, read from its text: the template writes every attribute in
//! double quotes and escapes what stands in them.

use chuishao_server::console::ROOT;
use std::collections::BTreeMap;

/// Each beginning of a tag, without what follows it.
fn tags<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let begins = format!("<{name} ");
    let found: Vec<&str> = page.split(begins.as_str()).skip(1).collect();
    found.into_iter().map(|rest| rest.split('>').next().unwrap_or_default())
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(read(value))
}

/// What the template wrote, as a person reads it.
pub fn read(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// As the template writes a text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An address below the console; nothing of what is no page.
fn below(address: &str) -> Option<String> {
    let below = address.strip_prefix(ROOT)?;
    let is_page = !below.starts_with("/assets/");
    is_page.then(|| if below.is_empty() { "/".to_owned() } else { below.to_owned() })
}

/// The pages that a page leads to.
pub fn addresses(page: &str) -> impl Iterator<Item = String> {
    tags(page, "a").filter_map(|tag| below(&attribute(tag, "href")?))
}

/// The forms of a page: how they are sent, and where.
pub fn forms(page: &str) -> impl Iterator<Item = (&'static str, String)> {
    let sent = tags(page, "form").filter_map(|tag| {
        let method = if attribute(tag, "method").as_deref() == Some("get") { "GET" } else { "POST" };
        Some((method, below(&attribute(tag, "action")?)?))
    });
    // What the script sends while one types.
    let typed = tags(page, "form").filter_map(|tag| Some(("POST", below(&attribute(tag, "data-suggest")?)?)));
    sent.chain(typed)
}

/// The forms that change something, by where they go; those of the frame need no marks.
fn changing(page: &str) -> impl Iterator<Item = (String, &str)> {
    let forms = page.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    let forms = forms.filter(|form| form.contains("method=\"post\""));
    let forms = forms.filter_map(|form| Some((below(&attribute(form, "action")?)?, form)));
    forms.filter(|(to, _)| !["/sign-in", "/sign-out", "/language", "/post", "/password"].contains(&to.as_str()))
}

/// Forms that do not say in which post they were opened.
pub fn unmarked(page: &str) -> Vec<String> {
    let unmarked = changing(page).filter(|(_, form)| !form.contains("name=\"form-post\""));
    unmarked.map(|(to, _)| to).collect()
}

/// Fields of forms that do not carry the label under which they stand there.
pub fn unlabelled(page: &str) -> Vec<String> {
    changing(page).flat_map(|(to, form)| unlabelled_in(&to, form)).collect()
}

fn unlabelled_in(to: &str, form: &str) -> Vec<String> {
    let carried = tags(form, "input").find(|tag| attribute(tag, "name").as_deref() == Some("form-labels"));
    let carried = carried.and_then(|tag| attribute(tag, "value")).unwrap_or_default();
    let labels: BTreeMap<String, String> = serde_json::from_str(&carried).unwrap_or_default();
    let is_typed = |tag: &&str| !matches!(attribute(tag, "type").as_deref(), Some("hidden" | "file"));
    let typed = tags(form, "input").filter(is_typed).chain(tags(form, "select")).chain(tags(form, "textarea"));
    let is_label_there = |name: &str| {
        // Every row has the same fields.
        let parts = name.split('.').map(|part| if part.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { part });
        let label = labels.get(&parts.collect::<Vec<_>>().join("."));
        label.is_some_and(|label| form.contains(&format!(">{}<", escaped(label))))
    };
    let unlabelled = typed.filter_map(|tag| attribute(tag, "name")).filter(|name| !is_label_there(name));
    unlabelled.map(|name| format!("{to} {name}")).collect()
}

/// What the form of an address holds before anybody types.
pub fn held(page: &str, action: &str) -> Vec<(String, String)> {
    let action = format!("{ROOT}{action}");
    let mut forms = page.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    let is_it =
        |form: &&str| form.contains("method=\"post\"") && attribute(form, "action").as_deref() == Some(action.as_str());
    let form = forms.find(is_it).unwrap_or_else(|| panic!("no form for {action}: {page}"));
    let hidden = tags(form, "input").filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
    hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}
