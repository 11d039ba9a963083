package desk_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/passkey/passkeytest"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

const address = "https://desk.example"

// reachable is a bench whose desk has a public address.
func reachable(t *testing.T) *bench {
	b := newBench(t, "11-20 10:00:00")
	b.reachedAt(address)
	return b
}

func (b *bench) reachedAt(web string) {
	b.t.Helper()
	site := b.Site()
	site.Web = web
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		b.t.Fatal(err)
	}
}

// proved is a person who has just shown who they are.
func (b *bench) proved(who desk.Viewer) desk.Viewer {
	who.Proved = b.clock
	return who
}

// registers gives a person a passkey on a device.
func (b *bench) registers(who desk.Viewer, name string) (*passkeytest.Authenticator, []string) {
	b.t.Helper()
	device := passkeytest.New(b.t, address)
	asked, err := b.BeginPasskey(b.ctx, b.proved(who))
	if err != nil {
		b.t.Fatal(err)
	}
	codes, err := b.AddPasskey(b.ctx, b.proved(who), asked.Token, name, device.Create(asked.Options))
	if err != nil {
		b.t.Fatal(err)
	}
	return device, codes
}

func (b *bench) asked(purpose, agent string) desk.Asked {
	b.t.Helper()
	asked, err := b.AskPasskey(b.ctx, purpose, agent, "en")
	if err != nil {
		b.t.Fatal(err)
	}
	return asked
}

func TestAPasskeySignsInWithoutANameAndMeetsTheRuleOfASecondFactor(t *testing.T) {
	b := reachable(t)
	watanabe := b.hire("watanabe", desk.Supervisor)
	if err := b.SetSignInRules(b.ctx, b.sato, desk.SignInRules{SecondFactor: []desk.Role{desk.Supervisor}}); err != nil {
		t.Fatal(err)
	}
	if !b.again(watanabe).MustEnroll() {
		t.Fatal("their role needs no second factor")
	}
	laptop, codes := b.registers(watanabe, "ノート PC")
	if len(codes) != 10 {
		t.Errorf("the first factor came with %d recovery codes", len(codes))
	}
	if b.again(watanabe).MustEnroll() {
		t.Error("a passkey does not meet the rule")
	}
	b.clock = b.clock.Add(time.Minute)
	phone, codes := b.registers(watanabe, "Phone")
	if codes != nil {
		t.Error("the second one came with new recovery codes: the old ones would be lost")
	}
	b.clock = b.clock.Add(time.Hour)
	for _, device := range []*passkeytest.Authenticator{laptop, phone} {
		asked := b.asked(desk.PasskeySignIn, "")
		who, err := b.TakePasskey(b.ctx, desk.PasskeySignIn, "", asked.Token, device.Get(asked.Options))
		if err != nil || who.ID != watanabe.ID {
			t.Errorf("%+v, %v", who, err)
		}
	}
	keys, err := b.Passkeys(b.ctx, watanabe, watanabe.ID)
	if err != nil || len(keys) != 2 || keys[0].Name != "ノート PC" || !keys[0].Used.Equal(b.clock) {
		t.Errorf("%+v, %v", keys, err)
	}
	// As the second factor, also on another node.
	asked := b.asked(desk.PasskeySecond, watanabe.ID)
	if who, err := b.node().TakePasskey(b.ctx, desk.PasskeySecond, watanabe.ID, asked.Token, phone.Get(asked.Options)); err != nil || who.ID != watanabe.ID {
		t.Errorf("as the second factor: %v", err)
	}
	if f, err := b.Factors(b.ctx, b.sato, watanabe.ID); err != nil || f.Passkeys != 2 || f.Codes != 10 || f.TOTP {
		t.Errorf("%+v, %v", f, err)
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "passkey."})
	if err != nil || len(log) != 2 || log[0].Actor != watanabe.ID || log[0].Act != "passkey.added" {
		t.Errorf("%+v, %v", log, err)
	}
}

