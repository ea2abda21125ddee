//! The doors (入口): which action each address leads to. The gate asks this list and the table of
//! permissions; an address that is not here is open to nobody, and a test holds that each is here.

use axum::http::Method;
use chuishao_domain::account::action::Action;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Anybody: nothing of a person or of the work is behind it.
    Open,
    /// Whoever may do this.
    To(Action),
}

use Action::{
    AuditCallers, CommandCampaigns, CommandPlugins, CommandTickets, CommandTopics, CorrectCallers, ExcludeTickets,
    GrantPosts, ImportReference, IssueTokens, KeepAccounts, KeepCallers, LodgeAppeals, MakeDisputeFiles, MoveClock,
    OwnAccount, PublishScores, ReadAccounts, ReadAppeals, ReadAudit, ReadCallers, ReadCampaigns, ReadDecisions,
    ReadKnowledge, ReadOperations, ReadOutward, ReadPlugins, ReadPublications, ReadReceivers, ReadReference,
    ReadReports, ReadReviews, ReadScores, ReadTickets, ReadToDos, ReadTopics, RegisterTickets, RuleOnAppeals,
    SeekDuplicates, SetThresholds, SettleDeadLetters, SignForOutward, UnmaskCallers, WriteKnowledge,
};

const fn get(path: &'static str, action: Action) -> (&'static str, &'static str, Door) {
    ("GET", path, Door::To(action))
}

const fn post(path: &'static str, action: Action) -> (&'static str, &'static str, Door) {
    ("POST", path, Door::To(action))
}

const fn open(path: &'static str) -> (&'static str, &'static str, Door) {
    ("GET", path, Door::Open)
}

