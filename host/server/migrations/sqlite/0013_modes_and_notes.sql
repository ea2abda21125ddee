-- Modes (议定模式) that meetings decided, for local rules: what stands in the topics, by name. Written
-- with the decision, and never changed.
create table topic_mode (
    topic_id text not null,
    -- The event of the topic, and its place there.
    sequence bigint not null,
    place bigint not null,
    name text not null,
    territory text not null,
    first_day text not null,
    last_day text not null,
    decided_at bigint not null,
    primary key (topic_id, sequence, place)
);
create index topic_mode_of_name on topic_mode (name, territory, last_day);

-- What is noted of a ledger's entry after it was made (台账批注): a linked document, or that it is
-- settled. Written with the ticket's event or the review that it comes of.
create table ledger_note (
    source text not null,
    sequence bigint not null,
    ledger text not null,
    territory text not null,
    at bigint not null,
    title text not null,
    kind text not null,
    text text not null,
    primary key (source, sequence)
);
create index ledger_note_item on ledger_note (territory, ledger, title, at);
