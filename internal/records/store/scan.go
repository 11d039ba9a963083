package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"madoguchi/terms/cases"
)

// ScanState is what is known of a file's content.
type ScanState string

// The states of a file. One that nobody ever asked about has no row.
const (
	ScanWaiting  ScanState = "waiting"
	ScanClean    ScanState = "clean"
	ScanInfected ScanState = "infected"
	ScanDown     ScanState = "down" // the scanner was asked and could not answer; it is asked again
)

// Scan is what the scanner said of a file.
type Scan struct {
	SHA256 string
	State  ScanState
	Found  string    // what is in an infected file
	Source string    // id of the inbound mail that brought it; empty for a file of ours
	Case   cases.ID  //
	NextAt time.Time // of the next attempt while waiting or down
	At     time.Time // of the answer
}

const scanColumns = `sha256, state, found, source, case_id, next_at, at`

// QueueScan asks for a file that came with a mail to be scanned, unless its
// content is known already.
func (tx *Tx) QueueScan(s Scan) error {
	return tx.exec(insert("scans", scanColumns)+` ON CONFLICT (sha256) DO NOTHING`,
		s.SHA256, string(ScanWaiting), "", s.Source, string(s.Case), micros(s.NextAt), int64(0))
}

// PutScan records an answer in place of an earlier one. An infected file stays
// infected: a scanner with fewer signatures does not clear it.
func (tx *Tx) PutScan(s Scan) error {
	return tx.exec(insert("scans", scanColumns)+` ON CONFLICT (sha256) DO UPDATE SET
		state = excluded.state, found = excluded.found, next_at = excluded.next_at, at = excluded.at WHERE scans.state <> 'infected'`,
		s.SHA256, string(s.State), s.Found, s.Source, string(s.Case), micros(s.NextAt), micros(s.At))
}

// DueScans returns up to limit files that are to be scanned at now.
func (s *Store) DueScans(ctx context.Context, now time.Time, limit int) ([]Scan, error) {
	return all(ctx, s.db.Readers(), scanScan,
		`SELECT `+scanColumns+` FROM scans WHERE state IN ('waiting', 'down') AND source <> '' AND next_at <= $1 ORDER BY next_at, sha256 LIMIT $2`, micros(now), page(limit))
}

// Scans returns what is known of files, by their content. What nobody asked
// about is not in it.
func (s *Store) Scans(ctx context.Context, sums []string) (map[string]Scan, error) {
	known := make(map[string]Scan, len(sums))
	for len(sums) > 0 {
		n := min(len(sums), 200)
		args, marks := make([]any, n), make([]string, n)
		for i, sum := range sums[:n] {
			args[i], marks[i] = sum, "$"+strconv.Itoa(i+1)
		}
		sums = sums[n:]
		rows, err := all(ctx, s.db.Readers(), scanScan, `SELECT `+scanColumns+` FROM scans WHERE sha256 IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.SHA256] = r
		}
	}
	return known, nil
}

func scanScan(row scanner) (Scan, error) {
	var s Scan
	var next, at int64
	err := row.Scan(&s.SHA256, &s.State, &s.Found, &s.Source, &s.Case, &next, &at)
	s.NextAt, s.At = instant(next), instant(at)
	return s, err
}
