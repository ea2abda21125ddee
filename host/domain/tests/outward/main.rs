//! What leaves the hotline: no document says who called or what was said, whatever stands in
//! the ticket; the documents are as they are described; and the same ticket gives the same
//! bytes.

mod fixture;
mod schema;

use chuishao_domain::grounds::Receiver;
use chuishao_domain::outward::{feed, open311, referral};
use chuishao_domain::rule::effect::FeedField;
use chuishao_domain::ticket::{Ticket, TicketState};
use fixture::{WORLD, at, rich};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::sync::LazyLock;

/// Every document of a ticket, as it leaves.
fn documents(ticket: &Ticket) -> Vec<String> {
    let now = at("2024-11-12T10:00");
    let mut all = Vec::new();
    all.extend(feed::matter(ticket, now, &WORLD).iter().map(|one| one.to_json()));
    all.extend(feed::withdrawal(ticket, &"060201".into(), now, &WORLD).iter().map(|one| one.to_json()));
    all.extend(open311::service_request(ticket, now, &WORLD).iter().filter_map(|one| serde_json::to_string(one).ok()));
    for receiver in WORLD.catalogue.referral_receivers() {
        let matter = referral::matter(ticket, receiver, true, &WORLD).expect("the caller agreed");
        all.push(referral::batch(receiver, 7, vec![matter], now).expect("one matter").to_json());
    }
    all
}

/// The places of every text in a ticket that can be any text at all: those that can be
/// exchanged without the ticket becoming unreadable.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut ticket = rich();
    // Names of fields, of a closed list: the rich ticket leaves out none, since its feed would say less.
    ticket.omitted_from_feed.insert(FeedField::Satisfied);
    let whole = serde_json::to_value(ticket).expect("it writes");
    let mut paths = Vec::new();
    collect(&whole, String::new(), &mut paths);
    let free = |path: &String| {
        let mut changed = whole.clone();
        *changed.pointer_mut(path).expect("it is there") = Json::String("张三丰".into());
        serde_json::from_value::<Ticket>(changed).is_ok()
    };
    // What decides which documents there are: the core made or checked these.
    let decided = ["/id", "/intake/category", "/intake/place/territory"];
    paths.into_iter().filter(|path| !decided.contains(&path.as_str())).filter(free).collect()
});

fn collect(value: &Json, path: String, found: &mut Vec<String>) {
    match value {
        Json::String(_) => found.push(path),
        Json::Array(items) => {
            assert!(!items.is_empty(), "{path} is empty: nothing could leak from it");
            items.iter().enumerate().for_each(|(at, item)| collect(item, format!("{path}/{at}"), found));
        }
        Json::Object(fields) => {
            assert!(!fields.is_empty(), "{path} is empty: nothing could leak from it");
            fields.iter().for_each(|(name, field)| collect(field, format!("{path}/{name}"), found));
        }
        _ => {}
    }
}

/// The rich ticket with something personal in every text, each text another.
fn planted(secrets: &[String]) -> (Ticket, String) {
    let mut whole = serde_json::to_value(rich()).expect("it writes");
    for (path, secret) in TEXTS.iter().zip(secrets.iter().cycle()) {
        *whole.pointer_mut(path).expect("it is there") = Json::String(secret.clone());
    }
    let mut ticket: Ticket = serde_json::from_value(whole).expect("any text will do");
    // Names are keys here and there.
    let state = ticket.rules.remove("stalls").expect("it is there");
    ticket.rules.insert(secrets[0].clone(), state);
    let text = serde_json::to_string(&ticket).expect("it writes");
    (ticket, text)
}

fn pick(characters: &'static str) -> impl Strategy<Value = char> {
    proptest::sample::select(characters.chars().collect::<Vec<_>>())
}

fn many(characters: &'static str, count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    proptest::collection::vec(pick(characters), count).prop_map(|found| found.into_iter().collect())
}

