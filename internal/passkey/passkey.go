// Package passkey checks passkeys (W3C Web Authentication): what a browser is
// asked, and whether its answer is right.
//
// It owns the two ceremonies, registering and signing, and the words for what
// can be wrong with an answer. It refuses to remember anything: whoever asks
// keeps the state of a question, for once and not for long, and the keys.
//
// Start reading at [At], then [Place.Register] and [Place.Ask].
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"madoguchi/terms/fault"
)

// Place is where browsers reach the desk. A passkey is made for one host name
// and works nowhere else.
type Place struct {
	origin string
	party  *webauthn.WebAuthn
}

// At returns the place of a public address such as https://desk.example.jp.
// name is what browsers show. An empty address, an IP address, and one without
// TLS other than localhost are [fault.Unavailable], with how to mend it.
func At(address, name string) (Place, error) {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil || u.Hostname() == "" {
		return Place{}, fault.New(fault.Unavailable, "パスキーを使うには、管理者が「設定」で窓口の Web アドレスを入力する必要があります。",
			"Passkeys need the desk’s web address: an administrator gives it under Settings.")
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return Place{}, fault.New(fault.Unavailable, "窓口の Web アドレス（"+address+"）が IP アドレスのため、パスキーを使えません。「設定」で、ホスト名のアドレスに変更してください。",
			"The desk’s web address ("+address+") is an IP address, for which there are no passkeys. Please give one with a host name under Settings.")
	}
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return Place{}, fault.New(fault.Unavailable, "窓口の Web アドレス（"+address+"）が https:// でないため、パスキーを使えません。TLS を有効にし、「設定」のアドレスを変更してください。",
			"The desk’s web address ("+address+") does not begin with https://, so browsers allow no passkeys. Please turn TLS on and change it under Settings.")
	}
	p := Place{origin: u.Scheme + "://" + u.Host}
	must := true
	p.party, err = webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: []string{p.origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &must, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return Place{}, fault.Wrap(fault.Unavailable, err, "窓口の Web アドレス（"+address+"）ではパスキーを使えません。「設定」で確認してください。",
			"There can be no passkeys for the desk’s web address ("+address+"). Please check it under Settings.")
	}
	return p, nil
}

// Origin is the address in the form in which browsers say where they are.
func (p Place) Origin() string { return p.origin }

// Key is a registered passkey.
type Key struct {
	ID     string // of the credential, base64url
	Record []byte // what is known of it: the public key, the counter, its flags
}

// Person is whose passkeys they are.
type Person struct {
	ID   string // the user handle; it names nobody
	Mail string
	Name string
	Keys []Key
}

// owner is a person as the library asks about them.
type owner struct {
	Person
	keys []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.ID) }
func (o owner) WebAuthnName() string                       { return o.Mail }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

func owning(p Person) (owner, error) {
	o := owner{Person: p}
	for _, k := range p.Keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return o, err
		}
		o.keys = append(o.keys, c)
	}
	return o, nil
}

func keyOf(c *webauthn.Credential) (Key, error) {
	c.Attestation = webauthn.CredentialAttestation{} // none was asked for
	raw, err := json.Marshal(c)
	return Key{ID: base64.RawURLEncoding.EncodeToString(c.ID), Record: raw}, err
}

// question is what the browser gets and what is kept until it answers.
func question(options, state any) (ask, keep []byte, err error) {
	ask, err = json.Marshal(options)
	if err != nil {
		return nil, nil, err
	}
	keep, err = json.Marshal(state)
	return ask, keep, err
}

// Register asks a person's browser for a new passkey: one that it finds
// without a name, and uses only after the person has unlocked it. An
// authenticator that has one for the person already makes no second.
func (p Place) Register(who Person) (ask, state []byte, err error) {
	o, err := owning(who)
	if err != nil {
		return nil, nil, err
	}
	have := make([]protocol.CredentialDescriptor, 0, len(o.keys))
	for _, c := range o.keys {
		have = append(have, c.Descriptor())
	}
	options, session, err := p.party.BeginRegistration(o, webauthn.WithExclusions(have))
	if err != nil {
		return nil, nil, err
	}
	return question(options.Response, session)
}

