-- +goose Up

-- For what goes through the cases of a stretch of time: simulations, reports.
CREATE INDEX cases_reception ON cases (reception, id);
