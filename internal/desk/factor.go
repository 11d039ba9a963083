package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

const (
	purposeTOTP   = "totp"
	settingSignIn = "sign-in"

	attemptSecond   = "second:"
	secondPerPerson = 5 // wrong codes within signInWindow

	recoveryCodes = 10
)

// SignInRules are what administrators ask of everybody's sign-in.
type SignInRules struct {
	SecondFactor []Role // whoever has one of these roles needs a second factor
}

// SignInRules returns the rules in force.
func (d *Desk) SignInRules(ctx context.Context) (SignInRules, error) {
	var r SignInRules
	raw, err := d.store.Setting(ctx, settingSignIn)
	if fault.Is(err, fault.NotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(raw), &r)
}

// SetSignInRules changes them. Who has no second factor yet sets one up at the
// next request, before anything else.
func (d *Desk) SetSignInRules(ctx context.Context, who Viewer, r SignInRules) error {
	list, err := d.Roles(ctx, who)
	if err != nil {
		return err
	}
	r.SecondFactor = slices.DeleteFunc(r.SecondFactor, func(id Role) bool {
		return !slices.ContainsFunc(list, func(v RoleView) bool { return v.ID == id })
	})
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(settingSignIn, string(raw)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "sign-in.changed", "", string(raw)))
	})
}

// Factors are a person's second factors.
type Factors struct {
	TOTP     bool
	Passkeys int  // without those that may have been copied
	Codes    int  // recovery codes that are left
	Required bool // their role needs one
}

// Any reports whether there is one that sign-in asks for.
func (f Factors) Any() bool { return f.TOTP || f.Passkeys > 0 }

func (d *Desk) factorsOf(ctx context.Context, a store.Agent) (Factors, error) {
	rules, err := d.SignInRules(ctx)
	if err != nil {
		return Factors{}, err
	}
	f := Factors{Required: slices.Contains(rules.SecondFactor, Role(a.Role))}
	t, err := d.store.TOTP(ctx, a.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return f, err
	}
	f.TOTP = err == nil && t.Confirmed
	keys, err := d.store.Passkeys(ctx, a.ID)
	if err != nil {
		return f, err
	}
	for _, k := range keys {
		if !k.Copied {
			f.Passkeys++
		}
	}
	if f.Any() {
		f.Codes, err = d.store.RecoveryCodes(ctx, a.ID)
	}
	return f, err
}

// Factors returns a person's second factors: the viewer's own, or for who
// manages people anybody's.
func (d *Desk) Factors(ctx context.Context, who Viewer, agent string) (Factors, error) {
	if err := who.mayEndSessionsOf(agent); err != nil {
		return Factors{}, err
	}
	a, err := d.store.Agent(ctx, agent)
	if err != nil {
		return Factors{}, err
	}
	return d.factorsOf(ctx, a)
}

// AsksSecond returns the second factors that sign-in can ask a person for.
func (d *Desk) AsksSecond(ctx context.Context, who Viewer) (Factors, error) {
	return d.factorsOf(ctx, store.Agent{ID: who.ID, Role: store.Role(who.Role)})
}

// mustEnroll reports whether a person needs a second factor and has none.
func (d *Desk) mustEnroll(ctx context.Context, a store.Agent) (bool, error) {
	rules, err := d.SignInRules(ctx)
	if err != nil || !slices.Contains(rules.SecondFactor, Role(a.Role)) {
		return false, err
	}
	f, err := d.factorsOf(ctx, a)
	return !f.Any(), err
}

// MustEnroll reports whether the viewer has to set up a second factor before
// they may do anything.
func (v Viewer) MustEnroll() bool { return v.rights != nil && v.rights.enroll }

// Enrollment is what a person brings into their authenticator app.
type Enrollment struct {
	Secret string // in groups of four letters, to be typed
	URI    string // for a QR code
}

