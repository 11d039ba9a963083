package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryTextIsWrittenInBothLanguages(t *testing.T) {
	for key, text := range texts {
		if strings.TrimSpace(text.JA) == "" || strings.TrimSpace(text.EN) == "" {
			t.Errorf("%s lacks a language: %+v", key, text)
		}
		if holes(text.JA) != holes(text.EN) {
			t.Errorf("%s fills different holes in Japanese (%s) and English (%s)", key, holes(text.JA), holes(text.EN))
		}
		if strings.Contains(text.JA, "約束") {
			t.Errorf("%s calls a target a promise: %s", key, text.JA)
		}
		if halfWidth.MatchString(text.JA) {
			t.Errorf("%s has half-width marks beside Japanese: %s", key, text.JA)
		}
	}
}

// halfWidth matches marks of English writing beside Japanese.
var halfWidth = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー々」』】）][ ]?[:!?,(]|[:!?,)][ ]?[\p{Han}\p{Hiragana}\p{Katakana}「『【（]`)

var hole = regexp.MustCompile(`%(\[\d\])?[sd]|\{\w+\}`)

func holes(s string) string {
	found := hole.FindAllString(s, -1)
	for i, h := range found {
		found[i] = regexp.MustCompile(`\[\d\]`).ReplaceAllString(h, "")
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// sources returns the text of the door's files with one of the endings.
func sources(t *testing.T, endings ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, e := range endings {
			if strings.HasSuffix(path, e) && !strings.HasSuffix(path, "_templ.go") {
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				found[path] = string(b)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEveryTextThatIsAskedForExists(t *testing.T) {
	call := regexp.MustCompile(`\b(?:(?:T|TL|Pieces)\((?:ctx|[a-z.]*(?:Lang|lang)|ui\.JA|ui\.EN|JA|EN), |t\()"([a-z0-9._-]+)"[,)]`)
	for path, text := range sources(t, ".go", ".templ") {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			if !Has(m[1]) {
				t.Errorf("%s asks for %q, which is in no table", path, m[1])
			}
		}
	}
}

func TestNoTextIsWrittenTwice(t *testing.T) {
	line := regexp.MustCompile(`(?m)^\t"([a-z][a-z0-9_.-]+)":\s+\{JA:`)
	in := map[string]string{}
	for path, text := range sources(t, ".go") {
		if !strings.HasPrefix(filepath.Base(path), "text_") {
			continue
		}
		for _, m := range line.FindAllStringSubmatch(text, -1) {
			if before, ok := in[m[1]]; ok {
				t.Errorf("%s is in %s and in %s: one of the two is never shown", m[1], before, path)
			}
			in[m[1]] = path
		}
	}
}

var keyForm = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:[.-][a-z0-9_-]+)+)"`)

// made are prefixes of keys that pages make of a value.
var made = []string{
	"binding.", "timeline.target", "timeline.met", "timeline.missed", "timeline.superseded", "timeline.restored", "pri.side.", "cause.", "channel.", "demand.", "error.title.", "next.", "priority.", "reason.", "region.",
	"audit.act.",
	"auth.",
	"colour.",
	"error.hint.",
	"column.",
	"marks.kind.",
	"field.flag.",
	"filter.",
	"fore.",
	"sort.",
	"view.up", "view.down",
	"clock.words.",
	"contract.rules.",
	"confirm.text.",
	"confirm.title.",
	"api-token.may.",
	"delivery.",
	"later.",
	"link.is.",
	"link.make.",
	"timeline.link.",
	"draft.step.",
	"identify.hint.",
	"import.kind.",
	"import.row.",
	"import.state.",
	"contact.how.",
	"contact.kind.",
	"contact.phone-kind.",
	"customers.show.",
	"erase.basis.",
	"erase.what.",
	"erasures.kind.",
	"erasures.state.",
	"letter.state.",
	"letter.way.",
	"mail.as.",
	"mail.chosen.",
	"mailauth.alg.",
	"mailauth.hint.",
	"mailauth.kind.",
	"mailauth.state.",
	"mailauth.why.",
	"mailtext.",
	"mailtexts.test.",
	"notice.desktop.",
	"notice.way.",
	"notices.of.",
	"queue.",
	"rebase.metric.",
	"retention.cases.",
	"role.",
	"permission.",
	"permissions.",
	"agents.title", "teams.title", "roles.title", "providers.title",
	"scan.",
	"sent.",
	"sender.way.",
	"variable.",
	"settings.page.",
	"side.proposal.",
	"skill.kind.",
	"staff.state.",
	"status.",
	"task.due.",
	"task.to.",
	"theme.",
	"timeline.linked.",
	"timeline.reread.",
	"timeline.unscheduled.",
	"way.",
	"weekday.",
}

func TestNoTextIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	for path, text := range sources(t, ".go", ".templ") {
		if strings.Contains(path, "/text_") || strings.HasPrefix(filepath.Base(path), "text_") {
			continue
		}
		for _, m := range keyForm.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		for key := range texts {
			if strings.Contains(text, `"`+key+`"`) {
				used[key] = true
			}
		}
	}
	for key := range texts {
		if !used[key] && !slices.ContainsFunc(made, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s is used by no page: remove it", key)
		}
	}
}

func TestNoTemplateHoldsASentenceOfItsOwn(t *testing.T) {
	japanese := regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)
	sentence := regexp.MustCompile(`>[^<>{}]*[A-Za-z]{2,}\s+[A-Za-z]{2,}[^<>{}]*<`)
	named := regexp.MustCompile(`(?:aria-label|placeholder|title|alt)="[^"]*[A-Za-z]`)
	for path, text := range sources(t, ".templ") {
		for i, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, form := range []*regexp.Regexp{japanese, sentence, named} {
				if m := form.FindString(line); m != "" {
					t.Errorf("%s:%d holds the text %q: put it into a table in both languages", path, i+1, m)
				}
			}
			if strings.Contains(line, " style=") || strings.Contains(line, " onclick=") || strings.Contains(line, "hx-on") {
				t.Errorf("%s:%d: the Content-Security-Policy allows no inline style or script", path, i+1)
			}
		}
	}
}
