-- The index of the whole queue serves only statements that ask for every case
-- by name (way.go). PostgreSQL took it for lists that another index serves, and
-- walked through all cases that stood before them.

-- +goose Up

DROP INDEX cases_queue;
CREATE INDEX cases_queue ON cases (bucket, sort_key, id) WHERE number > 0;
