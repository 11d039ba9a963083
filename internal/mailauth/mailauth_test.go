package mailauth

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"madoguchi/terms/cases"
)

// dns is a table of TXT records; a name in down fails.
type dns struct {
	txt  map[string]string
	down string
}

func (d dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	name = strings.TrimSuffix(name, ".")
	if d.down != "" && strings.HasSuffix(name, d.down) {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	if t, ok := d.txt[name]; ok {
		return strings.Split(t, "\n"), nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (dns) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (dns) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (dns) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

var key = ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))

func keyRecord(flags string) string {
	pub := key.Public().(ed25519.PublicKey)
	return "v=DKIM1; k=ed25519; " + flags + "p=" + base64.StdEncoding.EncodeToString(pub)
}

func signed(t *testing.T, domain, mail string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(mail), &dkim.SignOptions{
		Domain: domain, Selector: "k1", Signer: key, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "Subject"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const letter = "From: =?UTF-8?B?5bGx55Sw?= <yamada@aoba.example>\r\nTo: support@desk.example\r\nSubject: test\r\n\r\n同意します。\r\n"

var outside = netip.MustParseAddr("192.0.2.25")

func TestWhoSentAMail(t *testing.T) {
	zone := dns{txt: map[string]string{
		"aoba.example":                   "v=spf1 ip4:192.0.2.0/24 -all",
		"_dmarc.aoba.example":            "v=DMARC1; p=reject",
		"k1._domainkey.aoba.example":     keyRecord(""),
		"lists.aoba.example":             "v=spf1 ip4:198.51.100.7 -all",
		"strict.example":                 "v=spf1 -all",
		"_dmarc.strict.example":          "v=DMARC1; p=none; adkim=s; aspf=s",
		"k1._domainkey.m.strict.example": keyRecord(""),
		"evil.example":                   "v=spf1 +all",
		"k1._domainkey.evil.example":     keyRecord(""),
		"k1._domainkey.trial.example":    keyRecord("t=y; "),
		"quiet.example":                  "some other record",
	}}
	down := dns{txt: zone.txt, down: "aoba.example"}
	from := func(addr string) string { return strings.Replace(letter, "yamada@aoba.example", addr, 1) }
	for _, c := range []struct {
		name    string
		dns     dns
		arrival Arrival
		raw     []byte
		aligned string
		summary string
		dmarc   string
	}{
		{"the domain's own server", zone, Arrival{From: "yamada@aoba.example", Peer: outside, Sender: "yamada@aoba.example"}, []byte(letter), "spf", "aligned", "pass"},
		{"another server in its name", zone, Arrival{From: "yamada@aoba.example", Peer: netip.MustParseAddr("203.0.113.9"), Sender: "yamada@aoba.example"}, []byte(letter), "", "forged", "fail"},
		{"a stranger's envelope that passes", zone, Arrival{From: "yamada@aoba.example", Peer: outside, Sender: "x@evil.example"}, []byte(letter), "", "forged", "fail"},
		{"signed, forwarded by a server of nobody", zone, Arrival{From: "yamada@aoba.example", Peer: netip.MustParseAddr("203.0.113.9"), Sender: "x@quiet.example"}, signed(t, "aoba.example", letter), "dkim", "aligned", "pass"},
		{"signed by the wrong domain", zone, Arrival{From: "yamada@aoba.example"}, signed(t, "evil.example", letter), "", "forged", "fail"},
		{"changed after it was signed", zone, Arrival{From: "yamada@aoba.example"}, bytes.Replace(signed(t, "aoba.example", letter), []byte("同意します"), []byte("同意しません"), 1), "", "forged", "fail"},
		{"a second From above the signed one", zone, Arrival{From: "other@aoba.example"}, append([]byte("From : other@aoba.example\r\n"), signed(t, "aoba.example", letter)...), "", "unproven", "permerror"},
		{"a host of the domain, relaxed", zone, Arrival{From: "yamada@aoba.example", Peer: netip.MustParseAddr("198.51.100.7"), Sender: "bounce@lists.aoba.example"}, []byte(letter), "spf", "aligned", "pass"},
		{"a host of the domain, where the domain wants its very name", zone, Arrival{From: "a@strict.example"}, signed(t, "m.strict.example", from("a@strict.example")), "", "forged", "fail"},
		{"a key that is only tried", zone, Arrival{From: "a@trial.example"}, signed(t, "trial.example", from("a@trial.example")), "", "unproven", "none"},
		{"no policy, but a signature of its own", zone, Arrival{From: "a@evil.example"}, signed(t, "evil.example", from("a@evil.example")), "dkim", "aligned", "none"},
		{"a domain that publishes nothing", zone, Arrival{From: "a@quiet.example", Peer: outside, Sender: "a@quiet.example"}, []byte(from("a@quiet.example")), "", "unproven", "none"},
		{"the name server is down", down, Arrival{From: "yamada@aoba.example", Peer: outside, Sender: "yamada@aoba.example"}, signed(t, "aoba.example", letter), "", "unclear", "temperror"},
		{"from our own server, nothing to look at", zone, Arrival{From: "yamada@aoba.example", Sender: "yamada@aoba.example"}, []byte(letter), "", "unchecked", ""},
		{"the null sender is looked up by its HELO name", zone, Arrival{From: "postmaster@aoba.example", Peer: outside, Helo: "aoba.example"}, []byte(from("postmaster@aoba.example")), "spf", "aligned", "pass"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Evaluate(context.Background(), c.dns, c.arrival, c.raw)
			if got.Aligned != c.aligned || got.Summary() != c.summary || got.DMARC.Result != c.dmarc {
				t.Errorf("aligned %q, summary %q, dmarc %q; want %q, %q, %q\n%+v", got.Aligned, got.Summary(), got.DMARC.Result, c.aligned, c.summary, c.dmarc, got)
			}
		})
	}
}

func TestOnlyAServerOfOursIsBelievedAboutASender(t *testing.T) {
	raw := []byte("Authentication-Results: mx.desk.example;\r\n spf=pass (sender=evil; dmarc=pass) smtp.mailfrom=yamada@aoba.example;\r\n" +
		" dkim=pass header.d=aoba.example; dmarc=pass header.from=aoba.example\r\n" +
		"Authentication-Results: mx.desk.example; dmarc=fail header.from=aoba.example\r\n" + letter)
	a := Arrival{From: "yamada@aoba.example", Trust: []string{"mx.desk.example"}}
	got := Evaluate(context.Background(), dns{}, a, raw)
	want := cases.Authentication{
		Domain: "aoba.example", SPF: cases.AuthCheck{Result: "pass", Domain: "aoba.example"}, DKIM: []cases.AuthCheck{{Result: "pass", Domain: "aoba.example"}},
		DMARC: cases.AuthCheck{Result: "pass", Domain: "aoba.example"}, By: "mx.desk.example", Aligned: "dmarc",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	a.Trust = nil
	if got := Evaluate(context.Background(), dns{}, a, raw); got.Sure() || got.By != "" {
		t.Errorf("a field that anybody can write was believed: %+v", got)
	}
	// The server looked at another address than the desk reads.
	a = Arrival{From: "yamada@aoba.example", Trust: []string{"mx.desk.example"}}
	other := bytes.ReplaceAll(raw, []byte("header.from=aoba.example"), []byte("header.from=evil.example"))
	if got := Evaluate(context.Background(), dns{}, a, other); got.Sure() {
		t.Errorf("a pass for another domain counts: %+v", got)
	}
}

func TestAuthenticationResultsAsServersWriteThem(t *testing.T) {
	for value, want := range map[string][]resinfo{
		`mx.google.com; dkim=pass header.i=@aoba.example header.s=s1 header.b=abc; spf=pass (google.com: domain of a@aoba.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@aoba.example`: {
			{"dkim", "pass", map[string]string{"header.i": "@aoba.example", "header.s": "s1", "header.b": "abc"}},
			{"spf", "pass", map[string]string{"smtp.mailfrom": "a@aoba.example"}},
		},
		`example.org 1; none`: nil,
		`example.org; dmarc=fail (p=REJECT (nested; x) \) dis=NONE) header.from="aoba.example" reason="no; match"`: {
			{"dmarc", "fail", map[string]string{"header.from": "aoba.example", "reason": "no; match"}},
		},
		`spf = pass`: nil,
		`e.example; spf = Pass smtp.mailfrom = x@y.example`: {{"spf", "pass", map[string]string{"smtp.mailfrom": "x@y.example"}}},
		`e.example 2; spf=pass`:                             nil,
	} {
		if _, got := parseResults(value); !cmp.Equal(want, got, cmp.AllowUnexported(resinfo{})) {
			t.Errorf("%s\ngave %v\nwant %v", value, got, want)
		}
	}
}

func FuzzParseResults(f *testing.F) {
	f.Add(`mx.google.com; dkim=pass header.i=@a.example; spf=pass (x (y) \) z) smtp.mailfrom="a b"`)
	f.Add(`a;b=c;;(`)
	f.Fuzz(func(t *testing.T, value string) {
		_, results := parseResults(value)
		var w word
		for _, r := range results {
			r.into(&w)
		}
		if w.dmarc.Result != "" && !strings.Contains(strings.ToLower(value), "dmarc") {
			t.Errorf("a result out of nothing: %+v", w)
		}
	})
}

func FuzzEvaluate(f *testing.F) {
	f.Add([]byte(letter), "v=spf1 a mx include:x.example -all", "v=DMARC1; p=none")
	f.Add([]byte("DKIM-Signature: v=1; a=ed25519-sha256; d=a.example; s=k1; h=from; bh=; b=\r\nDKIM-Signature: v=1\r\n"+letter), "v=spf1 %{", "v=DMARC1")
	f.Fuzz(func(t *testing.T, raw []byte, txt, policy string) {
		zone := dns{txt: map[string]string{"aoba.example": txt, "_dmarc.aoba.example": policy, "k1._domainkey.a.example": txt}}
		got := Evaluate(context.Background(), zone, Arrival{From: "yamada@aoba.example", Peer: outside, Sender: "a@aoba.example", Trust: []string{"t"}}, raw)
		if got.Sure() && got.Summary() != cases.AuthAligned {
			t.Errorf("sure, but %s", got.Summary())
		}
	})
}
