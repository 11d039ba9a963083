-- +goose Up

-- How often something was changed that running desks hold in memory.
INSERT INTO counters (name, value) VALUES ('changes', 0);
