-- What became of each ticket (办理结果), in plain columns, so that a month is scored and its figures
-- are checked without reading a document. Written with the ticket, in one transaction. Apart from
-- `ticket`, because these rows are short.
create table outcome (
    ticket_id text collate "C" primary key,
    territory text collate "C" not null,
    -- 市级行业主管部门; empty before the first dispatch.
    department text collate "C" not null,
    city_direct boolean not null,
    category text collate "C" not null,
    -- The month of a ticket is that of its receipt.
    received_at bigint not null,
    -- 首次派遣; null where nobody is judged by the ticket.
    dispatched_at bigint,
    -- 首次响应; null while the caller waits.
    first_response_at bigint,
    take_up_due bigint,
    take_up_done bigint,
    contact_due bigint,
    contact_done bigint,
    close_due bigint,
    close_done bigint,
    closed_at bigint,
    -- 曾超期, in whatever round.
    ran_late boolean not null,
    copy_due bigint,
    copy_done bigint,
    opinion_due bigint,
    opinion_done bigint,
    supervisions bigint not null,
    hand_backs bigint not null,
    -- Of these: ruled justified.
    hand_backs_approved bigint not null,
    extensions bigint not null,
    reworks bigint not null,
    repeated boolean not null,
    first_solved boolean,
    solved boolean,
    satisfied boolean
) with (fillfactor = 85);
create index outcome_of_month on outcome (received_at, ticket_id);
create index outcome_of_territory on outcome (territory, received_at, ticket_id) where dispatched_at is not null;
create index outcome_of_department on outcome (department, received_at, ticket_id) where dispatched_at is not null;

-- 双加双减. Append-only: a reversal is a row of its own, and no pair has a side twice.
create table score_event (
    pair text collate "C" not null,
    -- `territory:370784`, `department:WF-ZJ`
    subject text collate "C" not null,
    is_reversal boolean not null,
    ticket_id text collate "C" not null,
    period text collate "C" not null,
    at bigint not null,
    document text collate "C" not null,
    primary key (pair, subject, is_reversal)
);
create index score_event_of_ticket on score_event (ticket_id, period);
create index score_event_of_subject on score_event (subject, period, pair);
create index score_event_of_period on score_event (period, pair);

-- 剔除: taken out of the evaluation by a person.
create table score_exclusion (
    ticket_id text collate "C" primary key,
    at bigint not null,
    document text collate "C" not null
);
create index score_exclusion_newest on score_exclusion (at, ticket_id);

-- 考核申诉. A score is contested once. While one is open, its ticket stays out of the archive:
-- `is_told` says whether the ticket was told how things stand.
create table score_appeal (
    id text collate "C" primary key,
    pair text collate "C" not null,
    ticket_id text collate "C" not null,
    is_open boolean not null,
    is_told boolean not null,
    lodged_at bigint not null,
    document text collate "C" not null
);
create unique index score_appeal_of_pair on score_appeal (pair);
create index score_appeal_of_ticket on score_appeal (ticket_id, id);
create index score_appeal_newest on score_appeal (lodged_at, id);
create index score_appeal_open on score_appeal (lodged_at, id) where is_open;
create index score_appeal_untold on score_appeal (id) where not is_told;

-- 公布: a sheet as it was made known, with what it was computed from, compressed, so that anybody
-- can compute it again. A correction is a row of its own.
create table score_publication (
    period text collate "C" not null,
    subject text collate "C" not null,
    number bigint not null,
    published_at bigint not null,
    digest text collate "C" not null,
    document text collate "C" not null,
    evidence bytea not null,
    primary key (period, subject, number)
);

-- The nights on which the scores were settled (计分结算).
create table score_settlement (
    day text collate "C" primary key,
    at bigint not null
);

-- For the entries that a department had accepted in a period.
create index knowledge_event_at on knowledge_event (at, number, sequence);

-- As in the first schema: lz4, where the server was built with it.
do $$
begin
    alter table score_event alter column document set compression lz4;
    alter table score_publication alter column document set compression lz4;
exception when feature_not_supported then
    null;
end $$;
