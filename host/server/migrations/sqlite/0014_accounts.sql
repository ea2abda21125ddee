-- Accounts (账号): people and machines. A password is kept as its Argon2id hash alone.
create table account (
    -- 登录名
    name text primary key,
    -- 工号, in small letters: of one person there is one account, so that nobody is two.
    number text not null,
    version integer not null,
    -- Number, posts, state: the whole account, without secrets.
    document text not null,
    -- The hash in the PHC form; empty for a machine.
    password text not null,
    password_set_at integer not null,
    must_change boolean not null
);
create unique index account_by_number on account (number);

-- Sessions (会话): who is signed in, by the digest of the cookie.
create table session (
    digest text primary key,
    account text not null references account (name),
    begun_at integer not null,
    seen_at integer not null
);
create index session_of_account on session (account, begun_at);

-- Tokens (令牌) of machines, by their digest; they stay when they have ended, for the audit.
create table token (
    id text primary key,
    digest text not null,
    account text not null references account (name),
    title text not null,
    made_at integer not null,
    expires_at integer not null,
    revoked_at integer
);
create unique index token_by_digest on token (digest);
create index token_of_account on token (account, made_at);

-- Wrong passwords in a row, by the digest of what they are counted under: the name that was typed with
-- the address, that name alone, a browser that is known, a session. Whether there is such an account
-- neither answer nor wait tells.
create table sign_in_failure (
    counter text primary key,
    failures integer not null,
    last_at integer not null,
    wait_until integer not null
);
create index sign_in_failure_old on sign_in_failure (last_at);

-- Browsers (设备) from which an account signed in before, by the digest of their cookie: each has a
-- counter of its own, so that nobody is shut out by what others guess elsewhere.
create table device (
    digest text not null,
    account text not null references account (name),
    seen_at integer not null,
    primary key (digest, account)
);
create index device_of_account on device (account, seen_at);
create index device_old on device (seen_at);

-- The audit log (审计日志): chained, only added to, kept for ever.
create table audit (
    number integer primary key,
    at integer not null,
    who text not null,
    deed text not null,
    -- The line as JSON, exactly as its digest was made over it.
    entry text not null,
    digest text not null
);
create index audit_by_who on audit (who, number);
create index audit_by_deed on audit (deed, number);
create index audit_by_time on audit (at, number);

-- Where the log ends. One row; who adds a line holds it until the line is written.
create table audit_end (
    one integer primary key,
    count integer not null,
    head text not null
);
insert into audit_end (one, count, head) values (1, 0, '');

create trigger audit_is_not_changed before update on audit
begin
    select raise(abort, 'the audit log is only added to');
end;
create trigger audit_is_not_shortened before delete on audit
begin
    select raise(abort, 'the audit log is only added to');
end;
