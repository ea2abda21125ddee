//! Leaving cleanly (移除善后): what a plugin left on open tickets is shown before it is removed, and
//! settled after, ticket by ticket, as a command of the clock. A server that dies goes on where it
//! was.

use crate::desk::{Desk, DeskError, Submission};
use crate::store::StoreError;
use crate::turn::Turn;
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::leaving::{self, Hanging};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Tickets that are read at a time.
const AT_A_TIME: u32 = 200;

/// Tickets that are shown: what a person looks through; all are counted.
const MOST_SHOWN: usize = 100;

/// How often a server looks whether something is to be settled.
const EVERY: Duration = Duration::from_secs(2);

/// What hangs on open tickets.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub struct AllHanging {
    /// Open tickets on which something hangs.
    pub tickets: u64,
    /// 未完成的任务
    pub tasks: u64,
    /// 定时
    pub timers: u64,
    /// 未填的必填项
    pub required_fields: u64,
    /// 已填的扩展字段: they stay.
    pub filled_fields: u64,
    /// The first of them.
    pub shown: Vec<Hanging>,
}

/// What of a plugin hangs on open tickets.
///
/// # Errors
/// The database failed.
pub async fn hanging(desk: &Desk, id: &RolloutId) -> Result<AllHanging, StoreError> {
    let mut all = AllHanging::default();
    let mut after = String::new();
    loop {
        let tickets = desk.store.open_tickets(&id.territory, &after, AT_A_TIME).await?;
        let Some(last) = tickets.last() else { return Ok(all) };
        after = last.id.to_string();
        for found in tickets.iter().filter_map(|ticket| leaving::hanging(ticket, &id.plugin)) {
            all.tickets += 1;
            all.tasks += found.tasks.len() as u64;
            all.timers += found.timers.len() as u64;
            all.required_fields += found.required_fields.len() as u64;
            all.filled_fields += found.filled_fields.len() as u64;
            if all.shown.len() < MOST_SHOWN {
                all.shown.push(found);
            }
        }
    }
}

/// Settles what removed plugins left, until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut turn = Turn::new("leaving");
    while !*stop.borrow() {
        if let Err(error) = settle(&desk, &mut turn).await {
            tracing::error!(error = %error, "what a removed plugin left is not settled yet; it is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
    }
    turn.give_back(&desk.store).await;
}

async fn settle(desk: &Desk, turn: &mut Turn) -> Result<(), DeskError> {
    for (id, mut after) in desk.store.leavings().await? {
        let leaving = desk.store.rollout(&id).await?.and_then(|rollout| rollout.removed);
        let Some(leaving) = leaving else {
            // It was submitted again since: its tickets are its own once more.
            desk.store.left(&id).await?;
            continue;
        };
        loop {
            if !turn.is_mine(&desk.store).await? {
                return Ok(());
            }
            let tickets = desk.store.open_tickets(&id.territory, &after, AT_A_TIME).await?;
            let Some(last) = tickets.last() else { break };
            for ticket in tickets.iter().filter(|ticket| leaving::hanging(ticket, &id.plugin).is_some()) {
                let command = Command::LeaveRule { rule: id.plugin.clone(), leaving };
                desk.submit(Submission {
                    ticket: Some(ticket.id.clone()),
                    expected_version: None,
                    command,
                    by: By::Clock,
                    caller: None,
                    key: None,
                    line: None,
                })
                .await?;
            }
            after = last.id.to_string();
            desk.store.leaving_came_to(&id, &after).await?;
        }
        desk.store.left(&id).await?;
        tracing::info!(rollout = %id, "what a removed plugin left is settled");
    }
    Ok(())
}
