package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/desk"
)

func TestRereadSaysHowManyMailsItReadAgain(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	a, err := app.Start(ctx, app.Config{Dir: dir, Contract: contracts.Default, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"From: yamada@customer.example\r\nSubject: one\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n", "\r\n"} {
		if err := a.Desk.Accept(ctx, desk.Mail{From: "yamada@customer.example", Raw: []byte(raw), At: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Desk.FileNew(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []string{"--dry-run", "--data=" + dir} {
		var out, errs bytes.Buffer
		code := Run(ctx, []string{"mail", "reread", "--data", dir, dry}, &IO{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }})
		if code != 0 {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		for _, want := range []string{"2 mails read again, 0 read differently", "1 still cannot be read"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", dry, want, out.String())
			}
		}
	}
}
