//! What goes to other authorities (外发文书): made of a command's outcome before it is committed,
//! and once a day, of what was referred, a batch for each receiver.

use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::outward::{Draft, Drafts, ENFORCEMENT, ReferralDraft};
use chuishao_domain::World;
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::catalogue::ReferralReceiver;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::outward::feed::{self, EnforcementMatter};
use chuishao_domain::outward::referral::{self, MOST_MATTERS, ReferredMatter};
use chuishao_domain::side::SideEvent;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use jiff::civil::Time;

/// What the enforcement platform reads of a ticket before a command.
pub struct Before {
    known: Option<(EnforcementMatter, CategoryCode)>,
}

impl Before {
    /// Remembers what it reads, if anything.
    #[must_use]
    pub fn of(ticket: Option<&Ticket>, world: &World) -> Self {
        let matter = |ticket: &Ticket| {
            let event = feed::matter(ticket, Timestamp::UNIX_EPOCH, world)?;
            Some((event.data, ticket.intake.category.clone()))
        };
        Self { known: ticket.and_then(matter) }
    }
}

/// What a command sends: the enforcement platform hears of a ticket when what it would read
/// changed, and not of every step.
#[must_use]
pub fn drafts(before: &Before, ticket: &Ticket, events: &[Recorded], world: &World) -> Drafts {
    let Some(last) = events.last() else { return Drafts::default() };
    let draft = |id: String, document| {
        let (stream, at, place) = (ENFORCEMENT.to_owned(), last.at, ticket.version);
        Draft { id, stream, at, place, document }
    };
    let feed = match (feed::matter(ticket, last.at, world), &before.known) {
        (Some(event), Some((known, _))) if *known == event.data => None,
        (Some(event), _) => Some(draft(event.id.clone(), event.to_json())),
        (None, Some((_, category))) => {
            let taken_back = feed::withdrawal(ticket, category, last.at, world);
            taken_back.map(|event| draft(event.id.clone(), event.to_json()))
        }
        (None, None) => None,
    };
    let referrals = events.iter().filter_map(|event| referred(ticket, event, world)).collect();
    Drafts { feed: feed.into_iter().collect(), referrals }
}

fn referred(ticket: &Ticket, recorded: &Recorded, world: &World) -> Option<ReferralDraft> {
    let Event::Side(SideEvent::Referred { receiver, consent, .. }) = &recorded.event else { return None };
    let receiver = world.catalogue.referral_receiver(*receiver)?;
    // Without the consent that the receiver needs, nothing goes: `handle` refuses it before.
    let matter = referral::matter(ticket, receiver, consent.unwrap_or(false), world).ok()?;
    let document = serde_json::to_string(&matter).ok()?;
    Some(ReferralDraft { sequence: recorded.sequence, receiver: receiver.code.clone(), at: recorded.at, document })
}

/// The stream of a receiver's batches.
#[must_use]
pub fn stream_of(receiver: &ReferralReceiver) -> String {
    format!("referral-{}", receiver.code)
}

/// Makes the batches of what was referred before today, and numbers what has no number yet.
///
/// # Errors
/// The database failed; what was made stays made.
pub async fn work_off(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let today = moment(civil(now).date().to_datetime(Time::midnight())).unwrap_or(now);
    for code in desk.store.referrals_waiting(today).await? {
        let Some(receiver) = desk.world.catalogue.referral_receivers().find(|receiver| receiver.code == code) else {
            tracing::error!(receiver = code, "referred matters wait for a receiver that the catalogue does not know");
            continue;
        };
        let make = |number, matters| batch(receiver, number, matters, now);
        while desk.store.batch_referrals(&code, today, MOST_MATTERS, make).await? == MOST_MATTERS {}
    }
    while desk.store.number_outward().await? > 0 {}
    Ok(())
}

fn batch(receiver: &ReferralReceiver, number: u32, matters: Vec<String>, now: Timestamp) -> Option<Draft> {
    let matters: Result<Vec<ReferredMatter>, _> = matters.iter().map(|text| serde_json::from_str(text)).collect();
    let made = matters
        .map_err(|error| error.to_string())
        .and_then(|matters| referral::batch(receiver, number, matters, now).map_err(|refusal| refusal.to_string()));
    match made {
        Ok(event) => Some(Draft {
            id: event.id.clone(),
            stream: stream_of(receiver),
            at: now,
            place: u64::from(number),
            document: event.to_json(),
        }),
        Err(error) => {
            tracing::error!(receiver = receiver.code, error, "a batch of referrals could not be made");
            None
        }
    }
}
