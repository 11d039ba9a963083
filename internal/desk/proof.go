package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// proofLife is how long it counts that a person has shown who they are, for
// what a browser left open must not be used for.
const proofLife = 10 * time.Minute

// errProof is the cause of a refusal that another proof of the person mends.
var errProof = errors.New("the person has to show again who they are")

// NeedsProof reports whether an act was refused only because the person has
// not shown lately who they are.
func NeedsProof(err error) bool { return errors.Is(err, errProof) }

// lately refuses who has not shown within [proofLife] who they are.
func (d *Desk) lately(who Viewer) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	if since := d.now().Sub(who.Proved); who.Proved.IsZero() || since < 0 || since > proofLife {
		return fault.Wrap(fault.Forbidden, errProof, "この操作の前に、ご本人であることをもう一度確認します。", "Before this, please show once more that it is you.")
	}
	return nil
}

// Prove takes a proof that the viewer is the one who signed in: a code where
// they have a second factor, else their password. A wrong one is
// [fault.Invalid] and counted.
func (d *Desk) Prove(ctx context.Context, who Viewer, password, code string) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	f, err := d.AsksSecond(ctx, who)
	if err != nil {
		return err
	}
	if f.Any() {
		_, err := d.second(ctx, who.ID, code, func(*store.Tx) error { return nil })
		return err
	}
	if err := d.secondAllowed(ctx, who.ID); err != nil {
		return err
	}
	a, err := d.store.Agent(ctx, who.ID)
	if err != nil {
		return err
	}
	if d.hashing.verify(a.PasswordHash, password) {
		return nil
	}
	if err := d.store.Write(ctx, func(tx *store.Tx) error { return d.wrongSecond(tx, who.ID) }); err != nil {
		return err
	}
	return fault.New(fault.Invalid, "パスワードが正しくありません。", "The password is not right.").At("password")
}

// questionLife is how long a browser may take to answer.
const questionLife = 10 * time.Minute

// keepQuestion keeps what a browser is asked until it answers, and returns what it has
// to bring with the answer.
func (d *Desk) keepQuestion(ctx context.Context, purpose string, data any) (token string, err error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	token = rand.Text()
	return token, d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutQuestion(store.Question{Token: token, Purpose: purpose, Data: string(raw), Expires: d.now().Add(questionLife)}, d.now())
	})
}

// takeQuestion takes a question away and reads what was kept of it. One that was
// answered before, is another's, or has expired is [fault.Unsigned].
func (d *Desk) takeQuestion(ctx context.Context, purpose, token string, data any) error {
	var q store.Question
	err := d.store.Write(ctx, func(tx *store.Tx) (err error) {
		q, err = tx.TakeQuestion(token, purpose)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && d.now().After(q.Expires) {
		return fault.Wrap(fault.Unsigned, err, "確認の有効期限が切れたか、既に使われています。もう一度お試しください。", "That took too long, or was used already. Please try again.").At("passkey")
	}
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(q.Data), data)
}
