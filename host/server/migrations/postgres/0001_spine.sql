-- The first schema on PostgreSQL. Moments are milliseconds since 1970-01-01T00:00:00Z; documents are
-- JSON. The other database has a file of the same name with the same tables and columns; a
-- test compares them. Expand, then contract: a column goes only after the last version of
-- the program that reads it. Tables do not refer to each other: each row is written in one transaction with its
-- ticket, checking that again for each would cost as much as writing it, and `verify` finds
-- what has no ticket.
-- Texts compare byte by byte (collation C), as in the embedded database.

-- A ticket as the fold of its events, with the columns that are searched by. `document` is
-- the whole; the columns beside it repeat parts of it and are written in the same statement.
create table ticket (
    id text collate "C" primary key,
    version bigint not null,
    state text collate "C" not null,
    territory text collate "C" not null,
    received_at bigint not null,
    -- 主办单位; empty until there is one.
    lead_unit text collate "C" not null,
    -- The soonest thing that is due; null when it is closed out.
    due_at bigint,
    -- When the clock has to look at it next. Derived from deadlines and timers, so that no
    -- timer can be lost or doubled: there is no table of timers.
    wakes_at bigint,
    -- A deadline waits for a holiday notice.
    awaits_calendar boolean not null,
    closed_at bigint,
    -- 等待环节, and since when; empty when it is closed out or others have it.
    waits_for text collate "C" not null,
    waits_since bigint not null,
    document text collate "C" not null,
    -- Where the chain of its decisions ends: how many there are, and the digest of the last.
    decision_count bigint not null,
    decision_head text collate "C" not null,
    -- Its events and decisions stand in `archive`.
    archived boolean not null default false
) with (fillfactor = 85);
create index ticket_wakes_at on ticket (wakes_at, id) where wakes_at is not null;
create index ticket_awaits_calendar on ticket (id) where awaits_calendar;
-- The lists of the desk: newest first, of all or of a territory; what is open, the soonest
-- due first, of a state, of a state in a territory, or of a lead unit.
create index ticket_newest on ticket (received_at, id);
create index ticket_of_territory on ticket (territory, received_at, id);
create index ticket_of_state on ticket (state, due_at, id) where closed_at is null;
create index ticket_of_state_there on ticket (territory, state, due_at, id) where closed_at is null;
create index ticket_of_unit on ticket (lead_unit, due_at, id) where closed_at is null;
-- Where open tickets are stuck: everything that is asked stands in the index.
create index ticket_waiting on ticket (territory, waits_for, lead_unit, waits_since, due_at, id) where waits_for <> '';
-- For housekeeping.
create index ticket_closed_at on ticket (closed_at, id) where closed_at is not null and not archived;

-- What a matter is about and where, for the figures that rules ask for. Apart from `ticket`,
-- because it hardly ever changes while a ticket changes with every step.
create table matter (
    ticket_id text collate "C" primary key,
    territory text collate "C" not null,
    -- 二级分类: what makes two matters alike.
    category_group text collate "C" not null,
    kind text collate "C" not null,
    street text collate "C" not null,
    estate text collate "C" not null,
    building text collate "C" not null,
    received_at bigint not null,
    -- How many words and pairs its text has: how alike two texts can be at most is seen from it, and
    -- the text itself is read of few. Of a confidential matter 0.
    shingles bigint not null
);
create index matter_alike on matter (category_group, territory, received_at, kind, ticket_id);
-- The first of a group on a day.
create index matter_of_group on matter (category_group, received_at, ticket_id);
create index matter_near on matter (territory, estate, received_at, category_group, building, street, kind, ticket_id);

-- Who reads along (抄送), beside the ticket's own list of them.
create table copy (
    ticket_id text collate "C" not null,
    reader text collate "C" not null,
    copied_at bigint not null,
    -- Made with the dispatch and immutable (双向联办); the others read along.
    statutory boolean not null,
    primary key (ticket_id, reader)
);
create index copy_of_reader on copy (reader, copied_at, ticket_id);

-- What waits for a unit or a post on a ticket (待办), derived from the ticket. `due_at` is the
-- greatest number where a deadline waits for a holiday notice.
create table to_do (
    ticket_id text collate "C" not null,
    holder text collate "C" not null,
    kind text collate "C" not null,
    number bigint not null,
    due_at bigint not null,
    primary key (ticket_id, holder, kind, number)
);
create index to_do_of_holder on to_do (holder, due_at, ticket_id, kind, number);

-- What happened. Append-only: rows leave for `archive` together, and nothing else touches them.
create table event (
    ticket_id text collate "C" not null,
    sequence bigint not null,
    at bigint not null,
    kind text collate "C" not null,
    document text collate "C" not null,
    primary key (ticket_id, sequence)
);

