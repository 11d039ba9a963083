package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// trySender is a relay that knows one password.
func trySender(_ context.Context, s store.Sender, password, from, to string, raw []byte) (string, error) {
	if s.Way == desk.WayRelay && password != "h1dden-words" {
		return "", fault.New(fault.Invalid, "パスワードが違います", "wrong password").At("password")
	}
	if !strings.Contains(string(raw), "From: "+from) {
		return "", fault.New(fault.Invalid, "差出人が違います", "wrong sender")
	}
	return "250 taken for " + to, nil
}

func by(more ...string) []string {
	all := []string{
		"name_ja", "青葉サポート", "name_en", "Aoba Support", "address", "help@brand.example", "reply_to", "", "way", "relay", "host", "smtp.example.jp", "port", "587",
		"security", "starttls", "username", "help", "password", "h1dden-words",
	}
	for i := 0; i+1 < len(more); i += 2 {
		found := false
		for j := 0; j+1 < len(all); j += 2 {
			if all[j] == more[i] {
				all[j+1], found = more[i+1], true
			}
		}
		if !found {
			all = append(all, more[i], more[i+1])
		}
	}
	return all
}

func TestASenderIsTestedKeptAndUsed(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	b.get("/senders").says(t, "送信者はまだありません", "送信者を追加する")
	b.get("/senders/new").says(t, "sato@desk.example へテスト送信する")
	b.act("sender-form", "/senders/test", by("password", "wrong")...).says(t, "パスワードが違います")
	b.act("sender-form", "/senders/test", by()...).says(t, "sato@desk.example へ送信しました。", "250 taken for sato@desk.example")
	a := b.post("/senders", by("host", "")...)
	if a.code != http.StatusUnprocessableEntity || strings.Contains(a.body, "h1dden-words") {
		t.Errorf("a sender without a relay answered %d, or the password is shown", a.code)
	}
	a.says(t, "中継サーバーの名前を")
	b.post("/senders", by("reply_to", "me@elsewhere.example")...).says(t, "この窓口が受信するアドレス")
	b.post("/senders", by("security", "none")...).says(t, "保護しない接続ではパスワードを送信できません")
	if a = b.post("/senders", by()...); a.code != http.StatusSeeOther {
		t.Fatalf("adding a sender answered %d: %s", a.code, text(a.body))
	}
	list := b.get("/senders")
	list.says(t, "送信者を保存しました。", "青葉サポート", "help@brand.example", "smtp.example.jp:587", "通常使う")
	page := linkTo(t, list, "青葉サポート")
	if strings.Contains(b.get(page).body, "h1dden") {
		t.Error("the password is shown")
	}
	b.act("sender-form", "/senders/test", by("password", "", "id", strings.TrimPrefix(page, "/senders/"))...).says(t, "送信しました")
	b.act("sender-form", "/senders/test", by("password", "", "host", "evil.example", "id", strings.TrimPrefix(page, "/senders/"))...).says(t, "パスワードを入力してください")

	// A second one for one customer; what they get comes from it, and answers come back here.
	b.post("/senders", by("name_ja", "赤坂窓口", "name_en", "Akasaka", "address", "akasaka@brand.example", "way", "direct")...)
	org := o.customer("赤坂商事", "akasaka.example", "mori")
	var direct store.Sender
	senders, err := o.desk.Senders(context.Background(), o.admin)
	o.must(err)
	for _, s := range senders {
		if s.Way == desk.WayDirect {
			direct = s
		}
	}
	b.get("/customers/"+org.ID).says(t, "このお客様への送信者", "赤坂窓口")
	b.post("/customers/"+org.ID+"/sender", "sender", direct.ID)
	o.customer("青葉商事", "aoba.example", "tanaka")
	o.mail("mori@akasaka.example", "赤坂の件", "本文です。")
	o.mail("tanaka@aoba.example", "青葉の件", "本文です。")
	mails, err := o.desk.LeaseOutgoing(context.Background(), 10, 0)
	o.must(err)
	from := map[string]string{}
	for _, m := range mails {
		raw, err := o.desk.OutgoingBytes(context.Background(), m)
		o.must(err)
		s, _ := o.desk.SenderByID(m.Via)
		from[m.Recipients[0]] = s.Way + " " + strings.SplitN(string(raw), "\r\n", 2)[0]
	}
	if from["mori@akasaka.example"] != "direct From: akasaka@brand.example" || from["tanaka@aoba.example"] != "relay From: help@brand.example" {
		t.Errorf("mail went out %q", from)
	}

	b.post(page+"/remove", "x", "y").says(t, "通常使う送信者は削除できません")
	b.post("/senders/"+direct.ID+"/remove", "x", "y")
	if o.desk.OrganizationSender(org.ID) != "" {
		t.Error("a customer has a sender that was removed")
	}
	b.get("/audit").says(t, "送信者を追加", "テストメールを送信", "送信者を削除")
}

func TestMailToAMailboxIsAnsweredFromItsSenderAndComesBackToIt(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	b.post("/senders", by()...)
	b.post("/senders", by("name_ja", "英語窓口", "name_en", "English desk", "address", "support-en@desk.example")...)
	senders, err := o.desk.Senders(context.Background(), o.admin)
	o.must(err)
	b.post("/mailboxes", append(box(), "sender", senders[1].ID)...)
	o.customer("青葉商事", "aoba.example", "tanaka")
	raw := "From: tanaka@aoba.example\r\nTo: support-en@desk.example\r\nSubject: Question\r\nMessage-ID: <q1@x.example>\r\n\r\nHow?\r\n"
	o.must(o.desk.Accept(context.Background(), desk.Mail{From: "tanaka@aoba.example", To: []string{"support-en@desk.example"}, Raw: []byte(raw), At: o.clock()}))
	_, err = o.desk.FileNew(context.Background())
	o.must(err)
	mails, err := o.desk.LeaseOutgoing(context.Background(), 10, 0)
	o.must(err)
	if len(mails) != 1 || mails[0].Via != senders[1].ID {
		t.Fatalf("mails: %+v", mails)
	}
	out, err := o.desk.OutgoingBytes(context.Background(), mails[0])
	o.must(err)
	if !strings.Contains(string(out), "From: support-en@desk.example") || !strings.Contains(string(out), "Reply-To: support-en+") {
		t.Errorf("the answer:\n%s", out)
	}
}

func TestOnlyAdministratorsSeeSenders(t *testing.T) {
	o := newOffice(t)
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	b := o.signedIn("watanabe@desk.example")
	for _, path := range []string{"/senders", "/senders/new", "/senders/x"} {
		if a := b.get(path); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
	for _, path := range []string{"/senders", "/senders/x", "/senders/test", "/senders/x/remove", "/customers/x/sender"} {
		if a := b.post(path, by()...); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
}
