-- The hub's tables. Ids are UUIDv7 as text, instants microseconds since 1970, payloads JSON as text.
-- What may have to be erased one day (payloads, details, comments) can be set to null; the hashes over it stay.
-- Rows with a position get it when they are sequenced: here in the same transaction, elsewhere after the commit.

create table meta (
    name text primary key not null,
    value text not null
);

create table people (
    id text primary key not null,
    name text not null unique,
    -- JSON array of queue names; empty: all.
    queues text not null default '[]',
    created_at bigint not null
);

create table tokens (
    id text primary key not null,
    -- Hex SHA-256 of the token.
    hash text not null unique,
    person_id text not null references people (id),
    roles text not null,
    sources text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint
);
create index tokens_by_person on tokens (person_id);

create table queues (
    name text primary key not null,
    kind text not null,
    policy text not null,
    policy_version bigint not null,
    created_at bigint not null
);

-- Every version a policy ever had; the queue itself has the current one.
create table policies (
    queue text not null references queues (name),
    version bigint not null,
    policy text not null,
    at bigint not null,
    -- Null: the hub's default.
    person_id text references people (id),
    primary key (queue, version)
);

-- What is registered of tools: by it and by the case a policy judges a proposed action, whichever is stricter.
create table tools (
    name text primary key not null,
    tool text not null,
    at bigint not null,
    person_id text not null references people (id)
);

-- Kept with every change of a case's state, so that counting never reads cases. Slots spread writers; one is enough here.
create table queue_counts (
    queue text not null references queues (name),
    state text not null,
    slot bigint not null default 0,
    n bigint not null,
    primary key (queue, state, slot)
);

create table cases (
    id text primary key not null,
    source text not null,
    external_id text not null,
    revision bigint not null,
    kind text not null,
    queue text not null references queues (name),
    state text not null,
    -- 1: takes decisions and may be claimed.
    claimable bigint not null,
    title text,
    subject text,
    priority bigint not null,
    sensitivity text not null,
    content_hash text not null,
    due_at bigint,
    -- due_at, or the end of time: what has no due time comes last.
    due_rank bigint not null,
    expires_at bigint,
    -- expires_at while the case waits for a decision, else null: what the hub looks for.
    expiring_at bigint,
    on_expiry text not null,
    proposed_by text,
    assignee text references people (id),
    correlation_id text,
    -- 1: priority, due_at or expires_at were changed after the case came in.
    routed bigint not null default 0,
    -- Distance of the suggestion's confidence from one half: the least certain first.
    certainty double precision not null,
    -- A random number, for the random order.
    shuffle bigint not null,
    received_at bigint not null,
    lease_token text,
    lease_person text,
    leased_until bigint,
    -- The decision that settled it.
    decision_id text,
    -- JSON: what else a list shows, as received; null: nothing.
    more text,
    -- When it was settled for good; null while it takes decisions, or its decision may be undone before it is released.
    closed_at bigint,
    -- When its content was erased (retention); what title, subject, more and the payloads held is null then.
    erased_at bigint,
    unique (external_id, source)
);
create index cases_next on cases (queue, due_rank, priority desc, id) where claimable = 1 and lease_token is null;
create index cases_next_uncertain on cases (queue, due_rank, priority desc, certainty, id) where claimable = 1 and lease_token is null;
create index cases_next_random on cases (queue, due_rank, priority desc, shuffle, id) where claimable = 1 and lease_token is null;
create index cases_leased_until on cases (leased_until) where leased_until is not null;
create index cases_held on cases (lease_person, id) where lease_person is not null;
create index cases_assigned on cases (assignee, id) where assignee is not null;
create index cases_expiring on cases (expiring_at) where expiring_at is not null;
create index cases_due on cases (queue, due_at) where due_at is not null and claimable = 1;
create index cases_by_queue on cases (queue, id);
create index cases_by_state on cases (state, id);
create index cases_closed on cases (queue, sensitivity, closed_at) where closed_at is not null and erased_at is null;

