-- +goose Up

-- Targets that were missed, and why, as the events say.
CREATE TABLE misses (
    case_id  TEXT   NOT NULL,
    metric   TEXT   NOT NULL,
    deadline BIGINT NOT NULL, -- of the round that was missed
    reason   TEXT   NOT NULL, -- '' until somebody notes it
    PRIMARY KEY (case_id, metric, deadline)
);
CREATE INDEX misses_deadline ON misses (deadline, case_id, metric);
