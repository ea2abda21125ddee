//! How a commit ends (提交): with its answer kept under the key of the request, and with everything
//! or nothing.

use super::StoreError;
use super::database::Transaction;
use super::rows::{ANSWER, answer_row};
use super::tickets::{CommitError, KeptAnswer};
use jiff::Timestamp;

/// Keeps an answer under its key, if there is one.
pub(super) async fn keep(
    open: &mut Transaction,
    answer: Option<&KeptAnswer>,
    now: Timestamp,
) -> Result<(), CommitError> {
    match answer {
        Some(answer) if open.write(vec![(&ANSWER, vec![answer_row(answer, now)])]).await?.is_empty() => {
            Err(CommitError::KeyUsed)
        }
        _ => Ok(()),
    }
}

/// Ends a transaction: with everything, or with nothing.
pub(super) async fn finish<T>(open: Transaction, done: Result<T, CommitError>) -> Result<T, CommitError> {
    match done {
        Ok(done) => match open.commit().await {
            Ok(()) => Ok(done),
            Err(error) => {
                tracing::error!(error = %error, "a commit broke off: its outcome is unknown");
                Err(StoreError::OutcomeUnknown.into())
            }
        },
        Err(error) => {
            // It is rolled back in any case: at the latest by the end of its connection.
            let _ = open.rollback().await;
            Err(error)
        }
    }
}
