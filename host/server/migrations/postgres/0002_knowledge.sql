-- The knowledge base (知识库). An entry as the fold of its events, with the columns that it is
-- found by; `document` is the whole, and the columns are written in the same statement. The
-- id is `ZS` and the number.
create table knowledge (
    number bigint primary key,
    version bigint not null,
    owner text collate "C" not null,
    -- 发布状态, of what call takers see; 工作稿状态, of what is worked on.
    standing text collate "C" not null,
    stage text collate "C" not null,
    changed_at bigint not null,
    -- When what was published holds, as days (2024-11-06): the first, empty when it held ever
    -- since; the last, 9999-12-31 when it holds on.
    valid_from text collate "C" not null,
    valid_until text collate "C" not null,
    -- Where it holds, `,370705,370784,`; empty for the whole city.
    territories text collate "C" not null,
    -- The day on which the clock has to look at it; empty when it does not.
    wakes_on text collate "C" not null,
    document text collate "C" not null,
    -- What its categories were called when it was indexed; empty when it is not.
    category_names text collate "C" not null
);
-- The lists of the reviewer and the department: who has waited longest comes first.
create index knowledge_of_stage on knowledge (stage, changed_at, number);
create index knowledge_of_standing on knowledge (standing, changed_at, number);
create index knowledge_of_owner on knowledge (owner, changed_at, number);
create index knowledge_wakes_on on knowledge (wakes_on, number) where wakes_on <> '';

-- What happened to an entry. Append-only.
create table knowledge_event (
    number bigint not null,
    sequence bigint not null,
    at bigint not null,
    document text collate "C" not null,
    primary key (number, sequence)
);

-- What is published, as tokens: see `search` in the domain. The one thing that the two
-- databases do each in their own way. The row is the entry's number. What is written is found
-- at once: entries change seldom and are looked for all day.
create table knowledge_index (
    number bigint primary key,
    -- What the entry is about, and all its words.
    title tsvector not null,
    words tsvector not null,
    -- As in the entry.
    valid_from text collate "C" not null,
    valid_until text collate "C" not null,
    territories text collate "C" not null
);
create index knowledge_index_words on knowledge_index using gin (words) with (fastupdate = off);

-- How many published entries have a token: what is rare tells most.
create table knowledge_token (
    token text collate "C" primary key,
    entries bigint not null
);

-- Numbers that are handed out one by one, by what they are for; a gap is no loss.
create table counter (
    name text collate "C" primary key,
    next bigint not null
);

-- As in the first schema: lz4, where the server was built with it.
do $$
begin
    alter table knowledge alter column document set compression lz4;
    alter table knowledge_event alter column document set compression lz4;
    alter table knowledge_index alter column words set compression lz4;
exception when feature_not_supported then
    null;
end $$;
