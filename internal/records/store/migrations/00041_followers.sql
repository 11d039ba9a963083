-- Who of the desk follows which case, as the events say, each where the case
-- stands in the queue.

-- +goose Up
CREATE TABLE case_followers (
    case_id  TEXT   NOT NULL,
    agent    TEXT   NOT NULL,
    bucket   BIGINT NOT NULL,
    sort_key BIGINT NOT NULL,
    PRIMARY KEY (case_id, agent)
);
CREATE INDEX case_followers_agent ON case_followers (agent, bucket, sort_key, case_id);
