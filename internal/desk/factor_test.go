package desk_test

import (
	"encoding/base32"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// TestOneTimePasswordsAreThoseOfTheStandard holds RFC 6238, appendix B (the
// last six of its eight digits).
func TestOneTimePasswordsAreThoseOfTheStandard(t *testing.T) {
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := desk.TOTPCode([]byte("12345678901234567890"), time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// app is an authenticator app.
type app struct{ secret []byte }

func (b *bench) app(who desk.Viewer) app {
	b.t.Helper()
	e, err := b.BeginTOTP(b.ctx, who)
	if err != nil {
		b.t.Fatal(err)
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(e.Secret, " ", ""))
	if err != nil || !strings.Contains(e.URI, "secret="+strings.ReplaceAll(e.Secret, " ", "")) {
		b.t.Fatalf("%+v, %v", e, err)
	}
	return app{secret}
}

func (a app) code(at time.Time) string { return desk.TOTPCode(a.secret, at) }

func TestAnAuthenticatorAppIsAskedForOnceItsFirstCodeWasEntered(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("ito", desk.Agent)
	phone := b.app(ito)
	if again := b.app(ito); string(again.secret) != string(phone.secret) {
		t.Error("a reload of the page made another secret")
	}
	if asks, err := b.AsksSecond(b.ctx, ito); asks.Any() || err != nil {
		t.Errorf("asked for an app that was never confirmed: %v", err)
	}
	if _, err := b.ConfirmTOTP(b.ctx, ito, "000000"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong first code: %v", err)
	}
	codes, err := b.ConfirmTOTP(b.ctx, ito, " "+phone.code(b.clock)[:3]+" "+phone.code(b.clock)[3:])
	if err != nil || len(codes) != 10 {
		t.Fatalf("%v, %v", codes, err)
	}
	if asks, err := b.AsksSecond(b.ctx, ito); !asks.Any() || err != nil {
		t.Errorf("not asked for: %v", err)
	}
	// A code counts once, also the one of the enrollment, and for its half
	// minute and the ones beside it.
	if _, err := b.SecondFactor(b.ctx, ito.ID, phone.code(b.clock)); !fault.Is(err, fault.Unsigned) {
		t.Errorf("a code was taken twice: %v", err)
	}
	if _, err := b.SecondFactor(b.ctx, ito.ID, phone.code(b.clock.Add(-time.Minute))); !fault.Is(err, fault.Unsigned) {
		t.Errorf("an old code: %v", err)
	}
	b.clock = b.clock.Add(time.Minute)
	if _, err := b.SecondFactor(b.ctx, ito.ID, phone.code(b.clock.Add(-30*time.Second))); err != nil {
		t.Errorf("of a clock that is half a minute slow: %v", err)
	}
	// A recovery code counts once.
	if _, err := b.SecondFactor(b.ctx, ito.ID, strings.ToUpper(codes[3])); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if _, err := b.SecondFactor(b.ctx, ito.ID, codes[3]); !fault.Is(err, fault.Unsigned) {
		t.Errorf("a recovery code was taken twice: %v", err)
	}
	if f, err := b.Factors(b.ctx, ito, ito.ID); err != nil || f.Codes != 9 {
		t.Errorf("%+v, %v", f, err)
	}
	// Five wrong codes close the door, for right ones too, for a quarter of an hour.
	for range 5 {
		_, _ = b.SecondFactor(b.ctx, ito.ID, "123456")
	}
	if _, err := b.SecondFactor(b.ctx, ito.ID, codes[4]); !fault.Is(err, fault.RateLimited) {
		t.Errorf("after many wrong codes: %v", err)
	}
	b.clock = b.clock.Add(16 * time.Minute)
	if err := b.RemoveTOTP(b.ctx, ito, phone.code(b.clock)); err != nil {
		t.Errorf("removed with a code: %v", err)
	}
	if asks, _ := b.AsksSecond(b.ctx, ito); asks.Any() {
		t.Error("still asked for")
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "second-factor."})
	if err != nil || len(log) != 2 {
		t.Errorf("%+v, %v", log, err)
	}
	raw, err := json.Marshal(log)
	if err != nil || strings.Contains(string(raw), base32.StdEncoding.EncodeToString(phone.secret)) {
		t.Error("the secret is in the audit")
	}
}

func TestARoleCanNeedASecondFactor(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	watanabe := b.hire("watanabe", desk.Supervisor)
	if err := b.SetSignInRules(b.ctx, watanabe, desk.SignInRules{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor changed the rules: %v", err)
	}
	if err := b.SetSignInRules(b.ctx, b.sato, desk.SignInRules{SecondFactor: []desk.Role{desk.Supervisor, "no-such-role"}}); err != nil {
		t.Fatal(err)
	}
	watanabe = b.again(watanabe)
	if !watanabe.MustEnroll() || watanabe.Can(desk.WorkCases) {
		t.Error("they may go on without one")
	}
	if _, err := b.Queue(b.ctx, watanabe, desk.QueueQuery{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("they see the queue: %v", err)
	}
	phone := b.app(watanabe)
	if _, err := b.ConfirmTOTP(b.ctx, watanabe, phone.code(b.clock)); err != nil {
		t.Fatal(err)
	}
	if w := b.again(watanabe); w.MustEnroll() || !w.Can(desk.Supervise) {
		t.Error("with one they may not work")
	}
	if b.again(b.sato).MustEnroll() {
		t.Error("another role needs one too")
	}
	// Lost: an administrator takes it away, and they set up another.
	if err := b.ResetFactors(b.ctx, watanabe, b.sato.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor took another's away: %v", err)
	}
	if err := b.ResetFactors(b.ctx, b.sato, watanabe.ID); err != nil {
		t.Fatal(err)
	}
	if !b.again(watanabe).MustEnroll() {
		t.Error("they may go on after theirs was taken away")
	}
}
