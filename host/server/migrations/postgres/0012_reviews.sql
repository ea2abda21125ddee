-- Periodic reviews (定期研判): what a local rule made of its territory's figures of a day or a month.
-- One rule, one territory, one period: one review. Never changed, but for `nominates`.
create table review (
    -- The kind, the first day, the territory and the rule.
    id text collate "C" primary key,
    rule text collate "C" not null,
    territory text collate "C" not null,
    kind text collate "C" not null,
    first_day text collate "C" not null,
    -- Which row of `edition`: code and settings.
    edition text collate "C" not null,
    failed boolean not null,
    -- Something of it still has to be proposed as a topic.
    nominates boolean not null,
    at bigint not null,
    -- The whole record: the exact input, the answer, what came of it.
    document text collate "C" not null
);
create index review_of_rule on review (rule, territory, kind, first_day);
create index review_of_territory on review (territory, at, id);
create index review_nominates on review (id) where nominates;

-- What candidates would have made of the same figures (试研判), beside the review that was held: nothing came
-- of it.
create table shadow_review (
    territory text collate "C" not null,
    plugin text collate "C" not null,
    revision bigint not null,
    kind text collate "C" not null,
    first_day text collate "C" not null,
    at bigint not null,
    differs boolean not null,
    failed boolean not null,
    -- The record as of a review, and how it differs from what was held.
    document text collate "C" not null,
    primary key (territory, plugin, revision, kind, first_day)
);
create index shadow_review_newest on shadow_review (territory, plugin, revision, at, kind, first_day);
create index shadow_review_at on shadow_review (at);

-- Ledgers (台账) of local rules: a line is written with the ticket's event or the review that it
-- comes of, and nobody takes it out.
create table ledger_line (
    -- 工单编号 or 研判编号, and the event's place there.
    source text collate "C" not null,
    sequence bigint not null,
    -- The rule's namespace and the ledger's name.
    ledger text collate "C" not null,
    territory text collate "C" not null,
    at bigint not null,
    title text collate "C" not null,
    -- 责任单位; empty when none is named.
    handling_unit text collate "C" not null,
    -- 依据; empty when none is given.
    basis text collate "C" not null,
    primary key (source, sequence)
);
create index ledger_line_newest on ledger_line (territory, at, source, sequence);
create index ledger_line_item on ledger_line (ledger, territory, title);