// Registered checks the answer to [Place.Register].
func (p Place) Registered(who Person, state, answer []byte) (Key, error) {
	o, err := owning(who)
	if err != nil {
		return Key{}, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return Key{}, err
	}
	said, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, unreadable(err)
	}
	if err := p.here(said.Response.CollectedClientData); err != nil {
		return Key{}, err
	}
	c, err := p.party.CreateCredential(o, session, said)
	if err != nil {
		return Key{}, wrong(err)
	}
	return keyOf(c)
}

// Ask asks a browser for a passkey: one of a person's, or with nil whichever
// the person at it chooses.
func (p Place) Ask(who *Person) (ask, state []byte, err error) {
	if who == nil {
		options, session, err := p.party.BeginDiscoverableLogin()
		if err != nil {
			return nil, nil, err
		}
		return question(options.Response, session)
	}
	o, err := owning(*who)
	if err != nil {
		return nil, nil, err
	}
	if len(o.keys) == 0 {
		return nil, nil, unknown(errors.New("the person has none"))
	}
	options, session, err := p.party.BeginLogin(o)
	if err != nil {
		return nil, nil, err
	}
	return question(options.Response, session)
}

// Answer is a right answer to [Place.Ask].
type Answer struct {
	Person string
	Key    Key // with the counter that it has now
	// Copied: the counter did not go on, as when two devices hold the same key.
	Copied bool
}

// Answered checks the answer to [Place.Ask]. owner finds the person whom the
// browser names, with all their keys.
func (p Place) Answered(state, answer []byte, find func(id string) (Person, error)) (Answer, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return Answer{}, err
	}
	said, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Answer{}, unreadable(err)
	}
	if err := p.here(said.Response.CollectedClientData); err != nil {
		return Answer{}, err
	}
	named := string(said.Response.UserHandle)
	if len(session.UserID) > 0 {
		named = string(session.UserID)
	}
	who, err := find(named)
	if fault.Is(err, fault.NotFound) {
		return Answer{}, unknown(err)
	}
	if err != nil {
		return Answer{}, err
	}
	o, err := owning(who)
	if err != nil {
		return Answer{}, err
	}
	id := base64.RawURLEncoding.EncodeToString(said.RawID)
	if !o.has(id) {
		return Answer{}, unknown(errors.New("no such key of the person"))
	}
	var c *webauthn.Credential
	if len(session.UserID) > 0 {
		c, err = p.party.ValidateLogin(o, session, said)
	} else {
		c, err = p.party.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return o, nil }, session, said)
	}
	if err != nil {
		return Answer{}, wrong(err)
	}
	key, err := keyOf(c)
	return Answer{Person: who.ID, Key: key, Copied: c.Authenticator.CloneWarning}, err
}

func (o owner) has(id string) bool {
	for _, k := range o.Keys {
		if k.ID == id {
			return true
		}
	}
	return false
}

// here refuses an answer that a browser gave at another address.
func (p Place) here(said protocol.CollectedClientData) error {
	if strings.EqualFold(said.Origin, p.origin) {
		return nil
	}
	return fault.Wrap(fault.Invalid, errors.New("answered at "+said.Origin),
		"パスキーは "+p.origin+" でのみ使えます。このアドレスで窓口を開き直してください。", "Passkeys work at "+p.origin+" only. Please open the desk at that address.").At("passkey")
}

func unreadable(err error) error {
	return fault.Wrap(fault.Invalid, err, "パスキーの応答を読み取れませんでした。ページを再読み込みして、もう一度お試しください。", "The passkey’s answer could not be read. Please reload the page and try again.").At("passkey")
}

func wrong(err error) error {
	return fault.Wrap(fault.Unsigned, err, "パスキーを確認できませんでした。もう一度お試しください。", "The passkey could not be checked. Please try again.").At("passkey")
}

func unknown(err error) error {
	return fault.Wrap(fault.Unsigned, err, "このパスキーは登録されていません。ほかの方法でサインインしてください。", "This passkey is not registered here. Please sign in another way.").At("passkey")
}
