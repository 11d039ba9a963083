-- +goose Up

-- What a person of the desk opened or looked for last: each thing once, with the latest time.
CREATE TABLE recents (
    agent TEXT   NOT NULL REFERENCES agents (id),
    kind  TEXT   NOT NULL, -- case, customer, contact, query
    ref   TEXT   NOT NULL, -- an id; for a query what was typed
    at    BIGINT NOT NULL,
    PRIMARY KEY (agent, kind, ref)
);
CREATE INDEX recents_latest ON recents (agent, kind, at);

-- By what the people and organizations of the registry are looked up, made anew from their rows when a build makes other words.
CREATE TABLE directory (
    kind         TEXT    NOT NULL, -- customer, contact
    id           TEXT    NOT NULL,
    organization TEXT    NOT NULL,
    archived     BOOLEAN NOT NULL,
    words        TEXT    NOT NULL, -- each behind a line feed: names as they are compared and as they sound, domains, addresses, digits of telephone numbers
    PRIMARY KEY (kind, id)
);
INSERT INTO counters (name, value) VALUES ('directory', 0);
