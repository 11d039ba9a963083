package desk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"madoguchi/internal/passkey"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// What a browser is asked for a passkey for.
const (
	PasskeySignIn = "passkey.sign-in" // whoever has one
	PasskeySecond = "passkey.second"  // one of the person whose password was right
	PasskeyAgain  = "passkey.again"   // one of the person who is signed in
	passkeyAdd    = "passkey.add"
)

// mostPasskeys are those that a person can have at a time.
const mostPasskeys = 20

// Asked is what a browser is asked, and what it brings back with the answer.
type Asked struct {
	Options json.RawMessage // of the standard's JSON form
	Token   string
}

// PasskeyOrigin is where passkeys work; [fault.Unavailable] with how to mend
// it where they cannot.
func (d *Desk) PasskeyOrigin() (string, error) {
	p, err := d.passkeyPlace("ja")
	return p.Origin(), err
}

func (d *Desk) passkeyPlace(lang string) (passkey.Place, error) {
	site := d.Site()
	return passkey.At(site.Web, site.Name.In(lang))
}

// keysOf is a person with the passkeys that are taken; those that may have
// been copied only when they are to be excluded from a new one.
func keysOf(a store.Agent, list []store.Passkey, all bool) passkey.Person {
	p := passkey.Person{ID: a.ID, Mail: a.Email, Name: a.Name}
	for _, k := range list {
		if all || !k.Copied {
			p.Keys = append(p.Keys, passkey.Key{ID: k.ID, Record: []byte(k.Record)})
		}
	}
	return p
}

func (d *Desk) passkeyPerson(ctx context.Context, agent string, all bool) (passkey.Person, error) {
	a, err := d.store.Agent(ctx, agent)
	if err != nil {
		return passkey.Person{}, err
	}
	list, err := d.store.Passkeys(ctx, agent)
	return keysOf(a, list, all), err
}

// Passkeys returns a person's: the viewer's own, or for who manages people
// anybody's.
func (d *Desk) Passkeys(ctx context.Context, who Viewer, agent string) ([]store.Passkey, error) {
	if err := who.mayEndSessionsOf(agent); err != nil {
		return nil, err
	}
	return d.store.Passkeys(ctx, agent)
}

// BeginPasskey asks the viewer's browser for a new passkey. They must have
// shown lately who they are ([NeedsProof]).
func (d *Desk) BeginPasskey(ctx context.Context, who Viewer) (Asked, error) {
	if err := d.lately(who); err != nil {
		return Asked{}, err
	}
	at, err := d.passkeyPlace(who.Language)
	if err != nil {
		return Asked{}, err
	}
	p, err := d.passkeyPerson(ctx, who.ID, true)
	if err != nil {
		return Asked{}, err
	}
	if len(p.Keys) >= mostPasskeys {
		return Asked{}, fault.New(fault.Conflict, "パスキーは 20 個まで登録できます。使っていないものを削除してください。", "There can be 20 passkeys. Please remove one that you do not use.")
	}
	options, state, err := at.Register(p)
	if err != nil {
		return Asked{}, err
	}
	return d.askPasskey(ctx, passkeyAdd, who.ID, options, state)
}

// passkeyQuestion is what is kept of a question.
type passkeyQuestion struct {
	Agent string          `json:"agent,omitempty"` // empty: whoever answers
	State json.RawMessage `json:"state"`
}

func (d *Desk) askPasskey(ctx context.Context, purpose, agent string, options, state []byte) (Asked, error) {
	token, err := d.keepQuestion(ctx, purpose, passkeyQuestion{Agent: agent, State: state})
	return Asked{Options: options, Token: token}, err
}

// AddPasskey registers the passkey that the viewer's browser made, under a
// name. With their first second factor come recovery codes, told only once.
func (d *Desk) AddPasskey(ctx context.Context, who Viewer, token, name string, answer []byte) ([]string, error) {
	if err := d.lately(who); err != nil {
		return nil, err
	}
	name, err := passkeyName(name)
	if err != nil {
		return nil, err
	}
	at, err := d.passkeyPlace(who.Language)
	if err != nil {
		return nil, err
	}
	var q passkeyQuestion
	if err := d.takeQuestion(ctx, passkeyAdd, token, &q); err != nil {
		return nil, err
	}
	if q.Agent != who.ID {
		return nil, fault.New(fault.Unsigned, "別の方の登録でした。もう一度お試しください。", "That was somebody else’s. Please try again.").At("passkey")
	}
	p, err := d.passkeyPerson(ctx, who.ID, true)
	if err != nil {
		return nil, err
	}
	key, err := at.Registered(p, q.State, answer)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	first := false
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		left, err := tx.RecoveryCodes(who.ID)
		if err != nil {
			return err
		}
		if first = left == 0; first {
			if err := tx.PutRecoveryCodes(who.ID, hashes); err != nil {
				return err
			}
		}
		if err := tx.AddPasskey(store.Passkey{ID: key.ID, Agent: who.ID, Name: name, Record: string(key.Record), Created: d.now()}); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "passkey.added", who.ID, who.Name+" "+name))
	})
	if fault.Is(err, fault.Conflict) {
		return nil, fault.Wrap(fault.Conflict, err, "このパスキーは登録済みです。", "This passkey is registered already.").At("passkey")
	}
	if err != nil || !first {
		return nil, err
	}
	return codes, nil
}

