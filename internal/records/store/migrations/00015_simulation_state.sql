-- +goose Up

-- How far a simulation is, for the nodes that do not carry it out.
ALTER TABLE simulations ADD COLUMN state   TEXT    NOT NULL DEFAULT 'done'; -- waiting, running, done, cancelled, failed
ALTER TABLE simulations ADD COLUMN done    BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE simulations ADD COLUMN total   BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE simulations ADD COLUMN seen_at BIGINT  NOT NULL DEFAULT 0;      -- last sign of life of the node that carries it out
ALTER TABLE simulations ADD COLUMN stop    BOOLEAN NOT NULL DEFAULT FALSE;  -- a person has cancelled it
