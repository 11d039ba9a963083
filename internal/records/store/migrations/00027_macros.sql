-- +goose Up

-- Named sets of acts that people of the desk run on a case.
CREATE TABLE macros (
    id         TEXT   NOT NULL PRIMARY KEY,
    name_ja    TEXT   NOT NULL,
    name_en    TEXT   NOT NULL,
    acts       TEXT   NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
