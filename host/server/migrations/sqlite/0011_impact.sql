-- What a matter was before it changed: the values that held until a moment. With `matter` they are
-- every state in which a matter ever counted for others, so that a figure can be counted again as it
-- was then. Written with the change; a matter that never changed has no row.
create table matter_was (
    ticket_id text not null,
    until bigint not null,
    category_group text not null,
    street text not null,
    estate text not null,
    building text not null,
    primary key (ticket_id, until)
);

-- Impact reports (影响评估): what was asked, and how far it is. A run that was killed goes on with the
-- parts that are not here yet.
create table impact_run (
    -- The digest of what is asked.
    id text primary key,
    began_at bigint not null,
    parts bigint not null,
    -- What is asked.
    document text not null,
    done_at bigint
);
create table impact_part (
    run_id text not null,
    part bigint not null,
    -- The part's sums.
    document text not null,
    primary key (run_id, part)
);
