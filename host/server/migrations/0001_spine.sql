-- The first schema. Moments are milliseconds since 1970-01-01T00:00:00Z; documents are JSON.
-- Text ids and $n placeholders, so that the same statements serve both databases.

-- A ticket as the fold of its events, with the columns that are searched by. `document` is
-- the whole; the columns beside it repeat parts of it and are written in the same statement.
create table ticket (
    id text primary key,
    version bigint not null,
    state text not null,
    territory text not null,
    category text not null,
    matter_kind text not null,
    street text not null,
    estate text not null,
    building text not null,
    received_at bigint not null,
    -- When the clock has to look at it next. Derived from deadlines and timers, so that no
    -- timer can be lost or doubled: there is no table of timers.
    wakes_at bigint,
    -- A deadline waits for a holiday notice.
    awaits_calendar boolean not null,
    document text not null
);
create index ticket_wakes_at on ticket (wakes_at) where wakes_at is not null;
create index ticket_awaits_calendar on ticket (id) where awaits_calendar;
-- For the figures that rules ask for, and for the lists of the desk.
create index ticket_alike on ticket (category, territory, received_at);
create index ticket_near on ticket (territory, estate, received_at);
create index ticket_newest on ticket (received_at, id);
create index ticket_list on ticket (territory, received_at, id);

-- What happened. Append-only: no statement of the store updates or deletes here.
create table event (
    ticket_id text not null references ticket (id),
    sequence bigint not null,
    at bigint not null,
    kind text not null,
    document text not null,
    primary key (ticket_id, sequence)
);

-- One row for each call of a rule, with everything that is needed to replay it.
create table decision (
    ticket_id text not null references ticket (id),
    -- The version of the ticket that the command made, and the place in it: no two commands
    -- make the same version.
    version bigint not null,
    position bigint not null,
    event_sequence bigint not null,
    rule text not null,
    failed boolean not null,
    at bigint not null,
    document text not null,
    primary key (ticket_id, version, position)
);

-- The vault: who called. Nothing but the vault's own functions reads it.
create table caller (
    reference text primary key,
    name text not null,
    phone text not null,
    created_at bigint not null
);

-- What goes out. A lease saves double work; truth is `delivered_at`. The id is the
-- receiver's idempotency key.
create table outbox (
    id text primary key,
    ticket_id text not null,
    topic text not null,
    to_unit text not null,
    text text not null,
    created_at bigint not null,
    next_attempt_at bigint not null,
    leased_until bigint not null,
    attempts bigint not null,
    delivered_at bigint
);
create index outbox_waiting on outbox (next_attempt_at) where delivered_at is null;

-- Answers that were given, so that a repeated call gets the same one.
create table idempotency (
    key text primary key,
    digest text not null,
    answer text not null,
    at bigint not null
);

-- Numbers of tickets, handed out in blocks per day; a gap is no loss.
create table ticket_number (
    day text primary key,
    next bigint not null
);
