package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
)

// besideADesk goes to a directory in which desk is the data of one.
func besideADesk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := store.Open(t.Context(), store.Config{Dir: filepath.Join(dir, "desk")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	return dir
}

func TestACopyFromOrToNowhereIsRefused(t *testing.T) {
	dir := besideADesk(t)
	for args, want := range map[string][]string{
		"--from none --to new":                        {"--from（none）に窓口がありません", "There is no desk at --from (none)"},
		"--from desk --to postgre://u:hidden@h/desk":  {"--to には", "postgres://… with --to"},
		"--from mysql://u:hidden@h/desk --to new":     {"--from には", "postgres://… with --from"},
		"--from s3://b --to s3://b --to-files s3://c": {"--from には"},
		"--from desk --to desk":                       {"must be two places"},
	} {
		code, said := copied(args)
		if code != 1 || strings.Contains(said, "hidden") {
			t.Errorf("%s: exit %d: %s", args, code, said)
		}
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s does not say %q: %s", args, w, said)
			}
		}
	}
	have, err := os.ReadDir(dir)
	if err != nil || len(have) != 1 {
		t.Errorf("something was made: %v, %v", have, err)
	}
}

func TestACopyWithoutTheKeySaysThatItIsMissing(t *testing.T) {
	besideADesk(t)
	if code, said := copied("--from desk --to first"); code != 0 || !strings.Contains(said, secret.File) {
		t.Errorf("exit %d: %s", code, said)
	}
	if err := os.WriteFile(filepath.Join("desk", secret.File), []byte("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, said := copied("--from desk --to second"); code != 0 || strings.Contains(said, secret.File) {
		t.Errorf("exit %d: %s", code, said)
	}
}

func copied(args string) (code int, said string) {
	var out bytes.Buffer
	code = Run(context.Background(), append([]string{"copy"}, strings.Fields(args)...), &IO{In: strings.NewReader(""), Out: &out, Err: &out, Env: func(string) string { return "" }})
	return code, out.String()
}

func TestWhatACopyInAnObjectStoreCannotBeKeptWithIsSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{"serve", "doctor", "restore"} {
		var out bytes.Buffer
		list := []string{args, "--data", "desk", "--replica", "s3://b/second?endpoint=http://127.0.0.1:1"}
		code := Run(context.Background(), list, &IO{In: strings.NewReader(""), Out: &out, Err: &out, Env: func(name string) string {
			return map[string]string{"AWS_CA_BUNDLE": "own.pem"}[name]
		}})
		if code != 1 || !strings.Contains(out.String(), "give SSL_CERT_FILE instead") {
			t.Errorf("%s: exit %d: %s", args, code, out.String())
		}
	}
	if have, err := os.ReadDir("."); err != nil || len(have) != 0 {
		t.Errorf("something was made: %v, %v", have, err)
	}
}
