-- Accounts (账号): people and machines. A password is kept as its Argon2id hash alone.
create table account (
    -- 登录名
    name text collate "C" primary key,
    -- 工号, in small letters: of one person there is one account, so that nobody is two.
    number text collate "C" not null,
    version bigint not null,
    -- Number, posts, state: the whole account, without secrets.
    document text collate "C" not null,
    -- The hash in the PHC form; empty for a machine.
    password text collate "C" not null,
    password_set_at bigint not null,
    must_change boolean not null
);
create unique index account_by_number on account (number);

-- Sessions (会话): who is signed in, by the digest of the cookie.
create table session (
    digest text collate "C" primary key,
    account text collate "C" not null references account (name),
    begun_at bigint not null,
    seen_at bigint not null
);
create index session_of_account on session (account, begun_at);

-- Tokens (令牌) of machines, by their digest; they stay when they have ended, for the audit.
create table token (
    id text collate "C" primary key,
    digest text collate "C" not null,
    account text collate "C" not null references account (name),
    title text collate "C" not null,
    made_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint
);
create unique index token_by_digest on token (digest);
create index token_of_account on token (account, made_at);

-- Wrong passwords in a row, by the digest of what they are counted under: the name that was typed with
-- the address, that name alone, a browser that is known, a session. Whether there is such an account
-- neither answer nor wait tells.
create table sign_in_failure (
    counter text collate "C" primary key,
    failures bigint not null,
    last_at bigint not null,
    wait_until bigint not null
);
create index sign_in_failure_old on sign_in_failure (last_at);

-- Browsers (设备) from which an account signed in before, by the digest of their cookie: each has a
-- counter of its own, so that nobody is shut out by what others guess elsewhere.
create table device (
    digest text collate "C" not null,
    account text collate "C" not null references account (name),
    seen_at bigint not null,
    primary key (digest, account)
);
create index device_of_account on device (account, seen_at);
create index device_old on device (seen_at);

-- The audit log (审计日志): chained, only added to, kept for ever.
create table audit (
    number bigint primary key,
    at bigint not null,
    who text collate "C" not null,
    deed text collate "C" not null,
    -- The line as JSON, exactly as its digest was made over it.
    entry text collate "C" not null,
    digest text collate "C" not null
);
create index audit_by_who on audit (who, number);
create index audit_by_deed on audit (deed, number);
create index audit_by_time on audit (at, number);

-- Where the log ends. One row; who adds a line holds it until the line is written.
create table audit_end (
    one bigint primary key,
    count bigint not null,
    head text collate "C" not null
);
insert into audit_end (one, count, head) values (1, 0, '');

create function audit_is_only_added_to() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only added to';
end
$$;
create trigger audit_is_not_changed before update or delete or truncate on audit
    for each statement execute function audit_is_only_added_to();
