-- +goose Up

-- The tags of the case by id, with blanks between them.
ALTER TABLE cases ADD COLUMN tags TEXT NOT NULL DEFAULT '';
