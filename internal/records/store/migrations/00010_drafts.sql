-- +goose Up

-- What a person of the desk is writing and has not sent: one reply and one note for each case.
CREATE TABLE drafts (
    agent      TEXT   NOT NULL REFERENCES agents (id),
    case_id    TEXT   NOT NULL,
    kind       TEXT   NOT NULL, -- reply, note
    body       TEXT   NOT NULL,
    form       TEXT   NOT NULL, -- JSON: the other fields of the form
    seen       BIGINT NOT NULL, -- version of the case that its writer had read
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (agent, case_id, kind)
);

-- The files that a draft is to take along; their bytes are blobs.
CREATE TABLE draft_files (
    id       TEXT   NOT NULL PRIMARY KEY,
    agent    TEXT   NOT NULL REFERENCES agents (id),
    case_id  TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    type     TEXT   NOT NULL,
    size     BIGINT NOT NULL,
    sha256   TEXT   NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX draft_files_case ON draft_files (agent, case_id, added_at, id);
