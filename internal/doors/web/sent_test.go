package web

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
)

// tried answers for the relay to the only mail that is due.
func (o *office) tried(answer func(to string) desk.Attempt) (messageID string) {
	o.t.Helper()
	ctx := context.Background()
	due, err := o.desk.LeaseOutgoing(ctx, 1, time.Minute)
	o.must(err)
	if len(due) != 1 {
		o.t.Fatalf("%d mails are due", len(due))
	}
	o.must(o.desk.Settle(ctx, due[0], answer(due[0].Recipients[0])))
	return due[0].MessageIDHeader
}

func TestTheSentMailSaysWhatDidNotArriveInTheWordsOfTheCase(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	b := o.signedIn("sato@desk.example")
	one := func() answer {
		return b.get(regexp.MustCompile(`href="(/sent/[^"]+)"`).FindStringSubmatch(b.get("/sent").body)[1])
	}

	o.mail("yamada@aoba.example", "質問です", "教えてください。")
	b.get("/sent").says(t, "送信待ち")
	o.tried(func(to string) desk.Attempt {
		return desk.Attempt{Relay: "r", Remaining: []desk.Answer{{Recipient: to, Reply: "451 4.7.1 later"}}, Next: friday.Add(time.Minute)}
	})
	b.get("/sent").says(t, "再試行待ち")
	one().says(t, "再試行待ち", "451 4.7.1 later")

	o.at(friday.Add(2 * time.Minute))
	id := o.tried(func(to string) desk.Attempt {
		return desk.Attempt{Relay: "r", Accepted: []desk.Answer{{Recipient: to, Reply: "250 ok"}}}
	})
	b.get("/sent").says(t, "送信済み")

	o.at(friday.Add(3 * time.Minute))
	report := func(action, status, said, message string) {
		t.Helper()
		raw := "From: MAILER-DAEMON@mx.example\r\nTo: support@localhost\r\nSubject: Undelivered Mail\r\nMessage-ID: <" + action + "@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
			"--b\r\nContent-Type: text/plain\r\n\r\n" + message + "\r\n" +
			"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; yamada@aoba.example\r\nAction: " + action + "\r\nStatus: " + status + "\r\nDiagnostic-Code: smtp; " + said + "\r\n\r\n" +
			"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + id + ">\r\n\r\n--b--\r\n"
		o.must(o.desk.Accept(context.Background(), desk.Mail{To: []string{o.desk.Site().Mail}, Raw: []byte(raw), At: o.clock()}))
		if _, err := o.desk.FileNew(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	report("delayed", "4.4.1", "connect to mail.aoba.example: Connection timed out", "Your message has been delayed; I will keep trying until it is 5 days old.")
	b.get("/sent").says(t, "配送遅延")
	one().says(t, "配送遅延", "Connection timed out")
	b.get(regexp.MustCompile(`href="(/cases/[^"]+)"`).FindStringSubmatch(one().body)[1]).says(t, "メールの配送が遅れています：yamada@aoba.example", "配送が遅れているとの通知がありました")

	o.at(friday.Add(5 * time.Minute))
	report("failed", "5.2.2", "552 5.2.2 Mailbox is full", "Your message could not be delivered.")
	sent := b.get("/sent")
	sent.says(t, "不達")
	if strings.Contains(text(sent.body), "送信済み") {
		t.Error("a mail that came back is called sent")
	}
	one().says(t, "不達", "552 5.2.2 Mailbox is full")

	o.at(friday.Add(10 * time.Minute))
	o.mail("yamada@aoba.example", "別の質問です", "こちらも教えてください。")
	o.tried(func(to string) desk.Attempt {
		return desk.Attempt{Relay: "r", Failed: []desk.Answer{{Recipient: to, Reply: "550 5.1.1 no such user"}}}
	})
	one().says(t, "送信できず", "550 5.1.1 no such user")
}
