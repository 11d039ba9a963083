-- +goose Up

-- What the scanner said of files, by their content.
CREATE TABLE scans (
    sha256  TEXT   NOT NULL PRIMARY KEY,
    state   TEXT   NOT NULL, -- waiting, clean, infected, down
    found   TEXT   NOT NULL, -- what is in an infected file
    source  TEXT   NOT NULL, -- id of the inbound mail that brought it; '' for a file of ours
    case_id TEXT   NOT NULL,
    next_at BIGINT NOT NULL, -- of the next attempt while waiting or down
    at      BIGINT NOT NULL  -- of the answer
);
CREATE INDEX scans_due ON scans (state, next_at, sha256);
