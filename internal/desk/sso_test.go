package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// company is an identity provider whose words are trusted: the door's own
// tests hold how they are checked.
type company struct {
	says desk.Claims
	out  desk.LoggedOut
	flow desk.Flow
}

func (c *company) Address(_ context.Context, p store.Provider, back string, f desk.Flow) (string, error) {
	c.flow = f
	return p.Issuer + "/auth?back=" + back, nil
}

func (c *company) Exchange(_ context.Context, p store.Provider, secret, _, code string, f desk.Flow) (desk.Claims, error) {
	if secret != "s3cret" || code != "code" || f != c.flow {
		return desk.Claims{}, fault.New(fault.Unsigned, "違います", "wrong "+secret+" "+code)
	}
	says := c.says
	if says.Issuer == "" {
		says.Issuer = p.Issuer
	}
	return says, nil
}

func (c *company) EndSession(context.Context, store.Provider, string, string) (string, error) {
	return "", nil
}

func (c *company) LoggedOut(context.Context, store.Provider, string) (desk.LoggedOut, error) {
	return c.out, nil
}

func (c *company) Test(context.Context, store.Provider, string, string) []desk.Finding { return nil }

// provided is a bench with an identity provider for partner.example.
func provided(t *testing.T, change func(*desk.ProviderForm)) (*bench, *company, store.Provider) {
	t.Helper()
	b, c := newBench(t, "11-20 10:00:00"), &company{}
	b.providers = c
	b.Desk = b.reopen()
	f := desk.ProviderForm{NewSecret: "s3cret", Provider: store.Provider{
		Issuer: "https://login.partner.example", ClientID: "madoguchi", LabelJA: "社内", LabelEN: "Company", Domains: []string{"desk.example", "partner.example"},
	}}
	if change != nil {
		change(&f)
	}
	p, err := b.PutProvider(b.ctx, b.sato, f)
	if err != nil {
		t.Fatal(err)
	}
	return b, c, p
}

// comes has somebody sign in at the provider.
func (b *bench) comes(p store.Provider) (desk.SSO, error) {
	b.t.Helper()
	_, state, err := b.BeginSSO(b.ctx, p.ID, "", "back")
	if err != nil {
		b.t.Fatal(err)
	}
	return b.TakeSSO(b.ctx, state, "code", "", "back")
}

func TestAPersonIsRecognisedByIssuerAndSubjectAndFirstByTheirVerifiedMail(t *testing.T) {
	b, c, p := provided(t, nil)
	ito := b.hire("ito", desk.Agent)
	c.says = desk.Claims{Subject: "u1", Mail: ito.Email}
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by an unverified mail address: %v", err)
	}
	c.says.MailVerified = true
	if in, err := b.comes(p); err != nil || in.Who.ID != ito.ID {
		t.Fatalf("the first time: %+v, %v", in, err)
	}
	c.says = desk.Claims{Subject: "u1", Mail: "renamed@elsewhere.example"}
	if in, err := b.comes(p); err != nil || in.Who.ID != ito.ID {
		t.Errorf("by their subject, whatever their mail is now: %+v, %v", in, err)
	}
	// The address was given to somebody else at the company.
	c.says = desk.Claims{Subject: "u2", Mail: ito.Email, MailVerified: true}
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("another subject with the same address: %v", err)
	}
	c.says = desk.Claims{Issuer: "https://other.example", Subject: "u1"}
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the subject of another issuer: %v", err)
	}
	c.says = desk.Claims{Subject: "u3", Mail: "x@stranger.example", MailVerified: true}
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("of another domain: %v", err)
	}
	c.says.Mail = "nobody@partner.example"
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "not registered") {
		t.Errorf("unknown: %v", err)
	}
	if err := b.SetAgent(b.ctx, b.sato, ito.ID, ito.Name, desk.Agent, true); err != nil {
		t.Fatal(err)
	}
	c.says = desk.Claims{Subject: "u1"}
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("disabled: %v", err)
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "provider."})
	if err != nil || len(log) != 2 || log[0].Act != "provider.linked" || log[0].Actor != ito.ID || strings.Contains(log[1].Detail, "s3cret") {
		t.Errorf("%+v, %v", log, err)
	}
}

func TestAnAccountThatIsUnlinkedIsLinkedAgainOnlyByAVerifiedMail(t *testing.T) {
	b, c, p := provided(t, nil)
	ito, eve := b.hire("ito", desk.Agent), b.hire("eve", desk.Agent)
	c.says = desk.Claims{Subject: "u1", Mail: ito.Email, MailVerified: true}
	if _, err := b.comes(p); err != nil {
		t.Fatal(err)
	}
	if err := b.UnlinkAccount(b.ctx, ito, ito.ID, p.Issuer, "u1"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by who manages nobody: %v", err)
	}
	if err := b.UnlinkAccount(b.ctx, b.sato, eve.ID, p.Issuer, "u1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("another person's account: %v", err)
	}
	if err := b.UnlinkAccount(b.ctx, b.sato, ito.ID, p.Issuer, "u1"); err != nil {
		t.Fatal(err)
	}
	if have, err := b.LinkedAccounts(b.ctx, b.sato, ito.ID); err != nil || len(have) != 0 {
		t.Errorf("%+v are linked, %v", have, err)
	}
	c.says.MailVerified = false
	if _, err := b.comes(p); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the subject alone: %v", err)
	}
	// The account that replaces it at the company.
	c.says = desk.Claims{Subject: "u9", Mail: ito.Email, MailVerified: true}
	if in, err := b.comes(p); err != nil || in.Who.ID != ito.ID {
		t.Errorf("the new account: %+v, %v", in, err)
	}
}

