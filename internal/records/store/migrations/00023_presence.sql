-- +goose Up

-- What moved beside the histories, so that the browsers of every node look again.
CREATE TABLE hints (
    topic TEXT   NOT NULL PRIMARY KEY, -- such as case:<id>
    n     BIGINT NOT NULL              -- the newest hint of this topic
);
CREATE INDEX hints_n ON hints (n);
INSERT INTO counters (name, value) VALUES ('hints', 0);

-- Which tab of which person shows which case.
CREATE TABLE presence (
    tab     TEXT   NOT NULL PRIMARY KEY,
    browser TEXT   NOT NULL, -- whose stream keeps it alive
    agent   TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    doing   TEXT   NOT NULL, -- view, note
    since   BIGINT NOT NULL,
    alive   BIGINT NOT NULL  -- when its browser was last known to be there
);
CREATE INDEX presence_case ON presence (case_id);
CREATE INDEX presence_browser ON presence (browser);

-- Who is writing the reply of a case: one person at a time.
CREATE TABLE reply_locks (
    case_id TEXT   NOT NULL PRIMARY KEY,
    agent   TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    active  BIGINT NOT NULL -- when they last wrote something
);
