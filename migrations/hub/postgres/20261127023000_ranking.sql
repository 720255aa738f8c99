-- A long queue whose order was changed is ranked in parts: up to which case, by id. Null: every case stands where the order has it.
alter table queues add column ranked_to text;
