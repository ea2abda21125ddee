//! The public view (公开查询) as Open311 GeoReport v2: read-only, without callers and text.
//!
//! The standard knows `open` and `closed` alone, and elsewhere "closed" was read as "fixed".
//! So the real state stands in `status_notes`, and what the follow-up call heard with it.
//! Confidential tickets are not in the view. There is no POST: matters are registered by
//! people, through the hotline.

use super::Named;
use crate::World;
use crate::calendar::civil;
use crate::catalogue::{Catalogue, Category};
use crate::deadline::DeadlineKind;
use crate::ticket::{Ticket, TicketState};
use jiff::Timestamp;
use serde::Serialize;

/// `open` or `closed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// 待受理 to 待回访.
    Open,
    /// 已办结.
    Closed,
}

/// A service request (`GET requests/{id}.json`), all fields of the standard in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ServiceRequest {
    /// 工单编号.
    pub service_request_id: String,
    /// Open until it is closed out.
    pub status: Status,
    /// The real state, and what the follow-up call heard.
    pub status_notes: String,
    /// 分类名称.
    pub service_name: Option<String>,
    /// 分类代码.
    pub service_code: Option<String>,
    /// The category again: what the caller said is not public.
    pub description: Option<String>,
    /// 主办单位.
    pub agency_responsible: Option<String>,
    /// 承诺, in words.
    pub service_notice: Option<String>,
    /// 来电时刻.
    pub requested_datetime: String,
    /// 最近变化.
    pub updated_datetime: String,
    /// 办结时限.
    pub expected_datetime: Option<String>,
    /// 区县 and 街镇, no finer.
    pub address: Option<String>,
    /// 街镇 id.
    pub address_id: Option<String>,
    /// Not kept.
    pub zipcode: Option<String>,
    /// Not kept.
    pub lat: Option<String>,
    /// Not kept.
    pub long: Option<String>,
    /// Attachments are not public.
    pub media_url: Option<String>,
    /// 区县代码.
    pub jurisdiction_id: Option<String>,
}

/// A service (`GET services.json`): a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Service {
    /// 分类代码.
    pub service_code: String,
    /// 分类名称.
    pub service_name: String,
    /// 主管部门, in words.
    pub description: String,
    /// There are no further questions.
    pub metadata: bool,
    /// `blackbox`: this interface gives no number back, because it takes no requests.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Search words: the parts of the name.
    pub keywords: String,
    /// The first part of the name.
    pub group: String,
}

/// The view of a ticket that changed last at `updated_at`; nothing of a confidential one.
#[must_use]
pub fn service_request(ticket: &Ticket, updated_at: Timestamp, world: &World) -> Option<ServiceRequest> {
    if ticket.intake.confidential {
        return None;
    }
    let category = Named::category(ticket, world);
    let name = category.as_ref().map(|category| category.name.clone());
    let territory = Named::territory(ticket, world);
    let street = Named::street(ticket, world);
    let close = ticket.deadline(DeadlineKind::Close);
    let address = territory.as_ref().map(|territory| {
        let street = street.as_ref().map_or("", |street| &street.name);
        format!("{}{street}", territory.name)
    });
    Some(ServiceRequest {
        service_request_id: ticket.id.to_string(),
        status: if ticket.state == TicketState::ClosedOut { Status::Closed } else { Status::Open },
        status_notes: notes(ticket),
        service_name: name.clone(),
        service_code: category.map(|category| category.id),
        description: name,
        agency_responsible: ticket.lead_unit().and_then(|unit| Named::unit(unit, world)).map(|unit| unit.name),
        service_notice: close.map(|deadline| format!("{}内办结（{}）", deadline.limit, deadline.source.term())),
        requested_datetime: datetime(ticket.intake.received_at),
        updated_datetime: datetime(updated_at),
        expected_datetime: close.and_then(|deadline| deadline.due.at()).map(datetime),
        address,
        address_id: street.map(|street| street.id),
        zipcode: None,
        lat: None,
        long: None,
        media_url: None,
        jurisdiction_id: territory.map(|territory| territory.id),
    })
}

/// The categories that a matter can have today.
pub fn services(catalogue: &Catalogue) -> impl Iterator<Item = Service> {
    catalogue.categories().map(|category| service(category, catalogue))
}

fn service(category: &Category, catalogue: &Catalogue) -> Service {
    let name = &category.name;
    Service {
        service_code: category.code.to_string(),
        service_name: name.clone(),
        description: format!("市级行业主管部门：{}", catalogue.unit_name(&category.department)),
        metadata: false,
        kind: "blackbox",
        keywords: name.split('/').collect::<Vec<_>>().join(","),
        group: name.split('/').next().unwrap_or_default().to_owned(),
    }
}

/// The state, and after closing what the caller said: closed is not solved.
fn notes(ticket: &Ticket) -> String {
    let state = ticket.state.term();
    if ticket.state != TicketState::ClosedOut {
        return match ticket.rework_count {
            0 => state.to_owned(),
            count => format!("{state}（第 {count} 次重办）"),
        };
    }
    let heard = match ticket.figures().solved {
        Some(true) => "来电人认为已解决",
        Some(false) => "来电人认为未解决，已作解释",
        None => "回访未能联系到来电人",
    };
    format!("{state}：{heard}")
}

/// As the standard writes moments (W3C), with the offset of China.
fn datetime(at: Timestamp) -> String {
    civil(at).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}
