package contract_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// shared reads a file of the material beside the repository. Where that
// material is not laid out the test has nothing to hold the file against.
func shared(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../../shared/" + name)
	if os.IsNotExist(err) && os.Getenv("MADOGUCHI_REQUIRE") != "all" {
		t.Skipf("%s is not laid out beside the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func termsText(t *testing.T) string {
	t.Helper()
	data, err := contracts.Files.ReadFile("hennge-one/terms.ja.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	marks = regexp.MustCompile(`(?m)^(#+|-|・|[0-9]\.) *|\*\*`)
)

// bare leaves only what is said: no space, no markup.
func bare(s string) string {
	s = marks.ReplaceAllString(tag.ReplaceAllString(s, ""), "")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '・' {
			return -1
		}
		return r
	}, s)
}

func TestEveryClauseIsQuotedVerbatim(t *testing.T) {
	terms := bare(termsText(t))
	for _, c := range shipped(t).Clauses() {
		for _, line := range strings.Split(c.JA, "\n") {
			// A table's row is quoted with its head: "高 2 営業時間内の…".
			parts := []string{line}
			if !strings.Contains(terms, bare(line)) {
				parts = strings.Split(line, " ")
			}
			for _, part := range parts {
				if !strings.Contains(terms, bare(part)) {
					t.Errorf("%s: the terms do not say %q", c.ID, part)
				}
			}
		}
	}
}

func TestTheTermsAreTheWholeText(t *testing.T) {
	source := tag.ReplaceAllString(shared(t, "contract/support-terms.ja.txt"), "\n")
	terms := bare(termsText(t))
	for _, piece := range strings.FieldsFunc(source, func(r rune) bool { return r == '\n' || r == '\t' }) {
		p := bare(strings.ReplaceAll(piece, "2. ", "\n2. "))
		heads := []string{"項目", "内容", "備考"} // of the table's columns
		if strings.Trim(p, "-") != "" && !slices.Contains(heads, p) && !strings.Contains(terms, p) {
			t.Errorf("terms.ja.md lacks %q", piece)
		}
	}
	whole := bare(source)
	for _, line := range strings.Split(termsText(t), "\n") {
		if !strings.Contains(whole, bare(line)) {
			t.Errorf("terms.ja.md says %q, which the terms do not", line)
		}
	}
}

func TestEveryClauseOfTheTermsIsInTheFile(t *testing.T) {
	c := shipped(t)
	listed := regexp.MustCompile("(?m)^\\| `([a-z0-9.-]+)` \\|").FindAllStringSubmatch(shared(t, "contract/clauses.md"), -1)
	if len(listed) != 50 {
		t.Fatalf("the list of clauses has %d rows, want 50", len(listed))
	}
	var ids []contract.ClauseID
	for _, row := range listed {
		ids = append(ids, contract.ClauseID(row[1]))
		if _, ok := c.Clause(contract.ClauseID(row[1])); !ok {
			t.Errorf("the file lacks the clause %s", row[1])
		}
	}
	for _, clause := range c.Clauses() {
		if !slices.Contains(ids, clause.ID) {
			t.Errorf("the file has a clause %s that the list lacks", clause.ID)
		}
	}
}

func TestClausesAreCitedByTheAnnexsOwnNumbers(t *testing.T) {
	c := shipped(t)
	for id, want := range map[contract.ClauseID]string{"response.medium": "5.(2)", "priority.reassessed": "5.(1)", "hours.domestic": "サポート対応時間"} {
		clause, ok := c.Clause(id)
		if !ok || clause.Cite("ja") != want {
			t.Errorf("%s is cited as %q, want %q", id, clause.Cite("ja"), want)
		}
	}
}
