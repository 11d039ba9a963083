-- +goose Up

-- Replies that are written and wait for their instant: one for each case. That
-- one waits, and what became of it, is in the history; its text is here, as
-- that of a draft is.
CREATE TABLE scheduled_replies (
    case_id    TEXT   NOT NULL PRIMARY KEY,
    message    TEXT   NOT NULL, -- the id that the reply will have
    agent      TEXT   NOT NULL REFERENCES agents (id),
    body       TEXT   NOT NULL,
    form       TEXT   NOT NULL, -- JSON: the other fields of the form
    files      TEXT   NOT NULL, -- JSON: the files that go along; their bytes are blobs
    seen       BIGINT NOT NULL, -- version of the case that its writer had read
    release_at BIGINT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX scheduled_replies_due ON scheduled_replies (release_at, case_id);
