-- Every list of the queue is read along an index, whatever it is narrowed by
-- and however it is sorted: see way.go and walk.go.

-- +goose Up

-- By what the queue is narrowed, finished cases too.
DROP INDEX cases_priority;
DROP INDEX cases_status;
CREATE INDEX cases_priority ON cases (priority, bucket, sort_key, id);
CREATE INDEX cases_status   ON cases (status, bucket, sort_key, id);
CREATE INDEX cases_region   ON cases (region, bucket, sort_key, id);
CREATE INDEX cases_channel  ON cases (channel, bucket, sort_key, id);

-- What few cases are.
CREATE INDEX cases_missed  ON cases (first_verdict, bucket, sort_key, id) WHERE first_verdict = 'missed';
CREATE INDEX cases_resting ON cases (shown_wait, bucket, sort_key, id) WHERE shown_wait <> '';
CREATE INDEX cases_fresh   ON cases (bucket, sort_key, id) WHERE last_inbound > last_outbound AND last_outbound > 0;

-- What is at risk, by how long before its deadline it is so: what can be at
-- risk now then lies side by side. The same text as in way.go.
DROP INDEX cases_soon;
CREATE INDEX cases_soon ON cases ((CASE WHEN sort_key - soon_at <= 900000000 THEN 900000000 WHEN sort_key - soon_at <= 3600000000 THEN 3600000000 WHEN sort_key - soon_at <= 14400000000 THEN 14400000000 WHEN sort_key - soon_at <= 57600000000 THEN 57600000000 WHEN sort_key - soon_at <= 230400000000 THEN 230400000000 WHEN sort_key - soon_at <= 921600000000 THEN 921600000000 ELSE 9223372036854775 END), sort_key, id, soon_at) WHERE bucket < 1;

-- What is finished, by when it came and when it was changed.
CREATE INDEX cases_done_received ON cases (bucket, reception, id) WHERE bucket = 4;
CREATE INDEX cases_done_updated  ON cases (bucket, updated, id) WHERE bucket = 4;

-- Marks stand where their case stands in the queue.
ALTER TABLE case_tags ADD COLUMN bucket   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_tags ADD COLUMN sort_key BIGINT NOT NULL DEFAULT 0;
UPDATE case_tags SET bucket = COALESCE((SELECT c.bucket FROM cases c WHERE c.id = case_tags.case_id), 0),
    sort_key = COALESCE((SELECT c.sort_key FROM cases c WHERE c.id = case_tags.case_id), 0);
DROP INDEX case_tags_tag;
CREATE INDEX case_tags_tag ON case_tags (tag, bucket, sort_key, case_id);
ALTER TABLE case_fields ADD COLUMN bucket   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_fields ADD COLUMN sort_key BIGINT NOT NULL DEFAULT 0;
UPDATE case_fields SET bucket = COALESCE((SELECT c.bucket FROM cases c WHERE c.id = case_fields.case_id), 0),
    sort_key = COALESCE((SELECT c.sort_key FROM cases c WHERE c.id = case_fields.case_id), 0);
DROP INDEX case_fields_value;
CREATE INDEX case_fields_value ON case_fields (field, value, bucket, sort_key, case_id);

-- How an organization's targets were decided of late.
CREATE INDEX cases_decided ON cases (organization, first_decided, first_verdict) WHERE first_verdict <> '';