func passkeyName(name string) (string, error) {
	if name = strings.TrimSpace(name); name == "" || len(name) > 200 {
		return "", fault.New(fault.Invalid, "パスキーの名前を入力してください（例：業務用ノート PC）。", "Please give the passkey a name, such as “work laptop”.").At("name")
	}
	return name, nil
}

// RenamePasskey gives a passkey of the viewer's another name.
func (d *Desk) RenamePasskey(ctx context.Context, who Viewer, id, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return d.editPasskey(ctx, who, id, "passkey.renamed", func(tx *store.Tx, k *store.Passkey) error {
		k.Name = name
		return tx.SetPasskey(*k)
	})
}

// RemovePasskey takes a passkey of the viewer's away. They must have shown
// lately who they are ([NeedsProof]). With their last second factor go the
// recovery codes.
func (d *Desk) RemovePasskey(ctx context.Context, who Viewer, id string) error {
	if err := d.lately(who); err != nil {
		return err
	}
	return d.editPasskey(ctx, who, id, "passkey.removed", func(tx *store.Tx, _ *store.Passkey) error {
		if err := tx.DropPasskey(who.ID, id); err != nil {
			return err
		}
		return dropCodesOfNobody(tx, who.ID)
	})
}

func (d *Desk) editPasskey(ctx context.Context, who Viewer, id, act string, edit func(*store.Tx, *store.Passkey) error) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		list, err := tx.Passkeys(who.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(k store.Passkey) bool { return k.ID == id })
		if i < 0 {
			return fault.New(fault.NotFound, "そのパスキーは登録されていません。", "There is no such passkey.")
		}
		if err := edit(tx, &list[i]); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, who.ID, who.Name+" "+list[i].Name))
	})
}

// AskPasskey asks a browser for a passkey: for [PasskeySignIn] of whoever is
// there, else of the person named.
func (d *Desk) AskPasskey(ctx context.Context, purpose, agent, lang string) (Asked, error) {
	at, err := d.passkeyPlace(lang)
	if err != nil {
		return Asked{}, err
	}
	var one *passkey.Person
	if purpose != PasskeySignIn {
		p, err := d.passkeyPerson(ctx, agent, false)
		if err != nil {
			return Asked{}, err
		}
		one = &p
	}
	options, state, err := at.Ask(one)
	if err != nil {
		return Asked{}, err
	}
	return d.askPasskey(ctx, purpose, agent, options, state)
}

// TakePasskey checks a browser's answer and returns the person whose passkey
// it is. Of [PasskeySecond] and [PasskeyAgain] it must be the person named.
// Every refusal of the answer is [fault.Unsigned] or [fault.Invalid]; a
// passkey whose counter did not go on may have been copied, and counts no more.
func (d *Desk) TakePasskey(ctx context.Context, purpose, agent, token string, answer []byte) (Viewer, error) {
	at, err := d.passkeyPlace("ja")
	if err != nil {
		return Viewer{}, err
	}
	var q passkeyQuestion
	if err := d.takeQuestion(ctx, purpose, token, &q); err != nil {
		return Viewer{}, err
	}
	if q.Agent != agent {
		return Viewer{}, fault.New(fault.Unsigned, "もう一度サインインしてください。", "Please sign in again.").At("passkey")
	}
	a, err := at.Answered(q.State, answer, func(id string) (passkey.Person, error) { return d.passkeyPerson(ctx, id, true) })
	if err != nil {
		return Viewer{}, err
	}
	who, err := d.Viewer(ctx, a.Person)
	if err != nil {
		return Viewer{}, err
	}
	if purpose == PasskeySignIn {
		if err := d.ownWay(ctx, who); err != nil {
			return Viewer{}, err
		}
	}
	return who, d.usePasskey(ctx, who, a)
}

// usePasskey notes the use of a passkey, or that it may have been copied.
func (d *Desk) usePasskey(ctx context.Context, who Viewer, a passkey.Answer) error {
	copied := false
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		list, err := tx.Passkeys(who.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(k store.Passkey) bool { return k.ID == a.Key.ID })
		if i < 0 {
			return fault.Wrap(fault.Unsigned, errors.New("removed meanwhile"), "このパスキーは登録されていません。", "This passkey is not registered here.").At("passkey")
		}
		k := list[i]
		copied = k.Copied || a.Copied
		if copied && !k.Copied {
			if err := tx.PutAudit(d.audit(who, "passkey.copied", who.ID, who.Name+" "+k.Name)); err != nil {
				return err
			}
		}
		k.Record, k.Copied = string(a.Key.Record), copied
		if !copied {
			k.Used = d.now()
		}
		return tx.SetPasskey(k)
	})
	if err == nil && copied {
		err = fault.New(fault.Unsigned, "このパスキーは複製された可能性があるため、受け付けません。ほかの方法でサインインし、このパスキーを削除して登録し直してください。",
			"This passkey may have been copied and is not taken any more. Please sign in another way, remove it and register a new one.").At("passkey")
	}
	return err
}

// SomePasskeys reports whether anybody of the desk has a passkey.
func (d *Desk) SomePasskeys(ctx context.Context) (bool, error) { return d.store.SomePasskeys(ctx) }
