-- +goose Up

-- Contract versions that are being written. A published one is in contracts, and its draft stays as the record of how it came to be.
CREATE TABLE contract_drafts (
    id         TEXT   NOT NULL PRIMARY KEY,
    contract   TEXT   NOT NULL,
    base       TEXT   NOT NULL, -- "id@version" that it was begun from
    yaml       TEXT   NOT NULL, -- as it was last saved, right or wrong
    state      TEXT   NOT NULL, -- draft, submitted, returned, published, discarded
    revision   BIGINT NOT NULL, -- counts up with every change
    editors    TEXT   NOT NULL, -- agent ids, JSON: who may not approve it
    steps      TEXT   NOT NULL, -- what happened to it, JSON
    version    TEXT   NOT NULL, -- "id@version" that it was published as
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX contract_drafts_updated ON contract_drafts (updated_at, id);
