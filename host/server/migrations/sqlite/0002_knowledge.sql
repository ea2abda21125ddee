-- The knowledge base (知识库). An entry as the fold of its events, with the columns that it is
-- found by; `document` is the whole, and the columns are written in the same statement. The
-- id is `ZS` and the number.
create table knowledge (
    number integer primary key,
    version bigint not null,
    owner text not null,
    -- 发布状态, of what call takers see; 工作稿状态, of what is worked on.
    standing text not null,
    stage text not null,
    changed_at bigint not null,
    -- When what was published holds, as days (2024-11-06): the first, empty when it held ever
    -- since; the last, 9999-12-31 when it holds on.
    valid_from text not null,
    valid_until text not null,
    -- Where it holds, `,370705,370784,`; empty for the whole city.
    territories text not null,
    -- The day on which the clock has to look at it; empty when it does not.
    wakes_on text not null,
    document text not null,
    -- What its categories were called when it was indexed; empty when it is not.
    category_names text not null
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
    document text not null,
    primary key (number, sequence)
);

-- What is published, as tokens: see `search` in the domain. The one thing that the two
-- databases do each in their own way. The row is the entry's number; the texts themselves are
-- not kept a second time. Accents are kept, as on the other database.
create virtual table knowledge_index using fts5(
    question, keywords, answer,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- How many published entries have a token: what is rare tells most.
create table knowledge_token (
    token text primary key,
    entries bigint not null
);

-- Numbers that are handed out one by one, by what they are for; a gap is no loss.
create table counter (
    name text primary key,
    next bigint not null
);
