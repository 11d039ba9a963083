-- +goose Up

-- Links by which a customer's person confirms. What was asked and answered is
-- in the history; here is only how a link is found and how its mail is sent.
CREATE TABLE confirmations (
    id      TEXT   NOT NULL PRIMARY KEY,
    case_id TEXT   NOT NULL,
    hash    TEXT   NOT NULL UNIQUE, -- sha256 of the link's token: a copy of the database opens none
    message TEXT   NOT NULL,        -- ours, of the mail that carries the link
    mail    TEXT   NOT NULL,        -- that mail, sealed; '' once nobody has to be sent it any more
    expires BIGINT NOT NULL
);
CREATE INDEX confirmations_message ON confirmations (message);
