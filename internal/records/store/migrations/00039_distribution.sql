-- +goose Up

-- How the cases of a team are given to its people.
CREATE TABLE team_distribution (
    team     TEXT    NOT NULL PRIMARY KEY,
    how      TEXT    NOT NULL, -- '', round-robin, least-loaded
    most     BIGINT  NOT NULL, -- cases that one person has at once; 0: no limit
    skilled  BOOLEAN NOT NULL, -- those with the skills come first
    fresh    BOOLEAN NOT NULL, -- new cases become this team's
    last_who TEXT    NOT NULL  -- whom the last case went to
);
