// Package mishaps_test starts the built program where it cannot run, and
// holds that it says what is wrong, where and how to mend it, in both
// languages, and ends with exit code 1.
package mishaps_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/test/program"
)

func TestAProgramThatCannotStartSaysWhy(t *testing.T) {
	binary, err := program.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	running, err := program.Start(binary, data)
	if err != nil {
		t.Fatal(err)
	}
	mended := filepath.Join(t.TempDir(), "mistaken")
	spoil(t, data, mended)
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "madoguchi.db"), bytes.Repeat([]byte("no database at all "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, data string
		flags      []string
		says       []string
	}{
		{"the screens' port is in use", t.TempDir(), []string{"--http", running.HTTP}, []string{running.HTTP, "使用しています", "in use by another program", "configure another address"}},
		{"the mail port is in use", t.TempDir(), []string{"--smtp", running.SMTP}, []string{running.SMTP, "使用しています", "in use by another program"}},
		{"the data directory is in use", data, nil, []string{"既に使われています", "in use by process", "Stop it first"}},
		{"the database is damaged", damaged, nil, []string{"データベースが壊れています", "復元してください", "The database is damaged. Restore"}},
		{"PostgreSQL is not there", t.TempDir(), []string{"--database", "postgres://desk@127.0.0.1:1/desk"}, []string{"ホストとポート", "See whether PostgreSQL runs", "connection refused"}},
		{"the contract has a mistake", mended, nil, []string{"contract.yaml:", "2 hourz", "長さとして読めません", "write it as 2h"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"serve", "--data", c.data, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, c.flags...)
			out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput()
			refused(t, string(out), err, c.says)
		})
	}
	t.Run("contract check finds the same mistake", func(t *testing.T) {
		out, err := exec.CommandContext(t.Context(), binary, "contract", "check", contractIn(mended)).CombinedOutput()
		refused(t, string(out), err, []string{"contract.yaml:", "2 hourz", "長さとして読めません", "write it as 2h"})
	})
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
}

func contractIn(data string) string {
	return filepath.Join(data, "contracts", "hennge-one", "contract.yaml")
}

// spoil writes a data directory whose contract has one wrong length.
func spoil(t *testing.T, from, to string) {
	t.Helper()
	file, err := os.ReadFile(contractIn(from))
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(string(file), "within: 2h", "within: 2 hourz", 1)
	if err := os.MkdirAll(filepath.Dir(contractIn(to)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(contractIn(to), []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, out string, err error, says []string) {
	t.Helper()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v, want exit code 1", err)
	}
	for _, s := range says {
		if !strings.Contains(out, s) {
			t.Errorf("it does not say %q:\n%s", s, out)
		}
	}
}
