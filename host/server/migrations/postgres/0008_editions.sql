-- Holiday notices (放假通知) that were imported, in the order of their import; a correction is a later
-- row. None is ever deleted: a deadline says by which calendar it was computed.
create table notice (
    number bigint primary key,
    year bigint not null,
    -- 文号
    document text collate "C" not null,
    -- SHA-256 of the text.
    digest text collate "C" not null,
    imported_at bigint not null,
    imported_by text collate "C" not null,
    -- As it was typed.
    text text collate "C" not null
);

-- Editions of the catalogue (职责清单版本) that were imported, the newest last. What ships with the
-- program stands before them.
create table catalogue_edition (
    number bigint primary key,
    -- 生效日期
    effective_from text collate "C" not null,
    -- 依据文件
    document text collate "C" not null,
    -- SHA-256 of the tables.
    digest text collate "C" not null,
    imported_at bigint not null,
    imported_by text collate "C" not null,
    -- Every table by the name of its file, as it was typed.
    tables text collate "C" not null
);

-- How far the tickets were visited under each calendar (重算): a server that dies goes on there.
create table recomputation (
    -- The calendar's digest.
    calendar text collate "C" primary key,
    -- By the machine's time: how long other servers have known the calendar.
    began_at bigint not null,
    pass bigint not null,
    -- Where the pass stands: among the tickets that wait for a notice, or behind a moment.
    after_at bigint,
    after_id text collate "C" not null,
    done_at bigint
);

-- As in the first schema: lz4, where the server was built with it.
do $$
begin
    alter table catalogue_edition alter column tables set compression lz4;
exception when feature_not_supported then
    null;
end $$;