create table case_payloads (
    case_id text not null references cases (id),
    revision bigint not null,
    -- Canonical hash of what the source sent, before defaults.
    sent_hash text not null,
    content_hash text not null,
    received_at bigint not null,
    -- The case as received with source, revision and queue filled in, context without detail; null: erased.
    payload text,
    primary key (case_id, revision)
);

create table case_search (
    case_id text primary key not null references cases (id),
    -- Lower-case words of title, subject, external_id and body.
    words text not null
);

create table suggestions (
    id text primary key not null,
    case_id text not null references cases (id),
    revision bigint not null,
    model text,
    model_version text,
    rule text,
    confidence double precision
);
create index suggestions_by_case on suggestions (case_id, revision);

create table context_details (
    case_id text not null references cases (id),
    revision bigint not null,
    context_id text not null,
    sensitivity text not null,
    detail text,
    primary key (case_id, revision, context_id)
);

create table leases (
    token text primary key not null,
    case_id text not null references cases (id),
    revision bigint not null,
    person_id text not null references people (id),
    claimed_at bigint not null,
    expires_at bigint not null,
    -- The order the case was picked in (null: in none), and the probability it was picked with, where one can be said.
    selection_order text,
    selection_probability double precision,
    ended_at bigint,
    end_reason text
);
create index leases_by_case on leases (case_id, person_id);

create table skips (
    case_id text not null references cases (id),
    person_id text not null references people (id),
    at bigint not null,
    primary key (person_id, case_id)
);

create table decisions (
    id text primary key not null,
    case_id text not null references cases (id),
    revision bigint not null,
    person_id text not null references people (id),
    -- Canonical hash of what the client sent, to know it again.
    fingerprint text not null,
    state text not null,
    kind text not null,
    queue text not null,
    source text not null,
    agreement text not null,
    -- 1: overridden by changing arguments rather than the answer.
    edited bigint not null,
    content_hash text not null,
    suggestion_id text,
    model text,
    model_version text,
    rule text,
    accepted_at bigint not null,
    undo_until bigint,
    released_at bigint,
    ended_at bigint,
    end_reason text,
    ended_by text,
    marked_wrong_at bigint,
    decided_at bigint,
    active_ms bigint,
    lease_token text,
    selection_order text,
    selection_probability double precision,
    correlation_id text,
    -- What the client was answered, for the same decision sent again.
    answer text not null,
    -- human, second_opinion or adjudicated: of the first opinion, of one who agrees, of who settled a dispute.
    basis text not null,
    -- 1: teaches, and isn't handed to anybody who would act on it.
    draft bigint not null
);
create index decisions_pending on decisions (undo_until) where state = 'pending';
create index decisions_by_case on decisions (case_id, accepted_at);
create index decisions_by_person on decisions (person_id, accepted_at);
create index decisions_released on decisions (queue, released_at) where state = 'released';

create table decision_payloads (
    decision_id text primary key not null references decisions (id),
    -- verdict, reasons, comment, shown, signature, suggestion as frozen; null: erased.
    payload text
);

-- How each attribute of a decision stands to the suggestion, for rates by field.
create table decision_fields (
    decision_id text not null references decisions (id),
    field text not null,
    agreement text not null,
    primary key (decision_id, field)
);

create table decision_feed (
    id text primary key not null,
    position bigint unique,
    decision_id text not null references decisions (id),
    -- 1: takes the decision back.
    corrects bigint not null,
    at bigint not null,
    -- Of the request that caused the row.
    correlation_id text
);
create index decision_feed_by_decision on decision_feed (decision_id);

create table labels (
    id text primary key not null,
    position bigint unique,
    kind text not null,
    queue text not null,
    source text not null,
    case_id text references cases (id),
    decision_id text not null references decisions (id),
    -- JSON: how the label came about; nothing of the case's content.
    head text not null,
    split text,
    retracts text references labels (id),
    -- 1: neither a retraction nor retracted.
    live bigint not null,
    at bigint not null
);
create index labels_by_decision on labels (decision_id);
-- An export asks of each label whether it was retracted by the position the export began at.
create index labels_by_retracts on labels (retracts, position) where retracts is not null;

