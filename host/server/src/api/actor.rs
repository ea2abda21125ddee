//! Who acts (操作人). Accounts come with a gateway in front; until then the server listens on
//! the machine itself alone and believes this header: `Chuishao-Actor: unit-clerk:370784-ZJ`.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chuishao_domain::actor::By;
use chuishao_domain::ids::UnitId;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::topic::actor::{Office, TopicBy};

/// The header.
const HEADER: &str = "chuishao-actor";

/// Whoever may stand in the header.
pub trait HeaderActor: Sized + Send {
    /// Reads the header.
    fn of(headers: &HeaderMap) -> Result<Self, Problem>;
}

fn said(headers: &HeaderMap) -> Option<&str> {
    headers.get(HEADER).and_then(|value| value.to_str().ok())
}

impl HeaderActor for By {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        said(headers).and_then(parse).ok_or_else(|| {
            Problem::bad_request(
                "请在 Chuishao-Actor 中写明岗位，例如 call-taker:0231、dispatcher:0007、unit-clerk:370784-ZJ、\
                 department-supervisor:WF-ZJ、reviewer:0102、knowledge-reviewer:0108、follow-up-staff:0305、enterprise-seat:0501、legal-seat:0601、\
                 company-seat:WF-GD、hotline-office:0002、liability-panel:0003、city-leader:0001",
                "the header Chuishao-Actor is missing or malformed",
            )
        })
    }
}

/// On topics: the two convening offices beside the posts of tickets.
impl HeaderActor for TopicBy {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        said(headers).and_then(parse_of_topics).ok_or_else(|| {
            Problem::bad_request(
                "请在 Chuishao-Actor 中写明岗位，例如 hotline-office:0002、government-office:0001、\
                 department-supervisor:WF-ZJ、unit-clerk:370784-ZJ",
                "the header Chuishao-Actor is missing or malformed",
            )
        })
    }
}

/// Who reads something.
pub struct RequestActor(pub By);

impl<S: Sync> FromRequestParts<S> for RequestActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        By::of(&parts.headers).map(Self)
    }
}

fn parse_of_topics(text: &str) -> Option<TopicBy> {
    let office = |number: &str| well_formed(number).map(str::to_owned);
    Some(TopicBy::Office(match text.split_once(':')? {
        ("hotline-office", number) => Office::HotlineOffice { number: office(number)? },
        ("government-office", number) => Office::GovernmentOffice { number: office(number)? },
        _ => return parse(text).map(TopicBy::Known),
    }))
}

/// On plugins: county or city.
impl HeaderActor for Officer {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        said(headers).and_then(officer).ok_or_else(|| {
            Problem::bad_request(
                "请在 Chuishao-Actor 中写明岗位：county-ops:370705:0012（区县代码、工号）或 city-ops:0003（工号）",
                "the header Chuishao-Actor is missing or malformed",
            )
        })
    }
}

/// Which officer reads something of plugins.
pub struct RequestOfficer(pub Officer);

impl<S: Sync> FromRequestParts<S> for RequestOfficer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Officer::of(&parts.headers).map(Self)
    }
}

fn officer(text: &str) -> Option<Officer> {
    let mut parts = text.split(':');
    let officer = match (parts.next()?, parts.next()?, parts.next()) {
        ("county-ops", territory, Some(number)) => {
            Officer::County { territory: well_formed(territory)?.into(), number: well_formed(number)?.to_owned() }
        }
        ("city-ops", number, None) => Officer::City { number: well_formed(number)?.to_owned() },
        _ => return None,
    };
    parts.next().is_none().then_some(officer)
}

/// A number or unit as headers may carry it.
fn well_formed(id: &str) -> Option<&str> {
    let fits = !id.is_empty() && id.len() <= 32 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then_some(id)
}

fn parse(text: &str) -> Option<By> {
    let (post, id) = text.split_once(':')?;
    let number = well_formed(id)?.to_owned();
    Some(match post {
        "call-taker" => By::CallTaker { number },
        "enterprise-seat" => By::EnterpriseSeat { number },
        "legal-seat" => By::LegalSeat { number },
        "company-seat" => By::CompanySeat { unit: UnitId(number) },
        "dispatcher" => By::Dispatcher { number },
        "unit-clerk" => By::UnitClerk { unit: UnitId(number) },
        "department-supervisor" => By::DepartmentSupervisor { unit: UnitId(number) },
        "reviewer" => By::Reviewer { number },
        "knowledge-reviewer" => By::KnowledgeReviewer { number },
        "follow-up-staff" => By::FollowUpStaff { number },
        "hotline-office" => By::HotlineOffice { number },
        "liability-panel" => By::LiabilityPanel { number },
        "city-leader" => By::CityLeader { number },
        _ => return None,
    })
}
