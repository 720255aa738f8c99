-- The replica: what its person has claimed, decided and typed. Encrypted as a whole by SQLCipher.
-- Ids are text, instants microseconds since 1970, payloads JSON text. Migrations only ever add.

create table meta (
  name text primary key,
  value text not null
) strict;

-- Queues as the hub last told them, whole.
create table queues (
  name text primary key,
  position integer not null,
  info text not null
) strict;

-- A case as a claim showed it.
create table cases (
  id text primary key,
  queue text not null,
  revision integer not null,
  content_hash text not null,
  -- at_hand; decided: until its decision is final; skipped: until the hub has the lease back;
  -- aside: what the hub calls its hash isn't the hash of what it holds, so it is never shown.
  standing text not null check (standing in ('at_hand', 'decided', 'skipped', 'aside')),
  -- Where it stands in its queue, ascending.
  position integer not null,
  whole text not null,
  lease_token text,
  lease_expires_at integer,
  lease_renewed_at integer
) strict;
create index cases_by_queue on cases (queue, standing, position);

create table drafts (
  case_id text primary key,
  -- Of the content it was made for: a verdict isn't one on any other.
  content_hash text not null,
  draft text not null,
  written_at integer not null
) strict;

-- Cases the feed told of and that are still to be looked at again. Written with the feed's cursor, so that no end of
-- the program loses what was read.
create table refetches (
  case_id text primary key
) strict;

-- The person's own decisions of 90 days.
create table decisions (
  id text primary key,
  case_id text not null,
  queue text not null,
  kind text not null,
  title text not null,
  -- "Different", "3 groups".
  words text not null,
  agreement text not null,
  decision text not null,
  decided_at integer not null,
  -- waiting: in the outbox; then the hub's: pending, released, corrected, undone, kept; or discarded by the person.
  state text not null check (state in ('waiting', 'pending', 'released', 'corrected', 'undone', 'kept', 'discarded')),
  undo_until integer,
  undo_seconds integer not null,
  irreversible integer not null
) strict;
create index decisions_by_time on decisions (decided_at desc, id desc);
create index decisions_by_case on decisions (case_id);

-- What the hub must still hear, in order. Only the person takes an entry out that the hub didn't take.
create table outbox (
  position integer primary key autoincrement,
  id text not null unique,
  what text not null check (what in ('decision', 'undo')),
  decision_id text not null references decisions (id),
  case_id text not null,
  -- Of an undo: why.
  reason text,
  made_at integer not null,
  -- Since when it may have reached the hub: from then on it can't be taken back unheard.
  tried_at integer,
  -- None: waiting. Some: needs the person; a typed reason.
  wedged text
) strict;

-- Detail up to `internal`, fetched ahead; none: there is no detail.
create table context_details (
  case_id text not null,
  context_id text not null,
  detail text,
  primary key (case_id, context_id)
) strict;

-- How often a system was right before on an attribute.
create table source_trust (
  system text not null,
  attribute text not null,
  -- "right" is a word of SQL.
  right_count integer not null,
  n integer not null,
  primary key (system, attribute)
) strict;

-- What an older program must refuse is this number: see SCHEMA_VERSION in desk/src/replica.
pragma user_version = 1;