create table label_payloads (
    label_id text primary key not null references labels (id),
    payload text
);

-- How often a system's claims were right, by queue and attribute; kept with every release and retraction.
create table claim_counts (
    queue text not null,
    attribute text not null,
    system text not null,
    slot bigint not null default 0,
    right_n bigint not null,
    n bigint not null,
    primary key (queue, attribute, system, slot)
);

-- Pairs that automation settled by itself.
create table links (
    id text primary key not null,
    source text not null,
    queue text,
    left_system text not null,
    left_id text not null,
    right_system text not null,
    right_id text not null,
    probability double precision,
    basis text not null,
    payload text,
    created_at bigint not null,
    unique (source, left_system, left_id, right_system, right_id)
);
create index links_by_right on links (right_system, right_id);

create table comments (
    id text primary key not null,
    case_id text not null references cases (id),
    person_id text not null references people (id),
    at bigint not null,
    words text
);
create index comments_by_case on comments (case_id, at);

create table outcomes (
    id text primary key not null,
    decision_id text not null references decisions (id),
    status text not null,
    detail text,
    person_id text not null references people (id),
    at bigint not null
);
create index outcomes_by_decision on outcomes (decision_id, at);

-- Who is told of what by HTTP. The secret stands as it is: whoever reads this database reads what it would protect as well.
create table webhooks (
    id text primary key not null,
    url text not null,
    -- JSON array of events, or of '*'.
    events text not null,
    signing text not null,
    -- Hex: the HMAC secret, or the seed of the ed25519 key.
    secret text not null,
    state text not null,
    created_at bigint not null,
    last_success_at bigint
);

-- The last number given to an event of the case. Its row is held until the commit that tells, so numbers are in the order
-- of commits, whichever hub gives them.
create table webhook_sequences (
    case_id text primary key not null,
    last bigint not null
);

-- The outbox: written in the transaction that causes the event, without content; what is sent is read when it is sent.
-- No reference to webhooks: a decision must not fail because a webhook is being deleted.
create table webhook_deliveries (
    id text primary key not null,
    webhook_id text not null,
    event_id text not null,
    event text not null,
    case_id text not null,
    sequence bigint not null,
    -- The row of the feed it is about; null: data says it all.
    about text,
    data text,
    correlation_id text,
    state text not null,
    created_at bigint not null,
    next_at bigint not null,
    tries bigint not null default 0,
    first_tried_at bigint,
    tried_at bigint,
    -- HTTP status of the last answer; else why there was none.
    status bigint,
    fault text,
    -- The hub that is sending it, and until when it has it to itself.
    lease text,
    leased_until bigint
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at, id) where state = 'waiting';
create index webhook_deliveries_order on webhook_deliveries (webhook_id, case_id, sequence) where state = 'waiting';
create index webhook_deliveries_leased on webhook_deliveries (lease) where lease is not null;
create index webhook_deliveries_by_state on webhook_deliveries (webhook_id, state, id);
create index webhook_deliveries_done on webhook_deliveries (tried_at) where state = 'delivered';

create table events (
    id text primary key not null,
    position bigint unique,
    type text not null,
    case_id text,
    queue text,
    source text,
    revision bigint,
    -- Only for this person; null: for all who see the queue.
    person_id text,
    at bigint not null
);

create table audit (
    id text primary key not null,
    position bigint unique,
    at bigint not null,
    action text not null,
    person_id text,
    case_id text,
    decision_id text,
    -- What the chain hashes (RFC 8785); holds the commitment.
    header text not null,
    -- Hex; null with the payload: erased.
    salt text,
    payload text,
    previous_hash text,
    hash text
);
create index audit_by_case on audit (case_id) where case_id is not null;
