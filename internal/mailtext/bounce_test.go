package mailtext_test

import (
	"strings"
	"testing"

	"madoguchi/internal/mailtext"
)

// daemon puts a bounce's text under the header that mail systems give it.
func daemon(from, subject, text string) string {
	return "Return-Path: <>\nFrom: " + from + "\nTo: support@desk.example.jp\nSubject: " + subject + "\nDate: Fri, 20 Nov 2026 16:42:00 +0900\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + text
}

const returned = "\nReceived: from desk.example.jp\nMessage-ID: <m1@desk.example.jp>\nFrom: support@desk.example.jp\nTo: yamada@customer.example.jp\nSubject: =?utf-8?B?44GC?=\n\nhello\n"

func TestBouncesOfManyMailSystemsAreRecognised(t *testing.T) {
	const user = "yamada@customer.example.jp"
	for _, c := range []struct{ name, mail, status string }{
		{"qmail", daemon("MAILER-DAEMON@mx.example.net", "failure notice", "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<"+user+">:\n203.0.113.5 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 203.0.113.5.\n\n--- Below this line is a copy of the message.\n"+returned), "5.1.1"},
		{"qmail without a code", daemon("MAILER-DAEMON@mx.example.net", "failure notice", "Hi. This is the qmail-send program at mx.example.net.\n\n<"+user+">:\nSorry, no mailbox here by that name. vpopmail (#5.1.1)\n"), "5.1.1"},
		{"qmail gave up", daemon("MAILER-DAEMON@mx.example.net", "failure notice", "Hi. This is the qmail-send program at mx.example.net.\n\n<"+user+">:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n"), "4.4.1"},
		{"Exim", "X-Failed-Recipients: " + user + "\n" + daemon("Mail Delivery System <Mailer-Daemon@mail.example.net>", "Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  "+user+"\n    host mx.customer.example.jp [203.0.113.9]\n    SMTP error from remote mail server after RCPT TO:<"+user+">:\n    550 mailbox unavailable\n\n------ This is a copy of the message, including all the headers. ------\n"+returned), "5.1.1"},
		{"Exim, late", daemon("Mail Delivery System <Mailer-Daemon@mail.example.net>", "Warning: message 1abcDE-000123-45 delayed 24 hours", "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mail.example.net.\n\nThe address to which the message has not yet been delivered is:\n\n  "+user+"\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n"), "4."},
		{"old sendmail", daemon("Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>", "Returned mail: see transcript for details", "The original message was received at Fri, 20 Nov 2026 16:41:00 +0900\nfrom desk.example.jp [192.0.2.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<"+user+">\n    (reason: 550 5.7.1 Relaying denied)\n\n   ----- Transcript of session follows -----\n... while talking to mx.customer.example.jp.:\n>>> RCPT To:<"+user+">\n<<< 550 5.7.1 Relaying denied\n"), "5.7.1"},
		{"Postfix, prose only", daemon("MAILER-DAEMON (Mail Delivery System)", "Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n<"+user+">: host mx.customer.example.jp[203.0.113.9] said: 552 5.2.2 Mailbox full\n    (in reply to RCPT TO command)\n"), "5.2.2"},
		{"Courier", daemon("\"Courier mail server at mx.example.net\" <@mx.example.net>", "NOTICE: mail delivery status.", "This is a delivery status notification from mx.example.net,\nrunning the Courier mail server.\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<"+user+">:\n    mx.customer.example.jp [203.0.113.9]:\n>>> RCPT TO:<"+user+">\n<<< 550 User unknown\n"), "5.1.1"},
		{"Exchange 2003", daemon("postmaster@corp.example.com", "Undeliverable: Inquiry", "Your message\n\n  To:      yamada\n  Subject: Inquiry\n  Sent:    Fri, 20 Nov 2026 16:42:00 +0900\n\ndid not reach the following recipient(s):\n\n"+user+" on Fri, 20 Nov 2026 16:42:10 +0900\n    The recipient name is not recognized\n"), "5.1.1"},
		{"Exchange in Japanese", daemon("システム管理者 <postmaster@corp.example.com>", "配信不能: お問い合わせ", "次の受信者またはグループへの配信に失敗しました:\n\n"+user+"\n入力した電子メール アドレスが見つかりません。\n"), "5.1.1"},
		{"Domino", daemon("Postmaster@notes.example.jp", "DELIVERY FAILURE: User yamada ("+user+") not listed in Domino Directory", "Your message\n\n  Subject: Inquiry\n\nwas not delivered to:\n\n  "+user+"\n\nbecause:\n\n  User yamada ("+user+") not listed in Domino Directory\n"), "5.1.1"},
		{"IMail", daemon("Postmaster@imail.example.net", "Undeliverable Mail", "Unknown user: "+user+"\n\nOriginal message follows.\n"+returned), "5.1.1"},
		{"a full mailbox at IMail", daemon("Postmaster@imail.example.net", "Undeliverable Mail", "User mailbox exceeds allowed size: "+user+"\n\nOriginal message follows.\n"+returned), "5.2.2"},
		{"a gateway that only shows the dialogue", daemon("MAILER-DAEMON@gw.example.net", "Mail could not be delivered", "Sent >>> RCPT TO:<"+user+">\nReceived <<< 550 5.1.1 unknown user\n\nUnable to deliver message to <"+user+">\n"), "5.1.1"},
		{"a carrier", daemon("Mail Administrator <Postmaster@carrier.example.jp>", "Mail System Error - Returned Mail", "次のあて先へのメッセージはエラーのため送信できませんでした。\n送信先メールアドレスが見つかりませんでした。\n\n<"+user+">: Unknown user\n"), "5.1.1"},
		{"a Japanese provider", daemon("MAILER-DAEMON@isp.example.jp", "メール配信エラーのお知らせ", "お送りいただいたメールは、以下の宛先に配信できませんでした。\n\n宛先: "+user+"\n理由: メールボックスの容量を超えています。\n"), "5.2.2"},
		{"a delivery status shown as text", daemon("postmaster@mx.example.net", "Delivery report", "Your message was not delivered.\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822;"+user+"\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 rejected by policy\n"), "5.7.1"},
		{"an unknown host", daemon("MAILER-DAEMON@mx.example.net", "Delivery failure", "Your message could not be delivered to "+user+"\nReason: Host unknown (Name server: customer.example.jp: host not found)\n"), "5.1.2"},
		{"a retry that ran out", daemon("MAILER-DAEMON@mx.example.net", "Delivery failed", "Message could not be delivered to "+user+": retry timeout exceeded, connection timed out\n"), "5.4.7"},
		{"a message too big", daemon("postmaster@mx.example.net", "Message rejected", "Your message to "+user+" could not be delivered: message size exceeds maximum\n"), "5.3.4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := read(t, c.mail)
			if m.Kind != mailtext.Bounce {
				t.Fatalf("Kind = %s, want a bounce", m.Kind)
			}
			if len(m.Bounces) == 0 || m.Bounces[0].Recipient != user || !strings.HasPrefix(m.Bounces[0].Status, c.status) {
				t.Errorf("recipients: %+v; want %s with status %s", m.Bounces, user, c.status)
			}
			if strings.Contains(c.mail, "m1@desk.example.jp") && m.OriginalMessageID != "m1@desk.example.jp" {
				t.Errorf("OriginalMessageID = %q: the returned mail names itself", m.OriginalMessageID)
			}
			if why, never := m.NeverAnswer(); !never {
				t.Errorf("a bounce would be answered (%s)", why)
			}
		})
	}
}

