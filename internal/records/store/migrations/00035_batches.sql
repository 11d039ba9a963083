-- +goose Up

-- Acts that people of the desk had done to several cases at once, and what
-- became of each case. The case's own history says what was done.
CREATE TABLE batches (
    id          TEXT   NOT NULL PRIMARY KEY,
    agent       TEXT   NOT NULL, -- who asked
    act         TEXT   NOT NULL, -- JSON of the desk's
    state       TEXT   NOT NULL, -- running, done, undoing, undone
    of_cases    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL  -- 0: not yet
);
CREATE INDEX batches_state ON batches (state, created_at);
CREATE TABLE batch_cases (
    batch   TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    place   BIGINT NOT NULL, -- the order in which it was asked
    state   TEXT   NOT NULL, -- waiting, done, refused, undone, kept
    why_ja  TEXT   NOT NULL, -- of refused and kept
    why_en  TEXT   NOT NULL,
    PRIMARY KEY (batch, case_id)
);
