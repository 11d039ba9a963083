-- Identity providers (OpenID Connect), and who somebody is there.

-- +goose Up
CREATE TABLE identity_providers (
    id         TEXT    NOT NULL PRIMARY KEY,
    issuer     TEXT    NOT NULL UNIQUE,
    client_id  TEXT    NOT NULL,
    secret     TEXT    NOT NULL, -- sealed; '' for a public client
    label_ja   TEXT    NOT NULL,
    label_en   TEXT    NOT NULL,
    scopes     TEXT    NOT NULL, -- beyond openid, email and profile
    domains    TEXT    NOT NULL, -- JSON: of mail addresses; [] for all
    only_way   BOOLEAN NOT NULL, -- people of these domains sign in here only, but for administrators
    role       TEXT    NOT NULL, -- of unknown persons; '' when they are refused
    claim      TEXT    NOT NULL, -- that names a role; '' when none does
    roles      TEXT    NOT NULL, -- JSON: value of the claim and role, the first that fits counts
    strong     BOOLEAN NOT NULL, -- asks for a second factor by itself
    paused     BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE TABLE identities (
    issuer     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    provider   TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_agent ON identities (agent);
ALTER TABLE sessions ADD COLUMN provider_session TEXT NOT NULL DEFAULT '';
