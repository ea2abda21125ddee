-- Changes (变动): which thing came to which version, for whoever follows along. Written with the change
-- itself, without a number; numbered one transaction after the other, so that nobody who has read up to
-- a number misses a smaller one that was written later. Kept for some days.
create table change (
    -- ticket, topic, campaign, knowledge, rollout
    kind text not null,
    subject text not null,
    version bigint not null,
    at bigint not null,
    number bigint,
    primary key (kind, subject, version)
);
create unique index change_by_number on change (number) where number is not null;
create index change_waiting on change (at, kind, subject, version) where number is null;
create index change_old on change (at, number) where number is not null;
