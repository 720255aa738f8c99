-- An elevation holds for the sign-in that asked for it, or the token: not for whatever else its person has.

-- Of a session: the first session of the same sign-in, which it renews; null: it is the first.
alter table tokens add column sign_in text;
-- The token or the first session of the sign-in that asked; null, of those from before: gives nothing any more.
alter table elevations add column sign_in text;
