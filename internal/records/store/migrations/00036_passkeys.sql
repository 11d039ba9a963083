-- Passkeys of people, questions that a browser has to answer, and how a session was signed in.

-- +goose Up
CREATE TABLE passkeys (
    id         TEXT    NOT NULL PRIMARY KEY, -- of the credential, base64url
    agent      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    record     TEXT    NOT NULL,             -- JSON: the public key, the counter and the flags of the last use
    copied     BOOLEAN NOT NULL,             -- its counter did not go on once: it is not taken any more
    created_at BIGINT  NOT NULL,
    used_at    BIGINT  NOT NULL              -- 0: never yet
);
CREATE INDEX passkeys_agent ON passkeys (agent, created_at);

-- Each is answered once, on whichever node, and not for long.
CREATE TABLE sign_in_questions (
    token   TEXT   NOT NULL PRIMARY KEY, -- sha256 of what the browser holds
    purpose TEXT   NOT NULL,
    data    TEXT   NOT NULL,             -- JSON
    expires BIGINT NOT NULL
);
CREATE INDEX sign_in_questions_expires ON sign_in_questions (expires);

ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT '';
