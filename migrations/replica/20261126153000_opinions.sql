-- Where a decision stands that isn't the only one on its case, and what became of it.
-- The case's state by the hub's last word; none: it isn't known, or the case has another revision.
alter table decisions add column case_state text;
-- Of one kept when a dispute was settled: whether it was settled as decided here.
alter table decisions add column upheld integer;
-- What the executor reported, whole.
alter table decisions add column outcome text;
alter table decisions add column outcome_seen integer not null default 0;

-- What the hub has registered of tools: policies read the stricter of this and the case.
create table tools (
  name text primary key,
  tool text not null
) strict;
