package web

import (
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func (w *walk) team() store.Team {
	w.t.Helper()
	team, err := w.desk.PutTeam(w.ctx, w.admin, store.Team{NameJA: w.name("西日本")})
	w.must(err)
	return team
}

func (w *walk) role() string {
	w.t.Helper()
	role, err := w.desk.PutRole(w.ctx, w.admin, desk.RoleView{Name: fault.Text{JA: w.name("夜間")}})
	w.must(err)
	return string(role.ID)
}

var peopleDeeds = deeds{
	"POST /agents": {"agent.added", func(*walk) ask {
		return ask{of: "new@desk.example", form: []string{"name", "新人", "email", "new@desk.example", "role", "agent", "language", "ja", "password", "the phrase of a new one"}}
	}},
	"POST /agents/{id}": {"agent.changed", func(w *walk) ask {
		return ask{ids: []string{w.ito()}, of: "伊藤 健", form: []string{"name", "伊藤 健", "role", "agent"}}
	}},
	"POST /agents/{id} leaving": {"agent.disabled", func(w *walk) ask {
		v := w.hire("退職", w.name("gone")+"@desk.example", desk.Agent, "ja")
		return ask{ids: []string{v.ID}, of: v.ID, form: []string{"name", "退職", "role", "agent", "disabled", "yes"}}
	}},
	"POST /agents/{id} back again": {"agent.enabled", func(w *walk) ask {
		v := w.hire("復職", w.name("back")+"@desk.example", desk.Agent, "ja")
		w.must(w.desk.SetAgent(w.ctx, w.admin, v.ID, "復職", desk.Agent, true))
		return ask{ids: []string{v.ID}, of: v.ID, form: []string{"name", "復職", "role", "agent"}}
	}},
	"POST /agents/{id}/password": {"agent.password-reset", func(w *walk) ask {
		return ask{ids: []string{w.ito()}, of: w.ito(), form: []string{"password", "another long phrase"}}
	}},
	"POST /agents/{id}/sights": {"sights.changed", func(w *walk) ask {
		o := w.customer(w.name("青葉商事"), w.name("aoba")+".example")
		return ask{ids: []string{w.ito()}, of: o.NameJA, form: []string{"sight", o.ID}}
	}},
	"POST /agents/{id}/unlink": {"provider.unlinked", func(w *walk) ask {
		v := w.hire("転籍", w.name("moved")+"@desk.example", desk.Agent, "ja")
		p := w.provides()
		w.comes(p, desk.Claims{Subject: v.ID, Mail: v.Email, MailVerified: true})
		return ask{ids: []string{v.ID}, of: p.Issuer, form: []string{"issuer", p.Issuer, "subject", v.ID}}
	}},
	"POST /agents/{id}/sessions/end":  {"session.ended", func(w *walk) ask { return ask{ids: []string{w.ito()}, of: w.ito()} }},
	"POST /agents/{id}/factors/reset": {"second-factor.reset", func(w *walk) ask { return ask{ids: []string{w.ito()}, of: w.ito()} }},
	// The form of a team holds three things: its people, whom they see, and how work is given to them.
	"POST /teams": {"team.added sights.changed", func(w *walk) ask {
		return ask{of: "東日本: 伊藤", form: []string{"name_ja", "東日本", "member", w.ito()}}
	}},
	"POST /teams/{id}": {"team.dissolved sights.changed", func(w *walk) ask {
		t := w.team()
		return ask{ids: []string{t.ID}, of: t.ID, form: []string{"name_ja", t.NameJA, "dissolved", "yes"}}
	}},
	"POST /teams/{id} giving": {"team.changed sights.changed team.distribution", func(w *walk) ask {
		t := w.team()
		return ask{ids: []string{t.ID}, of: "round-robin most=5", form: []string{"name_ja", t.NameJA, "how", "round-robin", "most", "5"}}
	}},
	"POST /roles": {"role.added", func(*walk) ask {
		return ask{of: "電話: cases.work", form: []string{"name_ja", "電話", "permission", "cases.work"}}
	}},
	"POST /roles/{id}": {"role.changed", func(w *walk) ask {
		id := w.role()
		return ask{ids: []string{id}, of: id, form: []string{"name_ja", w.name("深夜"), "permission", "cases.work"}}
	}},
	"POST /roles/{id}/remove": {"role.removed", func(w *walk) ask { id := w.role(); return ask{ids: []string{id}, of: id} }},
}

func (w *walk) provider() string {
	w.t.Helper()
	p, err := w.desk.PutProvider(w.ctx, w.admin, desk.ProviderForm{NewSecret: "s3cret of the provider", Provider: store.Provider{
		Issuer: "https://" + w.name("login") + ".example", ClientID: "madoguchi", LabelJA: "社内", LabelEN: "Company",
	}})
	w.must(err)
	return p.ID
}

func provided(issuer string) []string {
	return []string{"issuer", issuer, "client_id", "madoguchi", "secret", "wh1spered", "label_ja", "社内", "label_en", "Company", "domains", "partner.example"}
}

var doorDeeds = deeds{
	"POST /roles/second-factor": {"sign-in.changed", func(*walk) ask { return ask{of: "supervisor", form: []string{"role", "supervisor"}} }},
	"POST /providers": {"provider.added", func(*walk) ask {
		return ask{of: "https://new.example", form: provided("https://new.example")}
	}},
	"POST /providers/{id}": {"provider.changed", func(w *walk) ask {
		id := w.provider()
		return ask{ids: []string{id}, of: id, form: provided("https://moved.example")}
	}},
	"POST /providers/{id}/remove": {"provider.removed", func(w *walk) ask { id := w.provider(); return ask{ids: []string{id}, of: id} }},
	"POST /api-tokens": {"api-token.made", func(*walk) ask {
		return ask{of: "監視システム", form: []string{"name", "監視システム", "per_second", "50", "scopes", desk.ScopeReadCases}}
	}},
	"POST /api-tokens/{id}/revoke": {"api-token.revoked", func(w *walk) ask {
		secret, t, err := w.desk.MakeAPIToken(w.ctx, w.admin, desk.TokenForm{Name: "連携", Scopes: []string{desk.ScopeReadCases}, PerSecond: 5})
		w.must(err)
		w.secrets = append(w.secrets, secret)
		return ask{ids: []string{t.ID}, of: t.ID}
	}},
}
