-- How somebody signed in (登录方式): password, single-sign-on.
alter table session add column way text collate "C" not null default 'password';

-- Sign-ins that go on elsewhere (单点登录), by the digest of what the browser keeps: each counts once.
create table sign_in_attempt (
    digest text collate "C" primary key,
    begun_at bigint not null,
    -- The page that somebody wanted to see; empty for the first.
    wanted text collate "C" not null
);
create index sign_in_attempt_old on sign_in_attempt (begun_at);
