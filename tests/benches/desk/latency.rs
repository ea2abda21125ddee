//! How long taking a call, reading a list and looking at a page take, in years of several sizes, in turns.

use super::load::{Load, client, leave_call, take_call};
use super::pages::{TURNS, Times, work};
use super::{at, chuishao, database, postgres, server, two_rules};
use chuishao_server::store::Kind;
use reqwest::Client;
use std::path::Path;
use std::time::Instant;

/// Rounds in turns; one call each.
const ROUNDS: usize = 1500;
/// Rows of a page.
const PAGE: usize = 50;
/// Rounds that do not count: caches fill, statements are prepared.
const WARM_UP: usize = 200;

/// The lists of the desk, and what is looked for while a call is taken.
const LISTS: [(&str, &str); 8] = [
    ("newest", "/v1/tickets?limit=50"),
    ("newest of a county", "/v1/tickets?territory=370705&limit=50"),
    ("to be dispatched", "/v1/tickets?state=accepted&limit=50"),
    ("a unit's work", "/v1/tickets?lead_unit=370705-CG&limit=50"),
    ("a department's copies", "/v1/tickets?copied_to=WF-CG&limit=50"),
    ("a unit's to-dos", "/v1/to-dos?unit=370705-CG&limit=50"),
    (
        "duplicates of a call",
        "/v1/tickets/duplicates?category=010402&territory=370705&estate=虞河花园&title=暖气不热&body=室内只有十五度",
    ),
    // Twenty, which a day of a small year has too.
    (
        "public view of a day",
        "/open311/v2/requests.json?start_date=2024-10-08T00:00:00Z&end_date=2024-10-09T00:00:00Z&page_size=20",
    ),
];

/// Figures of the month of October, when the city is asked for them.
const FIGURES: [(&str, &str); 5] = [
    ("the month by territory", "/v1/reports/period?period=2024-10&by=territory"),
    ("its frequent matters", "/v1/reports/high-frequency?period=2024-10"),
    ("its first responses", "/v1/reports/first-response?period=2024-10&minutes=240"),
    ("what is open, by age", "/v1/reports/ageing"),
    ("candidates of a day", "/v1/topics/candidates?day=2024-10-08"),
];

struct Year {
    base: String,
    call: Vec<u128>,
    lists: [Vec<u128>; LISTS.len()],
    figures: [Vec<u128>; FIGURES.len()],
    pages: Times,
}

/// Measures. With a folder, the years of SQLite stay in it, and are generated when they do not stand there:
/// the largest takes a quarter of an hour.
pub async fn measure(on: Kind, cluster: &postgres::Cluster, sizes: &[u64], kept_in: Option<&Path>) {
    let client = client();
    let mut years = Vec::new();
    let mut kept = Vec::new();
    for size in sizes {
        let own = tempfile::tempdir().expect("a folder");
        let kept_in = kept_in.filter(|_| on == Kind::Sqlite);
        let folder = kept_in.map_or_else(|| own.path().to_owned(), |folder| folder.join(size.to_string()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let stands_there = folder.join("chuishao.db").exists();
        let (address, url) = database(on, cluster, &folder).await;
        tokio::task::block_in_place(|| {
            if stands_there {
                return;
            }
            let data = folder.to_string_lossy();
            chuishao(&["generate", "--tickets", &size.to_string(), "--database", &url, "--data", &data]);
            // What the articles say of a year, read back; and that all of it holds together.
            for (from, to) in [("2024-01-01", "2024-12-31"), ("2024-10-01", "2024-10-31")] {
                chuishao(&["report", "period", "--database", &url, "--from", from, "--to", to]);
            }
            chuishao(&["verify", "--database", &url]);
        });
        let running = server(&folder, &address, &two_rules()).await;
        let base = format!("http://{}", running.address);
        // What the night does is not to fall into the measured minutes.
        let started = Instant::now();
        chuishao_server::settlement::nightly(&running.desk).await.expect("the night is settled");
        println!("{size} tickets: the night's settlement took {:.1} s", started.elapsed().as_secs_f64());
        // A small year has little left to dispatch; every list is to fill its page.
        for _ in 0..PAGE {
            leave_call(&client, &base).await;
        }
        years.push(Year {
            base,
            call: Vec::new(),
            lists: Default::default(),
            figures: Default::default(),
            pages: Times::new(),
        });
        kept.push((own, running));
    }
    for round in 0..WARM_UP + ROUNDS {
        for year in &mut years {
            year.round(&client, round >= WARM_UP).await;
            ask(&client, &year.base, &FIGURES, &mut year.figures, round >= WARM_UP).await;
        }
    }
    println!("\nmicroseconds, median and 99th percentile; in brackets the ratio to the first");
    println!("{:<24}{}", "tickets", sizes.iter().map(|size| format!("{size:>28}")).collect::<String>());
    print_line("taking a call", &mut years, |year| &mut year.call);
    for (place, (name, _)) in LISTS.iter().enumerate() {
        print_line(name, &mut years, |year| &mut year.lists[place]);
    }
    for (place, (name, _)) in FIGURES.iter().enumerate() {
        print_line(name, &mut years, |year| &mut year.figures[place]);
    }
    for _ in 0..TURNS {
        for year in &mut years {
            work(&year.base, &mut year.pages).await;
        }
    }
    println!("\npages of the console, ten people working");
    let pages: Vec<&str> = years[0].pages.keys().copied().collect();
    for page in pages {
        print_line(page, &mut years, |year| year.pages.entry(page).or_default());
    }
    for (_, running) in kept {
        running.stop().await;
    }
}

impl Year {
    async fn round(&mut self, client: &Client, counts: bool) {
        let started = Instant::now();
        take_call(client, &self.base, Load::Winter).await;
        let took = started.elapsed().as_micros();
        if counts {
            self.call.push(took);
        }
        ask(client, &self.base, &LISTS, &mut self.lists, counts).await;
    }
}

/// Asks each of these once.
async fn ask(client: &Client, base: &str, paths: &[(&str, &str)], times: &mut [Vec<u128>], counts: bool) {
    for ((_, path), times) in paths.iter().zip(times) {
        let started = Instant::now();
        let request = client.get(format!("{base}{path}")).header("chuishao-actor", "hotline-office:0002");
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.expect("a body");
        if counts {
            times.push(started.elapsed().as_micros());
        }
    }
}

fn print_line(name: &str, years: &mut [Year], of: impl Fn(&mut Year) -> &mut Vec<u128>) {
    let mut first = None;
    let mut line = format!("{name:<24}");
    for year in years {
        let times = of(year);
        times.sort_unstable();
        let (median, most) = (at(times, 0.5), at(times, 0.99));
        let (first_median, first_most) = *first.get_or_insert((median, most));
        #[allow(clippy::cast_precision_loss, reason = "a ratio for people to read")]
        let ratio = |one: u128, other: u128| one as f64 / other.max(1) as f64;
        let cell = format!("{median} ({:.2}) {most} ({:.2})", ratio(median, first_median), ratio(most, first_most));
        line.push_str(&format!("{cell:>28}"));
    }
    println!("{line}");
}
