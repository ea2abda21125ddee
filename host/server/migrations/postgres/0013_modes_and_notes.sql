-- Modes (议定模式) that meetings decided, for local rules: what stands in the topics, by name. Written
-- with the decision, and never changed.
create table topic_mode (
    topic_id text collate "C" not null,
    -- The event of the topic, and its place there.
    sequence bigint not null,
    place bigint not null,
    name text collate "C" not null,
    territory text collate "C" not null,
    first_day text collate "C" not null,
    last_day text collate "C" not null,
    decided_at bigint not null,
    primary key (topic_id, sequence, place)
);
create index topic_mode_of_name on topic_mode (name, territory, last_day);

-- What is noted of a ledger's entry after it was made (台账批注): a linked document, or that it is
-- settled. Written with the ticket's event or the review that it comes of.
create table ledger_note (
    source text collate "C" not null,
    sequence bigint not null,
    ledger text collate "C" not null,
    territory text collate "C" not null,
    at bigint not null,
    title text collate "C" not null,
    kind text collate "C" not null,
    text text collate "C" not null,
    primary key (source, sequence)
);
create index ledger_note_item on ledger_note (territory, ledger, title, at);
