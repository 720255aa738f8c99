-- What lists call a case: its title, else one made from its body when it came in. Null: it came in before this, or was erased.
alter table cases add column heading text;
