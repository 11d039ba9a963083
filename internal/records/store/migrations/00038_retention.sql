-- +goose Up

-- Of which customers closed cases are kept otherwise than the usual: another
-- number of days, or a hold, under which nothing is erased.
CREATE TABLE retention (
    organization TEXT    NOT NULL PRIMARY KEY,
    days         BIGINT  NOT NULL, -- 0 under a hold
    hold         BOOLEAN NOT NULL,
    reason       TEXT    NOT NULL,
    by_name      TEXT    NOT NULL,
    at           BIGINT  NOT NULL
);

-- The closed cases whose data was erased when their time was over.
CREATE TABLE retained (
    case_id   TEXT   NOT NULL PRIMARY KEY,
    closed_at BIGINT NOT NULL, -- as the case was closed then: one that was reopened is due again
    erasure   TEXT   NOT NULL, -- id of the run
    at        BIGINT NOT NULL
);
CREATE INDEX cases_status_at ON cases (status, status_at, id);
