-- As for SQLite: the two hold the same.
-- Who may not decide a case though their roles would let them, and which queues it lay in before this one: JSON arrays, null:
-- nobody, none. Who posted an action is barred, and who moved the case to another queue; the gates of those queues go with it.
alter table cases add column barred text;
alter table cases add column lay_in text;
