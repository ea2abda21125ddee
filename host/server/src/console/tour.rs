//! A tour of the first minutes (导览): eight steps, in the order in which a call goes through the city, each
//! with what its post sees first and links to the real pages. For anybody, also before signing in.

use super::ROOT;
use super::language::{Language, language_of};
use super::layout::{bare, role_words, shown};
use super::pages::For::{self, Anybody, WhoMay, WhoMayInTerritory};
use super::pages::Pages;
use super::parts::heading;
use super::visitor::{Stranger, Visitor};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::role::Role;
use maud::{Markup, html};

pub fn write(pages: Pages) -> Pages {
    pages.get("/tour", Anybody, page)
}

/// A page that a step leads to, and whom it is for.
struct Link {
    address: &'static str,
    words: (&'static str, &'static str),
    whom: For,
}

struct Step {
    /// Who sees it first.
    roles: &'static [Role],
    title: (&'static str, &'static str),
    words: (&'static str, &'static str),
    links: &'static [Link],
}

const fn link(address: &'static str, chinese: &'static str, english: &'static str, whom: For) -> Link {
    Link { address, words: (chinese, english), whom }
}

const STEPS: [Step; 8] = [
    Step {
        roles: &[Role::CallTaker, Role::EnterpriseSeat],
        title: ("接一个电话", "Take a call"),
        words: (
            "一张表登记诉求；边写边出现可能的分类、重复的工单、知识库口径和本地规则会要求的事项。来电人的姓名和电话加密存入保险库。",
            "One form; as one types, likely categories, duplicates, answers and what local rules would ask for appear. Who called is sealed in the vault.",
        ),
        links: &[
            link("/call", "接听登记", "Take a call", WhoMay(Action::RegisterTickets)),
            link("/queue", "工单", "Tickets", WhoMay(Action::ReadTickets)),
        ],
    },
    Step {
        roles: &[Role::Dispatcher],
        title: ("派给承办单位", "Dispatch it"),
        words: (
            "待派单的工单，最急的在前。工单页写明现在可以办理什么，以及什么现在不能办、为什么。",
            "What waits to be dispatched, the most pressing first. A ticket's page says what can be done now, and what cannot and why.",
        ),
        links: &[link("/queue?list=accepted", "待派单", "To dispatch", WhoMay(Action::ReadTickets))],
    },
    Step {
        roles: &[Role::UnitClerk, Role::DepartmentSupervisor],
        title: ("办理和督办", "Handle and supervise it"),
        words: (
            "单位的首页就是待办：签收、联系来电人、报结；市级部门督办、提出书面意见、报到。",
            "A unit's first page is what it has to do: take up, contact the caller, report back; departments supervise, write opinions, check in.",
        ),
        links: &[
            link("/queue?list=to-dos", "待办", "To do", WhoMay(Action::ReadToDos)),
            link("/topics", "涉及本单位的议题", "Topics that concern the unit", WhoMay(Action::ReadTopics)),
        ],
    },
    Step {
        roles: &[Role::Reviewer, Role::FollowUpStaff],
        title: ("审核和回访", "Review and follow up"),
        words: (
            "审核办理结果，回访来电人。时间线上每条规则的决定都能展开、重放；有争议时一案一档可以打印。",
            "The result is reviewed and the caller asked. Each decision of a rule can be opened and replayed; a dispute file can be printed.",
        ),
        links: &[link("/queue", "待审核、待回访", "To review, to follow up", WhoMay(Action::ReadTickets))],
    },
    Step {
        roles: &[Role::HotlineOffice, Role::GovernmentOffice],
        title: ("研判：热点、议题、考核", "Figures: hot topics and scores"),
        words: (
            "报表、评分表、当日热点；热点提成议题，逐级研究、议定措施、吹哨报到；百日攻坚看同比。",
            "Reports, scores, what is hot today; what is hot becomes a topic, is discussed, decided and supervised; campaigns against the year before.",
        ),
        links: &[
            link("/reports", "报表", "Reports", WhoMayInTerritory(Action::ReadReports)),
            link("/topics", "热点和议题", "Hot topics", WhoMay(Action::ReadTopics)),
            link("/campaigns", "攻坚行动", "Campaigns", WhoMay(Action::ReadCampaigns)),
        ],
    },
    Step {
        roles: &[Role::DepartmentSupervisor, Role::KnowledgeReviewer],
        title: ("写好答复口径", "Keep the answers"),
        words: (
            "责任部门起草、提报，审核员审核、发布；过期的自动失效，该复核的到期提醒。接听时立刻能找到。",
            "Departments draft and submit, the reviewer approves and publishes; what runs out expires by itself. Call takers find it at once.",
        ),
        links: &[
            link("/knowledge", "知识库", "Knowledge", WhoMay(Action::ReadKnowledge)),
            link("/knowledge?list=submitted", "待审核", "Waiting for approval", WhoMay(Action::ReadKnowledge)),
        ],
    },
    Step {
        roles: &[Role::CountyOps, Role::CityOps],
        title: ("装一条本地规则", "Put a local rule in"),
        words: (
            "区县上传签名的插件包，市平台批准，先影子、再灰度、再启用，随时一步退回；启用前可以用去年的工单评估影响。",
            "A county hands a signed package in, the city approves; shadow, canary, on, and one step back at any time; its impact is tried on the past year first.",
        ),
        links: &[
            link("/plugins", "插件", "Plugins", WhoMay(Action::ReadPlugins)),
            link("/packages", "插件包", "Packages", WhoMay(Action::ReadPlugins)),
        ],
    },
    Step {
        roles: &[Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin],
        title: ("三员分立", "Three duties apart"),
        words: (
            "系统管理员建账号，安全管理员授岗位，审计员查日志；三者互不兼任。日历和职责清单由热线工作机构导入，先看差异再确认。",
            "One makes accounts, one grants posts, one reads the audit log. The hotline office imports the calendar and the catalogue, and sees first what changes.",
        ),
        links: &[
            link("/accounts", "账号", "Accounts", WhoMay(Action::ReadAccounts)),
            link("/audit", "审计日志", "Audit log", WhoMay(Action::ReadAudit)),
            link("/operations", "运行状况", "Operations", WhoMay(Action::ReadOperations)),
        ],
    },
];

