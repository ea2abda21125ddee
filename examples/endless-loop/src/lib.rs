//! A rule that misbehaves: it waits for something that never comes. The host stops it when
//! its fuel is spent, and the ticket goes on.

use chuishao_sdk::{Context, Event, Failure, Proposal, Rule, Ticket, log, rule};

struct EndlessLoop;

impl Rule for EndlessLoop {
    fn on_event(_: Event, _: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        log::info("等待一个不会到来的时刻");
        let started = context.now.unix_seconds;
        // The moment of a call never moves: the context is all that a rule knows.
        while std::hint::black_box(context.now.unix_seconds) == started {}
        Ok(vec![])
    }
}

rule!(EndlessLoop);
