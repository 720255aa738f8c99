-- As for SQLite: the two hold the same.
-- Cases passed on: escalated, left to who stands in; and checks: gold, and what one person decided looked at once more.

-- Who a check was made for; null: an ordinary case. Nobody else works on it or sees it but who leads.
alter table cases add column check_for text;
-- What its source calls a check: external_id is unique, and a check's is its own id.
alter table cases add column known_as text;
create index cases_known_as on cases (known_as) where known_as is not null;
create index cases_open_checks on cases (check_for) where check_for is not null and claimable = 1;

create table escalations (
    id text primary key not null,
    case_id text not null references cases (id),
    revision bigint not null,
    at bigint not null,
    -- Who escalated it; null: the queue's policy.
    person_id text references people (id),
    -- One of the three is there.
    to_person text references people (id),
    to_role text,
    to_queue text,
    -- Why, in words; null: none were said, or erased.
    reason text,
    -- When it was passed on, or done with. Until then only those it was escalated to are given the case.
    ended_at bigint
);
create unique index escalations_live on escalations (case_id) where ended_at is null;
create index escalations_by_case on escalations (case_id, at);

create table absences (
    person_id text primary key not null references people (id),
    from_at bigint not null,
    until_at bigint not null,
    delegate_id text references people (id)
);

create table gold (
    id text primary key not null,
    queue text not null references queues (name),
    source text not null,
    external_id text not null,
    -- The case as it was planted, and its known answer (null within: can't tell), JSON; null: erased with its retirement.
    payload text,
    answer text,
    created_at bigint not null,
    person_id text not null references people (id),
    -- When what it teaches was written into the ledger: once, however many it is handed to.
    taught_at bigint,
    retired_at bigint
);
create index gold_by_queue on gold (queue, id);

-- Decisions drawn for an audit, until somebody is given theirs.
create table audits (
    decision_id text primary key not null references decisions (id),
    case_id text not null references cases (id),
    revision bigint not null,
    queue text not null,
    -- Who decided it.
    person_id text not null,
    at bigint not null,
    taken_at bigint
);
create index audits_due on audits (queue, at) where taken_at is null;

create table checks (
    case_id text primary key not null references cases (id),
    queue text not null,
    -- One of the two: what was planted, or the decision that is audited, and its case.
    gold_id text references gold (id),
    audited text references decisions (id),
    audited_case text references cases (id),
    person_id text not null references people (id),
    at bigint not null,
    -- The decision given on it, and how it stands to the known answer: agree, disagree, cannot_tell.
    decision_id text references decisions (id),
    found text,
    -- When the person gave it back or passed it on: soon after, it is taken back as its source would.
    passed_on_at bigint
);
create index checks_by_person on checks (person_id, gold_id);
create index checks_by_gold on checks (gold_id);
create index checks_open on checks (at) where decision_id is null;
