-- +goose Up

-- Which form digest and envelope of an event have, and the position of the
-- event that says what was taken out of it; see event.go, erasedevent.go.
ALTER TABLE events ADD COLUMN form   BIGINT NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;

-- Whose data was asked to be erased, by whom, on what basis, and what became
-- of it. Nothing here names the person once it is done.
CREATE TABLE erasures (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL, -- person, organization
    subject      TEXT    NOT NULL, -- id of the contact or the organization
    organization TEXT    NOT NULL,
    basis        TEXT    NOT NULL,
    reason       TEXT    NOT NULL, -- in the words of who asked; '' once done
    originals    BOOLEAN NOT NULL, -- also the original mails of others that name the person
    state        TEXT    NOT NULL, -- asked, done, declined
    asked_at     BIGINT  NOT NULL,
    asked_by     TEXT    NOT NULL,
    asked_name   TEXT    NOT NULL,
    decided_at   BIGINT  NOT NULL,
    decided_by   TEXT    NOT NULL,
    decided_name TEXT    NOT NULL,
    counts       TEXT    NOT NULL, -- JSON: what was erased
    blobs        TEXT    NOT NULL  -- JSON: files that are still to be deleted
);
CREATE INDEX erasures_state ON erasures (state, asked_at, id);
CREATE INDEX erasures_subject ON erasures (subject, asked_at);
CREATE INDEX inbound_case ON inbound (case_id, id);
CREATE INDEX inbound_sender ON inbound (envelope_from, id);

-- Two contacts that turned out to be one person, and what moved, so that it can
-- be undone.
CREATE TABLE contact_merges (
    id         TEXT   NOT NULL PRIMARY KEY,
    from_id    TEXT   NOT NULL REFERENCES contacts (id),
    into_id    TEXT   NOT NULL REFERENCES contacts (id),
    at         BIGINT NOT NULL,
    by_id      TEXT   NOT NULL,
    moved      TEXT   NOT NULL, -- JSON: the contact as it was
    undone_at  BIGINT NOT NULL,
    undone_by  TEXT   NOT NULL
);
CREATE INDEX contact_merges_into ON contact_merges (into_id, at);
CREATE INDEX contact_merges_from ON contact_merges (from_id, at);
CREATE INDEX cases_contact ON cases (contact, updated, id);
CREATE INDEX case_participants_contact ON case_participants (contact, case_id);
