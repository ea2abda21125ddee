//! The clock in the vault (到期删除): a record whose time is over is erased, and what remains is
//! that it was. A crash loses nothing of it: a row is looked at until its moment is set anew or
//! it is gone.

use super::acts::{Opened, erase_overdue, open};
use crate::desk::{Desk, DeskError};
use crate::store::StoreError;
use chuishao_domain::ids::CallerRef;
use chuishao_domain::vault::retention::Retention;
use jiff::Timestamp;

/// Records looked at in one go.
const AT_A_TIME: u32 = 100;

/// Records that are looked at before the clock turns to its other work again: after a year of
/// standing still there is much to erase, and deadlines do not wait for it.
const MOST_AT_ONCE: usize = 500;

/// Looks at what has come to its moment; the rest comes next time. What cannot be looked at holds
/// up nothing else.
///
/// # Errors
/// The database failed.
pub async fn look(desk: &Desk, now: Timestamp) -> Result<(), StoreError> {
    let (mut after, mut done) = (None, 0);
    while done < MOST_AT_ONCE {
        let due = desk.store.callers_to_look_at(now, after.as_ref(), AT_A_TIME).await?;
        for one in &due {
            done += 1;
            if let Err(error) = look_at(desk, one, now).await {
                done -= 1;
                tracing::error!(reference = %one.1, error = %error, "a caller's record could not be looked at; it is tried again");
            }
        }
        let Some(last) = due.last() else { return Ok(()) };
        after = Some(last.clone());
    }
    Ok(())
}

async fn look_at(desk: &Desk, one: &(i64, CallerRef), now: Timestamp) -> Result<(), DeskError> {
    let Opened { record, standings, .. } = open(desk, &one.1).await?;
    let retention = Retention::of(&record, &standings);
    if retention.is_over(now) {
        return erase_overdue(desk, &one.1).await;
    }
    Ok(desk.store.look_at_caller_again(one, retention.next_look(now)).await?)
}
