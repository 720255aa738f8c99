-- A function that isn't strict becomes a part of the statement that calls it; a strict one was parsed and planned anew each time.
-- Of null it still makes no rows.
create or replace function json_each (list text) returns table (value text) language sql immutable as
    'select e from json_array_elements_text(list::json) as t (e)';
