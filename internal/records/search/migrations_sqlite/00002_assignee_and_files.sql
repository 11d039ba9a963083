-- +goose Up

-- Who has the case, by id; '' for nobody. The index is made anew, so that older rows have it as well.
ALTER TABLE cases ADD COLUMN assignee TEXT NOT NULL DEFAULT '';

-- The message has an attachment.
ALTER TABLE docs ADD COLUMN files BOOLEAN NOT NULL DEFAULT FALSE;
