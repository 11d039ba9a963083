-- +goose Up

-- Texts that people of the desk put into their replies.
CREATE TABLE snippets (
    id         TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL, -- the agent whose it is; '' for everybody's
    name       TEXT   NOT NULL,
    body_ja    TEXT   NOT NULL,
    body_en    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX snippets_owner ON snippets (owner, name, id);
