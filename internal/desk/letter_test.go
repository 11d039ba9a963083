package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func (b *bench) letterDue() string {
	b.t.Helper()
	var out []string
	for after := (store.Name{}); ; { // one a page
		list, next, err := b.LettersDue(b.ctx, b.sato, 1, after)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, l := range list {
			out = append(out, l.Organization.NameEN+" "+string(l.State))
		}
		if after = next; next.End() {
			return strings.Join(out, ", ")
		}
	}
}

func (b *bench) sendLetter(org store.Organization, way string) (store.Letter, error) {
	b.t.Helper()
	v, err := b.LetterPreview(b.ctx, b.sato, org.ID, "", "")
	if err != nil {
		b.t.Fatal(err)
	}
	cmd := desk.LetterCommand{Organization: org.ID, Way: way, Phone: v.Phone, Mail: v.Mail}
	for _, c := range v.Contacts {
		cmd.Contacts = append(cmd.Contacts, c.ID)
	}
	return b.SendLetter(b.ctx, b.sato, cmd)
}

func TestACustomerIsToldNumberAndAddressWhenTheServiceStartsAndWhenTheyChange(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	if got := b.letterDue(); got != "Aoba Trading never, Kestrel Foods never" && got != "Kestrel Foods never, Aoba Trading never" {
		t.Fatalf("due: %s", got)
	}
	aoba := b.org("Aoba")
	l, err := b.sendLetter(aoba, desk.LetterMail)
	if err != nil {
		t.Fatal(err)
	}
	m := b.mails[len(b.mails)-1]
	for _, want := range []string{"青葉商事株式会社", "山田 様", "03-0000-0000", "support@desk.example", "※電話番号", "24 時間受付可能です。", "日本国内 10:00~18:00"} {
		if want == "※電話番号" { // said by the sentence above, not quoted again
			if strings.Contains(m.Body, want) {
				t.Errorf("the letter quotes %q beside the sentence that keeps it", want)
			}
		} else if !strings.Contains(m.Body, want) {
			t.Errorf("the letter lacks %q:\n%s", want, m.Body)
		}
	}
	if m.To[0].Addr != "yamada@aoba.example" || m.ReplyTo.Addr != "support@desk.example" || m.Automatic {
		t.Errorf("the letter went to %v, answers to %v, automatic %v", m.To, m.ReplyTo, m.Automatic)
	}
	if got := b.letterDue(); got != "Kestrel Foods never" {
		t.Errorf("due after the letter: %s", got)
	}
	if l.ByName != "佐藤" || l.Phone != "03-0000-0000" || !l.At.Equal(b.clock) {
		t.Errorf("recorded as %+v", l)
	}

	// The outbox settles it though it is of no case.
	out, err := b.LeaseOutgoing(b.ctx, 10, 1e9)
	if err != nil || len(out) != 1 {
		t.Fatalf("%d mails wait, %v", len(out), err)
	}
	if err := b.Settle(b.ctx, out[0], desk.Attempt{Relay: "relay", Accepted: []desk.Answer{{Recipient: "yamada@aoba.example", Reply: "250 ok"}}}); err != nil {
		t.Fatal(err)
	}

	b.set("11-24 11:00:00")
	site := b.Site()
	site.Phone = "03-0000-0999"
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		t.Fatal(err)
	}
	if got := b.letterDue(); !strings.Contains(got, "Aoba Trading changed") {
		t.Errorf("due after the number changed: %s", got)
	}
	if _, err := b.SendLetter(b.ctx, b.sato, desk.LetterCommand{Organization: aoba.ID, Way: desk.LetterPaper, Phone: "03-0000-0000", Mail: "support@desk.example"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a letter with the number before was sent: %v", err)
	}
	if _, err := b.sendLetter(aoba, desk.LetterMail); err != nil {
		t.Fatal(err)
	}
	if m := b.mails[len(b.mails)-1]; !strings.Contains(m.Subject, "連絡先変更") || !strings.Contains(m.Body, "03-0000-0999") {
		t.Errorf("the second letter says %q:\n%s", m.Subject, m.Body)
	}
}

func TestALetterThatComesBackIsDueAgain(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	kestrel := b.org("Kestrel")
	if _, err := b.sendLetter(kestrel, desk.LetterMail); err != nil {
		t.Fatal(err)
	}
	if m := b.mails[len(b.mails)-1]; !strings.Contains(m.Body, "Support is reached by phone at 03-0000-0000 and by e-mail at support@desk.example.") ||
		strings.Contains(m.Body, "Japan: 10:00") && !strings.Contains(m.Body, "Overseas") {
		t.Errorf("the letter says:\n%s", m.Body)
	}
	id := b.mails[len(b.mails)-1].MessageID
	bounce := fmt.Sprintf("From: <mailer-daemon@kestrel.example>\r\nTo: <support@desk.example>\r\nSubject: Undelivered\r\nMessage-ID: <b1@kestrel.example>\r\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nno such user\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"+
		"Reporting-MTA: dns; mx.kestrel.example\r\n\r\nFinal-Recipient: rfc822; jane@kestrel.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"+
		"--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <%s>\r\nSubject: letter\r\n\r\nx\r\n--x--\r\n", id)
	b.raw("", []byte(bounce))
	if got := b.letterDue(); !strings.Contains(got, "Kestrel Foods returned") {
		t.Errorf("due: %s", got)
	}
	if _, err := b.store.CaseByNumber(b.ctx, 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("the bounce of a letter opened a case: %v", err)
	}
	if _, err := b.sendLetter(kestrel, desk.LetterPaper); err != nil {
		t.Fatal(err)
	}
	if got := b.letterDue(); strings.Contains(got, "Kestrel") {
		t.Errorf("due after it was handed over: %s", got)
	}
}

func TestNoLetterIsSentWithoutANumber(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	site := b.Site()
	site.Phone = ""
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		t.Fatal(err)
	}
	if _, err := b.sendLetter(b.org("Aoba"), desk.LetterMail); !fault.Is(err, fault.Conflict) {
		t.Errorf("sent without a number: %v", err)
	}
	own := b.org("Aoba")
	own.DeskPhone = "０３（０００１）０００２"
	if _, err := b.PutOrganization(b.ctx, b.sato, own); err != nil {
		t.Fatal(err)
	}
	l, err := b.sendLetter(own, desk.LetterMail)
	if err != nil || l.Phone != "03-0001-0002" {
		t.Errorf("the customer's own number is told as %q, %v", l.Phone, err)
	}
}
