package web

import (
	"fmt"
	"net/http"
	"testing"

	"madoguchi/internal/desk"
)

// A page asks the records a bounded number of questions, however much there is
// to show: most of what a page costs is asking. Who adds a question either finds
// the answer among what is read already, or raises the number here and measures
// the page (docs/performance.md).
func TestAPageAsksFewQuestions(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事", "aoba.example", "ando", "baba", "chiba", "doi", "endo", "yamada")
	o.mail("yamada@aoba.example", "画面が開けません", "開けません。")
	b := o.signedIn("sato@desk.example")
	asked := func(path string) int64 {
		t.Helper()
		b.get(path) // what is done once, at the first sight of a case, is no part of it
		before := o.store.Asked()
		if a := b.get(path); a.code != http.StatusOK {
			t.Fatalf("%s answered %d", path, a.code)
		}
		return o.store.Asked() - before
	}
	open := o.mail("yamada@aoba.example", "保存できません", "保存できません。")
	pages := []struct {
		name, path string
		most       int64
	}{
		{"the case", "/cases/" + open, 44},
		{"the queue", "/queue", 14},
		{"the settings", "/settings", 12},
	}
	few := map[string]int64{}
	for _, p := range pages {
		few[p.name] = asked(p.path)
		if few[p.name] > p.most {
			t.Errorf("%s asks %d questions, at most %d", p.name, few[p.name], p.most)
		}
	}
	for i := range 30 {
		o.hire(fmt.Sprintf("担当%d", i), fmt.Sprintf("agent%d@desk.example", i), desk.Agent, "ja")
		o.customer(fmt.Sprintf("会社%d", i), fmt.Sprintf("c%d.example", i), "ito")
		o.mail(fmt.Sprintf("ito@c%d.example", i), fmt.Sprintf("別の件%d", i), "ほかの件です。")
	}
	for _, p := range pages {
		if many := asked(p.path); many != few[p.name] {
			t.Errorf("%s asks %d questions beside 30 more people, customers and cases, and %d without", p.name, many, few[p.name])
		}
	}
}
