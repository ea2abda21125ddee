//! The pages of somebody who chose English: none of the system's own Chinese words stands there, histories
//! included. What people, rules and the catalogue wrote stays Chinese and is marked as such; so does what was
//! recorded in words.

use super::markup::{addresses, attribute, held, read};
use super::typed::{pairs, sees, sends};
use super::{City, FILES, NARROWER, PAGES, acting, may, page_at};
use crate::server::accounts::CLOCK;
use crate::server::components::{components, rule};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer};
use crate::server::story::{burst_main, dispatched, handled, noise, supervise};
use crate::tidy::root;
use chuishao_domain::account::role::Role;
use chuishao_domain::language::is_chinese;
use chuishao_server::store::Kind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

on_both!(the_pages_in_english_are_english);

/// The class of a sentence that was recorded in words.
const RECORDED: &str = "recorded";

/// Attributes that people read or hear.
const READ: [&str; 5] = [" aria-label", " label", " placeholder", " title", " data-ended"];

/// Elements that have no end.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "hr"];

/// Pages of each sort to which a page leads that are looked at.
const MOST_OF_A_SORT: usize = 2;

/// What people wrote in this test.
const TYPED: [&str; 16] = [
    "来电反映的问题",
    "东方花园噪声扰民",
    "同一小区诉求较多",
    "东方花园",
    "汶水小区",
    "请当天解决",
    "已上门处理",
    "十大领域百日攻坚行动",
    "测试账号",
    "测试",
    "老旧小区改造怎么申请",
    "由居民提出，街道汇总上报。",
    "旧改",
    "示例办法",
    "第八条",
    // As others see the caller.
    "周**",
];

/// What leads away from the page's language is written in the other.
const OTHER_LANGUAGE: &str = "中文";

/// Pages that nobody is led to within a click, and whose work they are.
const DEEPER: [(Role, &str); 20] = [
    (Role::HotlineOffice, "/reports?kind=period&period=2024-06"),
    (Role::HotlineOffice, "/reports?kind=period&by=department&period=2024-06"),
    (Role::HotlineOffice, "/reports?kind=high-frequency&period=2024-06"),
    (Role::HotlineOffice, "/reports?kind=ageing"),
    (Role::HotlineOffice, "/reports?kind=first-response&period=2024-06&minutes=60"),
    (Role::HotlineOffice, "/reports?kind=monthly-list&period=2024-06"),
    (Role::HotlineOffice, "/reports?kind=yearly-list&year=2024"),
    (Role::HotlineOffice, "/scores?subject=370705&period=2024-06"),
    (Role::HotlineOffice, "/scores?subject=WF-ZJ&period=2024-06"),
    (Role::HotlineOffice, "/scores/line?subject=370705&period=2024-06&indicator=resolution-rate"),
    (Role::HotlineOffice, "/publications?period=2024-06"),
    (Role::HotlineOffice, "/topics/new"),
    (Role::DepartmentSupervisor, "/topics/new"),
    (Role::DepartmentSupervisor, "/knowledge/new"),
    (Role::UnitClerk, "/reports?kind=ageing"),
    (Role::UnitClerk, "/reports?kind=high-frequency&period=2024-06"),
    (Role::CountyOps, "/plugins/370705/overreach/impact"),
    (Role::CountyOps, "/plugins/370705/overreach/shadow/1"),
    (Role::SecurityAdmin, "/accounts/spare.person"),
    (Role::SystemAdmin, "/accounts/spare.machine"),
];

/// Words of a page.
struct Words {
    text: String,
    /// Whether they are marked as Chinese.
    is_marked: bool,
    is_record: bool,
}

/// All that a page says, element by element.
fn words_of(page: &str) -> Vec<Words> {
    let mut found = Vec::new();
    let mut open: Vec<(&str, bool, bool)> = Vec::new();
    for piece in page.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some(closed) = name.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|(name, ..)| *name == closed) {
                open.truncate(at);
            }
        } else if !name.starts_with('!') {
            let (_, marked, record) = open.last().copied().unwrap_or_default();
            let marked = attribute(tag, " lang").map_or(marked, |lang| lang == "zh-CN");
            let classes = attribute(tag, " class").unwrap_or_default();
            let record = record || classes.split(' ').any(|class| class == RECORDED);
            let said = READ.iter().filter_map(|name| attribute(tag, name));
            // An attribute cannot say in which language each part of it is.
            found.extend(said.map(|text| Words { text, is_marked: true, is_record: record }));
            if !VOID.contains(&name) {
                open.push((name, marked, record));
            }
        }
        let (_, is_marked, is_record) = open.last().copied().unwrap_or_default();
        found.push(Words { text: read(text).trim().to_owned(), is_marked, is_record });
    }
    found.retain(|words| is_chinese(&words.text));
    found
}