func TestADeliveryStatusIsReadToTheLetter(t *testing.T) {
	m := read(t, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNotification\n--b\nContent-Type: message/delivery-status\n\n"+
		"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; a@customer.example.jp\nOriginal-Recipient: rfc822;alias@customer.example.jp\nAction: failed\nStatus: 5.1.1 (bad destination)\nDiagnostic-Code: smtp; 550 5.1.1 <a@customer.example.jp>:\n User unknown\n\n"+
		"Final-Recipient: rfc822;b@customer.example.jp\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: Sat, 21 Nov 2026 16:42:00 +0900\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <m1@desk.example.jp>\nSubject: x\n\ny\n--b--\n")
	if m.Kind != mailtext.Bounce || len(m.Bounces) != 2 || m.OriginalMessageID != "m1@desk.example.jp" {
		t.Fatalf("Kind %s, %+v, original %q", m.Kind, m.Bounces, m.OriginalMessageID)
	}
	want := mailtext.BounceRecipient{Recipient: "a@customer.example.jp", Status: "5.1.1", Action: "failed", Diagnostic: "550 5.1.1 <a@customer.example.jp>: User unknown"}
	if m.Bounces[0] != want {
		t.Errorf("first recipient %+v, want %+v", m.Bounces[0], want)
	}
	if b := m.Bounces[1]; b.Recipient != "b@customer.example.jp" || b.Status != "4.4.1" || b.Action != "delayed" {
		t.Errorf("second recipient %+v", b)
	}
}

