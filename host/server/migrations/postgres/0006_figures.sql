-- The city's figures (统计), so that a report costs the same in a small year and in a large one. What a
-- command changes in them is added as rows, with the command and without waiting for anybody; the
-- clock folds these rows into sums within seconds. A figure is the sums and what is not yet folded.

-- What is not yet folded: how much more or fewer of each count. What a ticket no longer counts for
-- is a row of its own, of negative counts.
create table figure_change (
    id bigint generated always as identity primary key,
    -- 登记日, or the day on which a copy was sent; `2024-10-08`.
    day text collate "C" not null,
    territory text collate "C" not null,
    -- 市级行业主管部门; empty before the first dispatch.
    department text collate "C" not null,
    -- 二级分类
    category_group text collate "C" not null,
    street text collate "C" not null,
    estate text collate "C" not null,
    -- 首次响应; null while the caller waits.
    response_minutes bigint,
    received bigint not null,
    followed_up bigint not null,
    solved_at_first bigint not null,
    solved bigint not null,
    rated bigint not null,
    satisfied bigint not null,
    closed bigint not null,
    in_time bigint not null,
    reworked bigint not null,
    handed_back bigint not null,
    extended bigint not null,
    -- 抄送 by law, by the day on which it was sent.
    copies bigint not null
) with (
    -- Rows come and go within seconds: what is left of them is cleared away often, however few there are.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_insert_threshold = -1
);

-- What a report adds to the sums of its days.
create index figure_change_day on figure_change (day);

-- The sums of a day (`2024-10-08`) and of a month (`2024-10`), on two faces: `territory`, by territory
-- and category group; `department`, by department, with no group. How many rows a month has is
-- bounded by how many of these the city has, not by its tickets.
create table figure_sum (
    face text collate "C" not null,
    span text collate "C" not null,
    subject text collate "C" not null,
    category_group text collate "C" not null,
    received bigint not null,
    followed_up bigint not null,
    solved_at_first bigint not null,
    solved bigint not null,
    rated bigint not null,
    satisfied bigint not null,
    closed bigint not null,
    in_time bigint not null,
    reworked bigint not null,
    handed_back bigint not null,
    extended bigint not null,
    -- 抄送 by law, by the day on which it was sent.
    copies bigint not null,
    primary key (face, span, subject, category_group)
) with (fillfactor = 85);

-- How many waited how many minutes for the first response, of each day and of each month: pairs of
-- minutes and counts, packed, since every report needs all of them.
create table response_sum (
    span text collate "C" not null,
    territory text collate "C" not null,
    counts bytea not null,
    primary key (span, territory)
) with (fillfactor = 85);

-- From where the tickets of a group came on a day: `spread` is what the candidates for topics look at,
-- `places` is what it was made of, for the next change.
create table place_sum (
    day text collate "C" not null,
    category_group text collate "C" not null,
    spread text collate "C" not null,
    places text collate "C" not null,
    primary key (day, category_group)
) with (fillfactor = 85);

-- How many changes of a month's figures were folded. With those that are not yet, it says whether a
-- report of the month would still say the same.
create table figure_version (
    month text collate "C" primary key,
    folded bigint not null
);
