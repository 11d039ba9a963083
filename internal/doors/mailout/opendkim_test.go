package mailout

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/mailauth"
	"madoguchi/terms/cases"
)

// A reply in Japanese, with its HTML form and the mail that it quotes, goes
// out by SMTP; opendkim, which many receivers run (Debian: opendkim), verifies
// both signatures of what the relay got, and refuses a changed copy. It takes
// our keys from a file that stands for the DNS.
func TestOpenDKIMVerifiesTheMailThatTheRelayGot(t *testing.T) {
	program := needOpenDKIM(t)
	d, s, sato, pass := deskOf(t)
	ctx := t.Context()
	var published strings.Builder
	for _, algorithm := range []string{mailauth.RSA, mailauth.Ed25519} {
		key, err := d.MakeDKIMKey(ctx, sato, algorithm, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.UseDKIMKey(ctx, sato, key.Selector, true); err != nil {
			t.Fatal(err)
		}
		published.WriteString(key.Host() + " " + key.Record() + "\n")
	}
	writes(t, d)
	id, err := s.CaseByNumber(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := s.Case(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Reply(ctx, sato, desk.ReplyCommand{
		Case: id, Seen: c.Version, Kind: cases.InitialResponse, To: []string{"yamada@aoba.example"}, Next: cases.Waiting,
		Text: "お世話になっております。\n\n- **一覧**の表示条件を確認しております。\n- 髙橋・﨑山の両名で対応いたします。\n\n.\n\n以上、よろしくお願いいたします。",
	})
	if err != nil {
		t.Fatal(err)
	}
	pass(desk.UndoWindow) // from now on nobody can take it back
	p := &post{}
	relay, err := NewRelay(open(t, p))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if _, err := NewSender(NewDeskOutbox(d, Patience{}, log), Always(relay), Patience{}, d.Now, log).Pass(context.WithoutCancel(ctx)); err != nil {
		t.Fatal(err)
	}
	if len(p.got) != 2 {
		t.Fatalf("the relay got %d mails, want the acknowledgement and the reply", len(p.got))
	}
	dir := t.TempDir()
	keys, config := filepath.Join(dir, "keys"), filepath.Join(dir, "opendkim.conf")
	write(t, keys, []byte(published.String()))
	write(t, config, []byte("Mode v\nTestPublicKeys "+keys+"\n"))
	for i, got := range p.got {
		_, mail, _ := strings.Cut(got, ": ")
		said := opendkim(t, program, config, filepath.Join(dir, "mail.eml"), []byte(mail))
		for _, a := range []string{"rsa-sha256", "ed25519-sha256"} {
			if !verified(said, a) {
				t.Errorf("mail %d: opendkim did not accept the signature %s:\n%s", i, a, said)
			}
		}
		forged := bytes.Replace([]byte(mail), []byte("Subject: "), []byte("Subject: Re: "), 1)
		if said := opendkim(t, program, config, filepath.Join(dir, "forged.eml"), forged); strings.Contains(said, "dkim=pass") {
			t.Errorf("mail %d: opendkim accepted another subject:\n%s", i, said)
		}
	}
}

// verified reports whether an Authentication-Results names a pass of the algorithm.
func verified(said, algorithm string) bool {
	for line := range strings.Lines(said) {
		if strings.Contains(line, "dkim=pass") && strings.Contains(line, "header.d=desk.example") && strings.Contains(line, "header.a="+algorithm) {
			return true
		}
	}
	return false
}

func opendkim(t *testing.T, program, config, path string, mail []byte) string {
	t.Helper()
	write(t, path, mail)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "-x", config, "-vv", "-t", path).CombinedOutput()
	if err != nil {
		t.Fatalf("opendkim: %v\n%s", err, out)
	}
	return string(out)
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func needOpenDKIM(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"opendkim", "/usr/sbin/opendkim"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
		t.Fatal("opendkim is required (MADOGUCHI_REQUIRE=all): install the package opendkim")
	}
	t.Skip("opendkim is not installed")
	return ""
}
