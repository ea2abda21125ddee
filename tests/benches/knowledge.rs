//! The knowledge base under measure, on both databases: how long an answer takes to be found
//! among 50,000 published entries, by a typed question, and by what is known while a call is
//! taken. `cargo bench --bench knowledge`; `--on=sqlite` and `--on=postgres` measure one
//! database alone, `-- --entries=10000` another size.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../all/server/postgres.rs"]
mod postgres;

use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::catalogue::Category;
use chuishao_domain::ids::{KnowledgeId, TerritoryId};
use chuishao_domain::knowledge::apply::fold;
use chuishao_domain::knowledge::content::{Basis, Content};
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::event::{Event, Recorded};
use chuishao_domain::knowledge::find::while_calling;
use chuishao_domain::search::query::{Hold, Query};
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::{Kind, Store};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use std::hint::black_box;
use std::time::Instant;

/// Entries of a large base: article row 52 speaks of tens of thousands.
const ENTRIES: u64 = 50_000;
/// Entries of one transaction.
const AT_A_TIME: u64 = 1000;
/// Questions that are measured, and those before that warm the caches.
const QUESTIONS: u64 = 1000;
const WARM_UP: u64 = 100;
const TODAY: Date = date(2024, 11, 6);

/// What a question asks of its category.
const ASKS: [&str; 16] = [
    "怎么办理",
    "需要哪些材料",
    "收费标准是什么",
    "多长时间办结",
    "在哪里投诉",
    "由哪个部门负责",
    "能不能网上申请",
    "补贴标准是多少",
    "逾期怎么处理",
    "如何申请退费",
    "办理条件有哪些",
    "咨询电话是多少",
    "可以委托他人办理吗",
    "什么时候开始",
    "对结果不服怎么办",
    "有哪些优惠政策",
];
/// Whom or what it is about.
const ABOUT: [&str; 24] = [
    "城镇居民",
    "农村居民",
    "退休人员",
    "残疾人家庭",
    "低保家庭",
    "新就业大学生",
    "外来务工人员",
    "个体工商户",
    "小微企业",
    "老旧小区",
    "新建商品房",
    "自建房",
    "临街商铺",
    "学校周边",
    "医院附近",
    "高层住宅",
    "集体土地",
    "保障性住房",
    "机关事业单位",
    "民办幼儿园",
    "养老机构",
    "农贸市场",
    "工业园区",
    "物业小区",
];
/// What answers are made of.
const SENTENCES: [&str; 20] = [
    "申请人应持本人身份证、户口簿原件及复印件到所在街道便民服务中心提出申请。",
    "受理机关自收到完整材料之日起五个工作日内作出决定，并以短信告知申请人。",
    "符合条件的，可通过爱山东手机应用或市政务服务网在线提交，无需到现场。",
    "收费标准按市发展改革委公布的价格文件执行，任何单位不得另行加收。",
    "对处理结果有异议的，可自收到答复之日起六十日内申请行政复议。",
    "涉及多个部门的事项，由行业主管部门牵头，属地区县配合办理。",
    "供热期为每年十一月十五日至次年三月十五日，遇极端天气适当提前或延后。",
    "住宅共用部位、共用设施设备的维修费用，可按规定申请使用住宅专项维修资金。",
    "逾期未缴纳的，自次月起按日加收滞纳金，最高不超过本金。",
    "特殊困难家庭凭民政部门出具的证明，可享受百分之二十的减免。",
    "企业应在收到报修后二十四小时内到达现场，并将处理情况告知用户。",
    "施工单位应在醒目位置公示工期、责任人和监督电话。",
    "占用道路施工的，应提前办理许可并设置安全警示标志。",
    "环境噪声扰民的，由公安机关或生态环境部门按职责分工查处。",
    "办理时限遇法定节假日顺延，具体以国务院办公厅通知为准。",
    "补贴资金每季度末发放至申请人社会保障卡账户。",
    "符合入学条件的适龄儿童，由教育主管部门按就近原则安排。",
    "停止使用的，应提前三十日书面通知，已缴费用按实际天数结算退还。",
    "开户银行变更的，请及时到参保地经办机构更新信息。",
    "更多信息可拨打市民服务热线，由话务员转接相关单位解答。",
];

/// Chance that repeats itself: the same base and the same questions on both databases.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or(0)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// The leaves of the catalogue and the counties.
struct City {
    world: World,
    now: Timestamp,
}

impl City {
    fn categories(&self) -> Vec<&Category> {
        self.world.catalogue.categories().collect()
    }

    fn counties(&self) -> Vec<&TerritoryId> {
        self.world.catalogue.territories().map(|territory| &territory.id).filter(|id| !id.is_city()).collect()
    }
}

fn leaf(category: &Category) -> &str {
    category.name.rsplit('/').next().unwrap_or_default()
}

fn main() {
    let given = |option: &str| std::env::args().find_map(|arg| Some(arg.strip_prefix(option)?.to_owned()));
    let entries = given("--entries=").and_then(|entries| entries.parse().ok()).unwrap_or(ENTRIES);
    let chosen = given("--on=");
    let now = chuishao_domain::calendar::moment(TODAY.at(9, 0, 0, 0)).expect("a moment");
    let city = City { world: World::weifang(), now };
    let cluster = postgres::Cluster::start(true);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for (on, name) in [(Kind::Sqlite, "sqlite"), (Kind::Postgres, "postgres")] {
            if chosen.as_deref().is_none_or(|chosen| chosen == name) {
                measure(on, &cluster, &city, entries).await;
            }
        }
    });
}

