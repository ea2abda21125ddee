-- Holiday notices (放假通知) that were imported, in the order of their import; a correction is a later
-- row. None is ever deleted: a deadline says by which calendar it was computed.
create table notice (
    number integer primary key,
    year integer not null,
    -- 文号
    document text not null,
    -- SHA-256 of the text.
    digest text not null,
    imported_at integer not null,
    imported_by text not null,
    -- As it was typed.
    text text not null
);

-- Editions of the catalogue (职责清单版本) that were imported, the newest last. What ships with the
-- program stands before them.
create table catalogue_edition (
    number integer primary key,
    -- 生效日期
    effective_from text not null,
    -- 依据文件
    document text not null,
    -- SHA-256 of the tables.
    digest text not null,
    imported_at integer not null,
    imported_by text not null,
    -- Every table by the name of its file, as it was typed.
    tables text not null
);

-- How far the tickets were visited under each calendar (重算): a server that dies goes on there.
create table recomputation (
    -- The calendar's digest.
    calendar text primary key,
    -- By the machine's time: how long other servers have known the calendar.
    began_at integer not null,
    pass integer not null,
    -- Where the pass stands: among the tickets that wait for a notice, or behind a moment.
    after_at integer,
    after_id text not null,
    done_at integer
);
