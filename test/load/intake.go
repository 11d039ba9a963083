package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/test/program"
)

// customers are so many that none reaches the cap of automatic answers.
const customers = 1000

// intake measures the built program, with a relay that takes its mail: how
// many mails a second get 250, how many are filed, and how long after its 250
// a mail stands in the queue that a browser shows.
func intake(ctx context.Context, scratch string) error {
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	for _, with := range []crowd{{1, 0}, {8, 0}, {32, 0}, {32, 500}} {
		var all []flow
		for i := range *runs {
			h, err := furnished(ctx, scratch, fmt.Sprintf("intake-%d-%d-%d", with.clients, with.pace, i))
			if err != nil {
				return err
			}
			f, err := takeIn(binary, h, with)
			if err != nil {
				return err
			}
			all = append(all, f)
			if err := os.RemoveAll(h.data); err != nil {
				return err
			}
		}
		of := func(get func(flow) float64) float64 {
			var list []float64
			for _, f := range all {
				list = append(list, get(f))
			}
			return median(list)
		}
		fmt.Printf("%s: %5.0f mails/s got 250, %5.0f/s filed and %5.0f/s acknowledged until all was done; in the queue %3.0f ms after the 250 (p50), %4.0f ms (p95); %4.2f ms of processor time a mail; at most %.0f MB resident\n", with,
			of(func(f flow) float64 { return f.accepted }), of(func(f flow) float64 { return f.filed }), of(func(f flow) float64 { return f.sent }),
			of(func(f flow) float64 { return f.p50.Seconds() * 1000 }), of(func(f flow) float64 { return f.p95.Seconds() * 1000 }), of(func(f flow) float64 { return f.processor.Seconds() * 1000 }), of(func(f flow) float64 { return float64(f.peak >> 20) }))
	}
	return nil
}

// crowd is who sends.
type crowd struct {
	clients int
	pace    int // mails a second of all of them; 0: as many as get 250
}

func (c crowd) String() string {
	if c.pace == 0 {
		return fmt.Sprintf("%2d clients", c.clients)
	}
	return fmt.Sprintf("%2d clients, %d mails a second", c.clients, c.pace)
}

// flow is one run.
type flow struct {
	accepted, filed, sent float64 // a second
	p50, p95              time.Duration
	peak                  int64         // of the program's memory, in bytes
	processor             time.Duration // of the program, for each mail from its connection to its acknowledgement at the relay
}

// intakeSpell is how long mail arrives in one run.
const intakeSpell = 5 * time.Second

func takeIn(binary string, h home, with crowd) (f flow, err error) {
	relay, err := program.OpenRelay(nil)
	if err != nil {
		return f, err
	}
	defer relay.Close()
	desk, err := h.start(binary, relay.Flag)
	if err != nil {
		return f, err
	}
	total := 0.0
	defer func() {
		f.peak = desk.Peak()
		err = errors.Join(err, desk.Stop())
		f.processor = time.Duration(float64(desk.Used()) / max(total, 1))
	}()
	b, err := program.NewBrowser()
	if err != nil {
		return f, err
	}
	if err := b.SignIn(desk.HTTP, program.Admin, program.Password); err != nil {
		return f, err
	}
	peers := peersOf(with.clients)
	defer func() {
		for _, p := range peers {
			p.Close()
		}
	}()
	probes := newProbes()
	var watching sync.WaitGroup
	stop := make(chan struct{})
	var seen error
	watching.Go(func() { seen = probes.watch(b, desk.HTTP, stop) })

	profiled := profile(desk.Ops, fmt.Sprintf("intake-%d-%d", with.clients, with.pace), intakeSpell)
	begun := time.Now()
	var turns atomic.Int64
	f.accepted, err = rate(with.clients, intakeSpell, func(w, n int) error {
		if with.pace > 0 {
			<-time.After(time.Until(begun.Add(time.Duration(turns.Add(1)) * time.Second / time.Duration(with.pace))))
		}
		subject := probes.next(w)
		from, raw := letter("load", w, n, subject)
		if err := peers[w].Deliver(desk.SMTP, from, program.Support, raw); err != nil {
			return err
		}
		probes.delivered(subject)
		return nil
	})
	total = f.accepted * time.Since(begun).Seconds()
	if err == nil {
		err = await(b, desk.HTTP, int(total+0.5))
	}
	f.filed = total / time.Since(begun).Seconds()
	for err == nil && relay.Count() < int(total+0.5) {
		if time.Since(begun) > time.Minute {
			err = fmt.Errorf("%d of %.0f acknowledgements went out", relay.Count(), total)
		}
		<-time.After(5 * time.Millisecond)
	}
	f.sent = total / time.Since(begun).Seconds()
	err = errors.Join(err, <-profiled)
	close(stop)
	watching.Wait()
	f.p50, f.p95 = quantile(probes.delays, 0.5), quantile(probes.delays, 0.95)
	if len(probes.delays) < 10 {
		err = errors.Join(err, fmt.Errorf("only %d mails were watched for", len(probes.delays)))
	}
	return f, errors.Join(err, seen)
}

// await returns when case number n exists. Every mail opens a case and numbers
// have no gaps, so all are filed then.
func await(b *program.Browser, host string, n int) error {
	for begun := time.Now(); time.Since(begun) < time.Minute; {
		code, _, err := b.Get(host, fmt.Sprintf("/find?q=%d", n))
		if err != nil || code == http.StatusSeeOther {
			return err
		}
		<-time.After(5 * time.Millisecond)
	}
	return fmt.Errorf("case %d is not filed after a minute", n)
}

// letter is an ordinary mail; with a subject that claims urgency it stands on
// the first page of the queue.
func letter(kind string, w, n int, urgent string) (from string, raw []byte) {
	from = program.Customer((w*31 + n) % customers)
	subject, text := fmt.Sprintf("レポート %d-%d", w, n), "レポートが一部表示されません。ご確認をお願いいたします。"
	if urgent != "" {
		subject, text = urgent, "全社員がログインできません。業務が停止しています。至急ご対応をお願いいたします。"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nDate: Wed, 25 Nov 2026 10:00:00 +0900\r\nMessage-ID: <%s-%d-%d@customer.example>\r\n", from, program.Support, kind, w, n)
	fmt.Fprintf(&b, "Subject: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", subject, text)
	b.WriteString(strings.Repeat("操作の記録を以下に貼り付けます。 2026-11-25 10:00:00 GET /reports 500\r\n", 20))
	return from, []byte(b.String())
}
