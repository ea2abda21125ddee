-- Documents for other authorities (外发文书), each in its stream: `enforcement`, or `referral-` and
-- a receiver's code. A row is written in the transaction of what it tells of; its number comes
-- afterwards, in one transaction after the other, so that nobody who reads on from a number
-- ever misses a smaller one that was committed late.
create table outward (
    id text primary key,
    stream text not null,
    sequence bigint,
    at bigint not null,
    -- Its place among those of one moment: the ticket's version.
    place bigint not null,
    document text not null
);
create index outward_unnumbered on outward (at, place, id) where sequence is null;
create unique index outward_in_order on outward (stream, sequence) where sequence is not null;
create index outward_age on outward (at) where sequence is not null;

-- How far each receiver is (接收方), and what became of the next document.
create table receiver (
    id text primary key,
    stream text not null,
    delivered_through bigint not null,
    attempts bigint not null,
    next_attempt_at bigint not null,
    delivered_at bigint,
    -- When a server last had it in its configuration, by the machine's time.
    configured_at bigint not null,
    problem text not null
);

-- Documents that a receiver did not take (死信), until a person sends them again or lets them be.
create table dead_letter (
    receiver text not null,
    sequence bigint not null,
    id text not null,
    died_at bigint not null,
    attempts bigint not null,
    problem text not null,
    -- `dead`, `again` (to be sent once more), `sent`, `dropped`.
    state text not null,
    settled_by text not null,
    reason text not null,
    settled_at bigint,
    document text not null,
    primary key (receiver, sequence)
);
create index dead_letter_open on dead_letter (state, died_at, receiver, sequence);

-- Referred matters (转介), until the day's batch takes them.
create table referral (
    ticket_id text not null,
    sequence bigint not null,
    receiver text not null,
    at bigint not null,
    document text not null,
    -- The id of the batch; empty until then.
    batch text not null,
    primary key (ticket_id, sequence)
);
create index referral_waiting on referral (receiver, at, ticket_id) where batch = '';
