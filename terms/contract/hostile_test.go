package contract_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Whatever a file of the largest size holds, it is refused within bounds.
func TestHostileFilesAreRefusedInBoundedTimeAndMemory(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, contract.MaxFileBytes/len(s)) }
	var stairs strings.Builder
	for i := 0; stairs.Len()+i+3 < contract.MaxFileBytes; i++ {
		stairs.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'z'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+p+",", 9), ",") + "]\n"
	}
	for name, text := range map[string]string{
		"alias bomb":               bomb,
		"open brackets":            fill("["),
		"open braces":              fill("{a: "),
		"lists in one line":        fill("- "),
		"stairs of mappings":       stairs.String(),
		"question marks":           fill("? "),
		"colons":                   fill(": "),
		"keys":                     fill("a: b\n"),
		"unknown long keys":        fill(strings.Repeat("k", 60) + ": b\n"),
		"documents":                fill("---\n"),
		"quotes":                   fill("\""),
		"single quotes":            fill("'"),
		"one quoted text":          "a: \"" + fill("x")[:contract.MaxFileBytes-10] + "\"",
		"comments":                 fill("# x\n"),
		"block texts":              fill("a: |\n  b\n"),
		"tags":                     fill("!a "),
		"directives":               fill("%a\n"),
		"merge keys":               fill("<<: a\n"),
		"anchors":                  fill("&a "),
		"backslashes":              "a: \"" + fill("\\")[:contract.MaxFileBytes-10],
		"tabs":                     fill("\t"),
		"carriage returns":         fill("\r"),
		"line ends":                fill("\n"),
		"nested lists by line":     fill("-\n"),
		"flow list":                "[" + fill("a,")[:contract.MaxFileBytes-2] + "]",
		"clauses without end":      "format: 1\nclauses:\n" + fill("- {id: a}\n"),
		"calendars without end":    "format: 1\ncalendars:\n" + fill("- {id: a}\n")[:contract.MaxFileBytes-100],
		"keys to the last line":    strings.Repeat("a: b\n", contract.MaxFileLines),
		"blocks to the last line":  strings.Repeat("a: |\n  b\n", contract.MaxFileLines/2),
		"clauses to the last line": "format: 1\nclauses:\n" + strings.Repeat("- {id: a}\n", contract.MaxFileLines-2),
		"lists to the last line":   strings.Repeat("-\n", contract.MaxFileLines),
		"flow mapping":             "{" + fill("a: b,")[:contract.MaxFileBytes-10] + "}",
		"no text":                  "\x00\xff",
		"empty":                    "",
		"a word":                   "hello",
		"a list":                   "- a",
		"byte order mark":          "\ufeffformat: 1",
	} {
		t.Run(name, func(t *testing.T) {
			if len(text) > contract.MaxFileBytes {
				text = text[:contract.MaxFileBytes]
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begun := time.Now()
			_, err := contract.Load("hostile.yaml", []byte(text))
			took := time.Since(begun)
			runtime.ReadMemStats(&after)
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("not refused as invalid: %v", err)
			}
			if n := len(fault.Public(err).EN); n > 64<<10 {
				t.Errorf("the message has %d bytes", n)
			}
			// Generous: a fifth of it is usual on a slow machine.
			if took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 512<<20 {
				t.Errorf("allocated %d MB", used>>20)
			}
			t.Logf("%s, %d MB", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
		})
	}
}

func TestAnOverLargeFileIsRefusedUnread(t *testing.T) {
	_, err := contract.Load("large.yaml", make([]byte, contract.MaxFileBytes+1))
	if !fault.Is(err, fault.TooLarge) || !strings.Contains(fault.Public(err).EN, "keep it within 262144 bytes") {
		t.Errorf("got %v", err)
	}
}

// Load never panics and always either loads or says what is wrong in both
// languages.
func FuzzLoad(f *testing.F) {
	for _, name := range contracts.Names() {
		_, data, err := contracts.Read(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"", "format: 1", "a: &x [*x]", "- - -", "{a: [", "a: |\n b\n", "? a", "\"", "format: 1\ncontract: {zone: ../etc}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := contract.Load("fuzz.yaml", data)
		if err == nil {
			for _, r := range c.Regions() {
				c.Decide(contract.Contact{Region: r.ID, At: time.Unix(0, 0)})
			}
			return
		}
		if m := fault.Public(err); m.JA == "" || m.EN == "" || fault.KindOf(err) == fault.Internal {
			t.Errorf("no message for %q: %v", data, err)
		}
	})
}
