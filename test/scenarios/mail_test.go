package scenarios_test

import (
	"fmt"
	"mime"
	"net/smtp"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/internal/mailtext"
)

// letter is a mail that left the desk.
type letter struct {
	number string // of the case
	mail   *mailtext.Mail
}

// cmdCustomer writes in a registered contact's name.
func cmdCustomer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 && len(args) != 5 {
		ts.Fatalf("usage: customer NAME mails SUBJECT FILE | answers CASE FILE | answers-for NAME CASE FILE")
	}
	w := of(ts)
	p := w.contact(ts, args[0])
	switch args[1] {
	case "mails":
		w.send(ts, envelope{from: p.addr, name: p.name, subject: args[2], text: ts.ReadFile(args[3])})
	case "answers":
		w.answer(ts, p, p, args[2], args[3])
	case "answers-for":
		w.answer(ts, p, w.contact(ts, args[2]), args[3], args[4])
	default:
		ts.Fatalf("a customer mails, answers or answers-for; not %q", args[1])
	}
}

// answer replies to the newest mail that reader got about a case.
func (w *world) answer(ts *testscript.TestScript, writer, reader person, number, file string) {
	l := w.last(ts, reader.addr, number)
	to, subject := deskMail, "Re: "+l.mail.Subject
	if writer != reader {
		subject = "Forwarded" // they have the address only
	}
	if r := l.mail.ReplyTo; len(r) > 0 {
		to = r[0].Addr
	}
	w.send(ts, envelope{
		from: writer.addr, name: writer.name, to: to, subject: subject, text: ts.ReadFile(file),
		extra: fmt.Sprintf("In-Reply-To: <%[1]s>\r\nReferences: <%[1]s>\r\n", l.mail.MessageID),
	})
}

// cmdStranger writes in the name of somebody whom the registry does not know.
func cmdStranger(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || args[1] != "mails" {
		ts.Fatalf("usage: stranger ADDRESS mails SUBJECT FILE")
	}
	of(ts).send(ts, envelope{from: args[0], subject: args[2], text: ts.ReadFile(args[3])})
}

// cmdStrangerJoins answers a mail that a registered contact got.
func cmdStrangerJoins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: stranger-joins ADDRESS NAME CASE FILE")
	}
	w := of(ts)
	w.answer(ts, person{addr: args[0]}, w.contact(ts, args[1]), args[2], args[3])
}

// cmdMachine hands in a whole mail as it stands. In it, ${LAST_ID_YAMADA} is
// the Message-ID of the newest mail that yamada got.
func cmdMachine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: machine ENVELOPE-SENDER FILE")
	}
	w := of(ts)
	raw := os.Expand(ts.ReadFile(args[1]), func(name string) string {
		for short, p := range w.contacts {
			if box := w.inboxes[p.addr]; name == "LAST_ID_"+strings.ToUpper(short) && len(box) > 0 {
				return box[len(box)-1].mail.MessageID
			}
		}
		ts.Fatalf("${%s} is unknown here", name)
		return ""
	})
	w.hand(ts, args[0], deskMail, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
}

// envelope is a plain mail to be written.
type envelope struct{ from, name, to, subject, text, extra string }

func (w *world) send(ts *testscript.TestScript, e envelope) {
	if e.to == "" {
		e.to = deskMail
	}
	from := e.from
	if e.name != "" {
		from = mime.BEncoding.Encode("utf-8", e.name) + " <" + e.from + ">"
	}
	_, domain, _ := strings.Cut(e.from, "@")
	raw := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d.%d@%s>\r\n%s"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
		from, e.to, mime.BEncoding.Encode("utf-8", e.subject), w.clock().Format(time.RFC1123Z), w.clock().UnixNano(), w.serial(), domain,
		e.extra, strings.ReplaceAll(e.text, "\n", "\r\n"))
	w.hand(ts, e.from, e.to, []byte(raw))
}

func (w *world) serial() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent++
	return w.sent
}

// hand gives a mail to the SMTP door, and lets the desk file and answer it.
func (w *world) hand(ts *testscript.TestScript, from, to string, raw []byte) {
	ts.Check(smtp.SendMail(w.smtp, nil, from, []string{to}, raw))
	w.settle(ts)
}

// deliver takes what waits in the outbox to its recipients' inboxes.
//
// A released reply waits in the outbox so that it can be taken back. Unless a
// script looks at that, it leaves at once: its instants are those of releases.
func (w *world) deliver(ts *testscript.TestScript) {
	for {
		now := w.clock()
		if !w.patient {
			w.setClock(now.Add(desk.UndoWindow))
		}
		batch, err := w.desk.LeaseOutgoing(w.ctx, 50, time.Minute)
		w.setClock(now)
		ts.Check(err)
		if len(batch) == 0 {
			return
		}
		for _, out := range batch {
			raw, err := w.desk.OutgoingBytes(w.ctx, out)
			ts.Check(err)
			m, err := mailtext.Read(raw)
			ts.Check(err)
			c, _, err := w.store.Case(w.ctx, out.Case)
			ts.Check(err)
			got := desk.Attempt{Relay: "relay.example:25"}
			for _, addr := range out.Recipients {
				if says, refused := w.refusing[addr]; refused {
					got.Failed = append(got.Failed, desk.Answer{Recipient: addr, Reply: says})
					continue
				}
				got.Accepted = append(got.Accepted, desk.Answer{Recipient: addr, Reply: "250 2.0.0 ok"})
				w.inboxes[addr] = append(w.inboxes[addr], letter{number: w.desk.Number(c.Number), mail: m})
			}
			ts.Check(w.desk.Settle(w.ctx, out, got))
		}
	}
}

// cmdMailbox lets an address's server refuse every mail, or take it again.
func cmdMailbox(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "refuses" && args[1] != "accepts" {
		ts.Fatalf("usage: mailbox NAME refuses WORDS | mailbox NAME accepts")
	}
	w := of(ts)
	delete(w.refusing, w.address(args[0]))
	if args[1] == "refuses" {
		w.refusing[w.address(args[0])] = args[2]
	}
}

// cmdOutbox lets released replies wait as long as they can be taken back.
func cmdOutbox(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "waits" {
		ts.Fatalf("usage: outbox waits")
	}
	of(ts).patient = true
}

// last returns the newest mail that an address got, of one case or of any.
func (w *world) last(ts *testscript.TestScript, addr, number string) letter {
	box := w.inboxes[addr]
	for i := len(box) - 1; i >= 0; i-- {
		if number == "" || box[i].number == number {
			return box[i]
		}
	}
	ts.Fatalf("%s has got no mail about %q", addr, number)
	return letter{}
}
