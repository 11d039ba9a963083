-- +goose Up

-- What a person of the desk chose of how they work, by name. What nobody chose has no row.
CREATE TABLE choices (
    agent TEXT NOT NULL REFERENCES agents (id),
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (agent, name)
);
