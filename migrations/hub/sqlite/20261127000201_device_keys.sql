-- Public keys that people's devices sign decisions with. Revoked ones stay: what they signed before is still verified.
create table device_keys (
    id text primary key not null,
    person_id text not null references people (id),
    name text not null,
    alg text not null,
    -- Hex.
    public_key text not null unique,
    created_at bigint not null,
    revoked_at bigint
);
create index device_keys_by_person on device_keys (person_id);
