-- +goose Up

-- A person's number in the system from which they are imported.
ALTER TABLE contacts ADD COLUMN code TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_code ON contacts (code);

-- Files of customers and of their people that are, or were, taken into the
-- registry. The file stays until it has been taken in, a day at most.
CREATE TABLE imports (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL, -- organizations, contacts
    name        TEXT   NOT NULL, -- of the file
    file        BYTEA  NOT NULL, -- '' once it is not needed any more
    options     TEXT   NOT NULL, -- JSON: what the columns are, and how empty cells are taken
    state       TEXT   NOT NULL, -- draft, applying, applied, undone, dropped
    made_at     BIGINT NOT NULL,
    made_by     TEXT   NOT NULL, -- agent id; 'system' for the command line
    made_name   TEXT   NOT NULL,
    total       BIGINT NOT NULL, -- rows of the file
    done        BIGINT NOT NULL, -- of them, taken in or refused
    counts      TEXT   NOT NULL, -- JSON: how many were new, changed, unchanged, refused
    applied_at  BIGINT NOT NULL,
    undone_at   BIGINT NOT NULL,
    undone_name TEXT   NOT NULL
);
CREATE INDEX imports_state ON imports (state, made_at, id);
CREATE INDEX imports_made ON imports (made_at, id);

-- What became of its rows: kept while it can be undone. A row that changed
-- nothing is not here.
CREATE TABLE import_rows (
    import_id TEXT   NOT NULL REFERENCES imports (id),
    line      BIGINT NOT NULL, -- of the file
    state     TEXT   NOT NULL, -- new, changed, refused
    record    TEXT   NOT NULL, -- id of the organization or the contact; '' for a refused one
    was       TEXT   NOT NULL, -- JSON: the record before; '' for a new one
    wrote_at  BIGINT NOT NULL, -- its time of change, as the import wrote it
    amendment TEXT   NOT NULL, -- id of the amendment that the row made; '' for none
    problems  TEXT   NOT NULL, -- JSON, of a refused one
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_rows_record ON import_rows (record);
