-- What no plan is made by isn't looked through for plans. Every minute of a busy day PostgreSQL sorted the texts of 30,000 rows of
-- the largest tables, and for those seconds who decided waited several times as long.

alter table audit
    alter column header set statistics 0,
    alter column salt set statistics 0,
    alter column payload set statistics 0,
    alter column previous_hash set statistics 0,
    alter column hash set statistics 0;
alter table case_payloads
    alter column sent_hash set statistics 0,
    alter column content_hash set statistics 0,
    alter column payload set statistics 0;
alter table cases
    alter column title set statistics 0,
    alter column heading set statistics 0,
    alter column subject set statistics 0,
    alter column more set statistics 0,
    alter column content_hash set statistics 0;
alter table context_details alter column detail set statistics 0;
alter table decision_payloads alter column payload set statistics 0;
alter table decisions
    alter column fingerprint set statistics 0,
    alter column content_hash set statistics 0,
    alter column answer set statistics 0;
alter table label_payloads alter column payload set statistics 0;
alter table labels alter column head set statistics 0;
alter table links alter column payload set statistics 0;
alter table webhook_deliveries alter column data set statistics 0;

-- Of the tables that only grow, whose rows are found by their keys: a tenth of the rows is looked through.
do $$
declare
    found record;
begin
    for found in
        select attrelid::regclass as of, attname as name from pg_attribute
        where attrelid in ('audit'::regclass, 'events'::regclass, 'leases'::regclass, 'labels'::regclass,
                'label_payloads'::regclass, 'decision_feed'::regclass, 'decision_payloads'::regclass)
            and attnum > 0 and not attisdropped and attstattarget <> 0
    loop
        execute format('alter table %s alter column %I set statistics 10', found.of, found.name);
    end loop;
end $$;
