-- What costs less when cases come in by the thousand: one index for the order of a queue instead of three, and open cases
-- not indexed by their state.

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

-- Words aren't indexed here; the column is there for the other engine.
alter table case_search add column indexed bigint not null default 0;

-- A revision has one suggestion or none; what else is known of it stands in the payload.
alter table case_payloads add column suggestion_id text;
update case_payloads set suggestion_id = (select s.id from suggestions s
    where s.case_id = case_payloads.case_id and s.revision = case_payloads.revision);
drop table suggestions;
