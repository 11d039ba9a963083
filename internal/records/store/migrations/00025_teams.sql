-- Roles as sets of permissions, teams, and whose cases a person or team may see.

-- +goose Up

-- A row of a built-in role says what administrators made of it.
CREATE TABLE roles (
    id          TEXT   NOT NULL PRIMARY KEY, -- as agents.role names it
    name_ja     TEXT   NOT NULL,
    name_en     TEXT   NOT NULL,
    permissions TEXT   NOT NULL, -- JSON list
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE teams (
    id         TEXT    NOT NULL PRIMARY KEY,
    name_ja    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    lead_agent TEXT    NOT NULL, -- '' for none
    dissolved  BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

CREATE TABLE team_members (
    team  TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (team, agent)
);
CREATE INDEX team_members_agent ON team_members (agent, team);

-- For those whose role does not see all organizations.
CREATE TABLE sights (
    holder       TEXT NOT NULL, -- an agent or a team
    organization TEXT NOT NULL,
    PRIMARY KEY (holder, organization)
);
CREATE INDEX sights_organization ON sights (organization, holder);
