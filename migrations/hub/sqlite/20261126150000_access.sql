-- Who may what. What is given to a person holds for whoever signs in as them; a token made for a machine carries roles of its own.

-- JSON array of roles.
alter table people add column roles text not null default '[]';
-- The most sensitive a case may be that they see; null: any.
alter table people add column ceiling text;
-- JSON: to what and for how long they may raise themselves; null: to nothing.
alter table people add column may_elevate text;
-- Who they are at the provider they sign in with; null: known by tokens alone.
alter table people add column issuer text;
alter table people add column subject text;
-- 1: roles, queues and ceiling come from the provider, anew with each sign-in.
alter table people add column managed bigint not null default 0;
alter table people add column disabled_at bigint;
-- From 1; changed only from the version one read.
alter table people add column version bigint not null default 1;
create unique index people_by_subject on people (issuer, subject) where subject is not null;

-- 1: of a sign-in; its roles are those of the person.
alter table tokens add column session bigint not null default 0;

-- More than a person has, for a while and for a reason.
create table elevations (
    id text primary key not null,
    person_id text not null references people (id),
    -- JSON: roles, queues and ceiling that are added.
    given text not null,
    reason text not null,
    created_at bigint not null,
    expires_at bigint not null,
    -- Before its time.
    ended_at bigint
);
create index elevations_by_person on elevations (person_id, expires_at);
create index elevations_by_end on elevations (expires_at) where ended_at is null;

-- What a provider said of a sign-in is taken once: hashes of identity tokens, until they would have run out anyway.
create table identity_tokens (
    hash text primary key not null,
    expires_at bigint not null
);
create index identity_tokens_by_end on identity_tokens (expires_at);

-- What lies above a ceiling is counted, and the rest is much more.
create index cases_sensitive on cases (sensitivity, queue, state) where sensitivity in ('confidential', 'restricted');
