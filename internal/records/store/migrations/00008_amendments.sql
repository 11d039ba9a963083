-- +goose Up

-- What one customer has agreed beyond the contract, as its file says. The text never changes; only when it holds does.
CREATE TABLE amendments (
    id           TEXT   NOT NULL PRIMARY KEY, -- the file's own
    organization TEXT   NOT NULL REFERENCES organizations (id),
    contract     TEXT   NOT NULL,
    yaml         TEXT   NOT NULL,
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL, -- the first instant at which it no longer holds
    added_at     BIGINT NOT NULL,
    added_by     TEXT   NOT NULL,
    ended_at     BIGINT NOT NULL,
    ended_by     TEXT   NOT NULL
);
CREATE INDEX amendments_organization ON amendments (organization, from_at, id);
INSERT INTO counters (name, value) VALUES ('amendment', 0);

-- Region and configuration work of a customer are agreed like anything else.
INSERT INTO amendments (id, organization, contract, yaml, from_at, until_at, added_at, added_by, ended_at, ended_by)
SELECT 'terms-' || id, id, contract, 'format: 1
amendment:
  id: "terms-' || id || '"
  base: "' || contract || '"
  name: {ja: ご契約条件, en: Terms of the contract}
region: "' || region || '"
support-plus: ' || CASE WHEN support_plus THEN 'true' ELSE 'false' END || '
', 0, 0, created_at, 'system', 0, ''
FROM organizations WHERE contract <> '' AND region <> '';
ALTER TABLE organizations DROP COLUMN region;
ALTER TABLE organizations DROP COLUMN support_plus;
