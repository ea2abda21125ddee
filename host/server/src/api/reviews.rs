//! Reviews and ledgers over HTTP (研判、台账): what local rules made of their territory's figures.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::Places;
use crate::desk::Desk;
use crate::store::ledgers::LineCursor;
use crate::store::lists::Cursor;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::narrate;
use chuishao_domain::plain::plain;
use chuishao_domain::rule::record::{Answer, Verdict};
use chuishao_domain::rule::review::{ReviewEvent, ReviewId, ReviewRecord};
use chuishao_domain::sentence::{Sentence, Text, first_term};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which page, of which territory.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewQuery {
    territory: TerritoryId,
    ledger: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

type Asked = Result<Query<ReviewQuery>, QueryRejection>;

fn read(query: Asked, desk: &Desk, entrant: &Entrant) -> Result<ReviewQuery, Problem> {
    let Query(query) = query.map_err(|_| {
        Problem::bad_request(
            "查询参数有 territory（区县或开发区代码，全市规则为 WF，必填）、ledger（台账，仅限 /v1/ledgers）、after、limit",
            "unknown or malformed parameters",
        )
    })?;
    entrant.must_reach(desk, Action::ReadReviews, Target::Territory(&query.territory))?;
    Ok(query)
}

fn not_a_cursor() -> Problem {
    Problem::bad_request("after 须为上一页的 next", "`after` is not a cursor")
}

/// A review as a person reads it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReviewShown {
    /// 研判编号
    pub id: ReviewId,
    /// 规则
    pub rule: String,
    /// 中文名
    pub title: String,
    /// 研判种类
    pub kind: String,
    /// 期间
    pub period: String,
    /// 时刻
    pub held_at: String,
    /// What came of it, in words, each with the rule's reason.
    pub happened: Vec<Happened>,
    /// 报告章节, in full.
    pub sections: Vec<SectionShown>,
    /// What was refused, with why.
    pub refused: Vec<String>,
    /// Why there was no answer, if there was none.
    pub failure: Option<String>,
    /// What was refused, and why there was no answer, in English.
    pub english: InEnglish,
}

/// What the host said of a review, in English.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub struct InEnglish {
    /// What was refused, with why.
    pub refused: Vec<String>,
    /// Why there was no answer, if there was none.
    pub failure: Option<Text>,
}

/// One thing that came of a review.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Happened {
    /// In words.
    pub what: String,
    /// The same in English.
    pub english: Text,
    /// 理由
    pub reason: String,
}

/// A part of a report.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SectionShown {
    /// 标题
    pub heading: String,
    /// 段落
    pub paragraphs: Vec<String>,
}

/// A record as a person reads it.
pub(super) fn shown(record: &ReviewRecord, desk: &Desk) -> ReviewShown {
    let world = desk.world();
    let (mut happened, mut refused, mut failure) = (Vec::new(), Vec::new(), None);
    let mut in_english = InEnglish::default();
    match &record.answer {
        Answer::Failed(why) => {
            let Sentence { chinese, english } = why.words();
            (failure, in_english.failure) = (Some(chinese), Some(english));
        }
        Answer::Proposals(judged) => {
            for (proposal, verdict) in judged {
                match verdict {
                    Verdict::Refused(refusal) => {
                        let kind = proposal.effect.kind();
                        refused.push(format!("{}：{refusal}", kind.term()));
                        in_english.refused.push(format!("{}: {}", first_term(&kind), refusal.in_english()));
                    }
                    Verdict::Accepted { events } => {
                        let event = |place: &u64| record.events.get(usize::try_from(*place).ok()?.checked_sub(1)?);
                        for event in events.iter().filter_map(event) {
                            let Sentence { chinese: what, english } = narrate::review_event(event, &world);
                            happened.push(Happened { what, english, reason: plain(&proposal.reason) });
                        }
                    }
                }
            }
        }
    }
    let section = |event: &ReviewEvent| match event {
        ReviewEvent::SectionWritten { heading, text } => {
            let paragraphs = text.lines().map(str::to_owned).collect();
            Some(SectionShown { heading: heading.clone(), paragraphs })
        }
        _ => None,
    };
    ReviewShown {
        id: record.id.clone(),
        rule: record.edition.rule.clone(),
        title: record.edition.title.clone(),
        kind: record.input.kind.event_kind().term().to_owned(),
        period: format!("{} 至 {}", record.input.first_day, record.input.last_day),
        held_at: narrate::moment(record.at),
        happened,
        sections: record.events.iter().filter_map(section).collect(),
        refused,
        failure,
        english: in_english,
    }
}

/// A page as people read it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Shown {
    reviews: Vec<ReviewShown>,
    next: Option<String>,
}

/// `GET /v1/reviews`
pub async fn list(State(desk): State<Arc<Desk>>, entrant: Entrant, query: Asked) -> Result<Response, Problem> {
    let query = read(query, &desk, &entrant)?;
    let after = query.after.as_deref().map(|text| Cursor::parse(text).ok_or_else(not_a_cursor)).transpose()?;
    let limit = query.limit.unwrap_or(50);
    let page = desk.store.review_page(&query.territory, after.as_ref(), limit).await?;
    let reviews = page.reviews.iter().map(|record| shown(record, &desk)).collect();
    Ok(Json(Shown { reviews, next: page.next }).into_response())
}

/// `GET /v1/reviews/{id}`: the whole record, with its exact input.
pub async fn show(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Places(id): Places<ReviewId>,
) -> Result<Response, Problem> {
    let absent = || Problem::not_found("没有这次研判，请核对研判编号", "no such review");
    let record = desk.store.review(&id).await?.ok_or_else(absent)?;
    // Whoever may not read it does not learn that it is there.
    let of = Target::Territory(&record.input.territory);
    entrant.must_reach(&desk, Action::ReadReviews, of).map_err(|_| absent())?;
    Ok(Json(record).into_response())
}

/// `GET /v1/ledgers`
pub async fn ledgers(State(desk): State<Arc<Desk>>, entrant: Entrant, query: Asked) -> Result<Response, Problem> {
    let query = read(query, &desk, &entrant)?;
    let after = query.after.as_deref().map(|text| LineCursor::parse(text).ok_or_else(not_a_cursor)).transpose()?;
    let limit = query.limit.unwrap_or(50);
    let page = desk.store.ledger_page(&query.territory, query.ledger.as_deref(), after.as_ref(), limit).await?;
    Ok(Json(page).into_response())
}