// BeginTOTP makes a secret for an authenticator app, or shows the one that was
// made and never confirmed. One that is in use is [fault.Conflict].
func (d *Desk) BeginTOTP(ctx context.Context, who Viewer) (Enrollment, error) {
	if err := who.May(SignedIn); err != nil {
		return Enrollment{}, err
	}
	if d.secrets == nil {
		return Enrollment{}, fault.New(fault.Unavailable, "この構成では認証アプリを登録できません。", "There is no key here to keep the secret of an authenticator app with.")
	}
	secret := make([]byte, totpSecret)
	if _, err := rand.Read(secret); err != nil {
		return Enrollment{}, err
	}
	sealed, err := d.secrets.Seal(purposeTOTP, secret)
	if err != nil {
		return Enrollment{}, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		have, err := tx.TOTP(who.ID)
		switch {
		case err == nil && have.Confirmed:
			return fault.New(fault.Conflict, "認証アプリは登録済みです。登録し直すには、先に解除してください。", "There is an authenticator app already. Remove it first.")
		case err == nil:
			sealed = have.Sealed
			return nil
		case !fault.Is(err, fault.NotFound):
			return err
		}
		return tx.PutTOTP(store.TOTP{Agent: who.ID, Sealed: sealed, Created: d.now()})
	})
	if err != nil {
		return Enrollment{}, err
	}
	if secret, err = d.secrets.Open(purposeTOTP, sealed); err != nil {
		return Enrollment{}, err
	}
	plain := base32Plain.EncodeToString(secret)
	var groups []string
	for group := range slices.Chunk([]byte(plain), 4) {
		groups = append(groups, string(group))
	}
	return Enrollment{Secret: strings.Join(groups, " "), URI: totpURI(d.Site().Name.In(who.Language), who.Email, secret)}, nil
}

// ConfirmTOTP takes the first code of an authenticator app: sign-in asks for
// one from then on. It returns the recovery codes, which are told only once.
func (d *Desk) ConfirmTOTP(ctx context.Context, who Viewer, code string) ([]string, error) {
	if err := who.May(SignedIn); err != nil {
		return nil, err
	}
	if err := d.secondAllowed(ctx, who.ID); err != nil {
		return nil, err
	}
	codes, hashes, err := newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	wrong := false
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		t, err := tx.TOTP(who.ID)
		if err != nil {
			return err
		}
		if t.Confirmed {
			return fault.New(fault.Conflict, "認証アプリは登録済みです。", "There is an authenticator app already.")
		}
		step, ok, err := d.matches(t, code)
		if err != nil {
			return err
		}
		if wrong = !ok; wrong {
			return d.wrongSecond(tx, who.ID)
		}
		t.Confirmed, t.Step = true, step
		if err := tx.PutTOTP(t); err != nil {
			return err
		}
		if err := tx.PutRecoveryCodes(who.ID, hashes); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "second-factor.added", who.ID, who.Name))
	})
	if err == nil && wrong {
		err = wrongCode()
	}
	return codes, err
}

// RemoveTOTP takes the viewer's authenticator app away, against a code of it
// or a recovery code.
func (d *Desk) RemoveTOTP(ctx context.Context, who Viewer, code string) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	_, err := d.second(ctx, who.ID, code, func(tx *store.Tx) error {
		if err := tx.DropTOTP(who.ID); err != nil {
			return err
		}
		if err := dropCodesOfNobody(tx, who.ID); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "second-factor.removed", who.ID, who.Name))
	})
	return err
}

// dropCodesOfNobody forgets the recovery codes of who has no second factor
// any more that they could stand in for.
func dropCodesOfNobody(tx *store.Tx, agent string) error {
	t, err := tx.TOTP(agent)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	keys, kerr := tx.Passkeys(agent)
	if kerr != nil || len(keys) > 0 || err == nil && t.Confirmed {
		return kerr
	}
	return tx.PutRecoveryCodes(agent, nil)
}

// RenewRecoveryCodes makes new recovery codes in place of the old. The viewer
// must have a second factor, and have shown lately who they are ([NeedsProof]).
func (d *Desk) RenewRecoveryCodes(ctx context.Context, who Viewer) ([]string, error) {
	if err := d.lately(who); err != nil {
		return nil, err
	}
	f, err := d.AsksSecond(ctx, who)
	if err != nil {
		return nil, err
	}
	if !f.Any() {
		return nil, fault.New(fault.Conflict, "先に、パスキーまたは認証アプリを登録してください。", "Please set up a passkey or an authenticator app first.")
	}
	codes, hashes, err := newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	return codes, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutRecoveryCodes(who.ID, hashes); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "second-factor.codes", who.ID, who.Name))
	})
}

