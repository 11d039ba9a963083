// Package internal_test keeps the house's rules: who may import whom, and
// what the code of one room may not do.
//
// It owns no code that ships. Start reading at the table of rooms below; the
// picture that belongs to it is docs/architecture.md.
package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of the repository's root.
const module = "madoguchi"

// A room is one package of the module, the floor it stands on, and every
// package of the module that it may import.
type room struct {
	path  string
	floor int
	may   string // blank-separated
}

// rooms is the plan of the house. An import that is not here is a decision
// that nobody took: take it in docs/architecture.md (or an ADR), then here.
var rooms = []room{
	// Floor 0: what was promised. Pure; no I/O, no clock.
	{"terms/fault", 0, ""},
	{"terms/cases", 0, "terms/fault"},
	{"terms/worktime", 0, "terms/fault"},
	{"terms/worktime/slafold", 0, "terms/fault terms/worktime"},
	{"terms/staff", 0, "terms/fault terms/worktime"},
	{"terms/approval", 0, ""},
	{"terms/notice", 0, "terms/fault terms/worktime"},
	{"internal/calendarfile", 0, "terms/fault terms/worktime"},

	{"terms/contract", 0, "terms/fault terms/worktime"},
	{"contracts", 0, ""},
	{"terms/clock", 0, "terms/cases terms/contract terms/fault terms/worktime"},
	{"terms/simulate", 0, "terms/cases terms/clock terms/contract terms/fault"},
	{"internal/wording", 0, "terms/worktime"},
	{"internal/notation", 0, ""},

	{"internal/phonenumber", 0, "terms/fault"},
	{"internal/sheet", 0, "terms/fault"},
	{"internal/passkey", 0, "terms/fault"},
	{"internal/passkey/passkeytest", 0, ""},

	// Floor 0: reading mail.
	{"internal/mailauth", 0, "terms/cases"},
	{"internal/mailtext", 0, "terms/fault internal/mailtext/charset internal/mailtext/tnef"},
	{"internal/mailtext/casetoken", 0, ""},
	{"internal/mailtext/charset", 0, ""},
	{"internal/mailtext/safehtml", 0, ""},
	{"internal/mailtext/tnef", 0, "internal/mailtext/charset"},

	// Floor 1: what is remembered.
	{"internal/records/archive", 1, "terms/fault internal/records/blob internal/records/store"},
	{"internal/records/blob", 1, "terms/fault"},
	{"internal/records/secret", 1, "terms/fault"},
	{"internal/records/replica", 1, "terms/fault internal/records/archive internal/records/blob"},
	{"internal/records/search", 1, "terms/cases terms/fault internal/records/store internal/records/store/engine"},
	{"internal/records/store", 1, "internal/notation terms/approval terms/cases terms/fault internal/records/blob internal/records/store/engine"},
	{"internal/records/store/engine", 1, "terms/fault"},

	// Floor 2: what the desk does.
	{"internal/desk", 2, "internal/notation terms/approval terms/cases terms/clock terms/contract terms/fault terms/notice terms/staff terms/worktime internal/mailtext internal/mailtext/casetoken internal/mailtext/safehtml internal/records/search internal/records/store internal/desk/live internal/desk/notify internal/desk/replay internal/mailauth internal/passkey internal/phonenumber internal/records/secret internal/sheet"},
	{"internal/desk/live", 2, ""},
	{"internal/desk/replay", 2, "terms/cases terms/contract terms/fault terms/simulate internal/records/store"},
	{"internal/desk/notify", 2, "internal/mailtext terms/cases terms/contract terms/fault terms/notice terms/worktime internal/wording"},

	// Floor 3: how the world comes in and out; doors never import each other.
	{"internal/doors/api", 3, "internal/desk internal/records/store terms/cases terms/contract terms/fault"},
	{"internal/doors/clamd", 3, "terms/fault"},
	{"internal/doors/imapin", 3, "internal/desk internal/records/store terms/fault"},
	{"internal/doors/oauth", 3, "internal/desk internal/records/store terms/fault"},
	{"internal/doors/oidc", 3, "internal/desk internal/records/store terms/fault"},
	{"internal/doors/mailout", 3, "internal/desk internal/mailtext internal/records/store terms/cases terms/fault"},
	{"internal/doors/names", 3, ""},
	{"internal/doors/names/zonetest", 3, ""},
	{"internal/doors/ops", 3, "internal/desk terms/fault"},
	{"internal/doors/smtpin", 3, "terms/fault"},
	{"internal/doors/web", 3, "internal/records/store terms/fault internal/desk internal/desk/live internal/doors/web/admin internal/doors/web/agent internal/doors/web/chooser internal/doors/web/confirm internal/doors/web/ui"},
	{"internal/doors/web/admin", 3, "terms/approval terms/fault internal/desk internal/mailtext internal/records/store internal/doors/web/chooser internal/doors/web/ui internal/mailauth"},
	{"internal/doors/web/agent", 3, "internal/notation internal/sheet terms/approval internal/calendarfile internal/mailtext internal/mailtext/safehtml internal/records/search terms/cases terms/clock terms/contract terms/fault terms/notice terms/simulate terms/staff terms/worktime internal/desk internal/records/search internal/records/store internal/doors/web/chooser internal/doors/web/ui internal/wording"},
	{"internal/doors/web/chooser", 3, "internal/desk internal/records/store internal/doors/web/ui terms/fault"},
	{"internal/doors/web/confirm", 3, "internal/desk internal/doors/web/ui terms/cases terms/fault"},
	{"internal/doors/web/ui", 3, "internal/wording terms/fault"},

	// Floor 4: the commands.
	{"internal/app", 4, "contracts terms/fault internal/desk internal/desk/live internal/doors/api internal/doors/imapin internal/doors/mailout internal/doors/oauth internal/doors/oidc internal/doors/ops internal/doors/smtpin internal/doors/web internal/mailauth internal/records/search internal/records/store internal/records/secret internal/records/replica internal/records/blob"},
	{"internal/doctor", 4, "contracts internal/app internal/desk internal/doors/mailout internal/mailauth internal/records/blob internal/records/search internal/records/store terms/contract terms/fault terms/worktime"},
	{"internal/demo", 4, "internal/app internal/desk internal/doors/mailout internal/mailtext internal/records/store terms/approval terms/cases terms/contract terms/fault terms/worktime"},
	{"internal/cli", 4, "contracts internal/app internal/doors/clamd internal/doctor internal/calendarfile internal/demo internal/desk internal/desk/replay internal/doors/imapin internal/doors/mailout internal/doors/smtpin internal/mailtext internal/records/archive internal/records/blob internal/records/replica internal/records/search internal/records/secret internal/records/store internal/sheet internal/wording terms/cases terms/contract terms/fault terms/simulate terms/worktime terms/worktime/slafold internal/doors/names internal/mailauth"},
	{"cmd/madoguchi", 4, "internal/cli"},

	// Private servers for the tests of any floor; nothing of it ships.
	{"test/postgrestest", 0, ""},
	{"test/s3test", 0, ""},

	// Played from outside; nothing of it ships.
	{"test/scenarios", 5, ""},
	{"test/program", 5, "contracts internal/app internal/desk internal/records/store"},
	{"test/crash", 5, "internal/records/blob internal/records/store test/program test/s3test"},
	{"test/objectstore", 5, "internal/records/secret test/postgrestest test/program test/s3test"},
	{"test/mishaps", 5, "contracts internal/app terms/cases test/postgrestest test/program"},
	{"test/cluster", 5, "test/postgrestest test/program"},
	{"test/peers", 5, "test/postgrestest contracts internal/app internal/desk internal/doors/imapin internal/doors/mailout internal/records/secret internal/records/store terms/cases terms/fault test/program"},
	{"test/load", 5, "contracts terms/cases terms/clock terms/contract internal/app internal/desk internal/doors/smtpin internal/records/store internal/records/store/engine test/postgrestest test/program"},
}

