package smtpin

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// panics fails the test when a conversation had to be rescued.
type panics struct{ t *testing.T }

func (p panics) Enabled(context.Context, slog.Level) bool { return true }
func (p panics) WithAttrs([]slog.Attr) slog.Handler       { return p }
func (p panics) WithGroup(string) slog.Handler            { return p }
func (p panics) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "panic") {
		r.Attrs(func(a slog.Attr) bool { p.t.Errorf("%s: %s", a.Key, a.Value); return true })
	}
	return nil
}

// Whatever a peer types, the door answers with well-formed lines, does not
// panic, and hands over only mails for the desk with a well-formed trace.
func FuzzConversation(f *testing.F) {
	begin := "EHLO x\r\nMAIL FROM:<a@b> SIZE=10\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
	for _, s := range []string{
		"", begin + "x\r\n.\r\nQUIT\r\n", begin + ".\r\n", begin + "\n.\n", "LHLO x\nMAIL FROM:<>\nRCPT TO:<\"a>b\"@c>\nRSET\n",
		"HELO \x00\r\nMAIL FROM:<@a,@b:c@d> BODY=8BITMIME SMTPUTF8\r\n", "STARTTLS\r\nEHLO\r\n", strings.Repeat("A", 9000) + "\r\n",
		begin + strings.Repeat("x", 8191) + "\r\n.\r\n",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, script string, lmtp bool) {
		ours, theirs := net.Pipe()
		var mails []Envelope
		s := New(Config{LMTP: lmtp, Recipients: supportOnly, MaxSize: 20_000, Hostname: "desk.example"}, func(_ context.Context, m Envelope) error {
			mails = append(mails, m)
			return nil
		}, slog.New(panics{t}))
		done := make(chan struct{})
		go func() { defer close(done); newSession(s, ours, "192.0.2.1").run() }()
		go func() {
			// The door may hang up first.
			_, _ = io.WriteString(theirs, script)
			_, _ = io.WriteString(theirs, "\r\n.\r\nQUIT\r\n")
		}()
		replies, _ := io.ReadAll(theirs)
		<-done
		for line := range strings.Lines(string(replies)) {
			if !strings.HasSuffix(line, "\r\n") || len(line) > 512 || len(line) < 6 || line[0] < '2' || line[0] > '5' {
				t.Fatalf("malformed reply %q", line)
			}
			for _, c := range strings.TrimSuffix(line, "\r\n") {
				if c < ' ' || c > '~' {
					t.Fatalf("malformed reply %q", line)
				}
			}
		}
		for _, m := range mails {
			if m.To[0] != "support@desk.example" || len(m.To) != 1 {
				t.Fatalf("relayed to %q", m.To)
			}
			if n := strings.Count(string(m.Raw[:len(m.Raw)-len(body0(t, m))]), "\n"); n != 5 {
				t.Fatalf("trace header of %d lines: %q", n, m.Raw)
			}
		}
	})
}