// ResetFactors takes another person's second factors away, when they have lost
// them, and signs them out. Not of somebody who may do more than the viewer.
func (d *Desk) ResetFactors(ctx context.Context, who Viewer, agent string) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.Agent(agent)
		if err != nil {
			return err
		}
		if err := who.mayMake(roles, Role(a.Role), Role(a.Role)); err != nil {
			return err
		}
		if err := errors.Join(tx.DropTOTP(agent), tx.DropPasskeys(agent), tx.PutRecoveryCodes(agent, nil)); err != nil {
			return err
		}
		if err := tx.EndSessions(agent, ""); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "second-factor.reset", agent, a.Name))
	})
}

// SecondFactor takes the code that a person enters after their password: of
// their authenticator app, or a recovery code, which is used up. It returns
// which of them it was ([ByApp] or [ByRecovery]). A wrong one is
// [fault.Unsigned]; too many are [fault.RateLimited].
func (d *Desk) SecondFactor(ctx context.Context, agent, code string) (way string, err error) {
	way, err = d.second(ctx, agent, code, func(*store.Tx) error { return nil })
	if fault.Is(err, fault.Invalid) {
		return "", fault.New(fault.Unsigned, "コードが正しくありません。", "The code is not right.")
	}
	return way, err
}

// second takes a code of a person and goes on in the same act. A wrong code is
// [fault.Invalid] and counted.
func (d *Desk) second(ctx context.Context, agent, code string, then func(*store.Tx) error) (way string, err error) {
	if err := d.secondAllowed(ctx, agent); err != nil {
		return "", err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		way = ""
		t, err := tx.TOTP(agent)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && t.Confirmed {
			step, ok, err := d.matches(t, code)
			if err != nil {
				return err
			}
			if ok {
				way, t.Step = ByApp, step
				if err := tx.PutTOTP(t); err != nil {
					return err
				}
				return then(tx)
			}
		}
		err = tx.UseRecoveryCode(agent, recoveryHash(code))
		if fault.Is(err, fault.NotFound) {
			return d.wrongSecond(tx, agent)
		}
		if err != nil {
			return err
		}
		way = ByRecovery
		return then(tx)
	})
	if err == nil && way == "" {
		return "", wrongCode()
	}
	return way, err
}

func wrongCode() error {
	return fault.New(fault.Invalid, "コードが正しくありません。認証アプリに表示されている最新の 6 桁を入力してください。", "The code is not right. Please enter the six digits that the app shows now.").At("code")
}

func (d *Desk) matches(t store.TOTP, code string) (step int64, ok bool, err error) {
	if d.secrets == nil {
		return 0, false, fault.New(fault.Unavailable, "認証アプリを確認できません。管理者にご連絡ください。", "Authenticator apps cannot be checked here. Please tell an administrator.")
	}
	secret, err := d.secrets.Open(purposeTOTP, t.Sealed)
	if err != nil {
		return 0, false, err
	}
	step, ok = totpMatch(secret, code, d.now(), t.Step)
	return step, ok, nil
}

func (d *Desk) secondAllowed(ctx context.Context, agent string) error {
	n, err := d.store.Attempts(ctx, attemptSecond+agent, d.now().Add(-signInWindow))
	if err == nil && n >= secondPerPerson {
		err = fault.New(fault.RateLimited, "コードの誤りが続いたため、一時的に受け付けていません。15 分ほどおいてお試しください。", "Too many wrong codes. Please wait 15 minutes and try again.")
	}
	return err
}

func (d *Desk) wrongSecond(tx *store.Tx, agent string) error {
	return tx.AddAttempt(attemptSecond+agent, d.now(), d.now().Add(-signInWindow))
}

// newRecoveryCodes makes codes of 80 random bits each, which need no slow hash.
func newRecoveryCodes() (codes, hashes []string, err error) {
	for range recoveryCodes {
		raw := make([]byte, 10)
		if _, err := rand.Read(raw); err != nil {
			return nil, nil, fmt.Errorf("make recovery codes: %w", err)
		}
		s := strings.ToLower(base32Plain.EncodeToString(raw))
		code := s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
		codes, hashes = append(codes, code), append(hashes, recoveryHash(code))
	}
	return codes, hashes, nil
}

func recoveryHash(typed string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(typed)))
	sum := sha256.Sum256([]byte("recovery\x00" + plain))
	return hex.EncodeToString(sum[:])
}
