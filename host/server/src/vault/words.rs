//! What people write about a ticket (办理文字), without its caller: 「已致电周桂兰13900001234」 is
//! kept as 「已致电＊＊＊＊…」. Whoever may see the caller looks into the vault, and that is written
//! down; a text is for everybody.

use crate::desk::Desk;
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::Caller;
use serde_json::Value;

/// Digits that can be a number: a landline without its area code has seven.
const LEAST_DIGITS: usize = 7;

/// A command without its ticket's caller; nothing when there is nothing to mask. That a caller
/// cannot be read keeps nobody from handling the matter: it is said in the log.
pub async fn without_caller(desk: &Desk, ticket: &TicketId, body: &[u8]) -> Option<Vec<u8>> {
    let mut command: Value = serde_json::from_slice(body).ok()?;
    // Most commands say nothing: for them nobody opens the vault.
    if !strings(&command).iter().any(|text| may_name(text)) {
        return None;
    }
    let caller = caller_of(desk, ticket).await?;
    let mut changed = false;
    mask(&mut command, &caller, &mut changed);
    changed.then(|| serde_json::to_vec(&command).ok())?
}

fn may_name(text: &str) -> bool {
    !text.is_ascii()
        || text.contains(char::is_whitespace)
        || text.bytes().filter(u8::is_ascii_digit).count() >= LEAST_DIGITS
}

async fn caller_of(desk: &Desk, ticket: &TicketId) -> Option<Caller> {
    let reference = CallerRef::of(ticket);
    let kept = match desk.store.kept_caller(&reference).await {
        Ok(kept) => kept?,
        Err(error) => {
            tracing::error!(%reference, error = %error, "the caller was not masked in what was written");
            return None;
        }
    };
    let opened = desk.keys.ring().await.open(&reference, &kept.envelope);
    opened
        .inspect_err(
            |error| tracing::error!(%reference, error = %error, "the caller was not masked in what was written"),
        )
        .ok()
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(strings).collect(),
        Value::Object(values) => values.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn mask(value: &mut Value, caller: &Caller, changed: &mut bool) {
    match value {
        Value::String(text) => {
            let masked = caller.masked_in(text);
            if masked != *text {
                *text = masked;
                *changed = true;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mask(value, caller, changed)),
        Value::Object(values) => values.values_mut().for_each(|value| mask(value, caller, changed)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
