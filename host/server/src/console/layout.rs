//! The frame of every page (页面框架): head, menu, who is looking, and the one place where what was
//! just done is told.

use super::ROOT;
use super::assets::{script_address, style_address};
use super::fault::Problem;
use super::language::{Language, language_of};
use super::pages::For::{self, WhoMay, WhoMayInTerritory};
use super::visitor::{Chrome, NOTICE_COOKIE, Visitor};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::post::Post;
use chuishao_domain::account::role::Role;
use maud::{DOCTYPE, Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest note that a cookie carries to the next page, in characters.
const MOST_NOTICE_CHARS: usize = 300;

/// One line of the menu.
struct Entry {
    address: &'static str,
    words: (&'static str, &'static str),
    /// Whom the page is for.
    whom: For,
}

const fn entry(address: &'static str, chinese: &'static str, english: &'static str, whom: For) -> Entry {
    Entry { address, words: (chinese, english), whom }
}

/// The menu, by area.
const MENU: [((&str, &str), &[Entry]); 5] = [
    (
        ("受理台", "Desk"),
        &[
            entry("/call", "接听登记", "Take a call", WhoMay(Action::RegisterTickets)),
            entry("/queue", "工单", "Tickets", WhoMay(Action::ReadTickets)),
            entry("/knowledge", "知识库", "Knowledge", WhoMay(Action::ReadKnowledge)),
        ],
    ),
    (
        ("研判与考核", "Figures"),
        &[
            entry("/reports", "报表", "Reports", WhoMayInTerritory(Action::ReadReports)),
            entry("/scores", "评分表", "Scores", WhoMay(Action::ReadScores)),
            entry("/publications", "公布的评价", "Published", WhoMay(Action::ReadPublications)),
            entry("/appeals", "申诉和剔除", "Appeals", WhoMay(Action::ReadAppeals)),
            entry("/topics", "热点和议题", "Hot topics", WhoMay(Action::ReadTopics)),
            entry("/campaigns", "攻坚行动", "Campaigns", WhoMay(Action::ReadCampaigns)),
            entry("/reviews", "本地研判", "Local reviews", WhoMayInTerritory(Action::ReadReviews)),
        ],
    ),
    (
        ("本地规则", "Local rules"),
        &[
            entry("/plugins", "插件", "Plugins", WhoMay(Action::ReadPlugins)),
            entry("/packages", "插件包", "Packages", WhoMay(Action::ReadPlugins)),
            entry("/signer-keys", "签名密钥", "Signing keys", WhoMay(Action::ReadPlugins)),
        ],
    ),
    (
        ("管理", "Administration"),
        &[
            entry("/units", "单位", "Units", WhoMay(Action::ReadReference)),
            entry("/categories", "诉求分类", "Categories", WhoMay(Action::ReadReference)),
            entry("/catalogue", "职责清单", "Catalogue", WhoMay(Action::ReadReference)),
            entry("/calendar", "工作日历", "Calendar", WhoMay(Action::ReadReference)),
            entry("/accounts", "账号", "Accounts", WhoMay(Action::ReadAccounts)),
            entry("/audit", "审计日志", "Audit log", WhoMay(Action::ReadAudit)),
            entry("/operations", "运行状况", "Operations", WhoMay(Action::ReadOperations)),
        ],
    ),
    (("帮助", "Help"), &[entry("/tour", "导览", "Tour", WhoMay(Action::OwnAccount))]),
];

/// A page within the frame.
pub fn page(chrome: &Chrome, title: &str, body: &Markup) -> Markup {
    let language = chrome.language;
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            (head(language, title))
            body {
                a.skip href="#main" { (language.t("跳到正文", "Skip to content")) }
                header.bar {
                    a.brand href=(ROOT) { span.mark aria-hidden="true" {} (language.t("吹哨", "Chuishao")) span.sub { "12345" } }
                    @if chrome.may(Action::ReadTickets) {
                        form.find role="search" method="get" action={ (ROOT) "/find" } {
                            label.out-of-sight for="find" { (language.t("工单编号", "Ticket number")) }
                            input #find name="id" type="search" autocomplete="off" spellcheck="false"
                                placeholder=(language.t("工单编号，按 / 键输入", "Ticket number, press /"));
                            button type="submit" { (language.t("查找", "Find")) }
                        }
                    }
                    (person(chrome))
                }
                div.frame {
                    (menu(chrome))
                    main #main tabindex="-1" {
                        @if let Some(notice) = &chrome.notice { div.note.good role="status" lang=[language_of(notice)] { (notice) } }
                        (body)
                    }
                }
            }
        }
    }
}

fn head(language: Language, title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title lang=[language_of(title)] { (title) " · " (language.t("吹哨 12345", "Chuishao 12345")) }
            link rel="icon" href={ (ROOT) "/assets/icon.svg" } type="image/svg+xml";
            link rel="stylesheet" href=(style_address());
            script src=(script_address()) defer {}
        }
    }
}