func TestAWrongAnswerOfAPasskeyIsRefused(t *testing.T) {
	b := reachable(t)
	ito, mori := b.hire("ito", desk.Agent), b.hire("mori", desk.Agent)
	device, _ := b.registers(ito, "laptop")
	of := func(purpose, agent string, change func(*passkeytest.Authenticator, *desk.Asked)) error {
		asked := b.asked(purpose, agent)
		before := *device
		if change != nil {
			change(device, &asked)
		}
		answer := device.Get(asked.Options)
		*device = before
		_, err := b.TakePasskey(b.ctx, purpose, agent, asked.Token, answer)
		return err
	}
	for name, c := range map[string]struct {
		kind fault.Kind
		err  error
	}{
		"another origin": {fault.Invalid, of(desk.PasskeySignIn, "", func(a *passkeytest.Authenticator, _ *desk.Asked) { a.Origin = "https://desk.example.evil.test" })},
		"by http":        {fault.Invalid, of(desk.PasskeySignIn, "", func(a *passkeytest.Authenticator, _ *desk.Asked) { a.Origin = "http://desk.example" })},
		"not unlocked":   {fault.Unsigned, of(desk.PasskeySignIn, "", func(a *passkeytest.Authenticator, _ *desk.Asked) { a.Verified = false })},
		"too late":       {fault.Unsigned, of(desk.PasskeySignIn, "", func(*passkeytest.Authenticator, *desk.Asked) { b.clock = b.clock.Add(11 * time.Minute) })},
		"another's question": {fault.Unsigned, of(desk.PasskeySignIn, "", func(_ *passkeytest.Authenticator, q *desk.Asked) {
			q.Options = b.asked(desk.PasskeySignIn, "").Options
		})},
		"a token of another purpose": {fault.Unsigned, of(desk.PasskeySignIn, "", func(_ *passkeytest.Authenticator, q *desk.Asked) {
			*q = b.asked(desk.PasskeySecond, ito.ID)
		})},
		"an invented token": {fault.Unsigned, of(desk.PasskeySignIn, "", func(_ *passkeytest.Authenticator, q *desk.Asked) { q.Token = "x" })},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	// An answer counts once.
	asked := b.asked(desk.PasskeySignIn, "")
	answer := device.Get(asked.Options)
	if _, err := b.TakePasskey(b.ctx, desk.PasskeySignIn, "", asked.Token, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := b.TakePasskey(b.ctx, desk.PasskeySignIn, "", asked.Token, answer); !fault.Is(err, fault.Unsigned) {
		t.Errorf("replayed: %v", err)
	}
	// One person's passkey is not another's second factor.
	b.registers(mori, "phone")
	asked = b.asked(desk.PasskeySecond, mori.ID)
	if _, err := b.TakePasskey(b.ctx, desk.PasskeySecond, mori.ID, asked.Token, device.Get(asked.Options)); !fault.Is(err, fault.Unsigned) {
		t.Errorf("another's second factor: %v", err)
	}
	asked = b.asked(desk.PasskeySecond, ito.ID)
	if _, err := b.TakePasskey(b.ctx, desk.PasskeySecond, mori.ID, asked.Token, device.Get(asked.Options)); !fault.Is(err, fault.Unsigned) {
		t.Errorf("a question for another person: %v", err)
	}
	// Whoever was disabled stays out.
	if err := b.SetAgent(b.ctx, b.sato, ito.ID, ito.Name, desk.Agent, true); err != nil {
		t.Fatal(err)
	}
	if err := of(desk.PasskeySignIn, "", nil); !fault.Is(err, fault.Unsigned) {
		t.Errorf("disabled: %v", err)
	}
}

func TestAPasskeyWhoseCounterDoesNotGoOnCountsNoMore(t *testing.T) {
	b := reachable(t)
	ito := b.hire("ito", desk.Agent)
	device, _ := b.registers(ito, "key")
	use := func() error {
		asked := b.asked(desk.PasskeySignIn, "")
		_, err := b.TakePasskey(b.ctx, desk.PasskeySignIn, "", asked.Token, device.Get(asked.Options))
		return err
	}
	device.Count = 7
	if err := use(); err != nil {
		t.Fatal(err)
	}
	device.Count = 5 // as of a copy that was used less
	if err := use(); !fault.Is(err, fault.Unsigned) || !strings.Contains(err.Error(), "copied") {
		t.Errorf("an older counter: %v", err)
	}
	device.Count = 8
	if err := use(); !fault.Is(err, fault.Unsigned) {
		t.Errorf("afterwards: %v", err)
	}
	if log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "passkey.copied"}); err != nil || len(log) != 1 {
		t.Errorf("%+v, %v", log, err)
	}
	if f, err := b.Factors(b.ctx, ito, ito.ID); err != nil || f.Any() {
		t.Errorf("it still counts as a factor: %+v, %v", f, err)
	}
}

