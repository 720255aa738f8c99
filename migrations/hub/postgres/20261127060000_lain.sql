-- As for SQLite: the two hold the same.
-- The few cases that lay in another queue before: whoever has one at hand is told when that queue's policy changes.
create index cases_lain on cases (id) where lay_in is not null;