/// Who is looking, in which post, in which language.
fn person(chrome: &Chrome) -> Markup {
    let language = chrome.language;
    let name = chrome.own.as_ref().map_or(language.t("信任岗位", "Posts trusted"), |own| own.title.as_str());
    html! {
        details.person data-menu {
            summary {
                span.who lang=[language_of(name)] { (name) }
                span.post { (post_words(chrome)) }
            }
            div.sheet {
                @if let Some(own) = &chrome.own {
                    p.quiet { (language.t("登录名", "Account")) " " (own.name) " · " (language.t("工号", "Number")) " " (own.number) }
                    @if own.posts.len() > 1 {
                        form method="post" action={ (ROOT) "/post" } {
                            label for="post" { (language.t("以此岗位办理", "Work as")) }
                            select #post name="post" {
                                @for own in &own.posts {
                                    @let chosen = chrome.acting.as_ref().is_some_and(|acting| acting.post == own.post);
                                    @let words = words_of(chrome, &own.post);
                                    option value=(own.post) selected[chosen] lang=[language_of(&words)] { (words) }
                                }
                            }
                            button type="submit" { (language.t("切换", "Switch")) }
                        }
                    }
                }
                form method="post" action={ (ROOT) "/language" } {
                    input type="hidden" name="back" value=(chrome.path);
                    @let (other, words) = if language == Language::Chinese { ("en", "English") } else { ("zh", "中文") };
                    button.link type="submit" name="language" value=(other) lang=(if other == "en" { "en" } else { "zh-CN" }) { (words) }
                }
                @if chrome.own.is_some() { a href={ (ROOT) "/password" } { (language.t("更改密码", "Change password")) } }
                form method="post" action={ (ROOT) "/sign-out" } {
                    button.link type="submit" { (language.t("退出", "Sign out")) }
                }
            }
        }
    }
}

/// The post in which somebody works, in the page's language.
pub fn post_words(chrome: &Chrome) -> Markup {
    let Some(acting) = &chrome.acting else { return html! { (chrome.t("没有岗位", "No post")) } };
    match chrome.language {
        Language::Chinese => html! { (chrome.post_words) },
        Language::English => html! { (words_of(chrome, &acting.post)) },
    }
}

/// Any post in the page's language.
pub fn words_of(chrome: &Chrome, post: &Post) -> String {
    match chrome.language {
        Language::Chinese => post.words(&chrome.world.catalogue),
        Language::English => post.english(),
    }
}

/// A role in the page's language.
pub fn role_words(language: Language, role: Role) -> String {
    language.term(role.term(), role.key())
}

fn menu(chrome: &Chrome) -> Markup {
    let language = chrome.language;
    let offered = |entry: &&Entry| chrome.is_for(entry.whom);
    html! {
        nav.side aria-label=(language.t("主菜单", "Main menu")) {
            details.menu data-menu open {
                summary { (language.t("菜单", "Menu")) }
                ul {
                    li { (menu_line(chrome, "", language.t("首页", "Home"))) }
                    @for ((chinese, english), entries) in &MENU {
                        @if entries.iter().any(|entry| offered(&entry)) {
                            li {
                                span.area { (language.t(chinese, english)) }
                                ul {
                                    @for entry in entries.iter().filter(offered) {
                                        li { (menu_line(chrome, entry.address, language.t(entry.words.0, entry.words.1))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn menu_line(chrome: &Chrome, address: &str, words: &str) -> Markup {
    let at = chrome.path.strip_prefix(ROOT).unwrap_or_default();
    let at = at.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let here = if address.is_empty() { at.is_empty() } else { at == address || at.starts_with(&format!("{address}/")) };
    html! { a href={ (ROOT) (address) } aria-current=[here.then_some("page")] { (words) } }
}

/// A page before anybody is known.
pub fn bare(language: Language, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            (head(language, title))
            body.bare {
                main #main tabindex="-1" {
                    p.brand { span.mark aria-hidden="true" {} (language.t("吹哨", "Chuishao")) span.sub { "12345" } }
                    (body)
                }
            }
        }
    }
}

/// A page as an answer. What was told is told once.
pub fn shown(chrome: &Chrome, title: &str, body: &Markup) -> Response {
    let html = page(chrome, title, body).into_string();
    let mut answer = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    if chrome.notice.is_some() {
        let gone = format!("{NOTICE_COOKIE}=; Path={ROOT}; HttpOnly; SameSite=Strict; Max-Age=0");
        set_cookie(&mut answer, &gone);
    }
    answer
}

/// To another page, which tells what was done.
pub fn done(address: &str, notice: &str) -> Response {
    let short: String = notice.chars().take(MOST_NOTICE_CHARS).collect();
    let text = utf8_percent_encode(&short, NON_ALPHANUMERIC);
    let mut answer = Redirect::to(&format!("{ROOT}{address}")).into_response();
    set_cookie(&mut answer, &format!("{NOTICE_COOKIE}={text}; Path={ROOT}; HttpOnly; SameSite=Strict; Max-Age=60"));
    answer
}

/// Gives the browser a cookie.
pub fn set_cookie(answer: &mut Response, cookie: &str) {
    if let Ok(value) = cookie.parse() {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The page of a visitor.
pub fn show(visitor: &Visitor, title: &str, body: &Markup) -> Response {
    shown(&visitor.chrome, title, body)
}

/// The same after a form that may have been refused, with the status of the refusal.
pub fn show_after(visitor: &Visitor, title: &str, body: &Markup, problem: Option<&Problem>) -> Response {
    let mut answer = show(visitor, title, body);
    if let Some(problem) = problem {
        *answer.status_mut() = problem.status;
    }
    answer
}
