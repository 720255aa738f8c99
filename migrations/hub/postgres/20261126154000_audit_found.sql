-- The audit is searched: by what one request caused, and by time. What a correlation id belongs to stands in the header.
alter table audit add column correlation_id text;
update audit set correlation_id = header::json ->> 'correlation_id';
-- Entries come in the order of time: this grows at its end. The rest of a search is a scan within its time.
create index audit_by_time on audit (at);
