-- How often a system's claims were right, by how sensitive the cases were too: who has a ceiling sees what lies below it alone.
-- It takes the place of claim_counts, in which nothing is written any more. Nobody noted of what was counted there how sensitive
-- it was, so it lies above every ceiling.

-- Of the case as it was released, so that what is taken back is taken off where it was added. Null: released before this.
alter table decisions add column sensitivity text;

create table claims_judged (
    queue text not null,
    attribute text not null,
    system text not null,
    sensitivity text not null,
    slot bigint not null default 0,
    right_n bigint not null,
    n bigint not null,
    primary key (queue, attribute, system, sensitivity, slot)
);
insert into claims_judged (queue, attribute, system, sensitivity, slot, right_n, n)
    select queue, attribute, system, 'restricted', slot, right_n, n from claim_counts;
