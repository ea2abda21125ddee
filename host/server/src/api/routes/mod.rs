//! Every route (全部地址), in one list: method, address, the action that it leads to, who answers, and
//! what it takes and answers. An address that is not here is not there.

mod city;
mod figures;
mod hotline;
mod outside;
mod plugins;
mod system;

use super::book::Book;

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// All of them.
pub fn book() -> Book {
    let rooms = [outside::write, system::write, hotline::write, city::write, figures::write, plugins::write];
    rooms.into_iter().fold(Book::new(), |book, write| write(book))
}
