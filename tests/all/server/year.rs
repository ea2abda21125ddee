//! The invented year with the real binary: the same on both databases, as the articles say,
//! and a city that a server goes on with.

use super::databases::{Raw, TestDatabase, on_both};
use super::harness::{TestServer, at};
use super::process::{Said, chuishao};
use super::story::{CALL_TAKER, accept, road_in_anqiu};
use chuishao_domain::ticket::Ticket;
use chuishao_server::store::lists::{Cursor, List, MOST_ROWS};
use chuishao_server::store::{Kind, Store};
use std::collections::BTreeSet;
use std::path::Path;

on_both!(
    a_server_goes_on_with_the_year,
    a_year_is_not_generated_over_tickets,
    a_year_that_cannot_be_is_refused_in_words,
    the_size_of_a_year_is_told
);

/// With keys of its own.
async fn generate(url: &str, args: &[&str]) -> Said {
    let data = tempfile::tempdir().expect("a folder");
    generate_in(data.path(), url, args).await
}

/// With the keys of a folder.
async fn generate_in(data: &Path, url: &str, args: &[&str]) -> Said {
    let data = data.to_string_lossy();
    chuishao(&[&["generate", "--database", url, "--data", &data], args].concat()).await
}

async fn report(url: &str, from: &str, to: &str) -> Said {
    chuishao(&["report", "period", "--database", url, "--from", from, "--to", to]).await
}

/// The cells of a report's line with a name, behind its id.
fn figures<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let found = text.lines().map(|line| line.split('\t').collect::<Vec<_>>()).find(|cells| cells.get(1) == Some(&name));
    found.unwrap_or_else(|| panic!("no line of {name}: {text}"))
}

/// The cells of a printed line that begins with a word.
fn line<'a>(text: &'a str, first: &str) -> Vec<&'a str> {
    let found = text.lines().map(|line| line.split('\t').collect::<Vec<_>>()).find(|cells| cells[0] == first);
    found.unwrap_or_else(|| panic!("no line of {first}: {text}"))
}

fn percent(cell: &str) -> f64 {
    cell.parse().ok().unwrap_or_else(|| panic!("no rate: {cell}"))
}