/// Names, telephone numbers, identity numbers and plates, with nothing round them that a mask
/// could hold on to.
fn personal() -> impl Strategy<Value = String> {
    prop_oneof![
        (pick("王李张刘陈杨黄赵吴周"), many("伟芳娜敏静磊洋艳勇杰娟涛超明霞", 1..3))
            .prop_map(|(a, b)| format!("{a}{b}")),
        (many("3456789", 1..2), many("0123456789", 9..10)).prop_map(|(a, b)| format!("1{a}{b}")),
        (many("0123456789", 11..12), many("0123456789X", 1..2)).prop_map(|(a, b)| format!("370705{a}{b}")),
        (many("ABCDEFGHV", 1..2), many("0123456789ABCDEFGH", 5..6)).prop_map(|(a, b)| format!("鲁{a}{b}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_personal_leaves(
        secrets in proptest::collection::vec(personal(), 8..60),
        confidential in any::<bool>(),
        category in proptest::sample::select(vec!["060201", "0602", "0101", "0501"]),
        state in proptest::sample::select(vec![TicketState::Registered, TicketState::Handling, TicketState::ClosedOut]),
    ) {
        let (mut ticket, text) = planted(&secrets);
        ticket.intake.confidential = confidential;
        ticket.intake.category = category.into();
        ticket.state = state;
        let documents = documents(&ticket);
        prop_assert!(documents.len() >= 5);
        for secret in secrets.iter().take(TEXTS.len()) {
            prop_assert!(text.contains(secret.as_str()), "the ticket has it");
            for document in &documents {
                prop_assert!(!document.contains(secret.as_str()), "{} in {}", secret, document);
            }
        }
    }
}

/// The property above would prove little if it reached few texts.
#[test]
fn every_text_of_a_ticket_was_planted() {
    for path in ["/intake/caller", "/intake/title", "/intake/body", "/intake/place/street", "/intake/place/estate"] {
        assert!(TEXTS.contains(&path.to_owned()), "{path}");
    }
    for path in ["/tags/0", "/tasks/0/title", "/rules/stalls/memory", "/rules/stalls/fields/stall", "/nominations/0/1"]
    {
        assert!(TEXTS.contains(&path.to_owned()), "{path}");
    }
    assert!(TEXTS.contains(&"/assignments/0/handling_unit".to_owned()), "ids are texts too");
}

/// A local rule may leave out what is optional: it is said as if it were not known, and the rest stays.
#[test]
fn what_a_rule_left_out_is_not_said() {
    let said = |ticket: &Ticket| {
        feed::matter(ticket, at("2024-11-12T10:00"), &WORLD)
            .expect("an enforcement matter is pushed whatever is left out")
    };
    let (mut ticket, whole) = (rich(), said(&rich()).data);
    assert!(whole.street.is_some() && whole.satisfied.is_some() && whole.solved.is_some(), "{whole:?}");
    ticket.omitted_from_feed =
        [FeedField::Street, FeedField::FirstSolved, FeedField::Solved, FeedField::Satisfied].into();
    let cut = said(&ticket).data;
    assert_eq!((&cut.street, cut.first_solved, cut.solved, cut.satisfied), (&None, None, None, None));
    assert_eq!((cut.items, cut.lead_unit, cut.overdue), (whole.items, whole.lead_unit, whole.overdue));
}

/// Word for word: the order of fields is a promise.
#[test]
fn the_feed_says_this() {
    let document = feed::matter(&rich(), at("2024-11-12T10:00"), &WORLD).expect("an enforcement matter");
    let id = rich().id;
    assert_eq!(
        document.to_json(),
        format!(
            concat!(
                r#"{{"specversion":"1.0","id":"{id}-9","source":"/weifang/12345","type":"chuishao.enforcement-matter.v1","#,
                r#""subject":"{id}","time":"2024-11-12T02:00:00Z","datacontenttype":"application/json","#,
                r#""dataschema":"/schemas/enforcement-matter/1","data":{{"items":["#,
                r#"{{"code":"ZF044","name":"流动摊贩占道经营的查处","department":{{"id":"WF-CG","name":"市城管局"}}}},"#,
                r#"{{"code":"ZF047","name":"占用城市道路的其他违法行为查处","department":{{"id":"WF-CG","name":"市城管局"}}}}],"#,
                r#""category":{{"id":"060201","name":"市容环境/占道经营/流动摊贩"}},"matter_kind":"complaint","#,
                r#""territory":{{"id":"370705","name":"奎文区"}},"street":{{"id":"370705-S02","name":"大虞街道"}},"#,
                r#""lead_unit":{{"id":"370705-CG","name":"奎文区城管局"}},"state":"handling","urgency":"urgent","#,
                r#""received_at":"2024-11-06T02:20:00Z","dispatched_at":"2024-11-06T02:40:00Z","#,
                r#""due_at":"2024-11-13T09:30:00Z","closed_at":null,"overdue":false,"extended":false,"#,
                r#""hand_back_count":1,"rework_count":1,"first_solved":false,"solved":false,"satisfied":false}}}}"#
            ),
            id = id
        )
    );
}

#[test]
fn only_the_items_are_pushed_and_a_reclassified_ticket_is_taken_back() {
    let now = at("2024-11-12T10:00");
    let mut ticket = rich();
    assert_eq!(feed::withdrawal(&ticket, &"0602".into(), now, &WORLD), None, "it is still one");
    ticket.intake.category = "0101".into();
    assert_eq!(feed::matter(&ticket, now, &WORLD), None);
    let back = feed::withdrawal(&ticket, &"060201".into(), now, &WORLD).expect("it was one");
    assert_eq!((back.kind, back.data.reason), ("chuishao.enforcement-matter-withdrawn.v1", "reclassified"));
    assert_eq!(feed::withdrawal(&ticket, &"0102".into(), now, &WORLD), None, "it never was one");
}

#[test]
fn a_confidential_ticket_gives_its_county_alone() {
    let mut ticket = rich();
    ticket.intake.confidential = true;
    let document = feed::matter(&ticket, at("2024-11-12T10:00"), &WORLD).expect("an enforcement matter");
    assert_eq!(document.data.street, None);
    assert_eq!(document.data.territory.map(|territory| territory.name), Some("奎文区".into()));
    assert_eq!(open311::service_request(&ticket, at("2024-11-12T10:00"), &WORLD), None);
}

#[test]
fn nothing_goes_to_arbitration_without_the_callers_consent() {
    let receiver = |kind| WORLD.catalogue.referral_receiver(kind).expect("one of the five");
    let arbitration = receiver(Receiver::Arbitration);
    let refusal = referral::matter(&rich(), arbitration, false, &WORLD).expect_err("refused");
    assert_eq!(refusal.code, "referral-consent");
    assert!(referral::matter(&rich(), receiver(Receiver::Court), false, &WORLD).is_ok());
    let matter = referral::matter(&rich(), arbitration, true, &WORLD).expect("agreed");
    let now = at("2024-11-12T10:00");
    let batch = referral::batch(arbitration, 3, vec![matter.clone()], now).expect("one matter");
    assert_eq!((batch.id.as_str(), batch.subject.as_str()), ("referral-ZC-3", "ZC"));
    assert_eq!(batch.data.receiver.name, "潍坊仲裁委员会办公室");
    assert_eq!(referral::batch(arbitration, 4, vec![], now).expect_err("refused").code, "referral-batch-size");
    let many = vec![matter; referral::MOST_MATTERS + 1];
    assert_eq!(referral::batch(arbitration, 4, many, now).expect_err("refused").code, "referral-batch-size");
}

#[test]
fn closed_is_not_called_solved() {
    let now = at("2024-11-12T10:00");
    let seen = |ticket: &Ticket| open311::service_request(ticket, now, &WORLD).expect("public");
    let mut ticket = rich();
    let request = seen(&ticket);
    assert_eq!((request.status, request.status_notes.as_str()), (open311::Status::Open, "办理中（第 1 次重办）"));
    assert_eq!(request.requested_datetime, "2024-11-06T10:20:00+08:00");
    assert_eq!(request.expected_datetime.as_deref(), Some("2024-11-13T17:30:00+08:00"));
    assert_eq!(request.address.as_deref(), Some("奎文区大虞街道"));
    assert_eq!(request.jurisdiction_id.as_deref(), Some("370705"));
    assert_eq!(request.agency_responsible.as_deref(), Some("奎文区城管局"));
    ticket.rework_count = 0;
    for (state, notes) in [
        (TicketState::Registered, "待受理"),
        (TicketState::Accepted, "待派遣"),
        (TicketState::InReview, "待审核"),
        (TicketState::AwaitingFollowUp, "待回访"),
    ] {
        ticket.state = state;
        let request = seen(&ticket);
        assert_eq!((request.status, request.status_notes.as_str()), (open311::Status::Open, notes));
    }
    ticket.state = TicketState::ClosedOut;
    for (solved, notes) in [
        (Some(true), "已办结：来电人认为已解决"),
        (Some(false), "已办结：来电人认为未解决，已作解释"),
        (None, "已办结：回访未能联系到来电人"),
    ] {
        ticket.follow_ups[0].solved = solved;
        let request = seen(&ticket);
        assert_eq!((request.status, request.status_notes.as_str()), (open311::Status::Closed, notes));
    }
}

#[test]
fn every_category_is_a_service() {
    let services: Vec<open311::Service> = open311::services(&WORLD.catalogue).collect();
    assert_eq!(services.len(), 193);
    let stalls = services.iter().find(|service| service.service_code == "060201").expect("it is there");
    assert_eq!((stalls.group.as_str(), stalls.keywords.as_str()), ("市容环境", "市容环境,占道经营,流动摊贩"));
    assert_eq!(stalls.description, "市级行业主管部门：市城管局");
}
