//! Pages of the console while ten people work, in years of several sizes, in turns: how long each waits
//! from the request to the last byte. Each reads a page for a moment before the next one, as people do;
//! the moment is short, so that the server has more to do than ten people give it.

use chuishao_server::store::address::DatabaseAddress;
use reqwest::Client;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long a person looks at a page.
const LOOKS: Duration = Duration::from_millis(250);
/// Rounds through a post's pages in one turn.
const ROUNDS: usize = 40;
/// Turns of each year.
pub const TURNS: usize = 2;

/// Who works, and where he goes.
const PEOPLE: [(&str, &[Step]); 10] = [
    ("call-taker:0231", &[HOME, CALL, SUGGESTIONS, NEWEST, TICKET, KNOWLEDGE]),
    ("call-taker:0232", &[CALL, SUGGESTIONS, HOME, NEWEST, TICKET]),
    ("call-taker:0233", &[CALL, SUGGESTIONS, KNOWLEDGE, CALL, SUGGESTIONS, HOME]),
    ("dispatcher:0007", &[HOME, ("queue", "/queue?list=accepted"), TICKET, NEWEST, TICKET]),
    ("unit-clerk:370705-CG", &[HOME, TO_DOS, LED, TICKET]),
    (
        "city-ops:0003",
        &[HOME, ("plugins", "/plugins"), ("a plugin", "/plugins/WF/heating-mode"), ("operations", "/operations")],
    ),
    ("department-supervisor:WF-CG", &[HOME, TO_DOS, ("queue", "/queue?list=copied"), TICKET]),
    ("reviewer:0031", &[HOME, TO_DOS, TICKET, NEWEST]),
    ("follow-up-staff:0081", &[HOME, ("queue", "/queue?list=follow-up"), TICKET]),
    ("hotline-office:0002", &[HOME, ("reports", "/reports"), ("topics", "/topics"), NEWEST]),
];

/// A page as the table names it, and its address below the console.
type Step = (&'static str, &'static str);
const HOME: Step = ("home", "");
const CALL: Step = ("taking a call", "/call");
const SUGGESTIONS: Step = ("suggestions", "/call/suggestions");
const NEWEST: Step = ("queue", "/queue?list=newest");
const TO_DOS: Step = ("queue", "/queue?list=to-dos");
const LED: Step = ("queue", "/queue?list=led");
const KNOWLEDGE: Step = ("knowledge", "/knowledge?q=供暖温度不达标怎么退费");
/// The first ticket of the list before.
const TICKET: Step = ("ticket", "");

/// A call half typed.
const TYPED: &str = "category=010401&place.territory=370705&place.street=大虞街道&place.estate=虞河花园&place.building=8号楼\
                     &title=室温不达标&body=暖气片摸着温乎，室内只有十五度，家中有老人和孩子&matter_kind=complaint";

/// Microseconds of each page.
pub type Times = BTreeMap<&'static str, Vec<u128>>;

/// The pages alone, in a year that stands in a folder.
pub async fn measure(folder: &Path) {
    let address = DatabaseAddress::Sqlite(folder.join("chuishao.db"));
    let running = super::server(folder, &address, &super::two_rules()).await;
    chuishao_server::settlement::nightly(&running.desk).await.expect("the night is settled");
    let (base, mut times) = (format!("http://{}", running.address), Times::new());
    for _ in 0..TURNS {
        work(&base, &mut times).await;
    }
    println!(
        "pages of the console, ten people working: how often read, microseconds at the median and the 99th percentile"
    );
    for (page, times) in &mut times {
        times.sort_unstable();
        println!("{page:<24}{:>6}{:>10}{:>10}", times.len(), super::at(times, 0.5), super::at(times, 0.99));
    }
    running.stop().await;
}

/// One turn of ten people.
pub async fn work(base: &str, times: &mut Times) {
    let mut people = JoinSet::new();
    for (nth, (post, steps)) in PEOPLE.into_iter().enumerate() {
        let base = base.to_owned();
        people.spawn(async move {
            // They do not click in step.
            tokio::time::sleep(LOOKS / 10 * u32::try_from(nth).unwrap_or_default()).await;
            person(&base, post, steps).await
        });
    }
    for (name, took) in people.join_all().await.into_iter().flatten() {
        times.entry(name).or_default().push(took);
    }
}

async fn person(base: &str, post: &str, steps: &[Step]) -> Vec<(&'static str, u128)> {
    let client = super::load::client();
    let cookie = format!("chuishao-post={}", post.replace(':', "%3A"));
    let mut times = Vec::new();
    let mut ticket = None;
    for round in 0..ROUNDS {
        for step in steps {
            let address = match (*step, &ticket) {
                (TICKET, None) => continue,
                (TICKET, Some(id)) => format!("/tickets/{id}"),
                ((_, address), _) => address.to_owned(),
            };
            let started = Instant::now();
            let page = read(&client, base, &address, &cookie).await;
            // The first round fills caches.
            if round > 0 {
                times.push((step.0, started.elapsed().as_micros()));
            }
            ticket = first_ticket(&page).or(ticket);
            tokio::time::sleep(LOOKS).await;
        }
    }
    times
}

async fn read(client: &Client, base: &str, address: &str, cookie: &str) -> String {
    let url = format!("{base}/console{address}");
    let request = match address {
        "/call/suggestions" => {
            let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", base)];
            // In which post the form stood open, written as the cookie writes it.
            let typed = format!("{}&{TYPED}", cookie.replace("chuishao-post", "form-post"));
            form.into_iter().fold(client.post(url).body(typed), |request, (name, value)| request.header(name, value))
        }
        _ => client.get(url),
    };
    let answer = request.header("cookie", cookie).send().await.expect("an answer");
    let (status, path) = (answer.status(), answer.url().path().to_owned());
    let page = answer.text().await.expect("a page");
    assert!(status.is_success() && !path.ends_with("/sign-in"), "{address}: {status} {page}");
    page
}

/// The first ticket that a page leads to.
fn first_ticket(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("\"/console/tickets/")?;
    let id: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    (!id.is_empty()).then_some(id)
}
