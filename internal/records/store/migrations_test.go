package store

import (
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// firstRelease is the newest migration that no desk upgraded over while an
// older version served.
const firstRelease = 39

// expands are the statements that a version which serves meanwhile does not
// notice: it names its columns, and lists none that it does not know.
var expands = []*regexp.Regexp{
	regexp.MustCompile(`^CREATE TABLE `),
	regexp.MustCompile(`^CREATE INDEX `),
	regexp.MustCompile(`^DROP INDEX `),
	regexp.MustCompile(`^INSERT INTO counters `),
	regexp.MustCompile(`^ALTER TABLE \w+ ADD COLUMN \w+ +\w+( +NOT NULL DEFAULT [^ ]+)?$`),
}

// contracts begins the line by which a migration that does more says why no
// version that may serve meanwhile minds.
var contracts = regexp.MustCompile(`(?m)^-- contract: .{20,}$`)

var comment = regexp.MustCompile(`(?m)--.*$`)

// TestMigrationsOnlyAddWhileAnOlderVersionServes holds the rule of
// docs/adr/0024: expand, then use, and take away one version later.
func TestMigrationsOnlyAddWhileAnOlderVersionServes(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) < firstRelease {
		t.Fatalf("%d migrations, %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		digits, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		if n, err := strconv.Atoi(digits); err != nil || n <= firstRelease {
			continue
		}
		for _, bad := range contracting(string(text)) {
			t.Errorf("%s: a version that serves meanwhile may not bear this: %q. Only add (docs/adr/0024); what takes away names the version that stopped using it, in a line \"-- contract: …\"", name, bad)
		}
	}
	for text, want := range map[string]int{
		"CREATE TABLE a (id TEXT NOT NULL);\nALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT ''; -- why\nCREATE INDEX c ON a (b);": 0,
		"ALTER TABLE a ADD COLUMN b TEXT NOT NULL;":                                         1,
		"ALTER TABLE a DROP COLUMN b;\nDROP TABLE c;":                                       2,
		"-- contract: nobody has read or written b since 1.4\nALTER TABLE a DROP COLUMN b;": 0,
		"UPDATE cases SET bucket = bucket + 1;":                                             1,
		"CREATE UNIQUE INDEX a ON b (c);":                                                   1,
	} {
		if got := contracting("-- +goose Up\n" + text); len(got) != want {
			t.Errorf("%q: found %q, want %d", text, got, want)
		}
	}
}

// contracting are the statements of a migration that do more than add.
func contracting(text string) []string {
	if contracts.MatchString(text) {
		return nil
	}
	var found []string
	for statement := range strings.SplitSeq(comment.ReplaceAllString(text, ""), ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		adds := statement == ""
		for _, e := range expands {
			adds = adds || e.MatchString(statement)
		}
		if !adds {
			found = append(found, statement)
		}
	}
	return found
}