-- What exactly was asked: code and settings. Many decisions share one, so it is written once,
-- with the first of them, and never changed or removed.
create table edition (
    digest text collate "C" primary key,
    document text collate "C" not null
);

-- One row for each call of a rule, with everything that is needed to replay it; the rows of a
-- ticket are a chain.
create table decision (
    ticket_id text collate "C" not null,
    -- Its place in the ticket's chain, from 1.
    number bigint not null,
    event_sequence bigint not null,
    rule text collate "C" not null,
    -- Which row of `edition`; the document has the rest.
    edition text collate "C" not null,
    failed boolean not null,
    at bigint not null,
    -- Over the record and the one before it.
    hash text collate "C" not null,
    document text collate "C" not null,
    primary key (ticket_id, number)
);

-- The ends of chains that no seal covers yet. Each command that decides adds a row and touches no
-- other, so that sealing neither waits for calls nor overlooks one that is being written.
create table unsealed_head (
    ticket_id text collate "C" not null,
    count bigint not null,
    head text collate "C" not null,
    primary key (ticket_id, count)
);

-- 日封存: one digest a day over the ends of all chains that moved, where the audit log ended, and the
-- seal before.
create table seal (
    number bigint primary key,
    day text collate "C" not null,
    sealed_at bigint not null,
    heads bigint not null,
    previous text collate "C" not null,
    digest text collate "C" not null,
    audit_lines bigint not null,
    audit_head text collate "C" not null,
    -- Whose ends it covers: a line for each, compressed.
    document bytea not null
);

-- The whole record of a ticket that was closed long ago: its events and decisions, compressed.
create table archive (
    ticket_id text collate "C" primary key,
    archived_at bigint not null,
    events bigint not null,
    decisions bigint not null,
    document bytea not null
);

-- The vault: who called, sealed under a key that is not in this database. Erasure deletes the row.
create table caller_sealed (
    reference text collate "C" primary key,
    ticket_id text collate "C" not null,
    key_id text collate "C" not null,
    envelope bytea not null,
    -- A keyed hash of the telephone number; empty when there is none.
    phone_hash text collate "C" not null,
    -- When the clock has to see whether its time is over; null while it is held.
    look_at bigint
);
create index caller_sealed_phone on caller_sealed (phone_hash) where phone_hash <> '';
create index caller_sealed_key on caller_sealed (key_id, reference);
create index caller_sealed_look_at on caller_sealed (look_at, reference) where look_at is not null;

-- What happened to a caller's record: stored, looked at, corrected, held, erased. Nothing of the
-- caller stands here. Append-only, and it stays when the row above is gone.
create table caller_record (
    reference text collate "C" not null,
    sequence bigint not null,
    at bigint not null,
    document text collate "C" not null,
    primary key (reference, sequence)
);

-- The keys that were ever used, each with a proof that tells nothing of it: a server with another
-- key under the same id is found out before it seals anything.
create table vault_key (
    id text collate "C" primary key,
    proof text collate "C" not null
);

-- What follows on other tickets, worked off after the commit; given again after a crash.
create table follow_on (
    ticket_id text collate "C" not null,
    sequence bigint not null,
    target_id text collate "C" not null,
    command text collate "C" not null,
    primary key (ticket_id, sequence, target_id)
);

-- What goes out. A lease saves double work; truth is `delivered_at`. The id is the
-- receiver's idempotency key.
create table outbox (
    id text collate "C" primary key,
    ticket_id text collate "C" not null,
    topic text collate "C" not null,
    to_unit text collate "C" not null,
    text text collate "C" not null,
    created_at bigint not null,
    next_attempt_at bigint not null,
    leased_until bigint not null,
    attempts bigint not null,
    delivered_at bigint
);
create index outbox_waiting on outbox (next_attempt_at, created_at) where delivered_at is null;
create index outbox_delivered on outbox (delivered_at) where delivered_at is not null;

-- Answers that were given, so that a repeated call gets the same one.
create table idempotency (
    key text collate "C" primary key,
    digest text collate "C" not null,
    answer text collate "C" not null,
    at bigint not null
);
create index idempotency_at on idempotency (at);

-- Numbers of tickets, handed out in blocks per day; a gap is no loss.
create table ticket_number (
    day text collate "C" primary key,
    next bigint not null
);

-- Whose turn it is, where several servers share the database. It saves work; truth is the
-- version of each ticket.
create table lease (
    name text collate "C" primary key,
    holder text collate "C" not null,
    until bigint not null
);

-- Documents of several kilobytes are compressed; lz4 takes a fraction of the time, where the
-- server was built with it.
do $$
begin
    alter table ticket alter column document set compression lz4;
    alter table event alter column document set compression lz4;
    alter table decision alter column document set compression lz4;
exception when feature_not_supported then
    null;
end $$;
