package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/smtp"
	"strings"
	"time"

	"madoguchi/internal/mailtext"
)

// customers are the people who keep writing while a demonstration runs: real
// mail through the real port, new matters and answers to what the desk wrote.
type customers struct {
	*cast
	clock   *Clock
	boxes   <-chan delivery
	server  string // where the desk takes mail
	mail    string // the desk's address
	pace    float64
	zone    *time.Location
	log     *slog.Logger
	rand    *rand.Rand
	answers map[string]int // how often somebody has answered in a thread
	sent    int
}

// maxAnswers ends a correspondence: after so many answers a customer is content.
const maxAnswers = 2

// errand is a mail that a customer is about to write.
type errand struct {
	due   time.Time // by the demonstration's clock
	write func(at time.Time) letter
}

// run lets them write until ctx ends: the first mail within seconds, then one
// every 20 to 60 seconds, and an answer some seconds after a reply.
func (c *customers) run(ctx context.Context) error {
	next := c.after(3, 5)
	var waiting []errand
	for {
		due := next
		for _, e := range waiting {
			if e.due.Before(due) {
				due = e.due
			}
		}
		wake := time.NewTimer(max(due.Sub(c.clock.Now()), 10*time.Millisecond))
		select {
		case <-ctx.Done():
			wake.Stop()
			return nil
		case d := <-c.boxes:
			wake.Stop()
			if e, ok := c.read(d); ok {
				waiting = append(waiting, e)
			}
		case <-wake.C:
			now := c.clock.Now()
			if !next.After(now) {
				c.send(c.newMatter(now))
				next = c.after(20, 60)
			}
			waiting = c.sendDue(waiting, now)
		}
	}
}

// after is an instant some seconds ahead, sooner at a quicker pace.
func (c *customers) after(least, most float64) time.Time {
	seconds := (least + c.rand.Float64()*(most-least)) / c.pace
	return c.clock.Now().Add(time.Duration(seconds * float64(time.Second)))
}

func (c *customers) sendDue(waiting []errand, now time.Time) []errand {
	var later []errand
	for _, e := range waiting {
		if e.due.After(now) {
			later = append(later, e)
			continue
		}
		c.send(e.write(now))
	}
	return later
}

// newMatter takes the inquiries in turn; when all were written, their authors
// come back to them.
func (c *customers) newMatter(at time.Time) letter {
	all := c.week.Inquiries
	s := all[c.sent%len(all)]
	round := c.sent / len(all)
	c.sent++
	if round > 0 {
		s.Text = c.wording(c.writers[s.From].org.Language+"-again") + "\n" + s.Text
	}
	s.ID = fmt.Sprintf("%s %d", s.ID, round)
	return c.first(s, at.In(c.zone), c.mail)
}

// read looks at a mail that reached a customer. A machine's mail and the end
// of a correspondence are not answered.
func (c *customers) read(d delivery) (errand, bool) {
	m, err := mailtext.Read(d.raw)
	if err != nil {
		c.log.Warn("a simulated customer cannot read a mail of the desk", "to", d.to, "error", err)
		return errand{}, false
	}
	w, known := c.writer(d.to)
	thread := m.MessageID
	if len(m.References) > 0 {
		thread = m.References[0]
	}
	if !known || automatic(m) || c.answers[thread] >= maxAnswers {
		return errand{}, false
	}
	c.answers[thread]++
	n := c.answers[thread]
	m.Date = m.Date.In(c.zone)
	kind := w.org.Language + "-thanks"
	if n < maxAnswers && asks(m.ReplyText) {
		kind = w.org.Language + "-facts"
	}
	text := c.wording(kind)
	return errand{due: c.after(8, 25), write: func(at time.Time) letter {
		return c.answer(w, m, text, fmt.Sprintf("%s answer %d", thread, n), at.In(c.zone))
	}}, true
}

func (c *customers) writer(addr string) (writer, bool) {
	for _, w := range c.writers {
		if strings.EqualFold(w.addr, addr) {
			return w, true
		}
	}
	return writer{}, false
}

// asks reports whether the desk wants to know something.
func asks(text string) bool {
	for _, sign := range []string{"？", "?", "でしょうか", "お知らせください", "ご教示"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// wording is one of the texts of a kind.
func (c *customers) wording(kind string) string {
	texts := c.week.Answers[kind]
	return texts[c.rand.IntN(len(texts))]
}

// send hands a mail to the desk's port. A port that does not answer is told
// once; the next mail tries again.
func (c *customers) send(l letter) {
	if err := c.hand(l); err != nil {
		c.log.Warn("a simulated customer could not send", "from", l.from, "error", err)
	}
}

func (c *customers) hand(l letter) error {
	conn, err := net.DialTimeout("tcp", c.server, 5*time.Second)
	if err != nil {
		return err
	}
	s, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // after QUIT there is nothing to lose
	_, domain, _ := strings.Cut(l.from, "@")
	if err := s.Hello("mx." + domain); err != nil {
		return err
	}
	if err := s.Mail(l.from); err != nil {
		return err
	}
	if err := s.Rcpt(l.to); err != nil {
		return err
	}
	w, err := s.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(l.bytes()); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return s.Quit()
}