async fn measure(on: Kind, cluster: &postgres::Cluster, city: &City, entries: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = match on {
        Kind::Sqlite => DatabaseAddress::Sqlite(folder.path().join("chuishao.db")),
        Kind::Postgres => cluster.address(&cluster.new_database().await),
    };
    let store = Store::open(&address).await.expect("it opens");
    let started = Instant::now();
    fill(&store, city, entries).await;
    println!("\n== {on:?}: {entries} entries, written in {:.1} s", started.elapsed().as_secs_f64());
    let mut chance = Chance(7);
    for (what, suggested) in [("a typed question", false), ("while a call is taken", true)] {
        let (mut times, mut found) = (Vec::new(), 0);
        for number in 0..WARM_UP + QUESTIONS {
            let (query, territory) = question(city, &mut chance, suggested);
            let started = Instant::now();
            let answers = match suggested {
                true => store.find_held(&query, Hold::Any, TODAY, &territory, 5).await,
                false => store.find_knowledge(&query, TODAY, &territory, 20).await,
            };
            let answers = black_box(answers.expect("an answer"));
            if number >= WARM_UP {
                times.push(started.elapsed().as_micros());
                found += u64::from(!answers.is_empty());
            }
        }
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        let slowest = times.last().copied().unwrap_or(0);
        println!("{what}: median {} µs, 99th percentile {} µs, slowest {slowest} µs", at(50), at(99));
        assert!(found * 100 >= QUESTIONS * 95, "only {found} of {QUESTIONS} questions found anything");
    }
    store.close().await;
}

async fn fill(store: &Store, city: &City, entries: u64) {
    let mut chance = Chance(1);
    let mut number = 0;
    store.begin_loading().await.expect("an empty database");
    while number < entries {
        let end = entries.min(number + AT_A_TIME);
        let made: Vec<_> = (number..end).map(|number| entry(city, &mut chance, number + 1)).collect();
        store.load_knowledge(&made, &city.world).await.expect("they are written");
        number = end;
    }
    store.finish_loading().await.expect("it is on disk");
}

/// A published entry with its history.
fn entry(city: &City, chance: &mut Chance, number: u64) -> (Entry, Vec<Recorded>) {
    let category = chance.of(&city.categories());
    let mut answer = String::new();
    for _ in 0..3 + chance.below(8) {
        answer.push_str(chance.of(&SENTENCES));
    }
    // One in three holds in some counties only, one in ten for a time.
    let some = if chance.below(3) == 0 { 1 + chance.below(3) } else { 0 };
    let counties = city.counties();
    let territories = (0..some).map(|_| chance.of(&counties).clone()).collect();
    let content = Content {
        question: format!("{}{}{}", chance.of(&ABOUT), leaf(category), chance.of(&ASKS)),
        answer,
        keywords: vec![chance.of(&ABOUT).to_owned(), format!("{}号文件", 1 + chance.below(400))],
        categories: vec![category.code.clone()],
        territories,
        bases: vec![Basis {
            title: "潍坊市政务服务事项实施办法".into(),
            article: format!("第{}条", 1 + chance.below(60)),
        }],
        valid_from: None,
        valid_until: (chance.below(10) == 0).then_some(date(2025, 12, 31)),
    };
    let clerk = By::DepartmentSupervisor { unit: category.department.clone() };
    let reviewer = By::KnowledgeReviewer { number: "0108".into() };
    let published = Event::Published { revision: 1, review_due: date(2025, 11, 6) };
    let story = [
        (clerk.clone(), Event::Drafted { owner: category.department.clone(), content }),
        (clerk, Event::Submitted),
        (reviewer.clone(), Event::Approved { opinion: String::new() }),
        (reviewer, published),
    ];
    let recorded = |(sequence, (by, event))| Recorded { sequence, at: city.now, by, event };
    let history: Vec<Recorded> = (1..).zip(story).map(recorded).collect();
    let id = KnowledgeId::new(number);
    (fold(&id, &history).expect("it begins with a draft"), history)
}

/// What somebody asks, and where.
fn question(city: &City, chance: &mut Chance, suggested: bool) -> (Query, TerritoryId) {
    let category = chance.of(&city.categories());
    let (about, ask) = (chance.of(&ABOUT), chance.of(&ASKS));
    let query = if suggested {
        let body = format!("来电人反映，{about}{}的问题一直没有人处理，{}", leaf(category), chance.of(&SENTENCES));
        while_calling(&city.world, &format!("{}{ask}", leaf(category)), Some(&category.code), &body)
    } else {
        Query::of(&match chance.below(3) {
            0 => format!("请问{}{ask}", leaf(category)),
            1 => format!("{about}{}", leaf(category)),
            _ => format!("你好，我想咨询一下{about}{}{ask}", leaf(category)),
        })
    };
    (query.expect("words"), chance.of(&city.counties()).clone())
}
