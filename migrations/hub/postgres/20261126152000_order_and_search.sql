-- What costs less when cases come in by the thousand: one index for the order of a queue instead of three, open cases not
-- indexed by their state, a suggestion without a table of its own, and the words of a search indexed after the cases are in, not before.

-- Of the policy that holds: oldest, uncertain or random.
alter table queues add column queue_order text not null default 'oldest';
update queues set queue_order = 'uncertain' where policy like '%"order":"uncertain"%';
update queues set queue_order = 'random' where policy like '%"order":"random"%';

-- Where the case stands in its queue's order among those due and urgent alike: 0, its certainty, or by chance.
alter table cases add column rank double precision not null default 0;
update cases set rank = certainty where queue in (select name from queues where queue_order = 'uncertain');
update cases set rank = shuffle / 9223372036854775808.0 where queue in (select name from queues where queue_order = 'random');

drop index cases_next;
drop index cases_next_uncertain;
drop index cases_next_random;
create index cases_next on cases (queue, due_rank, priority desc, rank, id) where claimable = 1 and lease_token is null;

drop index cases_by_state;
create index cases_by_state on cases (state, id) where state <> 'open';

-- 1: the words are in the index; 0: they are looked through one by one until the hub has put them there.
alter table case_search add column indexed bigint not null default 0;
drop index case_search_words;
create index case_search_words on case_search using gin (words gin_trgm_ops) where indexed = 1;
create index case_search_new on case_search (case_id) where indexed = 0;

-- A revision has one suggestion or none; what else is known of it stands in the payload.
alter table case_payloads add column suggestion_id text;
update case_payloads set suggestion_id = (select s.id from suggestions s
    where s.case_id = case_payloads.case_id and s.revision = case_payloads.revision);
drop table suggestions;

-- Written in the transaction that writes the case, which is never deleted: looking each up again finds nothing, and locks it.
alter table case_payloads drop constraint case_payloads_case_id_fkey;
alter table case_search drop constraint case_search_case_id_fkey;
-- A lease is written by whoever holds the case's row, for the person who asks.
alter table leases drop constraint leases_case_id_fkey;
alter table leases drop constraint leases_person_id_fkey;

-- What has no position yet isn't looked for by it.
alter table events drop constraint events_position_key;
create unique index events_position on events (position) where position is not null;
alter table audit drop constraint audit_position_key;
create unique index audit_position on audit (position) where position is not null;

-- Where the server knows it: compresses nearly as well as the default in a fraction of the time.
do $$ begin
    alter table case_payloads alter column payload set compression lz4;
exception when feature_not_supported then null;
end $$;
