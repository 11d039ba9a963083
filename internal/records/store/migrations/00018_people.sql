-- +goose Up

-- More of the customers' people: how their name reads, where they are, what
-- they may say for their company, and by what the desk reaches them.
ALTER TABLE contacts ADD COLUMN kana            TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN zone            TEXT    NOT NULL DEFAULT '';    -- IANA; '' for that of the contract
ALTER TABLE contacts ADD COLUMN note            TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN may_not_agree   BOOLEAN NOT NULL DEFAULT FALSE; -- to a priority
ALTER TABLE contacts ADD COLUMN may_not_instruct BOOLEAN NOT NULL DEFAULT FALSE; -- configuration work
ALTER TABLE contacts ADD COLUMN merged_into     TEXT    NOT NULL DEFAULT '';    -- the contact that goes on in place of this one
ALTER TABLE contacts ADD COLUMN erased_at       BIGINT  NOT NULL DEFAULT 0;
CREATE INDEX contacts_merged ON contacts (merged_into);
CREATE INDEX contacts_sorted ON contacts (name, id);

ALTER TABLE contact_addresses ADD COLUMN kind         TEXT    NOT NULL DEFAULT 'work'; -- work, private, shared
ALTER TABLE contact_addresses ADD COLUMN main         BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contact_addresses ADD COLUMN verified_how TEXT    NOT NULL DEFAULT '';     -- registered, mail, link, phone
ALTER TABLE contact_addresses ADD COLUMN verified_at  BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE contact_addresses ADD COLUMN verified_by  TEXT    NOT NULL DEFAULT '';     -- agent id

CREATE TABLE contact_phones (
    contact      TEXT    NOT NULL REFERENCES contacts (id),
    number       TEXT    NOT NULL, -- E.164; what cannot be read as a number stands as it was written
    ext          TEXT    NOT NULL,
    shown        TEXT    NOT NULL,
    kind         TEXT    NOT NULL, -- work, mobile, direct, fax
    main         BOOLEAN NOT NULL,
    verified     BOOLEAN NOT NULL,
    verified_how TEXT    NOT NULL,
    verified_at  BIGINT  NOT NULL,
    verified_by  TEXT    NOT NULL,
    PRIMARY KEY (contact, number, ext)
);
CREATE INDEX contact_phones_number ON contact_phones (number, contact);
INSERT INTO contact_phones (contact, number, ext, shown, kind, main, verified, verified_how, verified_at, verified_by)
SELECT id, CASE WHEN phone LIKE '0%' THEN '+81' || substr(replace(replace(phone, '-', ''), ' ', ''), 2) ELSE phone END,
       '', phone, 'work', TRUE, FALSE, '', 0, ''
FROM contacts WHERE phone <> '';

-- And of their companies.
ALTER TABLE organizations ADD COLUMN code         TEXT   NOT NULL DEFAULT '';   -- the customer's number with the provider
ALTER TABLE organizations ADD COLUMN phone_number TEXT   NOT NULL DEFAULT '';   -- phone as E.164
ALTER TABLE organizations ADD COLUMN products     TEXT   NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE organizations ADD COLUMN reseller     TEXT   NOT NULL DEFAULT '';   -- the organization through which they buy
ALTER TABLE organizations ADD COLUMN desk_phone   TEXT   NOT NULL DEFAULT '';   -- the number of ours that they are told; '' for the usual one
ALTER TABLE organizations ADD COLUMN desk_mail    TEXT   NOT NULL DEFAULT '';   -- the address of ours
ALTER TABLE organizations ADD COLUMN started      TEXT   NOT NULL DEFAULT '';   -- first day of the service, 2006-01-02
ALTER TABLE organizations ADD COLUMN ended        TEXT   NOT NULL DEFAULT '';   -- last day of the contract
ALTER TABLE organizations ADD COLUMN erased_at    BIGINT NOT NULL DEFAULT 0;
CREATE INDEX organizations_code ON organizations (code);
CREATE INDEX organizations_phone ON organizations (phone_number);
CREATE INDEX organizations_reseller ON organizations (reseller);
