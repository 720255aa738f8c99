-- Who has somebody else's case on the screen, until when. Said again while they look; no content, and nothing is decided by it.
create table looks (
    case_id text not null references cases (id),
    person_id text not null references people (id),
    until_at bigint not null,
    primary key (case_id, person_id)
);
