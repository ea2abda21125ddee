-- Periodic reviews (定期研判): what a local rule made of its territory's figures of a day or a month.
-- One rule, one territory, one period: one review. Never changed, but for `nominates`.
create table review (
    -- The kind, the first day, the territory and the rule.
    id text primary key,
    rule text not null,
    territory text not null,
    kind text not null,
    first_day text not null,
    -- Which row of `edition`: code and settings.
    edition text not null,
    failed boolean not null,
    -- Something of it still has to be proposed as a topic.
    nominates boolean not null,
    at integer not null,
    -- The whole record: the exact input, the answer, what came of it.
    document text not null
);
create index review_of_rule on review (rule, territory, kind, first_day);
create index review_of_territory on review (territory, at, id);
create index review_nominates on review (id) where nominates;

-- What candidates would have made of the same figures (试研判), beside the review that was held: nothing came
-- of it.
create table shadow_review (
    territory text not null,
    plugin text not null,
    revision integer not null,
    kind text not null,
    first_day text not null,
    at integer not null,
    differs boolean not null,
    failed boolean not null,
    -- The record as of a review, and how it differs from what was held.
    document text not null,
    primary key (territory, plugin, revision, kind, first_day)
);
create index shadow_review_newest on shadow_review (territory, plugin, revision, at, kind, first_day);
create index shadow_review_at on shadow_review (at);

-- Ledgers (台账) of local rules: a line is written with the ticket's event or the review that it
-- comes of, and nobody takes it out.
create table ledger_line (
    -- 工单编号 or 研判编号, and the event's place there.
    source text not null,
    sequence integer not null,
    -- The rule's namespace and the ledger's name.
    ledger text not null,
    territory text not null,
    at integer not null,
    title text not null,
    -- 责任单位; empty when none is named.
    handling_unit text not null,
    -- 依据; empty when none is given.
    basis text not null,
    primary key (source, sequence)
);
create index ledger_line_newest on ledger_line (territory, at, source, sequence);
create index ledger_line_item on ledger_line (ledger, territory, title);
