//! How often the figures of some days' months were changed (版本): as long as that is the same, a report
//! of these days would say what it said. Folding changes no figure, and not the version.

use super::super::database::Statement;
use super::super::many::Column::{Integer, Text};
use super::super::many::ManyRows;
use super::super::{Store, StoreError};
use chuishao_domain::evaluation::days::Days;
use jiff::civil::Date;

/// What was folded is counted where it was folded.
pub(super) static FOLDED: ManyRows = ManyRows {
    before: "insert into figure_version (month, folded) ",
    columns: &[Text, Integer],
    after: " on conflict (month) do update set folded = figure_version.folded + excluded.folded",
    returning: None,
};

impl Store {
    /// How many changes the figures of each of these days' months ever had, folded or not, as of one
    /// moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn figures_versions(&self, days: &[Days]) -> Result<Vec<i64>, StoreError> {
        let month = |day: Date| day.strftime("%Y-%m").to_string();
        let mut sql = Statement::new("select ");
        for (place, days) in days.iter().enumerate() {
            let (first, last) = (days.first().first_of_month(), days.last().last_of_month());
            sql.push(if place == 0 { "" } else { ", " });
            sql.push("cast(coalesce((select sum(folded) from figure_version where month >= ");
            sql.push_value(month(first)).push(" and month <= ").push_value(month(last));
            sql.push("), 0) + (select count(*) from figure_change where day >= ").push_value(first.to_string());
            sql.push(" and day <= ").push_value(last.to_string()).push(") as bigint)");
        }
        let row = self.readers.one(sql).await?;
        (0..days.len()).map(|place| Ok(row.integer(place)?)).collect()
    }
}
