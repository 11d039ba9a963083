package doctor_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/doctor"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// zone is a DNS whose names are all missing, or that does not answer.
type zone struct{ away bool }

func (z zone) err(name string) error {
	if z.away {
		return &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z zone) LookupTXT(_ context.Context, n string) ([]string, error) { return nil, z.err(n) }

func (z zone) LookupMX(_ context.Context, n string) ([]*net.MX, error) { return nil, z.err(n) }

func (z zone) LookupIPAddr(_ context.Context, n string) ([]net.IPAddr, error) { return nil, z.err(n) }

func (z zone) LookupAddr(_ context.Context, n string) ([]string, error) { return nil, z.err(n) }

// started is an installation whose desk has run and stopped.
func started(t *testing.T) doctor.Patient {
	t.Helper()
	p := doctor.Patient{Config: app.Config{
		Dir: filepath.Join(t.TempDir(), "data"), Contract: contracts.Default, HTTP: "127.0.0.1:0", SMTP: "127.0.0.1:0", Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}}
	a, err := app.Start(t.Context(), p.Config)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func examine(t *testing.T, p doctor.Patient) (doctor.Grade, string) {
	t.Helper()
	var said strings.Builder
	worst, err := doctor.Examine(t.Context(), p, func(f doctor.Finding) {
		said.WriteString(string(f.Grade) + " " + f.Part + ": " + f.What.EN + " | " + f.Mend.EN + "\n")
		if f.What.JA == "" || f.What.EN == "" || (f.Mend.JA == "") != (f.Mend.EN == "") || (f.Grade != doctor.Good) != (f.Mend.EN != "") {
			t.Errorf("a finding lacks words: %+v", f)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return worst, said.String()
}

func TestASoundInstallation(t *testing.T) {
	p := started(t)
	p.Thorough = true
	worst, said := examine(t, p)
	if worst == doctor.Bad {
		t.Errorf("a sound installation is %s:\n%s", worst, said)
	}
	for _, want := range []string{
		"good database: The database is sound (0 events).", "good database: All hashes of the history agree.", "good search: The search index has everything.",
		"good contract: hennge-one@", "good network: The address 127.0.0.1:0 (screens) is free.",
		"odd mail: No relay is set", "odd dns: The DNS is not asked",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q:\n%s", want, said)
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // the test is over
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*testing.T, *doctor.Patient)
		want  string
		grade doctor.Grade
	}{
		"never started":       {func(_ *testing.T, p *doctor.Patient) { p.Dir += "-not" }, "odd disk:", doctor.Odd},
		"a file, not a place": {func(t *testing.T, p *doctor.Patient) { p.Dir = write(t, filepath.Join(t.TempDir(), "f"), "") }, "bad disk:", doctor.Bad},
		"others may look":     {func(t *testing.T, p *doctor.Patient) { must(t, os.Chmod(p.Dir, 0o755)) }, "Run chmod 0700", doctor.Odd},
		"no database": {func(t *testing.T, p *doctor.Patient) {
			write(t, filepath.Join(p.Dir, "madoguchi.db"), "not a database at all")
		}, "bad database:", doctor.Bad},
		"a mistaken contract": {func(t *testing.T, p *doctor.Patient) {
			write(t, filepath.Join(p.Dir, "contracts", "mine", "contract.yaml"), "contract: [")
		}, "bad contract:", doctor.Bad},
		"no such contract":   {func(_ *testing.T, p *doctor.Patient) { p.Contract = "nobodys" }, "bad contract: There is no contract nobodys", doctor.Bad},
		"a port in use":      {func(_ *testing.T, p *doctor.Patient) { p.SMTP = taken.Addr().String() }, "in use by another program", doctor.Bad},
		"no address of ours": {func(_ *testing.T, p *doctor.Patient) { p.SMTP = "192.0.2.1:25" }, "Give an address of this machine", doctor.Bad},
		"PostgreSQL is away": {func(_ *testing.T, p *doctor.Patient) { p.Database = "postgres://desk@127.0.0.1:1/desk" }, "See whether PostgreSQL runs", doctor.Bad},
		"no place for the copy": {func(t *testing.T, p *doctor.Patient) {
			p.Replica = filepath.Join(write(t, filepath.Join(t.TempDir(), "f"), ""), "copy")
		}, "bad copy:", doctor.Bad},
		"the relay is away": {func(t *testing.T, p *doctor.Patient) {
			r, err := mailout.NewRelay(mailout.RelayConfig{Addr: closed.Addr().String(), Security: mailout.Plain})
			must(t, err)
			p.Relay = r
		}, "Check host, port, user and password of --relay", doctor.Bad},
	} {
		t.Run(name, func(t *testing.T) {
			p := started(t)
			c.spoil(t, &p)
			worst, said := examine(t, p)
			if worst != c.grade || !strings.Contains(said, c.want) {
				t.Errorf("%s, want %s and %q:\n%s", worst, c.grade, c.want, said)
			}
		})
	}
}

func TestTheMailDomainIsLookedUp(t *testing.T) {
	p := started(t)
	a, err := app.Start(t.Context(), p.Config)
	must(t, err)
	must(t, setMail(t.Context(), a, "support@desk.example"))
	must(t, a.Close())
	p.Names = zone{}
	if _, said := examine(t, p); !strings.Contains(said, "odd dns: MX desk.example is missing.") || !strings.Contains(said, "odd dns: SPF desk.example is missing.") {
		t.Errorf("missing records are not named:\n%s", said)
	}
	p.Names = zone{away: true}
	if _, said := examine(t, p); !strings.Contains(said, "could not be looked up") {
		t.Errorf("a silent name server is not named:\n%s", said)
	}
}

func TestAnEndedContextEndsTheExamination(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := doctor.Examine(ctx, started(t), func(doctor.Finding) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnIndexThatDoesNotKeepUp(t *testing.T) {
	p := started(t)
	s, err := store.Open(t.Context(), store.Config{Dir: p.Dir})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Append(nil, cases.Event{Case: "c1", At: time.Now(), Actor: cases.Actor{Kind: cases.System}, Data: cases.Opened{Number: 1, Subject: "件名", Reception: time.Now(), Priority: "low"}})
		return err
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if worst, said := examine(t, p); worst == doctor.Bad || !strings.Contains(said, "odd search: The search index is 1 events behind the history.") {
		t.Errorf("%s:\n%s", worst, said)
	}
	if err := os.RemoveAll(filepath.Join(p.Dir, "search")); err != nil {
		t.Fatal(err)
	}
	if worst, said := examine(t, p); worst == doctor.Bad || !strings.Contains(said, "odd search: The search index cannot be opened.") {
		t.Errorf("%s:\n%s", worst, said)
	}
}
