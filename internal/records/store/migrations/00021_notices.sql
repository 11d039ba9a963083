-- +goose Up

-- What people of the desk are told: one row for each person and matter.
CREATE TABLE notices (
    id        TEXT    NOT NULL PRIMARY KEY,
    agent     TEXT    NOT NULL REFERENCES agents (id),
    kind      TEXT    NOT NULL,
    matter    TEXT    NOT NULL, -- what it is about; the same again counts up
    case_id   TEXT    NOT NULL, -- '' for none
    actor     TEXT    NOT NULL, -- id of who did it; '' for nobody of the desk
    ref       TEXT    NOT NULL, -- of a message, a task, a mailbox …
    times     BIGINT  NOT NULL, -- how often it happened since it was read
    listed    BOOLEAN NOT NULL, -- stands in the list behind the bell
    desktop   BOOLEAN NOT NULL, -- to be shown outside of the browser's window
    raised_at BIGINT  NOT NULL, -- the last time
    read_at   BIGINT  NOT NULL, -- 0: unread
    mail_at   BIGINT  NOT NULL, -- to be mailed, not before; 0: not, or not any more
    mailed_at BIGINT  NOT NULL, -- of the mail that told it; 0: none
    UNIQUE (agent, matter)
);
CREATE INDEX notices_list ON notices (agent, raised_at, id);
CREATE INDEX notices_unread ON notices (agent, read_at, raised_at, id);
CREATE INDEX notices_case ON notices (agent, case_id);
CREATE INDEX notices_mail ON notices (mail_at, agent);

-- How often anybody was told anything, for browsers at other nodes.
INSERT INTO counters (name, value) VALUES ('notices', 0);

-- When those concerned by a running target are to be warned of its deadline.
CREATE TABLE warnings (
    case_id TEXT   NOT NULL,
    metric  TEXT   NOT NULL,
    warn_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, metric)
);
CREATE INDEX warnings_due ON warnings (warn_at, case_id, metric);
