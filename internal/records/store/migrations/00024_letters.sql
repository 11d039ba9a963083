-- +goose Up

-- What customers were told of how the desk is reached: the onboarding letter.
CREATE TABLE letters (
    id           TEXT   NOT NULL PRIMARY KEY,
    organization TEXT   NOT NULL REFERENCES organizations (id),
    at           BIGINT NOT NULL,
    by_id        TEXT   NOT NULL, -- agent id
    by_name      TEXT   NOT NULL,
    way          TEXT   NOT NULL, -- mail, paper
    language     TEXT   NOT NULL,
    recipients   TEXT   NOT NULL, -- JSON: name, addr, the message of the mail
    contract     TEXT   NOT NULL, -- "id@version" whose words it carried
    phone        TEXT   NOT NULL, -- as it was told
    mail         TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    returned     TEXT   NOT NULL  -- what a mail server said that gave one back; '' while none did
);
CREATE INDEX letters_organization ON letters (organization, at, id);

-- What was done to one customer, person, setting.
CREATE INDEX audit_subject ON audit (subject, at, id);
