-- +goose Up

-- As whom, and by which way, the desk's mail goes out. secret is sealed under
-- the key beside the database.
CREATE TABLE senders (
    id         TEXT    NOT NULL PRIMARY KEY,
    name_ja    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    address    TEXT    NOT NULL, -- lower case
    reply_to   TEXT    NOT NULL, -- '' for the address that the case came to
    way        TEXT    NOT NULL, -- fixed, relay, direct
    host       TEXT    NOT NULL,
    port       BIGINT  NOT NULL,
    security   TEXT    NOT NULL, -- starttls, tls, none
    username   TEXT    NOT NULL,
    secret     TEXT    NOT NULL, -- '' for none
    usual      BOOLEAN NOT NULL, -- for what no other sender is named
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

-- Which sender writes to an organization.
CREATE TABLE organization_senders (
    organization TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    sender       TEXT NOT NULL REFERENCES senders (id)
);
CREATE INDEX organization_senders_sender ON organization_senders (sender);

-- The sender whose way a mail goes; '' for the way given at the start.
ALTER TABLE outbound ADD COLUMN via TEXT NOT NULL DEFAULT '';
