-- +goose Up

-- What a contract file would have changed in the recorded history: made
-- again at any time, kept so that nobody has to.
CREATE TABLE simulations (
    id      TEXT   NOT NULL PRIMARY KEY, -- sha256 of the file, lower-case hex
    name    TEXT   NOT NULL,             -- of the file, for messages
    yaml    BYTEA  NOT NULL,
    made_by TEXT   NOT NULL,             -- agent's name
    made_at BIGINT NOT NULL,
    report  BYTEA  NOT NULL              -- JSON
);
CREATE INDEX simulations_made ON simulations (made_at, id);
