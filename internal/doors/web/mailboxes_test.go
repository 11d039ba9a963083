package web

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func box(more ...string) []string {
	all := []string{
		"address", "support-en@desk.example", "name", "英語窓口", "host", "imap.example.jp", "port", "993", "security", "tls",
		"username", "support-en@desk.example", "way", "password", "password", "h1dden-words", "folders", "INBOX\r\nSupport", "language", "en", "product", "",
	}
	for i := 0; i+1 < len(more); i += 2 {
		for j := 0; j+1 < len(all); j += 2 {
			if all[j] == more[i] {
				all[j+1] = more[i+1]
			}
		}
	}
	return all
}

func TestAMailboxIsKeptWithoutEverShowingItsPassword(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	b.get("/mailboxes").says(t, "メールボックスはまだありません", "メールボックスを追加する")
	a := b.post("/mailboxes", box("port", "many")...)
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="imap.example.jp"`) || strings.Contains(a.body, "h1dden-words") {
		t.Errorf("a wrong port answered %d, or what was typed is lost, or the password is shown", a.code)
	}
	a.says(t, "ポート番号を 1 から 65535 の数字で入力してください")
	b.post("/mailboxes", box("security", "none")...).says(t, "このコンピューター上のサーバーにだけ使えます")
	b.post("/mailboxes", box("password", "")...).says(t, "パスワードを入力してください")
	if a = b.post("/mailboxes", box()...); a.code != http.StatusSeeOther {
		t.Fatalf("adding a mailbox answered %d: %s", a.code, text(a.body))
	}
	list := b.get("/mailboxes")
	list.says(t, "メールボックスを保存しました。", "英語窓口", "support-en@desk.example", "imap.example.jp", "接続中")
	page := linkTo(t, list, "英語窓口")
	shown := b.get(page)
	shown.says(t, "保存済みです。変更する場合だけ入力してください。", "一時停止する")
	if strings.Contains(shown.body, "h1dden-words") {
		t.Error("the password is shown")
	}
	raw, err := o.desk.Mailbox(context.Background(), o.admin, strings.TrimPrefix(page, "/mailboxes/"))
	o.must(err)
	if strings.Contains(raw.Secret, "h1dden") || raw.Secret == "" {
		t.Error("the password is not sealed")
	}
	if got, err := o.desk.MailboxPassword(context.Background(), raw.ID); err != nil || got != "h1dden-words" {
		t.Errorf("the password opens as %q, %v", got, err)
	}
	// A change without a password keeps it.
	b.post(page, box("password", "", "host", "mail.example.jp")...)
	if got, err := o.desk.MailboxPassword(context.Background(), raw.ID); err != nil || got != "h1dden-words" {
		t.Errorf("after a change the password opens as %q, %v", got, err)
	}
	b.post(page+"/pause", "paused", "yes")
	b.get("/mailboxes").says(t, "一時停止しました。", "一時停止")
	b.post(page+"/remove", "x", "y")
	b.get("/mailboxes").says(t, "メールボックスを削除しました。", "メールボックスはまだありません")
	b.get("/audit").says(t, "メールボックスを追加", "メールボックスを削除")
	if strings.Contains(b.get("/audit").body, "h1dden") {
		t.Error("the password is in the audit record")
	}
}

func TestAMailboxIsTriedBeforeItIsKeptAndTheStoredPasswordGoesToNoOtherServer(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	a := b.act("mailbox-form", "/mailboxes/try", box("password", "wrong")...)
	a.says(t, "パスワードが違います")
	if strings.Contains(a.body, "<html") {
		t.Error("the whole page came for a part of it")
	}
	b.act("mailbox-form", "/mailboxes/try", box()...).says(t, "接続できました。", "INBOX：12 通（未読 3 通）")
	b.post("/mailboxes/try", box()...).says(t, "接続できました。", "保存する")

	b.post("/mailboxes", box()...)
	page := linkTo(t, b.get("/mailboxes"), "英語窓口")
	id := strings.TrimPrefix(page, "/mailboxes/")
	b.act("mailbox-form", "/mailboxes/try", append(box("password", ""), "id", id)...).says(t, "接続できました。")
	b.act("mailbox-form", "/mailboxes/try", append(box("password", "", "host", "evil.example"), "id", id)...).says(t, "パスワードを入力してください")
}

func TestTheConsentOfAProviderIsAskedForAndTakenOnce(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	a := b.post("/mailboxes", append(box("way", "oauth", "password", ""), "provider", "microsoft", "client_id", "", "client_secret", "s")...)
	a.says(t, "クライアント ID を入力してください")
	a = b.post("/mailboxes", append(box("way", "oauth", "password", ""), "provider", "microsoft", "client_id", "4pp", "client_secret", "h1dden-client")...)
	page := a.header.Get("Location")
	a = b.get(page)
	a.says(t, "まだ許可されていません", "接続を許可する", "/mailboxes/consent")
	if strings.Contains(a.body, "h1dden-client") {
		t.Error("the client secret is shown")
	}
	at := b.get(page + "/consent").header.Get("Location")
	state := regexp.MustCompile(`state=([^&]+)`).FindStringSubmatch(at)
	if state == nil || !strings.HasPrefix(at, "https://login.microsoftonline.com/") {
		t.Fatalf("the consent is asked at %q", at)
	}
	b.get("/mailboxes/consent?code=c0de&state=forged").says(t, "もう一度やり直してください")
	b.get("/mailboxes/consent?code=c0de&state="+state[1]).says(t, "もう一度やり直してください") // the forged one used it up
	at = b.get(page + "/consent").header.Get("Location")
	state = regexp.MustCompile(`state=([^&]+)`).FindStringSubmatch(at)
	b.get("/mailboxes/consent?error=access_denied&state="+state[1]).says(t, "プロバイダーの画面で許可されませんでした")
	at = b.get(page + "/consent").header.Get("Location")
	state = regexp.MustCompile(`state=([^&]+)`).FindStringSubmatch(at)
	if a = b.get("/mailboxes/consent?code=c0de&state=" + state[1]); a.code != http.StatusSeeOther {
		t.Fatalf("the consent answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "接続が許可されました。", "許可済み")
	if token, err := o.desk.MailboxToken(context.Background(), strings.TrimPrefix(page, "/mailboxes/"), false); err != nil || token != "access" {
		t.Errorf("the token is %q, %v", token, err)
	}
}

func TestOnlyAdministratorsSeeMailboxes(t *testing.T) {
	o := newOffice(t)
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	b := o.signedIn("watanabe@desk.example")
	for _, path := range []string{"/mailboxes", "/mailboxes/new", "/mailboxes/x", "/mailboxes/x/consent"} {
		if a := b.get(path); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
	for _, path := range []string{"/mailboxes", "/mailboxes/x", "/mailboxes/try", "/mailboxes/x/pause", "/mailboxes/x/remove"} {
		if a := b.post(path, box()...); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
}

func TestAMailToAMailboxsAddressIsOursAndAnsweredInItsLanguage(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	if o.desk.Recipient("support-en@desk.example") {
		t.Fatal("a foreign address is ours")
	}
	b.post("/mailboxes", box("language", "en")...)
	if !o.desk.Recipient("support-en@desk.example") || !o.desk.Recipient("support-en+c1@desk.example") || o.desk.Recipient("other@desk.example") {
		t.Error("the mailbox's address is not ours, or others are")
	}
	raw := "From: yamada@unknown.example\r\nTo: support-en@desk.example\r\nSubject: 質問です\r\nMessage-ID: <q@x.example>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n質問です。\r\n"
	o.must(o.desk.Accept(context.Background(), desk.Mail{From: "yamada@unknown.example", To: []string{"support-en@desk.example"}, Raw: []byte(raw), At: o.clock()}))
	_, err := o.desk.FileNew(context.Background())
	o.must(err)
	a := b.get("/unidentified")
	view, err := o.desk.View(context.Background(), o.admin, caseID(regexp.MustCompile(`/cases/([0-9a-f-]{36})`).FindStringSubmatch(a.body)[1]))
	o.must(err)
	if view.Case.Language != "en" {
		t.Errorf("the case is in %q", view.Case.Language)
	}
}

// tryMailbox is a provider's server that knows one password.
func tryMailbox(_ context.Context, _ store.Mailbox, password string, _ desk.MailboxToken) ([]desk.MailboxFound, error) {
	if password != "h1dden-words" {
		return nil, fault.New(fault.Invalid, "パスワードが違います", "wrong password").At("password")
	}
	return []desk.MailboxFound{{Folder: "INBOX", Mails: 12, Unseen: 3}}, nil
}

// provider is an authorization server that gives one grant for one code.
type provider struct{}

func (provider) Address(c store.Consent, back, state, verifier string) (string, error) {
	return c.AuthURL + "?" + query("redirect_uri", back, "state", state, "client_id", c.ClientID), nil
}

func (provider) Exchange(_ context.Context, c store.Consent, secret, _, code, verifier string) (desk.Grant, error) {
	if code != "c0de" || secret != "h1dden-client" || len(verifier) < 43 {
		return desk.Grant{}, fault.New(fault.Invalid, "コードが違います", "wrong code")
	}
	return desk.Grant{Access: "access", Refresh: "refresh"}, nil
}

func (provider) Renew(context.Context, store.Consent, string, string) (desk.Grant, error) {
	return desk.Grant{Access: "renewed"}, nil
}
