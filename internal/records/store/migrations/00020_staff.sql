-- +goose Up

-- When people of the desk work. Who has no row here works the desk's hours.
CREATE TABLE agent_hours (
    agent      TEXT    NOT NULL PRIMARY KEY REFERENCES agents (id),
    zone       TEXT    NOT NULL, -- IANA; '' for the desk's
    own        BOOLEAN NOT NULL, -- week holds, else the desk's hours
    week       TEXT    NOT NULL, -- JSON: hours by weekday
    away_since BIGINT  NOT NULL, -- 0: not away
    away_until BIGINT  NOT NULL, -- 0: until they say that they are back
    away_note  TEXT    NOT NULL,
    updated_at BIGINT  NOT NULL
);

CREATE TABLE agent_days_off (
    id        TEXT NOT NULL PRIMARY KEY,
    agent     TEXT NOT NULL REFERENCES agents (id),
    from_date TEXT NOT NULL, -- 2026-11-20, by the person's own calendar
    to_date   TEXT NOT NULL, -- included
    note      TEXT NOT NULL
);
CREATE INDEX agent_days_off_agent ON agent_days_off (agent, from_date, id);

-- What people of the desk can be asked for.
CREATE TABLE skills (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL, -- product, language, region
    name_ja    TEXT   NOT NULL,
    name_en    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE agent_skills (
    agent TEXT NOT NULL REFERENCES agents (id),
    skill TEXT NOT NULL REFERENCES skills (id),
    PRIMARY KEY (agent, skill)
);
CREATE INDEX agent_skills_skill ON agent_skills (skill, agent);
