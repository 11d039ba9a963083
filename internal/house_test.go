package internal_test

import (
	"bytes"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// maxLines is the hard limit of a file that a person wrote. Most have fewer
// than 200.
const maxLines = 500

// tables are files that are long because they are data.
var tables = map[string]string{}

// readsTheClock are the rooms that may ask the machine for the time, or wait
// for it. Everywhere else it enters as an argument or an injected clock.
var readsTheClock = map[string]string{
	"cmd/madoguchi": "a signal's grace period",
	"internal/app":  "gives the clock to everybody else",
	"internal/cli":  "the commands' default for \"now\"",

	"internal/records/store/engine/follow_postgres.go": "compares the machine's clock with the server's; waits for other processes",

	"internal/records/store/engine/writer.go": "bounds how long a batch gathers; never stored",

	"internal/doors/imapin/pause.go":     "waiting for a mail provider",
	"internal/doors/mailout/deadline.go": "a socket's deadline is an instant of the machine's clock",
	"internal/doors/smtpin/deadline.go":  "a socket's deadline is an instant of the machine's clock",
}

// waits are the files whose loops sleep between two looks at their work. They
// are told by the injected clock what time it is, like everybody else.
var waits = map[string]string{
	"internal/demo/customers.go":        "simulated customers take their time",
	"internal/desk/follow.go":           "tries again after the database failed; looks for what another node left",
	"internal/desk/file.go":             "tries again after the database failed",
	"internal/records/search/follow.go": "rests after the database failed",
	"internal/doctor/search.go":         "gives the index the time that it may be behind",

	"internal/desk/loop.go":  "loops rest between two looks for what has come due",
	"internal/desk/batch.go": "looks for bulk acts that another process left",
}

// mayPanic are places where a panic is the compiler's missing error: a table
// of the program itself is wrong, and no input can make it so.
var mayPanic = map[string]string{
	"terms/cases/event.go": "two payloads of one name, found at start",
}

// vagueNames say nothing of what is inside.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "misc", "models", "types", "manager", "shared"}

func TestAFileHasOneSubjectAndANameThatSaysIt(t *testing.T) {
	for _, s := range readHouse(t) {
		if lines := bytes.Count(s.text, []byte("\n")); lines > maxLines && !s.generated() && tables[s.path] == "" {
			t.Errorf("%s has %d lines: split it by subject (most files have fewer than 200; the limit is %d)", s.path, lines, maxLines)
		}
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		for _, name := range []string{base, path.Base(s.pkg), s.file.Name.Name} {
			if slices.Contains(vagueNames, name) {
				t.Errorf("%s: %q says nothing of what is inside; name it by its subject", s.path, name)
			}
		}
	}
}

func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	comments := map[string]int{}
	for _, s := range readHouse(t) {
		if s.test && s.pkg != "internal" {
			continue
		}
		comments[s.pkg] += 0
		if s.file.Doc != nil && !s.generated() {
			comments[s.pkg]++
		}
	}
	for pkg, n := range comments {
		if n != 1 {
			t.Errorf("package %s has %d package comments: one file says what it owns, what it refuses, and where to start reading", pkg, n)
		}
	}
}

func TestTimeEntersByAnInjectedClock(t *testing.T) {
	const (
		asks = "take the instant as an argument, or the clock that internal/app injects"
		rest = "only a worker's loop waits; list its file under waits in internal/house_test.go, with the reason"
		zone = "zone data is embedded and its version recorded: see terms/worktime"
	)
	forbidden := map[string]string{
		"Now": asks, "Since": asks, "Until": asks, "LoadLocation": zone,
		"Sleep": rest, "After": rest, "AfterFunc": rest, "NewTimer": rest, "NewTicker": rest, "Tick": rest,
	}
	for _, s := range shipped(t) {
		if readsTheClock[s.pkg] != "" || readsTheClock[s.path] != "" {
			continue
		}
		eachCall(s, "time", func(name string, at ast.Node) {
			if why, bad := forbidden[name]; bad && (why != rest || waits[s.path] == "") {
				t.Errorf("%s: time.%s: %s", s.at(at.Pos()), name, why)
			}
		})
	}
}

func TestOnlyTheCommandLineWritesToTheTerminalAndEndsTheProgram(t *testing.T) {
	for _, s := range shipped(t) {
		if s.pkg == "internal/cli" || strings.HasPrefix(s.pkg, "cmd/") {
			continue
		}
		eachCall(s, "fmt", func(name string, at ast.Node) {
			if strings.HasPrefix(name, "Print") {
				t.Errorf("%s: fmt.%s: log through the injected slog.Logger, or return it", s.at(at.Pos()), name)
			}
		})
		eachCall(s, "log", func(name string, at ast.Node) {
			t.Errorf("%s: log.%s: log through the injected slog.Logger", s.at(at.Pos()), name)
		})
		eachCall(s, "os", func(name string, at ast.Node) {
			switch name {
			case "Exit":
				t.Errorf("%s: os.Exit: return an error; cmd/madoguchi makes the exit code of it", s.at(at.Pos()))
			case "Getenv", "LookupEnv", "Environ":
				t.Errorf("%s: os.%s: configuration enters by internal/cli", s.at(at.Pos()), name)
			}
		})
	}
}

func TestNothingPanicsOrRunsBeforeMain(t *testing.T) {
	for _, s := range shipped(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s: func init: give the work to a constructor", s.at(n.Pos()))
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "panic" && mayPanic[s.path] == "" {
					t.Errorf("%s: panic: return an error that says what, where and how to mend", s.at(n.Pos()))
				}
			}
			return true
		})
	}
}

func TestNobodyReturnsNothingWithoutAnError(t *testing.T) {
	for _, s := range shipped(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			var kind *ast.FuncType
			var body *ast.BlockStmt
			switch n := n.(type) {
			case *ast.FuncDecl:
				kind, body = n.Type, n.Body
			case *ast.FuncLit:
				kind, body = n.Type, n.Body
			default:
				return true
			}
			if body == nil || !pointerAndError(kind) {
				return true
			}
			ast.Inspect(body, func(n ast.Node) bool {
				if _, nested := n.(*ast.FuncLit); nested {
					return false
				}
				if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 2 && isNil(r.Results[0]) && isNil(r.Results[1]) {
					t.Errorf("%s: return nil, nil: a caller cannot tell; return a fault of kind NotFound, or a bool", s.at(r.Pos()))
				}
				return true
			})
			return true
		})
	}
}

// pointerAndError reports whether a function returns exactly (*T, error).
func pointerAndError(f *ast.FuncType) bool {
	if f.Results == nil || len(f.Results.List) != 2 {
		return false
	}
	_, pointer := f.Results.List[0].Type.(*ast.StarExpr)
	last, ok := f.Results.List[1].Type.(*ast.Ident)
	return pointer && ok && last.Name == "error"
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

// shipped returns the files that end in the binary and that a person wrote.
func shipped(t *testing.T) []source {
	t.Helper()
	return slices.DeleteFunc(readHouse(t), func(s source) bool {
		return s.test || s.generated() || strings.HasPrefix(s.pkg, "test/")
	})
}

// eachCall reports every use of an exported name of one imported package.
func eachCall(s source, pkg string, report func(name string, at ast.Node)) {
	local := ""
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"`+pkg+`"` {
			local = pkg
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == local {
				report(sel.Sel.Name, sel)
			}
		}
		return true
	})
}
