//! The decision table (决策表): what the cells of a sheet mean. One reading serves the rule that
//! runs in the sandbox and the command line that checks a sheet before it is switched on, so that
//! the two can never differ. It does no I/O and knows neither the interface nor the host.
//!
//! Reading order: [`words`] (the headings and what may stand under them), [`cell`] (one cell),
//! [`row`] and [`measure`] (one row), [`sheet`] (a whole sheet), [`table`] (what is switched on),
//! [`situation`] (which row applies), [`fill`] (`{小区}` in a text), [`check`] (gaps and overlaps).

pub mod cell;
pub mod check;
pub mod fault;
pub mod fill;
pub mod measure;
pub mod row;
pub mod sheet;
pub mod situation;
pub mod table;
pub mod words;