/// All tickets, page by page, the newest first.
async fn all_tickets(store: &Store) -> Vec<Ticket> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.page(&List::Newest(None), after.as_ref(), MOST_ROWS).await.expect("it can be read");
        all.extend(page.tickets);
        let Some(next) = page.next else { return all };
        after = Some(Cursor::parse(&next).expect("a cursor"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_makes_the_same_year_on_both_databases() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut years = Vec::new();
    for on in [Kind::Sqlite, Kind::Postgres] {
        let mut database = TestDatabase::new(on, folder.path()).await;
        let said = generate(&database.url, &["--tickets", "3000", "--seed", "7"]).await;
        assert!(said.success && said.text.contains("3000 件工单"), "{said:?}");
        let verified = chuishao(&["verify", "--database", &database.url]).await;
        assert!(verified.success && verified.text.contains("核对 3000 件工单"), "{verified:?}");
        let year = report(&database.url, "2024-01-01", "2024-12-31").await.text;
        let october = report(&database.url, "2024-10-01", "2024-10-31").await.text;
        let store = Store::open_to_read(&database.address).await.expect("it is there");
        years.push((all_tickets(&store).await, verified.text, year, october));
        store.close().await;
        database.remove().await;
    }
    let (tickets, verified, year, october) = &years[0];
    let [_, other] = &years[..] else { panic!("two years") };
    assert_eq!((verified, year, october), (&other.1, &other.2, &other.3));
    assert_eq!(tickets.len(), 3000);
    for (one, other) in tickets.iter().zip(&other.0) {
        assert_eq!(one, other);
    }
    as_the_articles_say(year, october);
}

/// 71.83 % solved at the first handling, 89.04 % satisfied, and of 900,000 tickets a year
/// 96,137 copies in October.
fn as_the_articles_say(year: &str, october: &str) {
    let city = figures(year, "全市");
    assert_eq!(city[2], "3000");
    assert!((percent(city[4]) - 71.83).abs() < 1.0, "{city:?}");
    assert!((percent(city[6]) - 89.04).abs() < 1.0, "{city:?}");
    let received: u64 = figures(october, "全市")[2].parse().expect("a number");
    let copies: u64 = figures(october, "合计")[2].parse().expect("a number");
    assert_eq!(copies, (3000 * 96_137_u64 + 450_000) / 900_000);
    assert!(received > 0, "{october}");
}

/// How often the clock said a thing of a ticket, the most often of all.
const MOST_REPEATED: &str = "select coalesce(max(times), 0) from (select count(*) as times from event \
     where kind in ('early-warning', 'overdue') and at > $ \
     group by ticket_id, kind, substr(document, strpos(document, '\"event\"'))) as said";

/// The same in a dialect.
fn most_repeated(on: Kind, since: &str) -> String {
    let sql = MOST_REPEATED.replace('$', &at(since).as_millisecond().to_string());
    if on == Kind::Sqlite { sql.replace("strpos", "instr") } else { sql }
}

async fn a_server_goes_on_with_the_year(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-12-31T23:50").await;
    server.stop().await;
    let said = generate_in(server.folder(), &server.database().url, &["--tickets", "600", "--seed", "3"]).await;
    assert!(said.success, "{said:?}");
    let mut raw = Raw::open(server.database()).await;
    let ids: BTreeSet<String> = raw.texts("select id from ticket").await.into_iter().collect();
    assert_eq!(ids.len(), 600);

    server.resume("2024-12-31T23:50").await;
    assert_eq!(server.tickets("/v1/tickets?limit=50").await.len(), 50);
    assert!(!server.tickets("/v1/tickets?territory=370705").await.is_empty());
    assert!(!server.tickets("/v1/tickets?copied_to=WF-ZJ").await.is_empty());
    let open = server.tickets("/v1/tickets?state=handling").await;
    assert!(!open.is_empty(), "December's tickets are not all done");
    // More than one block of numbers, on a day that has tickets already.
    for _ in 0..70 {
        let id = server.register(&road_in_anqiu()).await.ticket;
        assert!(!ids.contains(id.as_str()), "{id} is another family's");
    }

    for moment in ["2025-01-02T09:00", "2025-01-03T09:00"] {
        server.move_clock(moment).await;
        let id = server.register(&road_in_anqiu()).await.ticket;
        server.act(&id, CALL_TAKER, accept()).await;
    }
    let said = raw.number("select count(*) from event where kind in ('early-warning', 'overdue')").await;
    assert!(said > 0, "deadlines came on the way");
    assert_eq!(raw.number(&most_repeated(on, "2024-12-31T23:50")).await, 1, "each is said once");
    server = server.restart("2025-01-03T09:01").await;
    server.move_clock("2025-01-03T09:02").await;
    assert_eq!(raw.number(&most_repeated(on, "2024-12-31T23:50")).await, 1, "also after a restart");
    server.finish().await;
}

async fn a_year_is_not_generated_over_tickets(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let url = server.database().url.clone();
    let before = server.ticket(&id).await;
    if on == Kind::Sqlite {
        let said = generate(&url, &["--tickets", "100"]).await;
        assert!(!said.success && said.text.contains("正被另一个 chuishao 进程使用"), "{said:?}");
    }
    let mut server = server;
    server.stop().await;
    let said = generate_in(server.folder(), &url, &["--tickets", "100"]).await;
    assert!(!said.success && said.text.contains("已有数据，不覆盖"), "{said:?}");
    server.resume("2024-06-25T09:20").await;
    assert_eq!(server.ticket(&id).await, before);
    assert_eq!(server.tickets("/v1/tickets").await.len(), 1);
    server.finish().await;
}

async fn a_year_that_cannot_be_is_refused_in_words(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    for (args, words) in [
        (["--tickets", "99"], "工单数 99 不在 100 到"),
        (["--tickets", "20000001"], "工单数 20000001 不在"),
        (["--year", "1999"], "不能生成 1999 年"),
        (["--year", "2026"], "可选年份：2024、2025"),
        (["--until", "2023-12-31T09:00"], "截止时刻"),
    ] {
        let said = generate(&database.url, &args).await;
        assert!(!said.success && said.text.contains(words), "{args:?}: {said:?}");
    }
    let said = generate(&database.url, &["--tickets", "100"]).await;
    assert!(said.success, "a refusal stands in nobody's way: {said:?}");
    database.remove().await;
}

async fn the_size_of_a_year_is_told(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    assert!(generate(&database.url, &["--tickets", "100"]).await.success);
    let said = chuishao(&["size", "--database", &database.url]).await;
    assert!(said.success, "{said:?}");
    assert_eq!(line(&said.text, "表"), ["表", "行数", "MB", "每十万件工单 MB"]);
    for table in ["ticket", "matter", "caller_sealed", "caller_record"] {
        assert_eq!(line(&said.text, table)[1], "100");
    }
    let events: u64 = line(&said.text, "event")[1].parse().expect("a number");
    let total: u64 = line(&said.text, "合计")[3].parse().expect("a number");
    assert!(events > 500 && total > 0, "{said:?}");
    database.remove().await;
}
