//! A page with one form on it, for something that begins (新建): a topic, an entry of the knowledge base.

use super::fault::Problem;
use super::form::{Field, Filled, Form};
use super::layout::show_after;
use super::parts::heading;
use super::visitor::Visitor;
use axum::response::Response;
use maud::{Markup, html};

/// What stands on it.
pub struct Fresh<'a> {
    pub title: &'a str,
    /// What is said before the form.
    pub lead: Markup,
    /// Where the form goes, below the console.
    pub action: &'static str,
    pub fields: &'a [Field],
    pub button: &'a str,
}

impl Fresh<'_> {
    /// The page, with what was typed and why it was refused.
    pub fn shown(&self, visitor: &Visitor, filled: &Filled, problem: Option<&Problem>) -> Response {
        let Self { title, lead, action, fields, button } = self;
        let form =
            Form { action: (*action).to_owned(), fields, button, version: String::new(), is_grave: false, prefix: "" };
        let body = html! {
            (heading(title, &html! {}))
            (lead)
            @if let Some(problem) = problem { (problem.note(visitor.language)) }
            section.card { (form.draw(&visitor.chrome, filled)) }
        };
        show_after(visitor, title, &body, problem)
    }
}
