-- +goose Up

-- Which replies need another person's approval; the first that fits counts.
CREATE TABLE approval_rules (
    id         TEXT   NOT NULL PRIMARY KEY,
    place      BIGINT NOT NULL, -- their order
    rule       TEXT   NOT NULL, -- JSON
    updated_at BIGINT NOT NULL
);

-- Replies that wait for an approval, as the events say: one for a case.
CREATE TABLE approvals (
    case_id   TEXT   NOT NULL PRIMARY KEY,
    message   TEXT   NOT NULL,
    writer    TEXT   NOT NULL,
    name      TEXT   NOT NULL, -- the writer's
    rule      TEXT   NOT NULL, -- its name
    approvers TEXT   NOT NULL, -- JSON: ids of those whom the rule names
    asked_at  BIGINT NOT NULL
);
