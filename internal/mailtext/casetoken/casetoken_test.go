package casetoken

import (
	"strings"
	"testing"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

const uuid = "0199c0de-7a3b-7c11-9d2e-3f5a1b2c4d5e"

func TestAnAnswerFindsItsCaseByTheAddressItGoesTo(t *testing.T) {
	tokens := NewTokens(secret)
	for _, key := range []string{"10482", "CS-10482", uuid} {
		address := tokens.Address("support", "desk.example.jp", key)
		for _, sent := range []string{address, strings.ToUpper(address), strings.ToLower(address), "<" + address + ">"} {
			got, ok := tokens.FromRecipients([]string{"other@example.com", sent})
			if !ok || !strings.EqualFold(got, key) {
				t.Errorf("FromRecipients(%q) = %q, %v; want the case %q", sent, got, ok, key)
			}
		}
	}
}

func TestAnAnswerFindsItsCaseByTheMailItAnswers(t *testing.T) {
	tokens := NewTokens(secret)
	id := tokens.MessageID(uuid, "m-7", "desk.example.jp")
	got, ok := tokens.FromMessageIDs([]string{"abc@mail.example.com", "<" + id + ">"})
	if !ok || got != uuid {
		t.Errorf("FromMessageIDs = %q, %v; want %q", got, ok, uuid)
	}
}

func TestATagInTheSubjectSurvivesWhatMailersDoToSubjects(t *testing.T) {
	tokens := NewTokens(secret)
	for _, key := range []string{"CS-10482", uuid} {
		tag := tokens.Subject("CS-10482", key)
		for _, subject := range []string{
			tag + " ログインできません",
			"Re: " + tag + " ログインできません",
			"RE: Re: Fwd: " + strings.ToUpper(tag) + " x",
			"Re:" + strings.NewReplacer("[", "【", "]", "】").Replace(tag),
			"Ｒｅ：" + strings.NewReplacer("[", "［", "]", "］", "-", "－").Replace(tag) + "件名",
			"Re: " + tag[:12] + "\r\n " + tag[12:] + " 折り返し",
			"返信：" + strings.Trim(tag, "[]"),
		} {
			got, ok := tokens.FromSubject(subject)
			if !ok || !strings.EqualFold(got, key) {
				t.Errorf("FromSubject(%q) = %q, %v; want %q", subject, got, ok, key)
			}
		}
	}
}

func TestNothingButAGenuineTokenMatches(t *testing.T) {
	tokens, others := NewTokens(secret), NewTokens([]byte("another secret of this length!!!"))
	for _, subject := range []string{
		"", "CS-10482", "[CS-10482] ログインできません", "Re: [10482]", "[CS-10482-aaaaaaaaaaaaa]", others.Subject("CS-10482", "CS-10482"),
		strings.Replace(tokens.Subject("CS-10482", "CS-10482"), "10482", "10483", 1),
	} {
		if got, ok := tokens.FromSubject(subject); ok {
			t.Errorf("FromSubject(%q) matched the case %q", subject, got)
		}
	}
	forged := strings.Replace(tokens.Address("support", "d.example", "10482"), "c10482", "c10483", 1)
	for _, a := range []string{"support@d.example", "support+c10482@d.example", "support+c10482-aaaaaaaaaaaaa@d.example", forged, others.Address("support", "d.example", "10482")} {
		if got, ok := tokens.FromRecipients([]string{a}); ok {
			t.Errorf("FromRecipients(%q) matched the case %q", a, got)
		}
	}
	if got, ok := tokens.FromMessageIDs([]string{others.MessageID("10482", "1", "d"), "c10482.1.aaaaaaaaaaaaa@d", "10482@d"}); ok {
		t.Errorf("a foreign Message-ID matched the case %q", got)
	}
}

func TestATokenOfOnePlaceIsNoTokenOfAnother(t *testing.T) {
	tokens := NewTokens(secret)
	_, tail, _ := strings.Cut(strings.Trim(tokens.Subject("10482", "10482"), "[]"), "-")
	if got, ok := tokens.FromRecipients([]string{"support+c10482-" + tail + "@d.example"}); ok {
		t.Errorf("the subject's token opened the case %q as an address", got)
	}
}

func TestAWeakSecretFindsNothing(t *testing.T) {
	tokens := NewTokens([]byte("short"))
	if _, ok := tokens.FromRecipients([]string{tokens.Address("s", "d", "1")}); ok {
		t.Error("a token under a secret of 5 bytes was accepted")
	}
}

func FuzzFinders(f *testing.F) {
	tokens := NewTokens(secret)
	f.Add(tokens.Subject("CS-1", uuid))
	f.Add(tokens.Address("s", "d.example", "1"))
	f.Add(tokens.MessageID("1", "2", "d.example"))
	f.Fuzz(func(t *testing.T, s string) {
		tokens.FromSubject(s)
		tokens.FromRecipients([]string{s})
		tokens.FromMessageIDs([]string{s})
	})
}