/// What is no word of the system's own, the longest first.
struct Data {
    exact: HashSet<String>,
    longest_first: Vec<String>,
}

impl Data {
    fn new(all: impl IntoIterator<Item = String>) -> Self {
        // One character alone would take a part of any word.
        let is_word = |text: &String| is_chinese(text) && text.chars().count() > 1;
        let exact: HashSet<String> = all.into_iter().filter(is_word).collect();
        let mut longest_first: Vec<String> = exact.iter().cloned().collect();
        longest_first.sort_by_key(|text| std::cmp::Reverse(text.chars().count()));
        Self { exact, longest_first }
    }

    /// Whether a text says something of its own beside the data.
    fn leaves_something(&self, text: &str) -> bool {
        // A category is called by its name and its code.
        let name = text.split('（').next().unwrap_or_default();
        if self.exact.contains(text) || self.exact.contains(name) && !is_chinese(&text[name.len()..]) {
            return false;
        }
        let mut left = text.to_owned();
        for data in &self.longest_first {
            if left.contains(data.as_str()) {
                left = left.replace(data.as_str(), "");
                if !is_chinese(&left) {
                    return false;
                }
            }
        }
        true
    }

    /// What is wrong with a page in English.
    fn faults(&self, page: &str) -> BTreeSet<String> {
        let mut faults = BTreeSet::new();
        for Words { text, is_marked, is_record } in words_of(page) {
            if !is_marked {
                faults.insert(format!("not marked as Chinese: {text}"));
            }
            if !is_record && self.leaves_something(&text) {
                faults.insert(format!("the system's own word: {text}"));
            }
        }
        faults
    }
}

/// The cells of the tables that the program is shipped with: the catalogue, the scoring rules, the notices.
fn cells() -> Vec<String> {
    let mut cells = Vec::new();
    for folder in ["", "evaluation", "notices"] {
        let files = fs::read_dir(root().join("host/domain/data").join(folder)).expect("a folder").flatten();
        for file in files.map(|file| file.path()).filter(|file| file.extension().is_some_and(|of| of == "csv")) {
            let text = fs::read_to_string(file).expect("text");
            cells.extend(text.split([',', '\n', '\r', '"']).map(str::to_owned));
        }
    }
    cells
}

/// What the rule of this test says in its manifest and in its code.
fn said_by_the_rule() -> Vec<String> {
    let files = ["plugin.toml", "src/lib.rs"].map(|file| root().join("examples/overreach").join(file));
    let texts = files.map(|file| fs::read_to_string(file).expect("text"));
    texts.iter().flat_map(|text| text.split('"')).map(str::to_owned).collect()
}

fn data(city: &City) -> Data {
    let catalogue = &city.world.catalogue;
    let names = catalogue.units().map(|unit| unit.name.clone());
    let names = names.chain(catalogue.territories().map(|territory| territory.name.clone()));
    let categories = catalogue.categories().map(|category| category.name.clone());
    let named: Vec<String> = names.chain(categories).chain(cells()).chain(said_by_the_rule()).collect();
    // A list shows a category under the first part of its name, and its own line has the rest.
    let parts = named.iter().flat_map(|name| {
        let rest = name.split_once('/').map(|(_, rest)| rest);
        name.split('/').chain(rest).map(str::to_owned).collect::<Vec<_>>()
    });
    let parts: Vec<String> = parts.collect();
    let bodies = city.tickets.iter().map(|ticket| ticket.intake.body.clone());
    let typed = TYPED.iter().chain([&OTHER_LANGUAGE]).map(|text| (*text).to_owned());
    Data::new(named.into_iter().chain(parts).chain(bodies).chain(typed))
}

/// As the browser of somebody asks who chose English.
async fn shown(city: &City, role: Role, address: &str) -> String {
    let request = city.client.get(format!("{}{}", city.base, address.trim_end_matches('/')));
    let request = request.header("cookie", format!("chuishao-language=en; chuishao-post={}", acting(role)));
    request.send().await.expect("an answer").text().await.expect("text")
}

