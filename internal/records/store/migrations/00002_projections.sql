-- +goose Up

-- Which build made the projected rows: projectionsVersion in rebuild.go.
INSERT INTO counters (name, value) VALUES ('projections', 0);