// An outsider is a module that others wrote, and the only rooms (with what is
// below them) that know it. A choice that stays in one room can be changed in
// one room.
type outsider struct {
	module string
	in     string // blank-separated; "…/" at the end means the room and those inside it
}

var outsiders = []outsider{
	{"github.com/google/go-cmp", "*"},                     // tests only
	{"github.com/go-json-experiment/json", "terms/cases"}, // payloads of events, read five times as fast
	{"github.com/goccy/go-yaml", "internal/demo terms/contract"},
	{"github.com/rogpeppe/go-internal", "*"}, // tests only
	{"pgregory.net/rapid", "*"},              // tests only
	{"golang.org/x/text", "internal/calendarfile internal/cli internal/demo internal/mailtext/charset internal/notation internal/phonenumber internal/records/search internal/records/store internal/sheet"},
	{"modernc.org/sqlite", "internal/records/store/engine"},
	{"github.com/jackc/pgx", "internal/records/store/engine test/postgrestest"},
	{"github.com/pressly/goose", "internal/records/store/engine"},
	{"golang.org/x/sys", "internal/doctor internal/records/store/engine"}, // free space and the clock; the lock of the data directory on Windows; time-outs of connections on Linux
	{"golang.org/x/oauth2", "internal/doors/oauth internal/doors/oidc"},
	{"github.com/coreos/go-oidc", "internal/doors/oidc"},
	{"golang.org/x/sync", "internal/desk internal/app internal/demo internal/records/store test/load"},
	{"github.com/alecthomas/kong", "internal/cli"},
	{"github.com/mattn/go-isatty", "internal/cli"}, // a progress bar only on a terminal
	{"github.com/google/uuid", "internal/desk internal/records/store test/load"},
	{"github.com/alexedwards/scs", "internal/doors/web/… internal/records/store"},
	{"golang.org/x/crypto", "internal/desk"}, // argon2id
	{"github.com/go-webauthn/webauthn", "internal/passkey"},
	{"github.com/emersion/go-imap", "internal/doors/imapin"},
	{"github.com/emersion/go-sasl", "internal/doors/mailout"},                       // tests only
	{"github.com/emersion/go-smtp", "internal/doors/mailout internal/doors/smtpin"}, // tests only
	{"github.com/emersion/go-msgauth", "internal/mailauth"},
	{"blitiri.com.ar/go/spf", "internal/mailauth"},
	{"github.com/yuin/goldmark", "internal/doors/mailout"},
	{"github.com/benbjohnson/litestream", "internal/records/replica"},
	{"filippo.io/age", "internal/records/archive internal/records/blob"},
	{"github.com/minio/minio-go", "internal/records/blob"},
	{"github.com/prometheus/client_golang", "internal/doors/ops"},
	{"github.com/danielgtaylor/huma", "internal/doors/api"},
	{"rsc.io/qr", "internal/doors/web/agent"}, // the picture that an authenticator app reads
	{"github.com/a-h/templ", "internal/doors/web/…"},
	{"github.com/klauspost/compress", "internal/doors/web/ui"}, // pages, compressed in a third of the standard library's time
	{"github.com/microcosm-cc/bluemonday", "internal/mailtext/safehtml"},
	{"golang.org/x/net", "internal/doors/names/zonetest internal/mailauth internal/mailtext/safehtml"}, // public suffixes, the HTML parser; in tests the DNS's wire form
}

