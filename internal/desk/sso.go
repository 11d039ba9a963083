package desk

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Flow is one sign-in at a provider, from leaving to coming back.
type Flow struct {
	State    string `json:"-"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Again    bool   `json:"again,omitempty"` // the person has to show again who they are
}

// Claims are what a provider says of a person, checked.
type Claims struct {
	Issuer, Subject string
	Mail            string // lower case
	MailVerified    bool
	Name            string
	Session         string    // the provider's own; may be empty
	Hint            string    // tells the provider at sign-out whom it is about
	AuthTime        time.Time // when they showed who they are; zero: not said
	Values          map[string][]string
}

// LoggedOut is a provider's word that somebody has signed out there.
type LoggedOut struct {
	Subject, Session, ID string
	At                   time.Time
}

// Finding is one line of what a test of a provider showed.
type Finding struct {
	OK, Unsure bool
	Text       fault.Text
}

// Providers asks identity providers, as the door for them does.
type Providers interface {
	// Address is where a person signs in; back is our page that they come back to.
	Address(ctx context.Context, p store.Provider, back string, f Flow) (string, error)
	// Exchange turns the code that came back into what the provider says of the
	// person. Whatever is not right of it is [fault.Unsigned].
	Exchange(ctx context.Context, p store.Provider, secret, back, code string, f Flow) (Claims, error)
	// EndSession is where a person signs out there; empty where there is none.
	EndSession(ctx context.Context, p store.Provider, hint, back string) (string, error)
	// LoggedOut checks a logout token (OpenID Connect Back-Channel Logout 1.0).
	LoggedOut(ctx context.Context, p store.Provider, token string) (LoggedOut, error)
	Test(ctx context.Context, p store.Provider, secret, back string) []Finding
}

const (
	purposeSSO = "sso"
	bySSO      = "sso:" // followed by the id of the provider
)

// BySSO is the way of who signed in at a provider.
func BySSO(provider string) string { return bySSO + provider }

func providerOf(way string) string {
	way, _, _ = strings.Cut(way, "+")
	id, ok := strings.CutPrefix(way, bySSO)
	if !ok {
		return ""
	}
	return id
}

func noProviders() error {
	return fault.New(fault.Unavailable, "この窓口ではシングルサインオンを使えません。", "This desk has no single sign-on.")
}

// SignInWays returns the providers that the sign-in page offers.
func (d *Desk) SignInWays(ctx context.Context) ([]store.Provider, error) {
	list, err := d.store.Providers(ctx)
	return slices.DeleteFunc(list, func(p store.Provider) bool { return p.Paused || d.providers == nil }), err
}

func (d *Desk) openProvider(ctx context.Context, id string) (store.Provider, error) {
	p, err := d.store.Provider(ctx, id)
	if err == nil && p.Paused {
		err = fault.New(fault.NotFound, "そのシングルサインオンは停止されています。", "That single sign-on is switched off.")
	}
	if err == nil && d.providers == nil {
		err = noProviders()
	}
	return p, err
}

// ssoQuestion is what is kept while a person is at the provider.
type ssoQuestion struct {
	Flow
	Provider string `json:"provider"`
	Agent    string `json:"agent,omitempty"` // who has to come back; empty: anybody
}

// BeginSSO returns where a person signs in at a provider, and the state that
// their browser has to bring back. With agent it must be that person again.
func (d *Desk) BeginSSO(ctx context.Context, provider, agent, back string) (address, state string, err error) {
	p, err := d.openProvider(ctx, provider)
	if err != nil {
		return "", "", err
	}
	q := ssoQuestion{Flow: Flow{Nonce: rand.Text(), Verifier: rand.Text() + rand.Text(), Again: agent != ""}, Provider: p.ID, Agent: agent}
	if state, err = d.keepQuestion(ctx, purposeSSO, q); err != nil {
		return "", "", err
	}
	q.State = state
	address, err = d.providers.Address(ctx, p, back, q.Flow)
	return address, state, err
}

// SSO is a sign-in at a provider that went well.
type SSO struct {
	Who      Viewer
	Provider store.Provider
	Again    bool // they have shown again who they are
	Session  string
	Hint     string
}

// TakeSSO takes the code that a person brought back and returns who they are at
// the desk. iss is the issuer that the answer names (RFC 9207), if it does.
func (d *Desk) TakeSSO(ctx context.Context, state, code, iss, back string) (SSO, error) {
	var q ssoQuestion
	if err := d.takeQuestion(ctx, purposeSSO, state, &q); err != nil {
		return SSO{}, err
	}
	p, err := d.openProvider(ctx, q.Provider)
	if err != nil {
		return SSO{}, err
	}
	if iss != "" && iss != p.Issuer {
		return SSO{}, fault.New(fault.Unsigned, "別の ID プロバイダーからの応答でした。もう一度サインインしてください。", "The answer came from another identity provider. Please sign in again.")
	}
	secret, err := d.providerSecret(p)
	if err != nil {
		return SSO{}, err
	}
	q.State = state
	c, err := d.providers.Exchange(ctx, p, secret, back, code, q.Flow)
	if err != nil {
		return SSO{}, err
	}
	if q.Again && !c.AuthTime.IsZero() && d.now().Sub(c.AuthTime) > proofLife {
		return SSO{}, fault.New(fault.Unsigned, "ID プロバイダーで、ご本人の確認が行われませんでした。", "The identity provider did not ask again who you are.")
	}
	agent, err := d.recognise(ctx, p, c)
	if err != nil {
		return SSO{}, err
	}
	if q.Agent != "" && q.Agent != agent {
		return SSO{}, fault.New(fault.Unsigned, "別の方のアカウントでした。もう一度お試しください。", "That was somebody else’s account. Please try again.")
	}
	who, err := d.ViewerBy(ctx, agent, BySSO(p.ID))
	return SSO{Who: who, Provider: p, Again: q.Again, Session: c.Session, Hint: c.Hint}, err
}

// recognise returns who somebody is at the desk: the person who came by that
// issuer and subject before; else, once, the one with the mail address that the
// provider has verified; else, where that is allowed, a new one.
func (d *Desk) recognise(ctx context.Context, p store.Provider, c Claims) (agent string, err error) {
	role, err := roleBy(p, c)
	if err != nil {
		return "", err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		known, err := tx.Identity(c.Issuer, c.Subject)
		var a store.Agent
		switch {
		case err == nil:
			a, err = tx.Agent(known.Agent)
		case fault.Is(err, fault.NotFound):
			known = store.Identity{Issuer: c.Issuer, Subject: c.Subject, Created: d.now()}
			a, err = d.firstTime(tx, p, c, role)
		}
		if err != nil {
			return err
		}
		if a.Disabled {
			return fault.New(fault.Forbidden, "このアカウントは停止されています。管理者にご連絡ください。", "This account is disabled. Please ask an administrator.")
		}
		if err := d.followRole(tx, p, &a, role); err != nil {
			return err
		}
		agent, known.Agent, known.Provider, known.Used = a.ID, a.ID, p.ID, d.now()
		return tx.PutIdentity(known)
	})
	return agent, err
}

// roleBy is the role that a provider's claim gives; where no claim names roles,
// that of unknown persons. Empty: none.
func roleBy(p store.Provider, c Claims) (string, error) {
	for _, r := range p.Roles {
		if slices.Contains(c.Values[p.Claim], r.Value) {
			return r.Role, nil
		}
	}
	if p.Claim != "" && p.Role == "" {
		return "", fault.New(fault.Forbidden, "ID プロバイダーでこの窓口の役割が割り当てられていません。管理者にご連絡ください。", "The identity provider gives you no role at this desk. Please ask an administrator.")
	}
	return p.Role, nil
}

func (d *Desk) firstTime(tx *store.Tx, p store.Provider, c Claims, role string) (store.Agent, error) {
	if c.Mail == "" || !c.MailVerified {
		return store.Agent{}, fault.New(fault.Forbidden, "ID プロバイダーが、あなたのメールアドレスを確認済みとしていません。ID プロバイダーで確認を済ませるか、管理者にご連絡ください。",
			"The identity provider has not verified your mail address. Please verify it there, or ask an administrator.")
	}
	if !serves(p, c.Mail) {
		return store.Agent{}, fault.New(fault.Forbidden, "このメールアドレス（"+c.Mail+"）のドメインでは、このシングルサインオンを使えません。", "This single sign-on is not for the domain of "+c.Mail+".")
	}
	a, err := tx.AgentByEmail(c.Mail)
	if err == nil {
		have, err := tx.IdentitiesOf(a.ID)
		if err == nil && slices.ContainsFunc(have, func(i store.Identity) bool { return i.Issuer == c.Issuer }) {
			err = fault.New(fault.Forbidden, "このメールアドレスの担当者は、ID プロバイダーの別のアカウントと結び付いています。管理者にご連絡ください。",
				"The person with this mail address is known by another account of the identity provider. Please ask an administrator.")
		}
		if err != nil || a.Disabled {
			return a, err
		}
		return a, tx.PutAudit(d.audit(Viewer{ID: a.ID}, "provider.linked", a.ID, a.Name+" "+c.Issuer))
	}
	if !fault.Is(err, fault.NotFound) {
		return store.Agent{}, err
	}
	if p.Role == "" {
		return store.Agent{}, fault.New(fault.Forbidden, "この窓口に登録されていません。管理者に登録を依頼してください。", "You are not registered at this desk. Please ask an administrator.")
	}
	a = store.Agent{ID: newID(), Name: c.Name, Email: c.Mail, Role: store.Role(role), Language: "ja", Shortcuts: true, Created: d.now()}
	if a.Name == "" {
		a.Name, _, _ = strings.Cut(c.Mail, "@")
	}
	if err := checkAgent(a); err != nil {
		return store.Agent{}, err
	}
	if err := tx.PutAgent(a); err != nil {
		return store.Agent{}, err
	}
	return a, tx.PutAudit(d.audit(Viewer{}, "agent.added", a.ID, a.Name+" <"+a.Email+"> "+string(a.Role)+" "+c.Issuer))
}

// followRole gives a person the role that the provider's claim names. The last
// administrator who can sign in without a provider stays one.
func (d *Desk) followRole(tx *store.Tx, p store.Provider, a *store.Agent, role string) error {
	if p.Claim == "" || role == string(a.Role) {
		return nil
	}
	if Role(a.Role) == Administrator {
		others, err := otherAdministrators(tx, a.ID)
		if err != nil || !others {
			return err
		}
	}
	a.Role = store.Role(role)
	if err := tx.PutAgent(*a); err != nil {
		return err
	}
	return tx.PutAudit(d.audit(Viewer{}, "agent.changed", a.ID, a.Name+" "+role))
}

// otherAdministrators reports whether somebody else administers the desk who
// can sign in without an identity provider.
func otherAdministrators(tx *store.Tx, but string) (bool, error) {
	all, err := tx.ListAgents()
	return slices.ContainsFunc(all, func(o store.Agent) bool {
		return o.ID != but && Role(o.Role) == Administrator && !o.Disabled && o.PasswordHash != ""
	}), err
}

// serves reports whether a provider is for a mail address.
func serves(p store.Provider, mail string) bool {
	_, domain, _ := cutAddress(mail)
	return len(p.Domains) == 0 || slices.Contains(p.Domains, domain)
}

// ownWay refuses who has to sign in by a provider, and says by which. Never an
// administrator: when the provider is away or set up wrongly, they mend it.
func (d *Desk) ownWay(ctx context.Context, who Viewer) error {
	if who.Role == Administrator {
		return nil
	}
	ways, err := d.SignInWays(ctx)
	if err != nil {
		return err
	}
	for _, p := range ways {
		if p.OnlyWay && serves(p, who.Email) {
			return fault.New(fault.Forbidden, "「"+p.LabelJA+"」からサインインしてください。", "Please sign in with “"+p.LabelEN+"”.")
		}
	}
	return nil
}

// EndSSO returns where a person who signed in by a way signs out at the
// provider too; empty when they did otherwise, or it has no such page.
func (d *Desk) EndSSO(ctx context.Context, way, hint, back string) (to string, p store.Provider, err error) {
	id := providerOf(way)
	if id == "" {
		return "", p, nil
	}
	if p, err = d.openProvider(ctx, id); err != nil {
		return "", p, err
	}
	to, err = d.providers.EndSession(ctx, p, hint, back)
	return to, p, err
}

// TakeLogout ends the sessions of whom a provider says that they signed out
// there. A token that is repeated ends none that began after it.
func (d *Desk) TakeLogout(ctx context.Context, provider, token string) error {
	p, err := d.openProvider(ctx, provider)
	if err != nil {
		return err
	}
	out, err := d.providers.LoggedOut(ctx, p, token)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		agent := ""
		if out.Subject != "" {
			known, err := tx.Identity(p.Issuer, out.Subject)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			agent = known.Agent
		}
		return tx.EndSessionsBy(BySSO(p.ID), agent, out.Session, out.At.Add(time.Second))
	})
}

// LinkedAccounts returns the accounts at identity providers by which a person
// signs in.
func (d *Desk) LinkedAccounts(ctx context.Context, who Viewer, agent string) ([]store.Identity, error) {
	if err := who.May(ManageAgents); err != nil {
		return nil, err
	}
	return d.store.Identities(ctx, agent)
}

// UnlinkAccount takes an account at a provider away from a person, whose
// sessions that began there end. The next sign-in with a verified mail address
// of theirs links one again.
func (d *Desk) UnlinkAccount(ctx context.Context, who Viewer, agent, issuer, subject string) error {
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
		have, err := tx.Identity(issuer, subject)
		if err != nil {
			return err
		}
		if err := tx.DropIdentity(store.Identity{Issuer: issuer, Subject: subject, Agent: agent}); err != nil {
			return err
		}
		if err := tx.EndSessionsBy(BySSO(have.Provider), agent, "", d.now().Add(time.Second)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "provider.unlinked", agent, a.Name+" "+issuer))
	})
}

// ViewerBy is [Desk.Viewer] for a session that began by a way: a provider that
// asks for a second factor by itself meets the rule that a role needs one.
func (d *Desk) ViewerBy(ctx context.Context, id, way string) (Viewer, error) {
	who, err := d.Viewer(ctx, id)
	provider := providerOf(way)
	if err != nil || provider == "" || !who.MustEnroll() {
		return who, err
	}
	p, err := d.store.Provider(ctx, provider)
	if err != nil || !p.Strong {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return who, err
	}
	r, err := d.permitted(ctx, store.Agent{ID: who.ID, Role: store.Role(who.Role)})
	who.rights = &r
	return who, err
}
