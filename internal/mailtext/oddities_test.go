package mailtext_test

import (
	"strings"
	"testing"
)

func TestShortNamesInRawHeadersAreReadAsTheOthersOfTheMail(t *testing.T) {
	euc := "From: \xbb\xb3\xc5\xc4 <a@b.example>\nSubject: \xc6\xfc\xcb\xdc\xb8\xec\xa4\xce\xb7\xef\xcc\xbe\n\nx\n"
	if m := read(t, euc); m.From.Name != "山田" || m.Subject != "日本語の件名" {
		t.Errorf("from %q, subject %q", m.From.Name, m.Subject)
	}
	if m := read(t, "From: "+cp932(t, "山田")+" <a@b.example>\nTo: "+cp932(t, "窓口の担当者")+" <c@b.example>\n\nx\n"); m.From.Name != "山田" || m.To[0].Name != "窓口の担当者" {
		t.Errorf("from %q, to %q", m.From.Name, m.To[0].Name)
	}
}

func TestAFieldWithoutItsColonIsTheField(t *testing.T) {
	m := read(t, "From: a@b.example\nSubject A question\nTo: c@b.example\n\nx\n")
	if m.Subject != "A question" || m.From.Name != "" || m.To[0].Addr != "c@b.example" {
		t.Errorf("%q %+v %+v", m.Subject, m.From, m.To)
	}
	if m := read(t, "From: a@b.example\nX-Note: one\nTo be continued here\nSubject: s\n\nx\n"); m.Subject != "s" {
		t.Errorf("subject %q", m.Subject)
	}
}

func TestAMailThatIsOnlyAnInvitationSaysWhatItIs(t *testing.T) {
	ics := `BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY;LANGUAGE=ja:定例\, 打ち合わせ
DTSTART;TZID="Tokyo Standard Time":20261124T100000
DTEND;TZID="Tokyo Standard Time":20261124T110000
LOCATION:第 2 会議室
DESCRIPTION:議題は次の
 とおりです。\n1. 移行
BEGIN:VALARM
DESCRIPTION:REMINDER
END:VALARM
END:VEVENT
END:VCALENDAR
`
	m := read(t, "From: a@b.example\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\n"+ics)
	want := "定例, 打ち合わせ\n2026-11-24 10:00 (Tokyo Standard Time) – 2026-11-24 11:00 (Tokyo Standard Time)\n第 2 会議室\n議題は次のとおりです。\n1. 移行"
	if m.Text != want {
		t.Errorf("text %q", m.Text)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "invite.ics" {
		t.Errorf("attachments %+v", m.Attachments)
	}
	m = read(t, "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nPlease come.\n--b\nContent-Type: text/calendar\n\n"+ics+"--b--\n")
	if m.Text != "Please come." {
		t.Errorf("beside words: %q", m.Text)
	}
}

func TestPiecesAndPointersAreShownAndNamed(t *testing.T) {
	if m := read(t, "From: a@b.example\nContent-Type: message/partial; id=\"x@b\"; number=2; total=2\n\nthe second half\n"); m.Text != "the second half" {
		t.Errorf("a further piece: %q", m.Text)
	}
	for params, want := range map[string]string{
		"access-type=URL; URL=\"https://files.example/guide.pdf\"\n\nContent-Type: application/pdf\n":      "guide.pdf",
		"access-type=anon-ftp; name=\"draft.ps\"\n\nContent-Type: application/postscript; name=final.ps\n": "draft.ps",
	} {
		m := read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/external-body; "+params+"\n--b--\n")
		if len(m.Attachments) != 1 || m.Attachments[0].Name != want {
			t.Errorf("%s: %+v", strings.Fields(params)[0], m.Attachments)
		}
	}
}
