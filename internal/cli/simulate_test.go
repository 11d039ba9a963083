package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/demo"
	"madoguchi/internal/records/store"
)

// aWeek plays the demonstration's week; the desk keeps running.
func aWeek(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	d, err := demo.Open(t.Context(), demo.Config{
		Dir: dir, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Quiet: true,
		Machine: func() time.Time { return time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.App.Close() })
	return dir
}

// edited writes the shipped contract with one text replaced.
func edited(t *testing.T, old, next string) string {
	t.Helper()
	_, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "new.yaml")
	if err := os.WriteFile(path, bytes.Replace(data, []byte(old), []byte(next), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// simulated runs the command and returns its exit code and what it printed.
func simulated(ctx context.Context, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Run(ctx, append([]string{"contract", "simulate"}, args...), &IO{In: strings.NewReader(""), Out: &o, Err: &e, Env: func(string) string { return "" }})
	return code, o.String(), e.String()
}

const friday = "2026-11-20T16:42+09:00"

func TestSimulateBesideARunningDesk(t *testing.T) {
	dir := aWeek(t)
	code, out, errs := simulated(t.Context(), "--with", edited(t, "", ""), "--data", dir, "--at", friday)
	if code != 0 || errs != "" || !strings.Contains(out, "cases that differ: 0\n") {
		t.Errorf("under the version in force nothing differs: %d\n%s%s", code, out, errs)
	}
	shorter := edited(t, "within: 6h", "within: 3h")
	code, out, errs = simulated(t.Context(), "--with", shorter, "--data", dir, "--at", friday, "--lang", "ja")
	for _, want := range []string{
		"hennge-one@2026-04-01 による試算（hennge-one のケース 57 件、11/20（金）16:42 時点）", "違いがあるケース（番号順に 20 件。--all ですべて表示）",
		"初期対応  中        26  15→11  1→10", "11/18（水）14:11 → 11/18（水）11:11  達成 → 未達", "目標のないケース（お客様が未特定など）: 5 件",
	} {
		if code != 0 || errs != "" || !strings.Contains(out, want) {
			t.Errorf("exit %d, it does not say %q:\n%s%s", code, want, out, errs)
		}
	}
	_, some, _ := simulated(t.Context(), "--with", shorter, "--data", dir, "--at", friday, "--from", "2026-11-20", "--to", "2026-11-21", "--all")
	if !strings.Contains(some, "received Fri 20 Nov 00:00 – Sat 21 Nov 00:00") || strings.Contains(some, "18 Nov 14:11") {
		t.Errorf("only Friday's cases:\n%s", some)
	}
}

func TestSimulateAsJSON(t *testing.T) {
	code, out, errs := simulated(t.Context(), "--with", edited(t, "within: 6h", "within: 3h"), "--data", aWeek(t), "--at", friday, "--json", "--all")
	var got simulationAnswer
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || errs != "" {
		t.Fatalf("exit %d, %v\n%s%s", code, err, out, errs)
	}
	if got.Cases != 57 || got.Selected != 57 || got.Done != 57 || got.Partial || got.Differ != len(got.List) || !got.ListWhole || len(got.Targets) != 3 {
		t.Errorf("got %+v", got)
	}
	medium := got.Targets[1]
	if medium.Priority != "medium" || medium.Earlier != 26 || medium.MetToMissed != 4 || medium.Recorded.Met != 15 || medium.Simulated.Met != 11 {
		t.Errorf("got %+v", medium)
	}
}

func TestSimulateSaysWhatIsWrong(t *testing.T) {
	good, week, empty := edited(t, "", ""), aWeek(t), t.TempDir()
	s, err := store.Open(t.Context(), store.Config{Dir: empty})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, europe, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "europe.yaml")
	if err := os.WriteFile(other, europe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code  int
		args  []string
		words []string
	}{
		"no such directory":  {1, []string{"--with", good, "--data", filepath.Join(empty, "none")}, []string{"データ保存先", "no directory"}},
		"nobody's directory": {1, []string{"--with", good, "--data", t.TempDir()}, []string{"窓口のデータ保存先ではありません", "holds no madoguchi.db"}},
		"no such file":       {1, []string{"--with", good + "x", "--data", week}, []string{"契約ファイル", "cannot be opened"}},
		"does not load":      {1, []string{"--with", edited(t, "within: 6h", "within: soon"), "--data", week}, []string{"new.yaml:", "soon"}},
		"an empty history":   {1, []string{"--with", good, "--data", empty}, []string{"まだケースがありません", "madoguchi demo"}},
		"nothing in time":    {1, []string{"--with", good, "--data", week, "--to", "2020-01-01"}, []string{"57 件", "widen --from"}},
		"another contract":   {1, []string{"--with", other, "--data", week}, []string{"--of", "hennge-one"}},
		"no instant":         {1, []string{"--with", good, "--data", week, "--from", "last week"}, []string{"last week"}},
		"ends before it is":  {1, []string{"--with", good, "--data", week, "--from", "2026-11-20", "--to", "2026-11-19"}, []string{"--from"}},
		"no file named":      {2, []string{"--data", week}, []string{"--with"}},
	} {
		code, out, errs := simulated(t.Context(), c.args...)
		if code != c.code {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
		}
		for _, w := range c.words {
			if !strings.Contains(errs, w) {
				t.Errorf("%s: it does not say %q:\n%s", name, w, errs)
			}
		}
	}
}

func TestAnInterruptedSimulationSaysThatItIsPartial(t *testing.T) {
	dir := aWeek(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	code, out, errs := simulated(ctx, "--with", edited(t, "", ""), "--data", dir, "--at", friday)
	if code != 130 || !strings.Contains(errs, "中断しました") || strings.Contains(out, "cases that differ: 0") && !strings.Contains(out, "INTERRUPTED") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

func TestColumnsHoldJapanese(t *testing.T) {
	tab := table{right: []bool{false, true}}
	tab.row("優先度", "1")
	tab.row("High", "12")
	if got, want := tab.String(), "  優先度   1\n  High    12\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
