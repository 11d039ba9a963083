package demo

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

func TestCustomersWriteThroughTheRealPortAndAnswerReplies(t *testing.T) {
	d, err := Open(t.Context(), Config{
		Dir: t.TempDir(), SMTP: "127.0.0.1:0", Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Pace: 100,
		Machine: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if host, _, err := net.SplitHostPort(d.App.SMTP.String()); err != nil || host != "127.0.0.1" {
		t.Fatalf("listens on %s", d.App.SMTP)
	}
	before := len(all(t, d))
	ear := d.App.Desk.Live().Subscribe()
	defer ear.Close()
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()

	await(ctx, t, ear.C(), "a customer's first mail", func() bool { return len(all(t, d)) > before })
	who := d.cast.viewers["sato"]
	newest := newestCase(t, d)
	reply(t, d, who, newest, "ご連絡ありがとうございます。発生した時刻をお知らせいただけますでしょうか。")
	await(ctx, t, ear.C(), "the customer's answer in the same case", func() bool {
		_, events, err := d.App.Store.Case(ctx, newest)
		return err == nil && mailsIn(events) == 2
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func newestCase(t *testing.T, d *Demo) cases.ID {
	t.Helper()
	in, _, err := d.App.Store.ListInbound(t.Context(), store.Everyone(), store.InboundFiled, 1, store.Since{})
	if err != nil || len(in) == 0 {
		t.Fatalf("%d mails, %v", len(in), err)
	}
	return in[0].Case
}

func reply(t *testing.T, d *Demo, who desk.Viewer, id cases.ID, text string) {
	t.Helper()
	c, _, err := d.App.Store.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.App.Desk.Reply(t.Context(), who, desk.ReplyCommand{
		Case: id, Seen: c.Version, Kind: cases.InitialResponse, To: []string{c.Person.Addr}, Text: text, Next: cases.Waiting,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mailsIn(events []cases.Event) int {
	n := 0
	for _, e := range events {
		if _, ok := e.Data.(cases.MessageReceived); ok {
			n++
		}
	}
	return n
}

// await looks whenever the desk says that something changed.
func await(ctx context.Context, t *testing.T, changed <-chan struct{}, what string, holds func() bool) {
	t.Helper()
	for !holds() {
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%s did not come", what)
		}
	}
}

func TestWhenAllIsWrittenTheSamePeopleComeBack(t *testing.T) {
	w, err := readWeek()
	if err != nil {
		t.Fatal(err)
	}
	c := &customers{cast: newCast(w, nil), mail: deskMail, rand: rand.New(rand.NewPCG(1, 1)), zone: time.UTC}
	first := c.newMatter(fridayAfternoon)
	for range len(w.Inquiries) - 1 {
		c.newMatter(fridayAfternoon)
	}
	again := c.newMatter(fridayAfternoon)
	if again.from != first.from || again.subject != first.subject || again.id == first.id || !strings.Contains(again.text, first.text) || again.text == first.text {
		t.Errorf("%s writes %q, then %s %q", first.from, first.text, again.from, again.text)
	}
}
