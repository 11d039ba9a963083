-- +goose Up

-- What programs identify themselves with at the programming interface.
CREATE TABLE api_tokens (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    hash         TEXT   NOT NULL UNIQUE, -- sha256 of the token: a copy of the database opens nothing
    hint         TEXT   NOT NULL,        -- its first characters, for people
    organization TEXT   NOT NULL,        -- whose cases it sees; '' for those of all
    scopes       TEXT   NOT NULL,        -- JSON
    per_second   BIGINT NOT NULL,        -- requests that a node answers
    created_at   BIGINT NOT NULL,
    created_by   TEXT   NOT NULL,
    used_at      BIGINT NOT NULL,        -- to the minute
    revoked_at   BIGINT NOT NULL,
    revoked_by   TEXT   NOT NULL
);

-- Answers to requests that carried a key, so that a repeated request gets the
-- same one and does nothing.
CREATE TABLE api_answers (
    token  TEXT   NOT NULL,
    key    TEXT   NOT NULL,
    digest TEXT   NOT NULL, -- of what was asked
    answer BYTEA  NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (token, key)
);
CREATE INDEX api_answers_at ON api_answers (at);
