-- +goose Up

-- What the queue is filtered and sorted by, beside what it had; see
-- projection.go. Buckets have one more since: a held case has its own. What
-- awaits the customer and what is finished moves up by one here, so that no
-- finished case stands in the queue until the rows are made anew.
UPDATE cases SET bucket = bucket + 1 WHERE bucket >= 2;
ALTER TABLE cases ADD COLUMN team       TEXT   NOT NULL DEFAULT ''; -- '' of no team
ALTER TABLE cases ADD COLUMN product    TEXT   NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN tags       TEXT   NOT NULL DEFAULT '[]';
ALTER TABLE cases ADD COLUMN status_at  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN hold_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN soon_at    BIGINT NOT NULL DEFAULT 0; -- from when a quarter of the shown target is left
CREATE INDEX cases_priority ON cases (priority, bucket, sort_key, id) WHERE bucket < 4;
CREATE INDEX cases_status   ON cases (status, bucket, sort_key, id) WHERE bucket < 4;
CREATE INDEX cases_soon     ON cases (sort_key, id, soon_at) WHERE bucket = 0;
CREATE INDEX cases_team     ON cases (team, bucket, sort_key, id) WHERE team <> '';
CREATE INDEX cases_product  ON cases (product, bucket, sort_key, id) WHERE product <> '';
CREATE INDEX cases_resolved ON cases (status_at, id) WHERE status = 'resolved';
CREATE INDEX cases_held     ON cases (hold_until, id) WHERE hold_until > 0;
CREATE INDEX cases_open_received ON cases (reception, id) WHERE bucket < 4;
CREATE INDEX cases_open_updated  ON cases (updated, id) WHERE bucket < 4;

CREATE TABLE case_tags (
    case_id TEXT NOT NULL,
    tag     TEXT NOT NULL,
    PRIMARY KEY (case_id, tag)
);
CREATE INDEX case_tags_tag ON case_tags (tag, case_id);

CREATE TABLE case_fields (
    case_id TEXT NOT NULL,
    field   TEXT NOT NULL,
    value   TEXT NOT NULL, -- in the one form of cases.FieldRule
    PRIMARY KEY (case_id, field)
);
CREATE INDEX case_fields_value ON case_fields (field, value, case_id);

-- The registries of what cases are marked with.
CREATE TABLE products (
    id         TEXT    NOT NULL PRIMARY KEY,
    name_ja    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    place      BIGINT  NOT NULL, -- order in lists
    archived   BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

CREATE TABLE tags (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    folded     TEXT    NOT NULL, -- the name as it is compared
    colour     TEXT    NOT NULL, -- a token's name
    merged     TEXT    NOT NULL, -- id of the tag that it became; '' while it stands
    archived   BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (folded) WHERE merged = '';

CREATE TABLE fields (
    id         TEXT    NOT NULL PRIMARY KEY,
    word       TEXT    NOT NULL, -- by which addresses name it: field.severity
    kind       TEXT    NOT NULL,
    name_ja    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    choices    TEXT    NOT NULL, -- JSON: key, ja, en
    product    TEXT    NOT NULL, -- '' of every case
    required   BOOLEAN NOT NULL,
    place      BIGINT  NOT NULL,
    archived   BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX fields_word ON fields (word);

-- Views of the queue that people keep.
CREATE TABLE views (
    id         TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL, -- the agent who made it
    shared     TEXT   NOT NULL, -- '' own, 'desk', or a team's id
    name       TEXT   NOT NULL,
    query      TEXT   NOT NULL, -- filters, order and columns as an address has them
    place      BIGINT NOT NULL,
    removed_at BIGINT NOT NULL, -- 0 while it stands; a removed one can be brought back for a while
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX views_owner  ON views (owner, place, id);
CREATE INDEX views_shared ON views (shared, place, id);