/// The pages of a role, each with what is wrong with it.
async fn looked_at(city: &City, data: &Data, role: Role, deeper: Vec<String>) -> (usize, BTreeMap<String, String>) {
    let own = PAGES.iter().filter(|page| page.method == "GET" && may(role, page.whom));
    let own = own.filter(|page| !page.path.contains('{') && !FILES.contains(&page.path));
    let own = own.filter(|page| !NARROWER.iter().any(|(path, _)| *path == page.path));
    let mut next: Vec<String> = own.map(|page| page.path.to_owned()).chain(deeper).collect();
    let (mut seen, mut sorts) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
    let mut faults = BTreeMap::new();
    for click in 0..2 {
        for address in std::mem::take(&mut next) {
            if !seen.insert(address.clone()) {
                continue;
            }
            let page = shown(city, role, &address).await;
            // What leads on to another page says nothing by itself.
            if !page.starts_with("<!DOCTYPE html>") {
                continue;
            }
            assert!(page.contains("<html lang=\"en\">"), "{role:?} {address}: {page}");
            faults.extend(data.faults(&page).into_iter().map(|fault| (fault, format!("{role:?} {address}"))));
            if click > 0 {
                continue;
            }
            for to in addresses(&page) {
                let Some(sort) = page_at("GET", &to).filter(|page| !FILES.contains(&page.path)) else { continue };
                // A dispute file is a paper for a court, and Chinese.
                let count = sorts.entry(sort.path).or_default();
                if sort.path != "/tickets/{id}/dispute-file" && *count < MOST_OF_A_SORT {
                    *count += 1;
                    next.push(to);
                }
            }
        }
    }
    (seen.len(), faults)
}

/// Something of all that the pages show: tickets on their way and closed, a rule that spoke and was refused, a
/// topic, an answer that is being written, a campaign under way.
async fn scene(server: &TestServer) -> (City, Vec<(Role, String)>) {
    let city = City::on(server).await;
    let closed = dispatched(server, &noise("370705", "东方花园"), "370705-GA").await;
    handled(server, &closed, "370705-GA", true).await;
    server.act(&city.tickets[1].id, "department-supervisor:WF-ZJ", supervise("370784-ZJ", "请当天解决")).await;
    server.register(&burst_main()).await;
    server.move_clock("2024-07-02T09:00").await;
    let draft = json!({
        "title": "东方花园噪声扰民", "rung": "daily-discussion", "origin": "suggested",
        "subject": { "category": "0301", "territory": "370705", "place": "东方花园" },
        "units": ["370705-GA"], "ticket_count": 12, "reasons": ["同一小区诉求较多"],
    });
    let proposed = server.post("/v1/topics").header("chuishao-actor", "hotline-office:0002").json(&draft);
    let proposed = Answer::to(proposed).await;
    assert_eq!(proposed.status, 201, "{proposed:?}");
    let topic = proposed.read::<Value>()["topic"].as_str().expect("an id").to_owned();
    let answer = json!({ "owner": "WF-ZJ", "content": {
        "question": "老旧小区改造怎么申请", "answer": "由居民提出，街道汇总上报。", "keywords": ["旧改"],
        "categories": ["0201"], "bases": [{ "title": "示例办法", "article": "第八条" }],
    } });
    let drafted = server.post("/v1/knowledge").header("chuishao-actor", "department-supervisor:WF-ZJ").json(&answer);
    let drafted = Answer::to(drafted).await;
    assert_eq!(drafted.status, 201, "{drafted:?}");
    let entry = drafted.read::<Value>()["entry"].as_str().expect("an id").to_owned();
    let of_ticket =
        |id: &str| [(Role::Reviewer, format!("/tickets/{id}")), (Role::HotlineOffice, format!("/scores/tickets/{id}"))];
    let mut deeper: Vec<(Role, String)> = DEEPER.iter().map(|(role, path)| (*role, (*path).to_owned())).collect();
    deeper.extend([
        (Role::HotlineOffice, format!("/topics/{topic}")),
        (Role::DepartmentSupervisor, format!("/knowledge/{entry}")),
        (Role::HotlineOffice, format!("/campaigns/{}", city.campaign)),
        (Role::Reviewer, format!("/tickets/{}/decisions/1", city.tickets[0].id)),
        (Role::UnitClerk, format!("/tickets/{}", city.tickets[0].id)),
        (Role::DepartmentSupervisor, format!("/tickets/{}", city.tickets[1].id)),
    ]);
    deeper.extend(of_ticket(closed.as_str()));
    (city, deeper)
}

