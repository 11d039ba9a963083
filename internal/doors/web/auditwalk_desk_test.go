package web

import (
	"fmt"
	"regexp"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
)

func (w *walk) rule() string {
	w.t.Helper()
	r, err := w.desk.SetApprovalRule(w.ctx, w.admin, approval.Rule{Name: w.name("初期対応"), Initial: true})
	w.must(err)
	return r.ID
}

func (w *walk) field() store.Field {
	w.t.Helper()
	f, err := w.desk.PutField(w.ctx, w.admin, store.Field{Word: w.name("build"), Kind: cases.TextField, NameJA: "ビルド", NameEN: "Build"})
	w.must(err)
	return f
}

func (w *walk) tag() store.Tag {
	w.t.Helper()
	t, err := w.desk.PutTag(w.ctx, w.admin, store.Tag{Name: w.name("移行"), Colour: desk.TagColours[0]})
	w.must(err)
	return t
}

var deskDeeds = deeds{
	"POST /site": {"site.changed", func(*walk) ask {
		return ask{of: "03-0000-0100", form: []string{"name", "サポート窓口", "name_en", "Support", "mail", "support@desk.example", "phone", "03-0000-0100", "prefix", "CS"}}
	}},
	"POST /approval-rules": {"approval-rule.added", func(w *walk) ask {
		return ask{of: "新任の初期対応", form: []string{"name", "新任の初期対応", "agents", w.ito(), "initial", "1"}}
	}},
	"POST /approval-rules/{id}": {"approval-rule.changed", func(w *walk) ask {
		id := w.rule()
		return ask{ids: []string{id}, of: id, form: []string{"name", w.name("全員"), "initial", "1"}}
	}},
	"POST /approval-rules/{id}/move":   {"approval-rule.moved", func(w *walk) ask { w.rule(); id := w.rule(); return ask{ids: []string{id}, of: id} }},
	"POST /approval-rules/{id}/remove": {"approval-rule.removed", func(w *walk) ask { id := w.rule(); return ask{ids: []string{id}, of: id} }},
	"POST /marks/tags":                 {"tag.added", func(*walk) ask { return ask{of: "緊急", form: []string{"name", "緊急", "colour", "shu"}} }},
	"POST /marks/tags/{id}": {"tag.changed", func(w *walk) ask {
		t := w.tag()
		return ask{ids: []string{t.ID}, of: t.ID, form: []string{"name", w.name("更新"), "colour", "ai"}}
	}},
	"POST /marks/tags/{id}/merge": {"tag.merged", func(w *walk) ask {
		from, into := w.tag(), w.tag()
		return ask{ids: []string{from.ID}, of: from.Name + " → " + into.Name, form: []string{"into", into.ID}}
	}},
	"POST /marks/tags/{id}/archive": {"tag.changed", func(w *walk) ask {
		t := w.tag()
		return ask{ids: []string{t.ID}, of: t.Name, form: []string{"archived", "yes"}}
	}},
	"POST /marks/products": {"product.added", func(*walk) ask {
		return ask{of: "メール保護", form: []string{"name_ja", "メール保護", "name_en", "Mail Protection"}}
	}},
	"POST /marks/products/{id}": {"product.changed", func(w *walk) ask {
		p, err := w.desk.PutProduct(w.ctx, w.admin, store.Product{NameJA: "認証", NameEN: "Identity"})
		w.must(err)
		return ask{ids: []string{p.ID}, of: p.ID, form: []string{"name_ja", "認証基盤", "name_en", "Identity"}}
	}},
	"POST /marks/fields": {"field.added", func(*walk) ask {
		return ask{of: "version", form: []string{"word", "version", "kind", string(cases.TextField), "name_ja", "版", "name_en", "Version"}}
	}},
	"POST /marks/fields/{id}": {"field.changed", func(w *walk) ask {
		f := w.field()
		return ask{ids: []string{f.ID}, of: f.ID, form: []string{"word", f.Word, "kind", string(f.Kind), "name_ja", "ビルド番号", "name_en", "Build"}}
	}},
	"POST /marks/fields/{id}/move": {"field.moved", func(w *walk) ask {
		w.field()
		f := w.field()
		return ask{ids: []string{f.ID}, of: f.ID, form: []string{"to", "up"}}
	}},
}

func (w *walk) macro() string {
	w.t.Helper()
	m, err := w.desk.PutMacro(w.ctx, w.admin, desk.Macro{Macro: store.Macro{NameJA: w.name("回答待ち"), NameEN: w.name("Waiting")}, MacroActs: desk.MacroActs{Note: "確認"}})
	w.must(err)
	return m.ID
}

func (w *walk) snippet() string {
	w.t.Helper()
	s, err := w.desk.PutSnippet(w.ctx, w.admin, store.Snippet{Name: w.name("再起動"), BodyJA: "本文"}, true)
	w.must(err)
	return s.ID
}

func (w *walk) sharedView() string {
	w.t.Helper()
	v, err := w.desk.PutView(w.ctx, w.admin, desk.View{Name: w.name("期限切れ"), Query: "target=breached", Shared: "desk"})
	w.must(err)
	return v.ID
}

