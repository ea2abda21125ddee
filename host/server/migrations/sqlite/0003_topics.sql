-- Topics (议题), made as tickets are: the fold of their events, with the columns that are searched by.
create table topic (
    id text primary key,
    version integer not null,
    state text not null,
    rung text not null,
    -- What it is about: of equal subjects one at most is open.
    category text not null,
    territory text not null,
    place text not null,
    is_open boolean not null,
    proposed_at integer not null,
    -- When it was brought to the executive meeting, wherever it went from there.
    executive_meeting_at integer,
    -- When the clock has to look at it next, derived from due dates.
    wakes_at integer,
    document text not null
);
create unique index topic_of_subject on topic (category, territory, place) where is_open;
create index topic_open on topic (proposed_at, id) where is_open;
create index topic_of_rung on topic (rung, proposed_at, id) where is_open;
-- For the yearly list, which also asks for what has come to its end.
create index topic_executive_meeting_at on topic (executive_meeting_at, id) where executive_meeting_at is not null;
create index topic_wakes_at on topic (wakes_at, id) where wakes_at is not null;

-- What happened to a topic. Append-only.
create table topic_event (
    topic_id text not null,
    sequence integer not null,
    at integer not null,
    document text not null,
    primary key (topic_id, sequence)
);

-- Numbers of topics per day; a gap is no loss.
create table topic_number (
    day text primary key,
    next integer not null
);

-- What local rules nominated (提名). A row is written with its ticket's event and settled with the
-- topic that comes of it, each in one transaction: no crash loses or doubles a nomination.
create table nomination (
    ticket_id text not null,
    sequence integer not null,
    at integer not null,
    settled_at integer,
    -- The topic that has it; empty until then, and when it was refused.
    topic_id text not null,
    -- The code of the refusal, if the core said no.
    refusal text not null,
    primary key (ticket_id, sequence)
);
create index nomination_waiting on nomination (at, ticket_id, sequence) where settled_at is null;
create index nomination_settled on nomination (settled_at) where settled_at is not null;

-- A message is of a ticket or of a topic; the other id is empty.
alter table outbox add column topic_id text not null default '';