func TestASignInAtAProviderCountsOnceAndNotForLong(t *testing.T) {
	b, c, p := provided(t, nil)
	c.says = desk.Claims{Subject: "u1", Mail: b.sato.Email, MailVerified: true}
	_, state, err := b.BeginSSO(b.ctx, p.ID, "", "back")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.TakeSSO(b.ctx, state, "code", "https://mix-up.example", "back"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("from another issuer: %v", err)
	}
	if _, err := b.TakeSSO(b.ctx, state, "code", "", "back"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("once more: %v", err)
	}
	_, state, err = b.BeginSSO(b.ctx, p.ID, "", "back")
	if err != nil {
		t.Fatal(err)
	}
	b.clock = b.clock.Add(11 * time.Minute)
	if _, err := b.TakeSSO(b.ctx, state, "code", "", "back"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("too late: %v", err)
	}
	if _, err := b.TakeSSO(b.ctx, "invented", "code", "", "back"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("an invented state: %v", err)
	}
	// Another person than the one who has to prove it.
	ito := b.hire("ito", desk.Agent)
	_, state, err = b.BeginSSO(b.ctx, p.ID, ito.ID, "back")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.TakeSSO(b.ctx, state, "code", "", "back"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("somebody else: %v", err)
	}
}

func TestAClaimNamesTheRoleAndTheLastAdministratorStaysOne(t *testing.T) {
	b, c, p := provided(t, func(f *desk.ProviderForm) {
		f.Role, f.Claim, f.Roles = "agent", "groups", []store.ClaimRole{{Value: "leads", Role: "supervisor"}}
	})
	c.says = desk.Claims{Subject: "u1", Mail: "new@partner.example", MailVerified: true, Name: "新任", Values: map[string][]string{"groups": {"all", "leads"}}}
	in, err := b.comes(p)
	if err != nil || in.Who.Role != desk.Supervisor || in.Who.Name != "新任" {
		t.Fatalf("%+v, %v", in, err)
	}
	if _, err := b.SignIn(b.ctx, "new@partner.example", "", "here"); !fault.Is(err, fault.Unsigned) {
		t.Errorf("without a password: %v", err)
	}
	c.says.Values = nil
	if in, err = b.comes(p); err != nil || in.Who.Role != desk.Agent {
		t.Errorf("out of the group: %+v, %v", in.Who, err)
	}
	c.says = desk.Claims{Subject: "u9", Mail: b.sato.Email, MailVerified: true}
	if in, err = b.comes(p); err != nil || in.Who.Role != desk.Administrator {
		t.Errorf("the last administrator: %+v, %v", in.Who, err)
	}
}

func TestWhereTheProviderIsTheOnlyWayAdministratorsStillComeByPassword(t *testing.T) {
	b, _, _ := provided(t, func(f *desk.ProviderForm) { f.OnlyWay = true })
	b.hire("ito", desk.Agent)
	if _, err := b.SignIn(b.ctx, "ito@desk.example", "correct horse battery", "here"); !fault.Is(err, fault.Forbidden) || !strings.Contains(fault.Public(err).EN, "Company") {
		t.Errorf("an agent: %v", err)
	}
	if _, err := b.SignIn(b.ctx, b.sato.Email, "correct horse battery", "here"); err != nil {
		t.Errorf("an administrator: %v", err)
	}
}

func TestAProvidersOwnSecondFactorMeetsTheRule(t *testing.T) {
	for _, strong := range []bool{true, false} {
		b, c, p := provided(t, func(f *desk.ProviderForm) { f.Strong = strong })
		ito := b.hire("ito", desk.Agent)
		if err := b.SetSignInRules(b.ctx, b.sato, desk.SignInRules{SecondFactor: []desk.Role{desk.Agent}}); err != nil {
			t.Fatal(err)
		}
		c.says = desk.Claims{Subject: "u1", Mail: ito.Email, MailVerified: true}
		in, err := b.comes(p)
		if err != nil || in.Who.MustEnroll() == strong || in.Who.Can(desk.WorkCases) != strong {
			t.Errorf("strong %v: %+v, %v", strong, in.Who, err)
		}
	}
}

func TestOnlyAnAdministratorNamesProvidersAndASecretGoesToNoOtherServer(t *testing.T) {
	b, c, p := provided(t, nil)
	role, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{EN: "people"}, Permissions: []desk.Permission{desk.ManageAgents, desk.WorkCases, desk.SeeAllOrganizations}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.PutProvider(b.ctx, b.hire("mori", role.ID), desk.ProviderForm{Provider: p}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who manages people: %v", err)
	}
	for field, change := range map[string]func(*desk.ProviderForm){
		"issuer":    func(f *desk.ProviderForm) { f.Issuer = "http://login.partner.example" },
		"domains":   func(f *desk.ProviderForm) { f.Domains, f.OnlyWay = nil, true },
		"roles":     func(f *desk.ProviderForm) { f.Claim, f.Roles = "g", []store.ClaimRole{{Value: "x", Role: "no-such"}} },
		"client_id": func(f *desk.ProviderForm) { f.ClientID = " " },
		"label_ja":  func(f *desk.ProviderForm) { f.LabelEN = "" },
	} {
		f := desk.ProviderForm{Provider: p}
		change(&f)
		if _, err := b.PutProvider(b.ctx, b.sato, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	moved := desk.ProviderForm{Provider: p}
	moved.Issuer = "https://evil.example"
	if q, err := b.PutProvider(b.ctx, b.sato, moved); err != nil || q.Secret != "" {
		t.Errorf("the secret went along to another issuer: %v", err)
	}
	c.says = desk.Claims{Subject: "u1", Mail: b.sato.Email, MailVerified: true}
	if _, err := b.comes(p); err == nil {
		t.Error("a secret was sent")
	}
}