// testOnly are outsiders that no shipped file may import.
var testOnly = []string{"github.com/emersion/go-sasl", "github.com/emersion/go-smtp", "github.com/google/go-cmp", "pgregory.net/rapid", "github.com/rogpeppe/go-internal"}

// source is one Go file of the module, parsed.
type source struct {
	pkg  string // "terms/fault"; "." for the root
	path string // from the module's root, with slashes
	test bool
	file *ast.File
	fset *token.FileSet
	text []byte
}

func (s source) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(p).Line)
}

// generated reports whether a program wrote the file.
func (s source) generated() bool { return ast.IsGenerated(s.file) }

// readHouse parses every Go file of the module, and of no module inside it.
func readHouse(t *testing.T) []source {
	t.Helper()
	root := ".."
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path == root {
				return nil
			}
			if name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		pkg := "."
		if i := strings.LastIndexByte(rel, '/'); i >= 0 {
			pkg = rel[:i]
		}
		all = append(all, source{pkg: pkg, path: rel, test: strings.HasSuffix(name, "_test.go"), file: file, fset: fset, text: text})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go file found: is this test still in internal/?")
	}
	return all
}

// imports returns the file's import paths with their places.
func (s source) imports() map[string]string {
	found := map[string]string{}
	for _, spec := range s.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has refused it already
		}
		found[path] = s.at(spec.Pos())
	}
	return found
}

