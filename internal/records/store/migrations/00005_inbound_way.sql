-- +goose Up

-- By which door a mail came ("smtp", "lmtp", "imap"): whether its peer's
-- address says who sent it. Empty for what came before.
ALTER TABLE inbound ADD COLUMN way TEXT NOT NULL DEFAULT '';
