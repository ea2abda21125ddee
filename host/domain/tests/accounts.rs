//! Accounts: the table of permissions, its document, and what may be done to an account by whom.

use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::handle::{Command, Hand, duties_given_up, handle, must_have_chosen};
use chuishao_domain::account::permission::{PERMISSIONS, Scope, Target, admit, document, scope};
use chuishao_domain::account::post::{Acting, Post};
use chuishao_domain::account::role::{DUTIES, PlaceKind, Role};
use chuishao_domain::account::{Account, AccountName, Kind};
use chuishao_domain::actor::PostKind;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::transitions::TRANSITIONS;
use std::sync::LazyLock;

static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

#[test]
fn the_document_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/permissions.md");
    let fresh = document();
    if std::env::var_os("CHUISHAO_BLESS").is_some() {
        std::fs::write(path, &fresh).expect("it writes");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default().replace('\r', "");
    assert!(kept == fresh, "docs/permissions.md is not the table any more; run the test with CHUISHAO_BLESS=1");
}

#[test]
fn every_action_has_one_row_and_no_role_stands_twice_in_it() {
    let rows: Vec<Action> = PERMISSIONS.iter().map(|row| row.action).collect();
    assert_eq!(rows, Action::ALL, "in the order of the actions");
    for row in PERMISSIONS {
        let who: Vec<Role> = row.city.iter().chain(row.own).copied().collect();
        let mut once = who.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), who.len(), "{:?}", row.action);
        assert!(!who.is_empty(), "{:?} is nobody's", row.action);
    }
}

/// 三员分立: what one duty does no other duty and no post of the business does, but for looking at
/// accounts, which both who make them and who grant posts must, and at how the machine runs.
#[test]
fn the_duties_stand_apart() {
    let shared = [Action::OwnAccount, Action::ReadAccounts, Action::ReadOperations];
    for duty in DUTIES {
        for action in Action::ALL.into_iter().filter(|action| !shared.contains(action)) {
            if scope(duty, action).is_some() {
                let others: Vec<Role> =
                    Role::ALL.into_iter().filter(|role| *role != duty && scope(*role, action).is_some()).collect();
                assert_eq!(others, [], "{action:?}");
            }
        }
    }
    for business in Action::ALL.into_iter().take_while(|action| *action != Action::ReadOperations) {
        assert!(DUTIES.iter().all(|duty| scope(*duty, business).is_none()), "{business:?} is no duty's");
    }
}

/// The table lets in whoever the list of transitions lets act, and nobody else.
#[test]
fn who_may_act_on_tickets_is_who_the_transitions_name() {
    for role in Role::ALL {
        let acting = example(role);
        let named = acting
            .by()
            .is_some_and(|by| TRANSITIONS.iter().any(|row| row.command != "register" && row.who.contains(&by.post())));
        assert_eq!(scope(role, Action::CommandTickets).is_some(), named, "{role:?}");
    }
    let registers = TRANSITIONS.iter().filter(|row| row.command == "register").flat_map(|row| row.who);
    let registers: Vec<&str> = registers.copied().map(PostKind::term).collect();
    let may = Role::ALL.into_iter().filter(|role| scope(*role, Action::RegisterTickets).is_some());
    assert_eq!(may.map(Role::term).collect::<Vec<_>>(), registers);
}

fn example(role: Role) -> Acting {
    let (post, number) = match role.place() {
        PlaceKind::City => (Post::of(role), "0001"),
        PlaceKind::Unit if role == Role::DepartmentSupervisor => (Post::at(role, "WF-ZJ"), ""),
        PlaceKind::Unit => (Post::at(role, "370705-GA"), ""),
        PlaceKind::Territory => (Post::at(role, "370705"), "0001"),
        PlaceKind::Receiver => (Post::at(role, "platform"), ""),
    };
    Acting { post, number: number.to_owned() }
}

