-- +goose Up

-- Mailboxes with a provider whose mail is the desk's. secret is sealed under
-- the key beside the database.
CREATE TABLE mailboxes (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    address    TEXT    NOT NULL, -- the desk's address that it stands for, lower case
    host       TEXT    NOT NULL,
    port       BIGINT  NOT NULL,
    security   TEXT    NOT NULL, -- tls, starttls, none
    username   TEXT    NOT NULL,
    way        TEXT    NOT NULL, -- password, oauth
    consent    TEXT    NOT NULL, -- JSON: who gives the tokens of OAuth 2
    secret     TEXT    NOT NULL, -- '' for none
    folders    TEXT    NOT NULL,
    language   TEXT    NOT NULL, -- of contacts whose own is not known; '' for that of the mail
    product    TEXT    NOT NULL,
    sender     TEXT    NOT NULL, -- '' for the desk's usual one
    backlog    BOOLEAN NOT NULL,
    paused     BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