async fn the_pages_in_english_are_english(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370705")], CLOCK).await;
    let (city, deeper) = scene(&server).await;
    let data = Arc::new(data(&city));
    let mut roles = JoinSet::new();
    // As in the matrix: a few people at once.
    let few = Arc::new(Semaphore::new(4));
    for role in Role::ALL {
        let (city, data, few) = (city.clone(), data.clone(), few.clone());
        let deeper: Vec<String> = deeper.iter().filter(|(of, _)| *of == role).map(|(_, path)| path.clone()).collect();
        roles.spawn(async move {
            let _turn = few.acquire().await.expect("it stays open");
            looked_at(&city, &data, role, deeper).await
        });
    }
    let found = roles.join_all().await;
    let pages: usize = found.iter().map(|(pages, _)| pages).sum();
    let faults: BTreeMap<String, String> = found.into_iter().flat_map(|(_, faults)| faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(pages > 200, "{pages}");

    // What appears beside a call while it is taken.
    let taker = format!("chuishao-language=en; chuishao-post={}", acting(Role::CallTaker));
    let form = sees(&server, "/call", &taker).await;
    let call = [
        ("title", "来电反映的问题"),
        ("body", "东方花园噪声扰民"),
        ("category", "0301"),
        ("matter_kind", "complaint"),
        ("caller_kind", "citizen"),
        ("channel", "phone"),
        ("place.territory", "370705"),
        ("place.estate", "东方花园"),
        ("look", "true"),
    ];
    let beside = sends(&server, "/call", &taker, &[held(&form.text, "/call"), pairs(&call)].concat()).await;
    assert!(beside.status == 200 && beside.text.contains("Possible duplicates"), "{}", beside.text);
    let faults = data.faults(&beside.text);
    assert!(faults.is_empty(), "{faults:#?}");

    // There is something on them, and what the office takes along stays Chinese.
    let office = async |address: &str| shown(&city, Role::HotlineOffice, address).await;
    let report = office("/reports?kind=period&period=2024-06").await;
    for words in ["Received (tickets)", "The whole city", ">奎文区</td>", "2024-06-01 to 2024-06-30"] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let ageing = office("/reports?kind=ageing").await;
    assert!(ageing.contains(">County unit</td>") && ageing.contains("2 to 5 working days"), "{ageing}");
    let told = shown(&city, Role::Reviewer, &format!("/tickets/{}", city.tickets[0].id)).await;
    for words in ["Registered: <span lang=\"zh-CN\">", "Call taker 0", "Dispatched on both tracks: lead <span lang"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let file = office("/reports/file?kind=ageing&format=csv").await;
    assert!(file.contains("滞留处") && file.contains("卡在县级部门"), "{file}");
    server.finish().await;
}

/// The eye that looks the pages over sees what is wrong with one.
#[test]
fn a_chinese_word_on_an_english_page_is_seen() {
    let data = Data::new(["奎文区".to_owned(), "城乡建设".to_owned(), "城".to_owned()]);
    let seen = |page: &str| data.faults(page).into_iter().collect::<Vec<_>>();
    assert!(seen("<html lang=\"en\"><p>Units</p><p lang=\"zh-CN\">奎文区</p><br><p>of</p></html>").is_empty());
    assert!(seen("<html lang=\"en\"><option lang=\"zh-CN\">城乡建设（02）</option></html>").is_empty());
    assert_eq!(seen("<html lang=\"en\"><p>Units</p><p>奎文区</p></html>"), ["not marked as Chinese: 奎文区"]);
    for page in [
        "<html lang=\"en\"><td lang=\"zh-CN\">办理中</td></html>",
        "<html lang=\"en\"><div class=\"scroll\" aria-label=\"办理中\"></div></html>",
        "<html lang=\"en\"><ol class=\"timeline\"><li lang=\"zh-CN\">办理中</li></ol></html>",
        "<html lang=\"en\"><p class=\"recorded\" lang=\"zh-CN\">受理</p><p lang=\"zh-CN\">办理中</p></html>",
    ] {
        assert_eq!(seen(page), ["the system's own word: 办理中"], "{page}");
    }
    assert!(seen("<html lang=\"en\"><p class=\"recorded\" lang=\"zh-CN\">受理</p></html>").is_empty());
    assert_eq!(seen("<html lang=\"zh-CN\"><p lang=\"en\">受理</p></html>").len(), 2);
}