#[test]
fn posts_and_who_acts_are_read_as_they_are_written() {
    for role in Role::ALL {
        let acting = example(role);
        assert_eq!(Acting::parse(&acting.to_string()), Some(acting.clone()), "{role:?}");
        assert_eq!(Post::parse(&acting.post.to_string()), Some(acting.post));
    }
    for wrong in ["", "reviewer", "reviewer:", "unit-clerk", "county-ops:370705", "clock:1", "rule:x", "reviewer:01 02"]
    {
        assert_eq!(Acting::parse(wrong), None, "{wrong}");
    }
    for wrong in ["", "reviewer:0102", "unit-clerk", "unit-clerk:", "county-ops", "clock"] {
        assert_eq!(Post::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_place_is_ones_own_or_not() {
    let clerk = example(Role::UnitClerk);
    let department = example(Role::DepartmentSupervisor);
    let county = example(Role::CountyOps);
    let (own, other, city) = ("370705".into(), "370784".into(), "WF".into());
    let cells = [
        (&clerk, Action::ReadReports, Target::Territory(&own), true),
        (&clerk, Action::ReadReports, Target::Territory(&other), false),
        (&clerk, Action::ReadReports, Target::City, false),
        (&clerk, Action::ReadScores, Target::Subject("370705"), true),
        (&clerk, Action::ReadScores, Target::Subject("370784"), false),
        // A department's place is itself, not the whole city that it belongs to.
        (&department, Action::ReadScores, Target::Subject("WF-ZJ"), true),
        (&department, Action::ReadScores, Target::Subject("WF"), false),
        (&department, Action::ReadScores, Target::Subject("WF-CG"), false),
        (&county, Action::ReadPlugins, Target::Territory(&own), true),
        (&county, Action::ReadPlugins, Target::Territory(&other), false),
        (&county, Action::ReadPlugins, Target::Territory(&city), false),
        // What the city has act everywhere acts in the county.
        (&county, Action::ReadPlugins, Target::ActsIn(&own), true),
        (&county, Action::ReadPlugins, Target::ActsIn(&city), true),
        (&county, Action::ReadPlugins, Target::ActsIn(&other), false),
    ];
    for (acting, action, target, may) in cells {
        assert_eq!(admit(acting, action, target, &WORLD).is_ok(), may, "{acting} {action:?} {target:?}");
    }
    let refusal = admit(&clerk, Action::ReadAudit, Target::Any, &WORLD).expect_err("it is the auditor's");
    assert_eq!((refusal.code.as_ref(), refusal.chinese.contains("审计员")), ("not-entitled", true));
    assert_eq!(scope(Role::HotlineOffice, Action::ReadReports), Some(Scope::City));
}

fn named(name: &str) -> AccountName {
    AccountName::parse(name).expect("a name")
}

fn hand(name: &str, role: Role) -> Hand {
    Hand::Account { name: named(name), acting: example(role) }
}

fn console() -> Hand {
    Hand::Console { user: "root".into() }
}

fn create(kind: Kind) -> Command {
    Command::Create { kind, number: "0102".into(), title: "张三".into() }
}

fn grant(post: &str) -> Command {
    Command::Grant { post: Post::parse(post).expect("a post") }
}

fn with_posts(kind: Kind, posts: &[&str]) -> Account {
    let name = named("zhang.san");
    let mut account = handle(&name, None, &create(kind), &console(), &WORLD).expect("it is made");
    for post in posts {
        account = handle(&name, Some(&account), &grant(post), &console(), &WORLD).expect("it is granted");
    }
    account
}

fn refused(account: Option<&Account>, command: &Command, hand: &Hand) -> String {
    handle(&named("zhang.san"), account, command, hand, &WORLD).expect_err("it is refused").code.into_owned()
}

#[test]
fn making_is_the_systems_and_granting_the_securitys() {
    let (system, security, audit) =
        (hand("sys", Role::SystemAdmin), hand("sec", Role::SecurityAdmin), hand("aud", Role::AuditAdmin));
    let account = with_posts(Kind::Person, &["reviewer"]);
    let there = Some(&account);
    let keeping = [
        (None, create(Kind::Person)),
        (there, Command::Disable { reason: "离职".into() }),
        (there, Command::ResetPassword {}),
        (there, Command::EndSessions {}),
    ];
    for (there, command) in &keeping {
        assert!(handle(&named("zhang.san"), *there, command, &system, &WORLD).is_ok(), "{command:?}");
        assert_eq!(refused(*there, command, &security), "not-entitled");
        assert_eq!(refused(*there, command, &audit), "not-entitled");
        assert_eq!(refused(*there, command, &hand("office", Role::HotlineOffice)), "not-entitled");
    }
    let granting = [grant("dispatcher"), Command::Withdraw { post: Post::of(Role::Reviewer) }];
    for command in &granting {
        assert!(handle(&named("zhang.san"), there, command, &security, &WORLD).is_ok(), "{command:?}");
        assert_eq!(refused(there, command, &system), "not-entitled");
        assert_eq!(refused(there, command, &audit), "not-entitled");
    }
    // What would open or shut the account of a duty is done at the server's machine.
    for duty in DUTIES {
        let holder = with_posts(Kind::Person, &[duty.key()]);
        for command in [Command::ResetPassword {}, Command::Disable { reason: "离职".into() }] {
            assert_eq!(refused(Some(&holder), &command, &system), "duty-account", "{duty:?}");
            assert!(handle(&named("zhang.san"), Some(&holder), &command, &console(), &WORLD).is_ok(), "{duty:?}");
        }
        let without = Account { posts: std::collections::BTreeSet::new(), ..holder.clone() };
        assert_eq!(duties_given_up(Some(&holder), &without, &security), [duty]);
        assert_eq!(duties_given_up(Some(&holder), &without, &console()), []);
        assert_eq!(duties_given_up(Some(&holder), &holder, &security), []);
    }
    // Nobody does it to himself.
    assert_eq!(refused(there, &grant("dispatcher"), &hand("zhang.san", Role::SecurityAdmin)), "own-account");
    assert_eq!(refused(there, &Command::ResetPassword {}, &hand("zhang.san", Role::SystemAdmin)), "own-account");
}

/// Who was shown a first password could sign in with it.
#[test]
fn a_duty_is_granted_over_http_to_who_chose_another_password() {
    let refused = |command: &Command, hand: &Hand, first: bool| {
        must_have_chosen(command, hand, first).err().map(|refusal| refusal.code.into_owned())
    };
    let security = hand("sec", Role::SecurityAdmin);
    for duty in DUTIES {
        assert_eq!(refused(&grant(duty.key()), &security, true).as_deref(), Some("first-password"), "{duty:?}");
        assert_eq!(refused(&grant(duty.key()), &security, false), None, "{duty:?}");
        assert_eq!(refused(&grant(duty.key()), &console(), true), None, "the first ones are made there: {duty:?}");
    }
    assert_eq!(refused(&grant("reviewer"), &security, true), None);
}

#[test]
fn a_duty_is_held_alone_even_when_the_console_grants_it() {
    for duty in DUTIES {
        let alone = with_posts(Kind::Person, &[duty.key()]);
        for other in ["reviewer", "unit-clerk:370705-GA"].into_iter().chain(DUTIES.map(Role::key)) {
            let expected = if other == duty.key() { "nothing-changes" } else { "duties-apart" };
            assert_eq!(refused(Some(&alone), &grant(other), &console()), expected, "{duty:?} {other}");
        }
        let clerk = with_posts(Kind::Person, &["reviewer"]);
        assert_eq!(refused(Some(&clerk), &grant(duty.key()), &console()), "duties-apart");
        let machine = with_posts(Kind::Machine, &[]);
        assert_eq!(refused(Some(&machine), &grant(duty.key()), &console()), "duties-apart");
    }
}

/// 两把钥匙: who submits for a county does not approve for the city.
#[test]
fn nobody_holds_both_keys_to_a_plugin() {
    for [held, other] in [["county-ops:370705", "city-ops"], ["city-ops", "county-ops:370784"]] {
        let account = with_posts(Kind::Person, &[held]);
        assert_eq!(refused(Some(&account), &grant(other), &console()), "keys-apart", "{held} {other}");
        assert!(handle(&named("zhang.san"), Some(&account), &grant("monitor"), &console(), &WORLD).is_ok());
    }
    let two_counties = with_posts(Kind::Person, &["county-ops:370705", "county-ops:370784"]);
    assert_eq!(two_counties.posts.len(), 2);
    let county = |number: &str| Officer::County { territory: "370705".into(), number: number.into() };
    let city = |number: &str| Officer::City { number: number.into() };
    assert!(county("0012").is_same_person(&city("0012")) && city("a1").is_same_person(&county("A1")));
    assert!(!county("0012").is_same_person(&city("0003")) && !Officer::Host.is_same_person(&Officer::Host));
}

#[test]
fn a_post_is_where_there_is_such_a_place() {
    let account = with_posts(Kind::Person, &[]);
    for nowhere in [
        "unit-clerk:370705-XX",
        "county-ops:370799",
        "county-ops:WF",
        "department-supervisor:370705-GA",
        "department-supervisor:WF-XX",
    ] {
        assert_eq!(refused(Some(&account), &grant(nowhere), &console()), "unknown-place", "{nowhere}");
    }
    let many = [
        "call-taker",
        "dispatcher",
        "reviewer",
        "follow-up-staff",
        "hotline-office",
        "liability-panel",
        "city-leader",
        "legal-seat",
    ];
    let full = with_posts(Kind::Person, &many);
    assert_eq!(refused(Some(&full), &grant("enterprise-seat"), &console()), "too-many-posts");
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let account = with_posts(Kind::Person, &["reviewer"]);
    let machine = with_posts(Kind::Machine, &["monitor"]);
    assert_eq!(refused(Some(&account), &create(Kind::Person), &console()), "account-exists");
    assert_eq!(refused(None, &Command::Enable {}, &console()), "no-account");
    assert_eq!(refused(Some(&account), &Command::Enable {}, &console()), "nothing-changes");
    assert_eq!(refused(Some(&account), &Command::Disable { reason: " ".into() }, &console()), "words-missing");
    assert_eq!(refused(Some(&machine), &Command::ResetPassword {}, &console()), "no-password");
    let odd = Command::Create { kind: Kind::Person, number: "01 02".into(), title: "张三".into() };
    assert_eq!(refused(None, &odd, &console()), "number-malformed");
    for wrong in ["", "a", "Zhang", "1zhang", "zhang san", "张三", &"a".repeat(33)] {
        assert_eq!(AccountName::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn one_acts_in_a_post_that_one_holds() {
    let account = with_posts(Kind::Person, &["reviewer", "unit-clerk:370705-GA"]);
    let acts = |named: Option<&str>| account.acting_as(named).map(|acting| acting.to_string());
    assert_eq!(acts(None), None, "he has to say in which");
    for named in ["reviewer", "reviewer:0102"] {
        assert_eq!(acts(Some(named)).as_deref(), Some("reviewer:0102"));
    }
    assert_eq!(acts(Some("unit-clerk:370705-GA")).as_deref(), Some("unit-clerk:370705-GA"));
    for wrong in ["reviewer:0103", "dispatcher", "unit-clerk:370784-ZJ", "", "system-admin"] {
        assert_eq!(acts(Some(wrong)), None, "{wrong}");
    }
    let one = with_posts(Kind::Person, &["reviewer"]);
    assert_eq!(one.acting_as(None).map(|acting| acting.to_string()).as_deref(), Some("reviewer:0102"));
}
