-- Campaigns (攻坚行动): few, and each the fold of its events, which are read together. The rows here give
-- them an order: of two that are launched at once one gets the number, the other has to look again.
create table campaign (
    number bigint primary key,
    id text collate "C" not null,
    starts_on text collate "C" not null
);
create unique index campaign_id on campaign (id);

-- What happened to a campaign. Append-only.
create table campaign_event (
    campaign_id text collate "C" not null,
    sequence bigint not null,
    at bigint not null,
    document text collate "C" not null,
    primary key (campaign_id, sequence)
);

-- Changes of the thresholds of hot topics and lists (门槛). Append-only; the last one holds.
create table settings_event (
    sequence bigint primary key,
    at bigint not null,
    document text collate "C" not null
);