func TestPasskeysAreChangedOnlyByWhoHasShownLatelyWhoTheyAre(t *testing.T) {
	b := reachable(t)
	ito := b.hire("ito", desk.Agent)
	if _, err := b.BeginPasskey(b.ctx, ito); !desk.NeedsProof(err) {
		t.Errorf("registering without a proof: %v", err)
	}
	b.registers(ito, "laptop")
	keys, err := b.Passkeys(b.ctx, ito, ito.ID)
	if err != nil {
		t.Fatal(err)
	}
	then := b.proved(ito)
	b.clock = b.clock.Add(11 * time.Minute)
	if err := b.RemovePasskey(b.ctx, then, keys[0].ID); !desk.NeedsProof(err) {
		t.Errorf("removing with an old proof: %v", err)
	}
	// With a second factor, the password is no proof.
	if err := b.Prove(b.ctx, ito, "correct horse battery", ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("the password: %v", err)
	}
	codes, err := b.RenewRecoveryCodes(b.ctx, b.proved(ito))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Prove(b.ctx, ito, "", codes[0]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := b.RemovePasskey(b.ctx, b.proved(b.sato), keys[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's: %v", err)
	}
	if err := b.RemovePasskey(b.ctx, b.proved(ito), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if f, err := b.Factors(b.ctx, ito, ito.ID); err != nil || f.Any() || f.Codes != 0 {
		t.Errorf("%+v, %v", f, err)
	}
	if err := b.Prove(b.ctx, ito, "not it", ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong password: %v", err)
	}
	if err := b.Prove(b.ctx, ito, "correct horse battery", ""); err != nil {
		t.Errorf("the password of who has no second factor: %v", err)
	}
	// An administrator takes lost ones away.
	device, _ := b.registers(ito, "lost")
	if err := b.ResetFactors(b.ctx, b.sato, ito.ID); err != nil {
		t.Fatal(err)
	}
	asked := b.asked(desk.PasskeySignIn, "")
	if _, err := b.TakePasskey(b.ctx, desk.PasskeySignIn, "", asked.Token, device.Get(asked.Options)); !fault.Is(err, fault.Unsigned) {
		t.Errorf("a passkey that was taken away: %v", err)
	}
}

func TestWherePasskeysCannotWorkTheDeskSaysWhatToDo(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	for web, word := range map[string]string{"": "Settings", "https://192.0.2.1": "IP address", "http://desk.example": "TLS"} {
		b.reachedAt(web)
		if _, err := b.AskPasskey(b.ctx, desk.PasskeySignIn, "", "en"); !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Public(err).EN, word) {
			t.Errorf("%q: %v", web, err)
		}
	}
	for _, web := range []string{"http://localhost:8480", "https://desk.example:8443", "https://desk.example/"} {
		b.reachedAt(web)
		if _, err := b.AskPasskey(b.ctx, desk.PasskeySignIn, "", "en"); err != nil {
			t.Errorf("%q: %v", web, err)
		}
	}
}

func TestQuestionsOfSignInFillNoDisk(t *testing.T) {
	b := reachable(t)
	first := b.asked(desk.PasskeySignIn, "")
	if err := b.store.Write(b.ctx, func(tx *store.Tx) error {
		for range 10_001 {
			if err := tx.PutQuestion(store.Question{Token: rand.Text(), Purpose: "p", Data: "{}", Expires: b.clock.Add(time.Hour)}, b.clock); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Write(b.ctx, func(tx *store.Tx) error {
		_, err := tx.TakeQuestion(first.Token, desk.PasskeySignIn)
		return err
	}); !fault.Is(err, fault.NotFound) {
		t.Errorf("the oldest is still there: %v", err)
	}
}
