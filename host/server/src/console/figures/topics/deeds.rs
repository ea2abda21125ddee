//! What can be done with a topic now (可办事项): the domain's own list of transitions says which commands
//! a post has where the topic stands, and the domain itself is asked about each whether its time has come.

use super::forms::{body, forms, key};
use crate::console::deeds::Deed;
use crate::console::form::{Field, sample};
use crate::console::visitor::Chrome;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::command::{CommandKind, TopicCommand};
use chuishao_domain::topic::guard::Guard;
use chuishao_domain::topic::handle::handle;
use chuishao_domain::topic::transitions::TRANSITIONS;

/// Refusals that say "not now", whatever the form would say.
const NOT_NOW: [&str; 7] = [
    "both-levels-needed",
    "measure-open",
    "meeting-not-held",
    "opinion-needed",
    "several-units-needed",
    "summons-unanswered",
    "too-many-summonses",
];

/// What moves a topic on, or is waited for, stands before what goes beside it.
const FORWARD: [CommandKind; 8] = [
    CommandKind::CheckIn,
    CommandKind::ReportSupervision,
    CommandKind::ReportMeasure,
    CommandKind::PutOnAgenda,
    CommandKind::RecordDiscussion,
    CommandKind::Decide,
    CommandKind::Close,
    CommandKind::WriteOpinion,
];

/// What waits for this very post: without it the topic does not go on.
const WAITED_FOR: [CommandKind; 7] = [
    CommandKind::CheckIn,
    CommandKind::ReportSupervision,
    CommandKind::ReportMeasure,
    CommandKind::PutOnAgenda,
    CommandKind::RecordDiscussion,
    CommandKind::Decide,
    CommandKind::Close,
];

/// All that this post could do where the topic stands.
pub fn deeds(chrome: &Chrome, topic: &Topic) -> Vec<Deed> {
    let mut deeds = all(chrome, topic);
    let place = |(kind, deed): &(CommandKind, Deed)| {
        (deed.refused.is_some(), FORWARD.iter().position(|one| one == kind).unwrap_or(FORWARD.len()))
    };
    deeds.sort_by_key(place);
    deeds.into_iter().map(|(_, deed)| deed).collect()
}

/// What this post is waited for with, in words.
pub fn waited_for(chrome: &Chrome, topic: &Topic) -> Vec<String> {
    let now = all(chrome, topic).into_iter().filter(|(kind, deed)| deed.refused.is_none() && WAITED_FOR.contains(kind));
    now.map(|(_, deed)| deed.title).collect()
}

fn all(chrome: &Chrome, topic: &Topic) -> Vec<(CommandKind, Deed)> {
    let by = chrome.acting.as_ref().and_then(|acting| acting.topic_by());
    let Some(by) = by.filter(|_| chrome.may(Action::CommandTopics)) else { return vec![] };
    let may = |role: &chuishao_domain::topic::transitions::Role| role.is_of(&by, Some(topic), &chrome.world);
    let lines = TRANSITIONS.iter().filter(|line| line.from.contains(&topic.state) && line.who.iter().any(may));
    let mut deeds = Vec::new();
    for line in lines {
        let command = key(line.command);
        for (which, fields) in forms(chrome, topic, line.command, &by) {
            let deed = Deed {
                key: Deed::key(command, &which),
                command,
                title: Deed::title(&chrome.term(line.command.term(), command), &which),
                hint: guards(chrome, line.guards),
                refused: not_now(chrome, topic, command, &fields, &by),
                fields,
                is_grave: line.command == CommandKind::Decline,
            };
            deeds.push((line.command, deed));
        }
    }
    deeds
}

/// What must hold, in words.
fn guards(chrome: &Chrome, guards: &[Guard]) -> String {
    let words = guards.iter().map(|guard| chrome.t(guard.term(), guard.english()));
    words.collect::<Vec<_>>().join(chrome.t("；", "; "))
}

/// What the domain says of the command as its form begins. What a person has yet to choose or write is
/// no reason against it.
fn not_now(chrome: &Chrome, topic: &Topic, name: &str, fields: &[Field], by: &TopicBy) -> Option<Refusal> {
    let sent = body(name, fields, &sample(fields, civil(chrome.now).date()));
    let command: TopicCommand = serde_json::from_value(sent).ok()?;
    let judged = handle(&chrome.world, Some(topic), &command, by, chrome.now);
    judged.err().filter(|refusal| NOT_NOW.contains(&refusal.code.as_ref()))
}
