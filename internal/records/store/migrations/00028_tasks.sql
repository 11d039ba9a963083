-- +goose Up

-- What people of the desk are to do for cases, as the events say.
CREATE TABLE tasks (
    id      TEXT    NOT NULL PRIMARY KEY,
    case_id TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    agent   TEXT    NOT NULL, -- who does it
    due     BIGINT  NOT NULL,
    done_at BIGINT  NOT NULL, -- 0: open
    told    BOOLEAN NOT NULL  -- its time had come, and they were told
);
CREATE INDEX tasks_agent ON tasks (agent, done_at, due, id);
CREATE INDEX tasks_due ON tasks (told, done_at, due, id);
CREATE INDEX tasks_case ON tasks (case_id, id);