func TestReportsOfOtherThingsAreNoBounces(t *testing.T) {
	report := func(kind, part, fields string) string {
		return "From: x@example.com\nSubject: Report\nContent-Type: multipart/report; report-type=" + kind + "; boundary=b\n\n--b\n\nText\n--b\nContent-Type: " + part + "\n\n" + fields + "\n--b--\n"
	}
	for name, mail := range map[string]string{
		"a successful delivery": report("delivery-status", "message/delivery-status", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n"),
		"a receipt":             report("disposition-notification", "message/disposition-notification", "Final-Recipient: rfc822; a@b.example\nDisposition: manual-action/MDN-sent-manually; displayed\n"),
		"an abuse report":       report("feedback-report", "message/feedback-report", "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"),
	} {
		if m := read(t, mail); m.Kind != mailtext.Report {
			t.Errorf("%s is of kind %s", name, m.Kind)
		}
	}
}

func TestMailOfPeopleIsNeverTakenForABounce(t *testing.T) {
	for name, mail := range map[string]string{
		"a customer forwards a bounce":  "From: yamada@customer.example.jp\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nこのエラーの意味を教えてください。\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON@mx.example.net\nI'm sorry to have to inform you that your message could not be delivered to one or more recipients.\n",
		"a customer asks about one":     "From: yamada@customer.example.jp\nSubject: メールが配信できません\n\n取引先にメールが届きません。550 5.1.1 User unknown と返ってきます。\n",
		"a customer's question in text": "From: yamada@customer.example.jp\nSubject: ログインについて\n\nuser unknown と表示されます。\n",
	} {
		m := read(t, mail)
		if m.Kind == mailtext.Bounce && name != "a customer asks about one" {
			t.Errorf("%s: taken for a bounce: %+v", name, m.Bounces)
		}
		if name == "a customer asks about one" && m.Kind != mailtext.Normal {
			t.Errorf("%s: of kind %s: the inquiry would not be opened", name, m.Kind)
		}
	}
}

func TestAutomaticAnswersAndListsAreToldFromInquiries(t *testing.T) {
	for name, c := range map[string]struct {
		mail string
		kind mailtext.Kind
	}{
		"RFC 3834":               {"From: a@b.example\nSubject: Re: x\nAuto-Submitted: auto-replied (vacation)\n\nI am away.\n", mailtext.AutoReply},
		"Exchange":               {"From: a@b.example\nSubject: Automatic reply: x\nX-Auto-Response-Suppress: All\n\nI am out of the office.\n", mailtext.AutoReply},
		"a Japanese absence":     {"From: a@b.example\nSubject: 自動応答: お問い合わせ\n\n休暇中です。\n", mailtext.AutoReply},
		"a Japanese form":        {"From: a@b.example\nSubject: 【自動返信】お問い合わせありがとうございます\n\n…\n", mailtext.AutoReply},
		"old software":           {"From: a@b.example\nSubject: hello\nX-Autoreply: yes\n\nx\n", mailtext.AutoReply},
		"a mailing list":         {"From: a@b.example\nSubject: [users] x\nList-Id: Users <users.example.org>\nPrecedence: list\n\nx\n", mailtext.List},
		"bulk":                   {"From: news@b.example\nSubject: News\nPrecedence: bulk\n\nx\n", mailtext.List},
		"an inquiry":             {"From: a@b.example\nSubject: ログインできません\n\n至急対応をお願いします。\n", mailtext.Normal},
		"an inquiry about leave": {"From: a@b.example\nSubject: 休暇申請画面について\n\n休暇中の社員の設定を教えてください。\n", mailtext.Normal},
	} {
		if m := read(t, c.mail); m.Kind != c.kind {
			t.Errorf("%s: kind %s, want %s", name, m.Kind, c.kind)
		}
	}
}

func TestABounceThatGaveUpIsAFailureWhateverItsCode(t *testing.T) {
	const user = "yamada@customer.example.jp"
	for name, c := range map[string]struct{ mail, action string }{
		"qmail gave up on a temporary error": {daemon("MAILER-DAEMON@mx.example.net", "failure notice", "Hi. This is the qmail-send program at mx.example.net.\nThis is a permanent error; I've given up.\n\n<"+user+">:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n"), "failed"},
		"a mailbox that stayed full":         {daemon("MAILER-DAEMON@mx.example.net", "Returned mail: Cannot send message for 5 days", "<"+user+">... 452 4.2.2 Mailbox full\nMessage could not be delivered for 5 days\nMessage will be deleted from queue\n"), "failed"},
		"still in the queue":                 {daemon("MAILER-DAEMON@mx.example.net", "Warning: could not send message for past 4 hours", "<"+user+">... Deferred: 452 4.2.2 Mailbox full\nMessage could not be delivered for 4 hours\nWarning message only, you do not need to resend\n"), "delayed"},
		"late, in a subject":                 {daemon("Mail Delivery Subsystem <mailer-daemon@mx.example.net>", "Delivery Status Notification (Delay)", "Delivery to "+user+" has been delayed. 421 4.4.1 connection timed out\n"), "delayed"},
	} {
		m := read(t, c.mail)
		if m.Kind != mailtext.Bounce || len(m.Bounces) == 0 || m.Bounces[0].Action != c.action || m.Bounces[0].Recipient != user {
			t.Errorf("%s: kind %s, %+v; want %s", name, m.Kind, m.Bounces, c.action)
		}
	}
}

func TestABounceAlwaysNamesWhomItIsAbout(t *testing.T) {
	m := read(t, daemon("postmaster@isp.example.jp", "Returned mail: User unknown", "The following address had delivery problems:\n<support@desk.example.jp>\nuser unknown\n"))
	if len(m.Bounces) != 1 || m.Bounces[0].Recipient != "support@desk.example.jp" {
		t.Errorf("the only address that is named: %+v", m.Bounces)
	}
	m = read(t, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: support@desk.example.jp\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"+
		"--b\n\nI'm sorry to have to inform you that your message could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <m1@desk.example.jp>\nTo: yamada@customer.example.jp\n\nx\n--b--\n")
	if m.Kind != mailtext.Bounce || len(m.Bounces) != 1 || m.Bounces[0].Recipient != "yamada@customer.example.jp" || m.OriginalMessageID != "m1@desk.example.jp" {
		t.Errorf("a report that names nobody: %s %+v %q", m.Kind, m.Bounces, m.OriginalMessageID)
	}
}

func TestBouncesInJSONAreRead(t *testing.T) {
	notice := func(body string) string {
		return "From: AWS Notifications <no-reply@sns.example.com>\nTo: support@desk.example.jp\nSubject: AWS Notification Message\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n\n--\nIf you wish to stop receiving notifications, click here.\n"
	}
	m := read(t, notice(`{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"yamada@customer.example.jp","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"commonHeaders":{"messageId":"<m1@desk.example.jp>"}}}`))
	if m.Kind != mailtext.Bounce || len(m.Bounces) != 1 || m.Bounces[0].Recipient != "yamada@customer.example.jp" || m.Bounces[0].Status != "5.1.1" || m.OriginalMessageID != "m1@desk.example.jp" {
		t.Errorf("a bounce: %s %+v %q", m.Kind, m.Bounces, m.OriginalMessageID)
	}
	m = read(t, notice("{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Transient\",\"bouncedRecipients\":[{\"emailAddress\":\"yamada@customer.exa!\n mple.jp\"}]}}"))
	if m.Kind != mailtext.Bounce || len(m.Bounces) != 1 || m.Bounces[0].Action != "delayed" || m.Bounces[0].Status != "4.0.0" || m.Bounces[0].Recipient != "yamada@customer.example.jp" {
		t.Errorf("cut by an old mail system: %s %+v", m.Kind, m.Bounces)
	}
	if m := read(t, notice(`{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@b.example"}]}}`)); m.Kind != mailtext.Report {
		t.Errorf("a complaint is of kind %s", m.Kind)
	}
	if m := read(t, "From: yamada@customer.example.jp\nSubject: API\n\n{\"type\": \"Type\", \"x\": 1}\n"); m.Kind != mailtext.Normal {
		t.Errorf("a customer's JSON is of kind %s", m.Kind)
	}
}

func TestABounceNamesThoseThatFailedAndNobodyBesides(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"the session's sender":            {"Error: Invalid user address\n550 - no such user here\n\n  MAIL FROM: support@desk.example.jp\n  RCPT TO: yamada@phone.example.jp\n  From: other@desk.example.jp\n", "yamada@phone.example.jp"},
		"the returned mail's own ids":     {"A message that you sent could not be delivered.\n\nyamada@aoba.example.jp Invalid Address, 550 5.1.1 User Unknown\n\nReceived:from a by b\nMessage-ID:<14a3e1b4b5a.10b1@desk.example.jp>\nFrom:Sato <sato@desk.example.jp>\n", "yamada@aoba.example.jp"},
		"whom an alias stands for":        {"The following address(es) failed:\n\n  yamada@aoba.example.jp\n    (generated from it@aoba.example.jp)\n    550 5.2.0 rejected\n", "yamada@aoba.example.jp"},
		"whom to ask":                     {"Your message could not be delivered.\nFor further assistance, please contact <help@isp.example.jp>\n\n<yamada@aoba.example.jp>: User unknown\n", "yamada@aoba.example.jp"},
		"whom to ask, in Japanese":        {"メールを配信できませんでした。ご不明な点は<help@isp.example.jp>へご連絡ください。\n\n<yamada@aoba.example.jp>: User unknown\n", "yamada@aoba.example.jp"},
		"nobody but those besides":        {"Your message could not be delivered. User unknown.\nReply-To: yamada@aoba.example.jp\n", "yamada@aoba.example.jp"},
		"one of them twice, as it was to": {"Your message could not be delivered.\n<yamada@aoba.example.jp>: User unknown\n<Yamada@aoba.example.jp>: User unknown\n", "yamada@aoba.example.jp"},
	} {
		m := read(t, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: support@desk.example.jp\nSubject: Undelivered Mail Returned to Sender\nContent-Type: text/plain; charset=utf-8\n\n"+c.text)
		if m.Kind != mailtext.Bounce || len(m.Bounces) != 1 || m.Bounces[0].Recipient != c.want {
			t.Errorf("%s: %s %+v", name, m.Kind, m.Bounces)
		}
	}
	m := read(t, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Failure\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nFailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"+
		"Final-Recipient: rfc822; a@aoba.example.jp\nAction: failed\nStatus: 5.0.0\n\nFinal-Recipient: rfc822; A@aoba.example.jp\nAction: failed\nStatus: 5.7.1\n\n--b--\n")
	if len(m.Bounces) != 1 || m.Bounces[0].Status != "5.7.1" {
		t.Errorf("the same recipient in two groups: %+v", m.Bounces)
	}
}

func TestAJapaneseBounceThatAsksToSendAgainIsNoDelay(t *testing.T) {
	for text, action := range map[string]string{
		"次のあて先へのメッセージはエラーのため送信できませんでした。\nメールアドレスをご確認の上、再送信してください。\n":     "failed",
		"再送信を試みましたが送信先メールサーバの事由により送信できませんでした。\nしばらくしてから再送信してください。\n":     "failed",
		"次のあて先へのメッセージは一時的に送信できませんでした。\n再送信を試みますので、再度送信していただく必要はありません。\n": "delayed",
		"次のあて先へのメッセージの配信が遅延しています。\n再送を試みています。\n":                         "delayed",
	} {
		m := read(t, "Return-Path: <>\nFrom: Mail Administrator <Postmaster@phone.example.jp>\nTo: support@desk.example.jp\nSubject: Mail System Error - Returned Mail\nContent-Type: text/plain; charset=utf-8\n\n"+text+"\n<yamada@phone.example.jp>\n")
		if m.Kind != mailtext.Bounce || len(m.Bounces) != 1 || m.Bounces[0].Action != action {
			t.Errorf("%s: %s %+v", text, m.Kind, m.Bounces)
		}
	}
}
