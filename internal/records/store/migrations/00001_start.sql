-- One text for SQLite and PostgreSQL. Instants are BIGINT microseconds since
-- 1970 in UTC, 0 for "none"; durations are BIGINT microseconds; lists are JSON
-- in TEXT. Columns that hold no reference are '' rather than NULL, so that
-- equality and keyset paging need no special case.

-- +goose Up

-- The history: what everything else about a case is rebuilt from.
CREATE TABLE events (
    position   BIGINT NOT NULL PRIMARY KEY, -- over all cases, without a gap
    case_id    TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   TEXT   NOT NULL,
    actor_name TEXT   NOT NULL,
    channel    TEXT   NOT NULL,
    contract   TEXT   NOT NULL,
    clauses    TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    payload    BYTEA  NOT NULL,
    salt       BYTEA  NOT NULL,
    digest     BYTEA  NOT NULL, -- sha256(salt, type, payload)
    hash       BYTEA  NOT NULL, -- sha256(hash of the case's previous event, envelope, digest)
    UNIQUE (case_id, seq)
);

-- Numbers without gaps: an act that is undone gives its number back.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('position', 0);
INSERT INTO counters (name, value) VALUES ('case', 0);

-- Projections. Nothing is written here that the events do not say.
CREATE TABLE cases (
    id                 TEXT    NOT NULL PRIMARY KEY,
    number             BIGINT  NOT NULL UNIQUE,
    version            BIGINT  NOT NULL,
    subject            TEXT    NOT NULL,
    organization       TEXT    NOT NULL, -- '' while unidentified
    org_name           TEXT    NOT NULL,
    contact            TEXT    NOT NULL,
    person_name        TEXT    NOT NULL,
    person_addr        TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    language           TEXT    NOT NULL,
    channel            TEXT    NOT NULL,
    contract           TEXT    NOT NULL,
    reception          BIGINT  NOT NULL,
    updated            BIGINT  NOT NULL,
    status             TEXT    NOT NULL,
    status_reason      TEXT    NOT NULL,
    assignee_id        TEXT    NOT NULL,
    assignee_name      TEXT    NOT NULL,
    priority           TEXT    NOT NULL,
    provisional        BOOLEAN NOT NULL,
    claim_priority     TEXT    NOT NULL,
    judgement_priority TEXT    NOT NULL,
    agreement_priority TEXT    NOT NULL,
    objection          BOOLEAN NOT NULL,
    out_of             TEXT    NOT NULL, -- clause id
    first_priority     TEXT    NOT NULL,
    first_starts       BIGINT  NOT NULL,
    first_deadline     BIGINT  NOT NULL,
    first_business     BIGINT  NOT NULL,
    first_calendar     TEXT    NOT NULL,
    first_verdict      TEXT    NOT NULL,
    first_decided      BIGINT  NOT NULL,
    response_at        BIGINT  NOT NULL,
    undelivered        BOOLEAN NOT NULL,
    last_inbound       BIGINT  NOT NULL,
    last_outbound      BIGINT  NOT NULL,
    ball               TEXT    NOT NULL,
    frozen             TEXT    NOT NULL,
    bucket             BIGINT  NOT NULL, -- see queue.go
    sort_key           BIGINT  NOT NULL
);
CREATE INDEX cases_queue        ON cases (bucket, sort_key, id);
CREATE INDEX cases_assignee     ON cases (assignee_id, bucket, sort_key, id);
CREATE INDEX cases_organization ON cases (organization, bucket, sort_key, id);
CREATE INDEX cases_updated      ON cases (organization, updated, id);

CREATE TABLE case_participants (
    case_id  TEXT    NOT NULL,
    addr     TEXT    NOT NULL, -- lower case
    name     TEXT    NOT NULL,
    contact  TEXT    NOT NULL,
    verified BOOLEAN NOT NULL,
    PRIMARY KEY (case_id, addr)
);
CREATE INDEX case_participants_addr ON case_participants (addr, case_id);

CREATE TABLE case_messages (
    message_id TEXT NOT NULL, -- the mail's, without angle brackets
    case_id    TEXT NOT NULL,
    message    TEXT NOT NULL, -- ours
    direction  TEXT NOT NULL, -- 'in' or 'out'
    PRIMARY KEY (message_id, case_id, message)
);
CREATE INDEX case_messages_case ON case_messages (case_id, message);

CREATE TABLE deadlines (
    case_id  TEXT   NOT NULL,
    metric   TEXT   NOT NULL,
    deadline BIGINT NOT NULL,
    PRIMARY KEY (case_id, metric)
);
CREATE INDEX deadlines_next ON deadlines (deadline, case_id, metric);

-- Mail as it came and went.
CREATE TABLE inbound (
    id            TEXT   NOT NULL PRIMARY KEY,
    received_at   BIGINT NOT NULL,
    envelope_from TEXT   NOT NULL,
    envelope_to   TEXT   NOT NULL,
    remote        TEXT   NOT NULL,
    helo          TEXT   NOT NULL,
    fingerprint   TEXT   NOT NULL,
    message_id    TEXT   NOT NULL,
    sha256        TEXT   NOT NULL,
    size          BIGINT NOT NULL,
    raw           BYTEA,           -- NULL when the bytes are in the blob named by sha256
    state         TEXT   NOT NULL, -- new, filed, duplicate, quarantined
    case_id       TEXT   NOT NULL,
    error         TEXT   NOT NULL,
    attempts      BIGINT NOT NULL
);
CREATE INDEX inbound_state ON inbound (state, received_at, id);
CREATE UNIQUE INDEX inbound_filed ON inbound (message_id, fingerprint) WHERE state = 'filed';

CREATE TABLE outbound (
    id                TEXT   NOT NULL PRIMARY KEY,
    message           TEXT   NOT NULL, -- ours, of the event
    case_id           TEXT   NOT NULL,
    message_id_header TEXT   NOT NULL,
    sender            TEXT   NOT NULL,
    recipients        TEXT   NOT NULL,
    subject           TEXT   NOT NULL,
    sha256            TEXT   NOT NULL,
    size              BIGINT NOT NULL,
    raw               BYTEA,
    state             TEXT   NOT NULL, -- queued, sending, sent, failed
    attempts          BIGINT NOT NULL,
    next_at           BIGINT NOT NULL, -- of the next attempt, or the end of the lease while sending
    relay             TEXT   NOT NULL,
    last_reply        TEXT   NOT NULL,
    created_at        BIGINT NOT NULL,
    sent_at           BIGINT NOT NULL
);
CREATE INDEX outbound_due     ON outbound (state, next_at, id);
CREATE INDEX outbound_created ON outbound (created_at, id);
CREATE INDEX outbound_case    ON outbound (case_id, created_at, id);
CREATE INDEX outbound_header  ON outbound (message_id_header);
CREATE INDEX outbound_message ON outbound (message);

-- The registry of customers.
CREATE TABLE organizations (
    id           TEXT    NOT NULL PRIMARY KEY,
    name_ja      TEXT    NOT NULL,
    name_en      TEXT    NOT NULL,
    kana         TEXT    NOT NULL,
    region       TEXT    NOT NULL,
    contract     TEXT    NOT NULL,
    support_plus BOOLEAN NOT NULL,
    language     TEXT    NOT NULL,
    phone        TEXT    NOT NULL,
    note         TEXT    NOT NULL,
    search       TEXT    NOT NULL, -- names and domains as they are searched, see foldName
    sort_name    TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    archived     BOOLEAN NOT NULL
);
CREATE INDEX organizations_name ON organizations (sort_name, id);

CREATE TABLE organization_domains (
    domain       TEXT NOT NULL, -- lower case
    organization TEXT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (domain, organization)
);
CREATE INDEX organization_domains_org ON organization_domains (organization, domain);

CREATE TABLE contacts (
    id           TEXT    NOT NULL PRIMARY KEY,
    organization TEXT    NOT NULL REFERENCES organizations (id),
    name         TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    phone        TEXT    NOT NULL,
    search       TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    archived     BOOLEAN NOT NULL
);
CREATE INDEX contacts_organization ON contacts (organization, name, id);

CREATE TABLE contact_addresses (
    addr     TEXT    NOT NULL PRIMARY KEY, -- lower case
    contact  TEXT    NOT NULL REFERENCES contacts (id),
    verified BOOLEAN NOT NULL
);
CREATE INDEX contact_addresses_contact ON contact_addresses (contact, addr);

-- The people of the desk.
CREATE TABLE agents (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    email         TEXT    NOT NULL UNIQUE, -- lower case
    role          TEXT    NOT NULL, -- agent, supervisor, administrator
    password_hash TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    theme         TEXT    NOT NULL,
    shortcuts     BOOLEAN NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

CREATE TABLE sessions (
    token  TEXT   NOT NULL PRIMARY KEY, -- sha256 of it: a copy of the database opens no session
    data   BYTEA  NOT NULL,
    expiry BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);

CREATE TABLE attempts (
    name TEXT   NOT NULL, -- whom or what is limited: an address, an account
    at   BIGINT NOT NULL,
    id   TEXT   NOT NULL,
    PRIMARY KEY (name, at, id)
);

CREATE TABLE audit (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    act     TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE contracts (
    id           TEXT   NOT NULL,
    version      TEXT   NOT NULL,
    effective    BIGINT NOT NULL,
    yaml         BYTEA  NOT NULL,
    sha256       TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE jobs (
    id          TEXT   NOT NULL PRIMARY KEY,
    queue       TEXT   NOT NULL,
    unique_key  TEXT   NOT NULL,
    run_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL, -- 0 while nobody works on it
    attempts    BIGINT NOT NULL,
    wakes       BIGINT NOT NULL, -- how often it was asked for since it was made
    payload     BYTEA  NOT NULL,
    last_error  TEXT   NOT NULL,
    UNIQUE (queue, unique_key)
);
CREATE INDEX jobs_due ON jobs (queue, run_at, id);