// wordDeeds are about what the people of the desk share: macros, texts, views.
var wordDeeds = deeds{
	"POST /macros": {"macro.added", func(*walk) ask {
		return ask{of: "情報のご提供待ち", form: []string{"name_ja", "情報のご提供待ち", "name_en", "Waiting for details", "assign", "me", "note", "確認を依頼"}}
	}},
	"POST /macros/{id}": {"macro.changed", func(w *walk) ask {
		id := w.macro()
		return ask{ids: []string{id}, of: id, form: []string{"name_ja", w.name("待ち"), "name_en", w.name("Wait"), "note", "再確認"}}
	}},
	"POST /macros/{id}/remove": {"macro.removed", func(w *walk) ask { id := w.macro(); return ask{ids: []string{id}, of: id} }},
	"POST /snippets": {"snippet.added", func(*walk) ask {
		return ask{of: "再起動のお願い", form: []string{"name", "再起動のお願い", "body_ja", "再起動をお願いいたします。", "shared", "yes"}}
	}},
	"POST /snippets/{id}": {"snippet.changed", func(w *walk) ask {
		id := w.snippet()
		return ask{ids: []string{id}, of: id, form: []string{"name", w.name("お願い"), "body_ja", "本文", "shared", "yes"}}
	}},
	"POST /snippets/{id}/remove": {"snippet.removed", func(w *walk) ask { id := w.snippet(); return ask{ids: []string{id}, of: id} }},
	"POST /views": {"view.kept", func(*walk) ask {
		return ask{of: "高の担当なし", form: []string{"name", "高の担当なし", "query", "assignee=none", "shared", "desk"}}
	}},
	"POST /views own": {"", func(*walk) ask { return ask{form: []string{"name", "私の", "query", "status=new"}} }}, // one’s own is nobody’s business
	"POST /views/{id}": {"view.kept", func(w *walk) ask {
		id := w.sharedView()
		return ask{ids: []string{id}, of: id, form: []string{"name", w.name("期限"), "query", "target=breached", "shared", "desk"}}
	}},
	"POST /views/{id}/remove": {"view.removed", func(w *walk) ask { id := w.sharedView(); return ask{ids: []string{id}, of: id} }},
	"POST /views/{id}/restore": {"view.restored", func(w *walk) ask {
		id := w.sharedView()
		w.must(w.desk.RemoveView(w.ctx, w.admin, id))
		return ask{ids: []string{id}, of: id}
	}},
}

var offPath = regexp.MustCompile(`/off/([^/"]+)/remove`)

func (w *walk) skill() string {
	w.t.Helper()
	name := w.name("認証")
	w.must(w.desk.PutSkill(w.ctx, w.admin, store.Skill{Kind: "product", NameJA: name, NameEN: name}))
	all, err := w.desk.Skills(w.ctx, w.admin)
	w.must(err)
	for _, s := range all {
		if s.NameJA == name {
			return s.ID
		}
	}
	w.t.Fatalf("there is no skill %s", name)
	return ""
}

var staffDeeds = deeds{
	"POST /staff/{id}/hours": {"staff.hours", func(w *walk) ask {
		return ask{ids: []string{w.ito()}, of: w.ito(), form: []string{"zone", "Asia/Tokyo", "own", "yes", "day1", "10:00-18:00"}}
	}},
	"POST /staff/{id}/away":      {"staff.away", func(w *walk) ask { return ask{ids: []string{w.ito()}, of: w.ito(), form: []string{"note", "外出"}} }},
	"POST /staff/{id}/away back": {"staff.back", func(w *walk) ask { return ask{ids: []string{w.ito()}, of: w.ito(), form: []string{"act", "back"}} }},
	"POST /staff/{id}/off": {"staff.day-off", func(w *walk) ask {
		return ask{ids: []string{w.ito()}, of: "2026-12-01", form: []string{"from", "2026-12-01", "to", "2026-12-02"}}
	}},
	"POST /staff/{id}/off/{off}/remove": {"staff.day-off-removed", func(w *walk) ask {
		w.must(w.desk.AddDayOff(w.ctx, w.admin, w.ito(), "2026-12-21", "2026-12-21", ""))
		page := w.signedIn("sato@desk.example").get("/staff/" + w.ito()).body
		off := offPath.FindAllStringSubmatch(page, -1)
		if off == nil {
			w.t.Fatal("no day off is on the page")
		}
		id := off[len(off)-1][1]
		return ask{ids: []string{w.ito(), id}, of: id}
	}},
	"POST /staff/{id}/skills": {"staff.skills", func(w *walk) ask {
		s := w.skill()
		return ask{ids: []string{w.ito()}, of: fmt.Sprintf("認証%d / 認証%d", w.n, w.n), form: []string{"skill", s}}
	}},
	"POST /skills": {"skill.added", func(*walk) ask {
		return ask{of: "英語", form: []string{"kind", "language", "name_ja", "英語", "name_en", "English"}}
	}},
	"POST /skills/{id}/remove": {"skill.removed", func(w *walk) ask {
		id := w.skill()
		return ask{ids: []string{id}, of: fmt.Sprintf("認証%d / 認証%d", w.n, w.n)}
	}},
}