/// Method, address and who may come in.
pub const DOORS: &[(&str, &str, Door)] = &[
    open("/"),
    open("/health"),
    // What an author compares a plugin with: kinds, limits and public names.
    open("/v1/host"),
    open("/schemas/{name}/{version}"),
    open("/open311/v2/services.json"),
    open("/open311/v2/requests.json"),
    open("/open311/v2/requests/{file}"),
    open("/open311/v2/{*other}"),
    ("POST", "/v1/session", Door::Open),
    get("/v1/session", OwnAccount),
    ("DELETE", "/v1/session", Door::To(OwnAccount)),
    post("/v1/session/password", OwnAccount),
    get("/v1/accounts", ReadAccounts),
    get("/v1/accounts/{name}", ReadAccounts),
    // What a command needs is finer: the account's own rules ask the table again.
    post("/v1/accounts/{name}/commands", ReadAccounts),
    get("/v1/accounts/{name}/tokens", ReadAccounts),
    post("/v1/accounts/{name}/tokens", IssueTokens),
    ("DELETE", "/v1/accounts/{name}/tokens/{id}", Door::To(IssueTokens)),
    get("/v1/audit", ReadAudit),
    get("/v1/audit/check", ReadAudit),
    get("/v1/tickets", ReadTickets),
    post("/v1/tickets", RegisterTickets),
    get("/v1/tickets/duplicates", SeekDuplicates),
    get("/v1/tickets/{id}/duplicates", ReadTickets),
    get("/v1/tickets/{id}", ReadTickets),
    post("/v1/tickets/{id}/commands", CommandTickets),
    get("/v1/tickets/{id}/timeline", ReadTickets),
    get("/v1/tickets/{id}/decisions", ReadDecisions),
    get("/v1/tickets/{id}/dispute-file", MakeDisputeFiles),
    get("/v1/callers/{reference}", ReadCallers),
    post("/v1/callers/{reference}/unmask", UnmaskCallers),
    post("/v1/callers/{reference}/correction", CorrectCallers),
    post("/v1/callers/{reference}/commands", KeepCallers),
    get("/v1/callers/{reference}/record", AuditCallers),
    get("/v1/to-dos", ReadToDos),
    get("/v1/topics", ReadTopics),
    post("/v1/topics", CommandTopics),
    get("/v1/topics/candidates", ReadTopics),
    get("/v1/topics/high-frequency", ReadTopics),
    get("/v1/topics/thresholds", ReadTopics),
    post("/v1/topics/thresholds", SetThresholds),
    get("/v1/topics/{id}", ReadTopics),
    post("/v1/topics/{id}/commands", CommandTopics),
    get("/v1/topics/{id}/timeline", ReadTopics),
    get("/v1/knowledge", ReadKnowledge),
    post("/v1/knowledge", WriteKnowledge),
    get("/v1/knowledge/suggestions", ReadKnowledge),
    get("/v1/knowledge/{id}", ReadKnowledge),
    post("/v1/knowledge/{id}/commands", WriteKnowledge),
    get("/v1/knowledge/{id}/timeline", ReadKnowledge),
    get("/v1/outward/{stream}", ReadOutward),
    get("/v1/receivers", ReadReceivers),
    post("/v1/receivers/{id}/receipt", SignForOutward),
    get("/v1/dead-letters", ReadReceivers),
    post("/v1/dead-letters/{receiver}/{sequence}/commands", SettleDeadLetters),
    get("/v1/reports/period", ReadReports),
    get("/v1/reports/high-frequency", ReadReports),
    get("/v1/reports/ageing", ReadReports),
    get("/v1/reports/first-response", ReadReports),
    get("/v1/reports/monthly-list", ReadReports),
    get("/v1/reports/yearly-list", ReadReports),
    get("/v1/reviews", ReadReviews),
    get("/v1/reviews/{id}", ReadReviews),
    get("/v1/ledgers", ReadReviews),
    get("/v1/campaigns", ReadCampaigns),
    post("/v1/campaigns", CommandCampaigns),
    get("/v1/campaigns/{id}", ReadCampaigns),
    post("/v1/campaigns/{id}/commands", CommandCampaigns),
    get("/v1/campaigns/{id}/timeline", ReadCampaigns),
    get("/v1/campaigns/{id}/trend", ReadCampaigns),
    get("/v1/calendar/notices", ReadReference),
    post("/v1/calendar/notices", ImportReference),
    get("/v1/catalogue/editions", ReadReference),
    post("/v1/catalogue/editions", ImportReference),
    get("/v1/evaluation/sheets/{subject}", ReadScores),
    get("/v1/evaluation/sheets/{subject}/tickets", ReadScores),
    get("/v1/evaluation/peer-groups", ReadPublications),
    get("/v1/evaluation/ledger/{id}", ReadScores),
    get("/v1/evaluation/appeals", ReadAppeals),
    post("/v1/evaluation/appeals", LodgeAppeals),
    post("/v1/evaluation/appeals/{id}/ruling", RuleOnAppeals),
    get("/v1/evaluation/exclusions", ReadAppeals),
    post("/v1/evaluation/exclusions", ExcludeTickets),
    get("/v1/evaluation/publications", ReadPublications),
    post("/v1/evaluation/publications", PublishScores),
    get("/v1/evaluation/publications/{period}/{subject}", ReadPublications),
    get("/v1/tickets/{id}/why", ReadPlugins),
    get("/v1/signer-keys", ReadPlugins),
    post("/v1/signer-keys/{id}/commands", CommandPlugins),
    get("/v1/packages", ReadPlugins),
    post("/v1/packages", CommandPlugins),
    get("/v1/rollouts", ReadPlugins),
    get("/v1/rollouts/{territory}/{plugin}", ReadPlugins),
    post("/v1/rollouts/{territory}/{plugin}/commands", CommandPlugins),
    get("/v1/rollouts/{territory}/{plugin}/timeline", ReadPlugins),
    get("/v1/rollouts/{territory}/{plugin}/shadow", ReadPlugins),
    get("/v1/rollouts/{territory}/{plugin}/hanging", ReadPlugins),
    get("/v1/rollouts/{territory}/{plugin}/impact", ReadPlugins),
    post("/v1/rollouts/{territory}/{plugin}/impact", CommandPlugins),
    post("/v1/rollouts/{territory}/{plugin}/impact/stop", CommandPlugins),
    get("/v1/rules", ReadOperations),
    get("/v1/outbox", ReadOperations),
    get("/v1/clock", OwnAccount),
    post("/v1/clock", MoveClock),
];

static BY_ADDRESS: LazyLock<BTreeMap<&str, Vec<(&str, Door)>>> = LazyLock::new(|| {
    let mut doors: BTreeMap<&str, Vec<(&str, Door)>> = BTreeMap::new();
    for (method, path, door) in DOORS {
        doors.entry(path).or_default().push((method, *door));
    }
    doors
});

/// What there is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This door.
    Door(Door),
    /// The address takes other methods.
    OtherMethod,
    /// No door was put there: it stays shut.
    Nothing,
}

/// What there is at an address, as the router writes it.
pub fn find(method: &Method, path: &str) -> Found {
    let Some(doors) = BY_ADDRESS.get(path) else { return Found::Nothing };
    // Whoever may read something may ask for its head.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let found = doors.iter().find(|(of, _)| *of == method);
    found.map_or(Found::OtherMethod, |(_, door)| Found::Door(*door))
}
