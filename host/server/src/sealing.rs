//! Sealing (日封存), once a day by the clock: when a day has ended, the ends of all chains of
//! decisions that moved are sealed, and the seal is said in the log, so that it also stands where
//! logs are kept.

use crate::desk::Desk;
use crate::store::StoreError;
use chuishao_domain::calendar::civil;
use chuishao_domain::rule::seal::SealLine;
use jiff::civil::Date;

/// Which day is known to be closed, so that the database is asked once a day.
#[derive(Default)]
pub struct Sealed(Option<Date>);

impl Sealed {
    /// Closes the day before today, if nobody did yet.
    ///
    /// # Errors
    /// The database failed; it is tried again.
    pub async fn go_on(&mut self, desk: &Desk) -> Result<(), StoreError> {
        let now = desk.clock.now();
        let Ok(ended) = civil(now).date().yesterday() else { return Ok(()) };
        if self.0.is_some_and(|closed| closed >= ended) {
            return Ok(());
        }
        for seal in desk.store.seal_day(ended, now).await? {
            tracing::info!(seal = %SealLine::from(&seal), "a day is sealed");
        }
        self.0 = Some(ended);
        Ok(())
    }
}
