-- The registry of plugins (插件登记): who may sign, what was handed in, and what of it runs where.

-- The number of the registry's last change. Every commit of a ticket or a review compares it with the one
-- that its rules were chosen by, so that no two servers handle one ticket by different rules, and nothing
-- is reviewed by a rule that was switched off meanwhile.
create table registry (
    id bigint primary key,
    generation bigint not null
);
insert into registry (id, generation) values (1, 1);

-- Keys that packages are signed with, as they stand now.
create table signer_key (
    id text primary key,
    version bigint not null,
    document text not null
);
-- Registered, revoked. Append-only.
create table signer_event (
    key_id text not null,
    sequence bigint not null,
    at bigint not null,
    document text not null,
    primary key (key_id, sequence)
);

-- Packages by their digest. One number of one plugin is one file for ever.
create table plugin_package (
    digest text primary key,
    plugin text not null,
    version text not null,
    taken_in_at bigint not null,
    -- The manifest, and who handed it in.
    document text not null,
    component blob not null
);
create unique index plugin_package_version on plugin_package (plugin, version);

-- Who vouches for a package. A county's plugin that another county wants is signed by the city as well.
create table package_signature (
    digest text not null,
    key_id text not null,
    taken_in_at bigint not null,
    -- The signature's file.
    signature text not null,
    primary key (digest, key_id)
);

-- One plugin in one territory, as the fold of its events.
create table rollout (
    territory text not null,
    plugin text not null,
    version bigint not null,
    document text not null,
    primary key (territory, plugin)
);
create table rollout_event (
    territory text not null,
    plugin text not null,
    sequence bigint not null,
    at bigint not null,
    document text not null,
    primary key (territory, plugin, sequence)
);

-- What a candidate would have done about an event, beside what was done.
create table shadow (
    territory text not null,
    plugin text not null,
    revision bigint not null,
    ticket_id text not null,
    event_sequence bigint not null,
    at bigint not null,
    differs boolean not null,
    failed boolean not null,
    document text not null,
    primary key (territory, plugin, revision, ticket_id, event_sequence)
);
create index shadow_differs on shadow (territory, plugin, revision, at, ticket_id, event_sequence) where differs;
create index shadow_at on shadow (at);

-- Removed plugins whose tickets are still to be settled, and behind which ticket that goes on.
create table leaving (
    territory text not null,
    plugin text not null,
    after_id text not null,
    primary key (territory, plugin)
);
