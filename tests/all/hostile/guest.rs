//! Writes guests as text: a core module in WAT becomes a component of the world `rule` with
//! its manifest. What a guest does badly is written in the place where it does it; the rest
//! is the smallest honest guest.

use super::layout::{ANSWER, INTERFACE, Interface};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EffectKind, EventKind};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::package::with_manifest;
use serde_json::{Value, json};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// An endless loop, as the body of any function.
pub(crate) const ENDLESS: &str = "(loop $again (br $again)) unreachable";

/// Hands out memory upwards and never takes it back: a fresh instance needs no more.
const BUMP: &str = "
    (global.set $next (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size)))";

/// A core module, function by function. `$log` may be called with level, pointer and length.
pub(crate) struct Core {
    /// What stands in memory at [`ANSWER`].
    pub(crate) answer: Vec<u8>,
    /// Pages of memory at the start, at least.
    pub(crate) pages: usize,
    /// Further items of the module.
    pub(crate) items: String,
    /// Run at instantiation, unless empty.
    pub(crate) start: String,
    /// Called by the host for the input's memory: `$old $old-size $align $size`.
    pub(crate) realloc: String,
    /// The rule function; its parameter is `$input`.
    pub(crate) on_event: String,
    /// Run after the answer was read, unless empty.
    pub(crate) post_return: String,
    /// The rule function for reviews; its parameter is `$input`.
    pub(crate) on_review: String,
    /// How its texts are written.
    pub(crate) encoding: StringEncoding,
    /// The version of the interface that it is of.
    pub(crate) interface: &'static Interface,
}

impl Core {
    /// The honest guest with this answer.
    pub(crate) fn answering(answer: &Value) -> Self {
        Self::of(&INTERFACE, INTERFACE.lay_out(answer))
    }

    /// The honest guest with this answer to reviews.
    pub(crate) fn answering_reviews(answer: &Value) -> Self {
        Self::of(&INTERFACE, INTERFACE.lay_out_review(answer))
    }

    /// The honest guest of a version, with an answer as it lies in memory.
    pub(crate) fn of(interface: &'static Interface, answer: Vec<u8>) -> Self {
        Self {
            answer,
            pages: 0,
            items: String::new(),
            start: String::new(),
            realloc: BUMP.into(),
            on_event: format!("(i32.const {ANSWER})"),
            post_return: String::new(),
            on_review: format!("(i32.const {ANSWER})"),
            encoding: StringEncoding::UTF8,
            interface,
        }
    }

    /// The honest guest that proposes nothing.
    pub(crate) fn silent() -> Self {
        Self::answering(&json!({"ok": []}))
    }

    /// Does this, then gives the answer.
    pub(crate) fn after(self, body: &str) -> Self {
        Self { on_event: format!("{body} {}", self.on_event), ..self }
    }

    fn text(&self) -> String {
        let heap = (ANSWER + self.answer.len()).next_multiple_of(16);
        let pages = self.pages.max(heap / 65_536 + 2);
        let data: String = self.answer.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let Self { items, realloc, on_event, on_review, interface, .. } = self;
        let (event, version) = (interface.function("on-event"), interface.version);
        let start = optional(&self.start, |body| format!("(func $start {body}) (start $start)"));
        let post = optional(&self.post_return, |body| {
            format!("(func (export \"cabi_post_{event}\") (param $answer i32) {body})")
        });
        let review = if interface.has_reviews() {
            let name = interface.function("on-review");
            format!("(func $on-review (export \"{name}\") (param $input i32) (result i32) {on_review})")
        } else {
            String::new()
        };
        let bodies = [items, &start, realloc, on_event, &post, on_review];
        let log = match bodies.iter().any(|body| body.contains("call $log")) {
            true => format!("(import \"chuishao:rule/log@{version}\" \"line\" (func $log (param i32 i32 i32)))"),
            false => String::new(),
        };
        format!(
            "(module {log}
                (memory (export \"memory\") {pages})
                (global $next (mut i32) (i32.const {heap}))
                (data (i32.const {ANSWER}) \"{data}\")
                (func $realloc (export \"cabi_realloc\")
                    (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
                    {realloc})
                (func $on-event (export \"{event}\") (param $input i32) (result i32) {on_event})
                {review} {start} {post} {items})"
        )
    }

    /// The component, without a manifest.
    pub(crate) fn component(&self) -> Vec<u8> {
        let mut module = self.module();
        embed_component_metadata(&mut module, &self.interface.resolve, self.interface.world, self.encoding)
            .expect("the metadata fits");
        let encoder = ComponentEncoder::default().validate(true).module(&module);
        encoder.expect("the module is of the world").encode().expect("it encodes")
    }

    /// The core module alone.
    pub(crate) fn module(&self) -> Vec<u8> {
        let text = self.text();
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// The package.
    pub(crate) fn rule(&self, manifest: &Manifest) -> Vec<u8> {
        with_manifest(&self.component(), manifest)
    }
}

fn optional(body: &str, made: impl FnOnce(&str) -> String) -> String {
    if body.is_empty() { String::new() } else { made(body) }
}

/// A manifest that listens to these events, may ask for every effect, and reads nothing.
pub(crate) fn manifest(name: &str, listens: &[EventKind]) -> Manifest {
    let manifest = json!({
        "name": name, "title": "示例规则", "version": "0.1.0", "interface": INTERFACE.version, "license": "Apache-2.0",
        "listens": listens, "effects": EffectKind::ALL,
        "fields": {
            "heating-since": {"type": "date", "title": "停暖日期"},
            "room-note": {"type": "text", "title": "室内情况"},
        },
    });
    serde_json::from_value(manifest).expect("it reads")
}

/// A rule that always answers these proposals.
pub(crate) fn constant_rule(manifest: &Manifest, proposals: &[Proposal]) -> Vec<u8> {
    Core::answering(&json!({"ok": proposals})).rule(manifest)
}

/// A rule that never comes back.
pub(crate) fn looping_rule(manifest: &Manifest) -> Vec<u8> {
    Core { on_event: ENDLESS.into(), ..Core::silent() }.rule(manifest)
}

/// An effect in its JSON form, with a reason.
pub(crate) fn proposal(effect: Value) -> Proposal {
    let proposal = json!({"effect": effect, "reason": "小区连续三日报修，请优先处理"});
    serde_json::from_value(proposal).expect("an effect of the domain")
}
