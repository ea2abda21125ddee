-- How somebody signed in (登录方式): password, single-sign-on.
alter table session add column way text not null default 'password';

-- Sign-ins that go on elsewhere (单点登录), by the digest of what the browser keeps: each counts once.
create table sign_in_attempt (
    digest text primary key,
    begun_at integer not null,
    -- The page that somebody wanted to see; empty for the first.
    wanted text not null
);
create index sign_in_attempt_old on sign_in_attempt (begun_at);
