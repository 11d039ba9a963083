-- Whose a session is, and the second factors of people.

-- +goose Up
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN started BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN ended BOOLEAN NOT NULL DEFAULT FALSE; -- revoked; kept until it would have expired, so that no request revives it
CREATE INDEX sessions_agent ON sessions (agent, seen);

-- Time-based one-time passwords (RFC 6238), one for a person.
CREATE TABLE totp (
    agent      TEXT    NOT NULL PRIMARY KEY,
    sealed     TEXT    NOT NULL, -- the secret
    confirmed  BOOLEAN NOT NULL, -- a code of it was entered: it is asked for from then on
    step       BIGINT  NOT NULL, -- of the last code that was taken; none at or before it counts again
    created_at BIGINT  NOT NULL
);
CREATE TABLE recovery_codes (
    agent TEXT NOT NULL,
    hash  TEXT NOT NULL, -- sha256; a code counts once and is then gone
    PRIMARY KEY (agent, hash)
);
CREATE INDEX audit_actor ON audit (actor, at, id);
