package desk_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

var linkInMail = regexp.MustCompile(`https://desk\.example/confirm/([A-Za-z0-9_-]{43})`)

// asked is a bench in which yamada was sent a link, with its token.
func asked(t *testing.T) (*bench, *cases.Case, string) {
	t.Helper()
	b := newBench(t, "11-24 10:00:00")
	b.site(t, "https://desk.example/")
	b.mail("yamada@aoba.example", "監査の件", "提出期限が迫っています。")
	c, err := b.AskConfirmation(b.ctx, b.sato, desk.ConfirmationCommand{
		Case: b.last().ID, Person: "Yamada@aoba.example", Priority: "high", Criterion: "priority.high.agreed",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, c, b.token(t)
}

func (b *bench) site(t *testing.T, web string) {
	t.Helper()
	s := b.Site()
	s.Web = web
	if err := b.SetSite(b.ctx, b.sato, s); err != nil {
		t.Fatal(err)
	}
}

// token is that of the newest link that leaves.
func (b *bench) token(t *testing.T) string {
	t.Helper()
	out, err := b.LeaseOutgoing(b.ctx, 50, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		raw, err := b.OutgoingBytes(b.ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if m := linkInMail.FindSubmatch(raw); m != nil {
			kept, err := b.store.OutboundRaw(b.ctx, o.ID)
			if err != nil || linkInMail.Match(kept) {
				t.Errorf("the kept mail holds the link (%v)", err)
			}
			if err := b.Settle(b.ctx, o, desk.Attempt{Relay: "r", Accepted: []desk.Answer{{Recipient: "yamada@aoba.example", Reply: "250 ok"}}}); err != nil {
				t.Fatal(err)
			}
			if raw, err := b.OutgoingBytes(b.ctx, o); err != nil || linkInMail.Match(raw) {
				t.Errorf("the link is still there after the mail has left (%v)", err)
			}
			return string(m[1])
		}
	}
	t.Fatal("no link left the desk")
	return ""
}

func TestALinkIsNowhereButInItsMail(t *testing.T) {
	b, c, token := asked(t)
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%+v", events); strings.Contains(s, token) {
		t.Error("the history holds the link")
	}
	lines, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Limit: 50})
	if err != nil || strings.Contains(fmt.Sprintf("%+v", lines), token) {
		t.Errorf("the audit holds the link (%v)", err)
	}
	// What the customer quotes back is shown without the link.
	b.mail("yamada@aoba.example", "Re: 監査の件", "これでしょうか。\r\n> https://desk.example/confirm/"+token+"\r\n")
	c = b.last()
	_, events, err = b.store.Case(b.ctx, c.ID)
	if err != nil || strings.Contains(fmt.Sprintf("%+v", events), token) {
		t.Errorf("a quoted link can be read by the desk (%v)", err)
	}
	// The database has no more than its digest.
	err = filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err == nil && bytes.Contains(raw, []byte(token)) && !bytes.Contains(raw, []byte("> https://desk.example/confirm/"+token)) {
			t.Errorf("%s holds the link", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLookingAtALinkChangesNothingAndAnsweringItOnceDoes(t *testing.T) {
	b, _, token := asked(t)
	c := b.last()
	for range 5 {
		q, err := b.Question(b.ctx, token, "198.51.100.1")
		if err != nil || q.State != desk.QuestionOpen || q.Priority.JA != "高" || q.Company != "青葉商事株式会社" || q.Number != b.Number(c.Number) {
			t.Fatalf("%+v, %v", q, err)
		}
	}
	if now, _, err := b.store.Case(b.ctx, c.ID); err != nil || now.Version != c.Version {
		t.Errorf("looking changed the case (%v)", err)
	}
	b.set("11-24 10:40:00")
	if err := b.AnswerQuestion(b.ctx, token, "198.51.100.1", cases.Given); err != nil {
		t.Fatal(err)
	}
	if err := b.AnswerQuestion(b.ctx, token, "198.51.100.1", cases.Given); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second answer: %v", err)
	}
	after := b.last()
	if after.Agreement == nil || after.Priority != "high" || after.Agreement.By.Name != "山田" || !after.Agreement.At.Equal(b.clock) {
		t.Errorf("the agreement: %+v", after.Agreement)
	}
	b.deadline(after, "11-24 12:40:00")
	q, err := b.Question(b.ctx, token, "198.51.100.1")
	if err != nil || q.State != desk.QuestionGiven || q.Number != "" || q.Subject != "" || q.Person != "" {
		t.Errorf("a used link still tells of the case: %+v, %v", q, err)
	}
}

func TestGuessingLinksIsSlowedDown(t *testing.T) {
	b, _, token := asked(t)
	for i := range 30 {
		if _, err := b.Question(b.ctx, fmt.Sprint("guess", i), "203.0.113.7"); !fault.Is(err, fault.NotFound) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	if _, err := b.Question(b.ctx, token, "203.0.113.7"); !fault.Is(err, fault.RateLimited) {
		t.Errorf("after thirty guesses even the right one: %v", err)
	}
	if _, err := b.Question(b.ctx, token, "198.51.100.1"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	b.clock = b.clock.Add(16 * time.Minute)
	if _, err := b.Question(b.ctx, token, "203.0.113.7"); err != nil {
		t.Errorf("a while later: %v", err)
	}
}

func TestAPersonIsAskedOnlySoOften(t *testing.T) {
	b, _, _ := asked(t)
	for i := range 6 {
		b.mail("yamada@aoba.example", "監査の件", fmt.Sprint("続き ", i))
		m := b.last()
		_, events, err := b.store.Case(b.ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		r, _ := events[1].Data.(cases.MessageReceived)
		_, err = b.AskConfirmation(b.ctx, b.sato, desk.ConfirmationCommand{Case: m.ID, Person: "yamada@aoba.example", Message: r.Message})
		switch {
		case i < 5 && err != nil:
			t.Fatalf("question %d: %v", i, err)
		case i == 5 && !fault.Is(err, fault.RateLimited):
			t.Errorf("the seventh question of a day: %v", err)
		}
	}
}

func TestALinkOfOneCustomerIsWorthNothingForAnother(t *testing.T) {
	b, c, token := asked(t)
	// Jane of another customer cannot be asked about this case.
	_, err := b.AskConfirmation(b.ctx, b.sato, desk.ConfirmationCommand{Case: c.ID, Person: "jane@kestrel.example", Priority: "high", Criterion: "priority.high.agreed"})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("asking a person of another customer: %v", err)
	}
	// A mail of another case cannot be confirmed in this one.
	b.mail("jane@kestrel.example", "Hello", "Please look.")
	other := b.last()
	_, events, err := b.store.Case(b.ctx, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := events[1].Data.(cases.MessageReceived)
	_, err = b.AskConfirmation(b.ctx, b.sato, desk.ConfirmationCommand{Case: c.ID, Person: "yamada@aoba.example", Message: m.Message})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("asking about a mail of another case: %v", err)
	}
	// The link answers in its own case only.
	if err := b.AnswerQuestion(b.ctx, token, "198.51.100.1", cases.Given); err != nil {
		t.Fatal(err)
	}
	if after, _, err := b.store.Case(b.ctx, other.ID); err != nil || after.Version != other.Version {
		t.Errorf("another customer's case changed (%v)", err)
	}
}

func TestNoLinkIsSentWithoutAnAddressForIt(t *testing.T) {
	b := newBench(t, "11-24 10:00:00")
	b.mail("yamada@aoba.example", "監査の件", "提出期限が迫っています。")
	_, err := b.AskConfirmation(b.ctx, b.sato, desk.ConfirmationCommand{Case: b.last().ID, Person: "yamada@aoba.example", Priority: "high", Criterion: "priority.high.agreed"})
	if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Public(err).JA, "窓口の Web アドレス") {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"desk.example", "ftp://desk.example", "https://user@desk.example", "https://desk.example/?a=b", "javascript:alert(1)"} {
		s := b.Site()
		s.Web = bad
		if err := b.SetSite(b.ctx, b.sato, s); err == nil {
			t.Errorf("%q was taken for a web address", bad)
		}
	}
}