async fn page(stranger: Stranger, visitor: Result<Visitor, Response>) -> Response {
    let language = stranger.language;
    let title = language.t("导览", "Tour");
    match visitor {
        Ok(visitor) => shown(&visitor.chrome, title, &body(language, title, |whom| visitor.is_for(whom))),
        Err(_) => {
            let way = html! {
                (body(language, title, |_| false))
                p { a.button href={ (ROOT) "/sign-in" } { (language.t("登录", "Sign in")) } }
            };
            let page = bare(language, title, &way).into_string();
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
    }
}

fn body(language: Language, title: &str, is_for: impl Fn(For) -> bool) -> Markup {
    let lead = language.t(
        "八步，几分钟看完一件诉求怎样走过全市。链接都是真实的页面，当前岗位打不开的，写明由谁来看。",
        "Eight steps, a few minutes: how a matter goes through the city. The links are real pages; where this post has none, it says whose they are.",
    );
    html! {
        (heading(title, &html! {}))
        p.lead { (lead) }
        ol.steps { @for step in &STEPS { li { (drawn(language, step, &is_for)) } } }
    }
}

fn drawn(language: Language, step: &Step, is_for: &impl Fn(For) -> bool) -> Markup {
    let roles: Vec<String> = step.roles.iter().map(|role| role_words(language, *role)).collect();
    let roles = roles.join(language.t("、", ", "));
    html! {
        section.card {
            h2 { (language.t(step.title.0, step.title.1)) }
            p { (language.t(step.words.0, step.words.1)) }
            p.quiet lang=[language_of(&roles)] { (language.t("岗位：", "Posts: ")) (roles) }
            p.actions {
                @for link in step.links {
                    @let words = language.t(link.words.0, link.words.1);
                    @if is_for(link.whom) { a.button.plain href={ (ROOT) (link.address) } { (words) } }
                    @else { span.quiet { (words) (language.t("（请以上述岗位登录）", " (sign in as one of these)")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, STEPS};
    use chuishao_domain::account::permission::scope;
    use chuishao_domain::account::role::Role;

    fn may(role: Role, link: &Link) -> bool {
        link.whom.action().is_none_or(|action| scope(role, action).is_some())
    }

    #[test]
    fn every_step_leads_its_posts_to_pages_that_they_may_open() {
        for step in &STEPS {
            for role in step.roles {
                let opens = step.links.iter().any(|link| may(*role, link));
                assert!(opens, "{} opens nothing of 「{}」", role.term(), step.title.0);
            }
            for link in step.links {
                let somebody = step.roles.iter().any(|role| may(*role, link));
                assert!(somebody, "nobody of 「{}」 opens {}", step.title.0, link.address);
            }
        }
    }
}
