-- +goose Up

-- How far the index has followed the events, and which build made it.
CREATE TABLE state (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO state (name, value) VALUES ('position', 0);
INSERT INTO state (name, value) VALUES ('version', 0);

-- What a case's documents are found by beside their own text.
CREATE TABLE cases (
    ref          INTEGER NOT NULL PRIMARY KEY,
    case_id      TEXT    NOT NULL UNIQUE,
    number       BIGINT  NOT NULL,
    subject      TEXT    NOT NULL,
    organization TEXT    NOT NULL, -- '' while unidentified
    org_name     TEXT    NOT NULL, -- as the case's history has it
    status       TEXT    NOT NULL,
    priority     TEXT    NOT NULL,
    first        BIGINT  NOT NULL  -- position of its first event
);
CREATE INDEX cases_status ON cases (status, first);

-- A document is an event that people read: its number is the event's position.
CREATE TABLE docs (
    position INTEGER NOT NULL PRIMARY KEY,
    case_ref BIGINT  NOT NULL,
    at       BIGINT  NOT NULL, -- microseconds since 1970, UTC
    internal BOOLEAN NOT NULL  -- a note of the desk
);
CREATE INDEX docs_case ON docs (case_ref, position);

-- Between which positions the documents of a day (UTC, since 1970) are, so that
-- a search by date need not walk what is newer.
CREATE TABLE days (
    day  INTEGER NOT NULL PRIMARY KEY,
    low  BIGINT  NOT NULL,
    high BIGINT  NOT NULL
);

-- The tokens, made in Go. The tokenizer only has to cut at blanks: 'ascii'
-- takes every character beyond ASCII as part of a word, whatever Unicode
-- version the library knows.
CREATE VIRTUAL TABLE words USING fts5 (
    body, -- subject, text, attachments, recipients
    head, -- the case: number, subject, organization
    who,  -- the sender
    org,  -- the organization's id, nothing else
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