// inside returns the room that an import path names, if it is one of ours.
func inside(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

func TestEveryPackageIsOnThePlanAndImportsOnlyWhatThePlanAllows(t *testing.T) {
	plan := map[string]room{}
	for _, r := range rooms {
		if _, twice := plan[r.path]; twice {
			t.Errorf("%s is on the plan twice", r.path)
		}
		plan[r.path] = r
	}
	standing := map[string]bool{}
	for _, s := range readHouse(t) {
		if s.pkg == "internal" && s.test {
			continue // this package
		}
		standing[s.pkg] = true
		r, ok := plan[s.pkg]
		if !ok {
			t.Errorf("%s: package %s is not on the plan: add a row to rooms in internal/arch_test.go, on the lowest floor that its imports allow", s.path, s.pkg)
			continue
		}
		may := strings.Fields(r.may)
		for path, place := range s.imports() {
			target, ours := inside(path)
			switch {
			case !ours || target == s.pkg || slices.Contains(may, target):
			case s.test && plan[target].floor <= r.floor && plan[target].path != "":
				// A test may look sideways and down, never up.
			case s.test:
				t.Errorf("%s: a test of %s (floor %d) may not look up at %s", place, s.pkg, r.floor, target)
			default:
				t.Errorf("%s: %s may not import %s. It may import: %s. If the edge is right, say why in docs/architecture.md and add it to its row in internal/arch_test.go; usually the code belongs a floor higher, or takes what it needs as an argument", place, s.pkg, target, orNothing(r.may))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(plan)) {
		if !standing[path] {
			t.Errorf("%s is on the plan in internal/arch_test.go, but there is no such package: remove its row", path)
		}
	}
}

func TestThePlanItselfPointsDown(t *testing.T) {
	floor := map[string]int{}
	for _, r := range rooms {
		floor[r.path] = r.floor
	}
	for _, r := range rooms {
		for _, target := range strings.Fields(r.may) {
			below, ok := floor[target]
			switch {
			case !ok:
				t.Errorf("the row of %s allows %s, which is no room", r.path, target)
			case below > r.floor:
				t.Errorf("the row of %s (floor %d) points up at %s (floor %d)", r.path, r.floor, target, below)
			case door(r.path) != "" && door(target) != "" && door(r.path) != door(target):
				t.Errorf("doors never import each other: %s, %s", r.path, target)
			}
		}
	}
}

// door returns the door that a room belongs to: "internal/doors/web" for
// everything inside it; empty for a room that is no door.
func door(path string) string {
	name, ok := strings.CutPrefix(path, "internal/doors/")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "/")
	return name
}

func TestAnOutsideModuleIsKnownOnlyWhereThePlanSays(t *testing.T) {
	for _, s := range readHouse(t) {
		for path, place := range s.imports() {
			if _, ours := inside(path); ours || standard(path) {
				continue
			}
			i := slices.IndexFunc(outsiders, func(o outsider) bool {
				return path == o.module || strings.HasPrefix(path, o.module+"/")
			})
			if i < 0 {
				t.Errorf("%s: %s is of a module that the plan does not know: add it to outsiders in internal/arch_test.go with the rooms that may know it", place, path)
				continue
			}
			o := outsiders[i]
			if slices.Contains(testOnly, o.module) {
				if !s.test && !strings.HasPrefix(s.pkg, "test/") {
					t.Errorf("%s: %s is for tests only", place, o.module)
				}
				continue
			}
			if !slices.ContainsFunc(strings.Fields(o.in), func(in string) bool {
				tree, all := strings.CutSuffix(in, "/…")
				return s.pkg == tree || all && strings.HasPrefix(s.pkg, tree+"/")
			}) && !s.test {
				t.Errorf("%s: %s may not know %s; only %s may", place, s.pkg, o.module, o.in)
			}
		}
	}
}

// standard reports whether an import path is of the standard library: its
// first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func orNothing(s string) string {
	if s == "" {
		return "nothing of the module"
	}
	return s
}
