//! The enforcement feed (行政执法监督数据推送, article rows 45 and 46): each change of a ticket
//! that belongs to one of the enforcement items, for the enforcement supervision platform.
//!
//! The document is described field by field by its schema ([`super::SCHEMAS`]), and a test
//! holds the two together. It is pushed whole with every change; the platform keeps the newest by the
//! event's time. When a ticket is reclassified and no longer belongs to an item, a
//! [`withdrawal`] says so, or the platform would count it for ever.

use super::{CloudEvent, Named, envelope};
use crate::World;
use crate::deadline::DeadlineKind;
use crate::ids::CategoryCode;
use crate::rule::effect::FeedField;
use crate::ticket::{MatterKind, Ticket, TicketState, Urgency};
use jiff::Timestamp;
use serde::Serialize;

/// Its type and schema.
pub(super) const MATTER: (&str, &str) = ("chuishao.enforcement-matter.v1", "/schemas/enforcement-matter/1");
/// Its type and schema.
pub(super) const WITHDRAWN: (&str, &str) =
    ("chuishao.enforcement-matter-withdrawn.v1", "/schemas/enforcement-matter-withdrawn/1");

/// An enforcement item that the ticket belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Item {
    /// 事项代码.
    pub code: String,
    /// 事项名称.
    pub name: String,
    /// 执法部门.
    pub department: Option<Named>,
}

/// A matter of administrative enforcement, without its caller and without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EnforcementMatter {
    /// 涉执法事项, at least one.
    pub items: Vec<Item>,
    /// 诉求分类.
    pub category: Option<Named>,
    /// 诉求类型.
    pub matter_kind: MatterKind,
    /// 区县.
    pub territory: Option<Named>,
    /// 街镇; absent when it was not written down, the ticket is confidential, or a local rule left it
    /// out.
    pub street: Option<Named>,
    /// 主办单位.
    pub lead_unit: Option<Named>,
    /// 状态.
    pub state: TicketState,
    /// 紧急程度.
    pub urgency: Urgency,
    /// 来电时刻.
    #[schemars(with = "String")]
    pub received_at: Timestamp,
    /// 派单时刻, of the lead unit's part.
    #[schemars(with = "Option<String>")]
    pub dispatched_at: Option<Timestamp>,
    /// 办结时限.
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Timestamp>,
    /// 办结时刻.
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Timestamp>,
    /// 是否超期办结或超期未办结.
    pub overdue: bool,
    /// 是否延期过.
    pub extended: bool,
    /// 退单次数.
    pub hand_back_count: u16,
    /// 重办次数.
    pub rework_count: u16,
    /// 首次回访是否解决; absent until the caller was reached.
    pub first_solved: Option<bool>,
    /// 最近一次回访是否解决.
    pub solved: Option<bool>,
    /// 最近一次回访是否满意.
    pub satisfied: Option<bool>,
}

/// What is said of a ticket that belongs to no item any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Withdrawn {
    /// `reclassified`: 改派分类.
    pub reason: &'static str,
}

/// The document of a ticket as it stands after a change at this moment; nothing when it is
/// not one of the enforcement items. The ticket's version makes its id: sent twice, it is the
/// same event.
#[must_use]
pub fn matter(ticket: &Ticket, at: Timestamp, world: &World) -> Option<CloudEvent<EnforcementMatter>> {
    let items: Vec<Item> = world
        .catalogue
        .enforcement_items_of(&ticket.intake.category)
        .map(|item| Item {
            code: item.code.clone(),
            name: item.name.clone(),
            department: Named::unit(&item.department, world),
        })
        .collect();
    if items.is_empty() {
        return None;
    }
    let lead = ticket.assignments.iter().find(|assignment| assignment.lead);
    let close = ticket.deadline(DeadlineKind::Close);
    let figures = ticket.figures();
    // A local rule may leave out what is optional, and never the matter itself (hook H15).
    let tells = |field| !ticket.omitted_from_feed.contains(&field);
    let data = EnforcementMatter {
        items,
        category: Named::category(ticket, world),
        matter_kind: ticket.intake.matter_kind,
        territory: Named::territory(ticket, world),
        street: Named::street(ticket, world).filter(|_| tells(FeedField::Street)),
        lead_unit: lead.and_then(|assignment| Named::unit(&assignment.handling_unit, world)),
        state: ticket.state,
        urgency: ticket.urgency,
        received_at: ticket.intake.received_at,
        dispatched_at: lead.map(|assignment| assignment.dispatched_at),
        due_at: close.and_then(|deadline| deadline.due.at()),
        closed_at: ticket.closed_at(),
        overdue: close.is_some_and(|deadline| deadline.overdue),
        extended: ticket.extended,
        hand_back_count: ticket.responsibility.hand_back_count(),
        rework_count: ticket.rework_count,
        first_solved: figures.first_solved.filter(|_| tells(FeedField::FirstSolved)),
        solved: figures.solved.filter(|_| tells(FeedField::Solved)),
        satisfied: figures.satisfied.filter(|_| tells(FeedField::Satisfied)),
    };
    Some(envelope(MATTER, id(ticket), ticket.id.to_string(), at, data))
}

/// What takes an earlier document back: the ticket was one of the items under the category
/// that it had before, and is none now.
#[must_use]
pub fn withdrawal(
    ticket: &Ticket,
    category_before: &CategoryCode,
    at: Timestamp,
    world: &World,
) -> Option<CloudEvent<Withdrawn>> {
    let was = world.catalogue.enforcement_items_of(category_before).next().is_some();
    if !was || world.catalogue.is_enforcement_matter(ticket) {
        return None;
    }
    let data = Withdrawn { reason: "reclassified" };
    Some(envelope(WITHDRAWN, id(ticket), ticket.id.to_string(), at, data))
}

fn id(ticket: &Ticket) -> String {
    format!("{}-{}", ticket.id, ticket.version)
}
