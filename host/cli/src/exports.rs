//! What the command line takes out of a database as a file (导出), and what it restores: a line of the audit
//! log, as over HTTP. Where that cannot be written, nothing is taken out.

use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::account::handle::Hand;
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::{Store, StoreError};
use jiff::Timestamp;

/// From where it is done, as the audit log says it.
pub const FROM: &str = "console";

/// Whoever has the server's own machine in hand.
pub fn hand() -> Hand {
    let user = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    Hand::Console { user: user.unwrap_or_else(|| "unknown".to_owned()) }
}

/// Writes down what leaves, beside a running server. `object` is the command with what it is asked for.
pub async fn note(address: &DatabaseAddress, object: String, words: String) -> Result<(), StoreError> {
    let store = Store::open_beside(address).await?;
    let noted = store.audit(&[line(Deed::Export, object, words)]).await;
    store.close().await;
    noted
}

/// The line of what is done to the whole database by whoever has the machine in hand.
pub fn line(deed: Deed, object: String, words: String) -> Entry {
    let (at, who, from) = (Timestamp::now(), hand().who(), FROM.to_owned());
    Entry { at, who, post: String::new(), deed, object, from, words }
}
