//! What a page of the console leads to, read from its text: the template writes every attribute in
//! double quotes and escapes what stands in them.

use chuishao_server::console::ROOT;

/// Each beginning of a tag, without what follows it.
fn tags<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let begins = format!("<{name} ");
    let found: Vec<&str> = page.split(begins.as_str()).skip(1).collect();
    found.into_iter().map(|rest| rest.split('>').next().unwrap_or_default())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
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

/// Forms that change something and do not say in which post they were opened; those of the frame need not.
pub fn unmarked(page: &str) -> Vec<String> {
    let forms = page.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    let unmarked = forms.filter(|form| form.contains("method=\"post\"") && !form.contains("name=\"form-post\""));
    let actions = unmarked.filter_map(|form| below(&attribute(form, "action")?));
    actions.filter(|to| !["/sign-in", "/sign-out", "/language", "/post", "/password"].contains(&to.as_str())).collect()
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
