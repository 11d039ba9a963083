package desk

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Variables are what may stand in {{ }} in a text of the desk's own, in the
// order in which people are told of them.
var Variables = []string{"contact.name", "organization.name", "case.number", "case.subject", "agent.name", "desk.name", "desk.phone"}

var variableForm = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// fill puts values in the place of variables. One without a value leaves
// nothing; one that nobody knows stays, to be seen.
func fill(text string, values map[string]string) string {
	return variableForm.ReplaceAllStringFunc(text, func(hole string) string {
		name := variableForm.FindStringSubmatch(hole)[1]
		if v, ok := values[name]; ok {
			return v
		}
		return hole
	})
}

// checkVariables refuses a text with a variable that nothing fills.
func checkVariables(text, field string) error {
	for _, m := range variableForm.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(Variables, m[1]) {
			known := "{{" + strings.Join(Variables, "}}　{{") + "}}"
			return fault.New(fault.Invalid, "「{{"+m[1]+"}}」という差し込み項目はありません。使える項目："+known, "There is no variable {{"+m[1]+"}}. Known are: "+known).At(field)
		}
	}
	return nil
}

// values are the variables of a case as a person of the desk writes to it.
func (d *Desk) values(c *cases.Case, con *contract.Contract, who Viewer) map[string]string {
	site := d.Site()
	return map[string]string{
		"contact.name": cmp.Or(c.Person.Name, c.Person.Addr), "organization.name": c.OrgName, "case.number": d.number(c), "case.subject": c.Subject,
		"agent.name": who.Name, "desk.name": con.Desk().In(c.Language), "desk.phone": site.Phone,
	}
}

// SampleValues are what a preview shows in the place of variables.
func (d *Desk) SampleValues(who Viewer, lang string) map[string]string {
	sample := map[string]fault.Text{
		"contact.name": {JA: "田中", EN: "Taro Tanaka"}, "organization.name": {JA: "青葉商事株式会社", EN: "Aoba Trading"},
		"case.subject": {JA: "レポートが表示されません", EN: "The report is not shown"},
	}
	site := d.Site()
	out := map[string]string{"case.number": d.Number(10482), "agent.name": who.Name, "desk.name": site.Name.In(lang), "desk.phone": site.Phone}
	for name, text := range sample {
		out[name] = text.In(lang)
	}
	return out
}

// Fill shows a text with the values given in the place of its variables.
func Fill(text string, values map[string]string) string { return fill(text, values) }

// closing ends a reply: the person's own signature, else the one that the
// administrator gave to all, else the contract's.
func (d *Desk) closing(c *cases.Case, con *contract.Contract, who Viewer, like Choices) string {
	if own := cmp.Or(like.Signature.In(c.Language), d.Site().Signature.In(c.Language)); own != "" {
		return fill(own, d.values(c, con, who))
	}
	return notify.Signature(con, c.Language, who.Name, d.Site().sender(), d.now())
}

const signatureMax = 2000

// SetSignature records the person's own signature; empty: the usual one.
func (d *Desk) SetSignature(ctx context.Context, who Viewer, s fault.Text) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	s, err := checkSignature(s)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutChoice(who.ID, "signature.ja", s.JA); err != nil {
			return err
		}
		return tx.PutChoice(who.ID, "signature.en", s.EN)
	})
}

func checkSignature(s fault.Text) (fault.Text, error) {
	s = fault.Text{JA: lines(s.JA), EN: lines(s.EN)}
	for field, text := range map[string]string{"signature_ja": s.JA, "signature_en": s.EN} {
		if len(text) > signatureMax {
			return s, fault.New(fault.Invalid, "署名が長すぎます。2,000 バイト以内にしてください。", "The signature is too long: 2,000 bytes at most.").At(field)
		}
		if err := checkVariables(text, field); err != nil {
			return s, err
		}
	}
	return s, nil
}

// lines is a text as it is kept: with LF, without blank ends.
func lines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// Snippets lists the texts that a person may put into replies: everybody's
// and their own.
func (d *Desk) Snippets(ctx context.Context, who Viewer) ([]store.Snippet, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	return d.store.ListSnippets(ctx, who.ID)
}

// Snippet returns one that the person may see.
func (d *Desk) Snippet(ctx context.Context, who Viewer, id string) (store.Snippet, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Snippet{}, err
	}
	s, err := d.store.Snippet(ctx, id)
	if err == nil && s.Owner != "" && s.Owner != who.ID {
		return store.Snippet{}, fault.New(fault.NotFound, "定型文が見つかりません。", "There is no such text.")
	}
	return s, err
}

// FilledSnippet is a text as it would stand in a reply to a case.
type FilledSnippet struct{ ID, Name, Text string }

// FilledSnippets are the texts for a reply to a case, in its language.
func (d *Desk) FilledSnippets(ctx context.Context, v CaseView, who Viewer) ([]FilledSnippet, error) {
	list, err := d.Snippets(ctx, who)
	if err != nil || v.Contract == nil {
		return nil, err
	}
	values := d.values(v.Case, v.Contract, who)
	var out []FilledSnippet
	for _, s := range list {
		if body := s.Body(v.Case.Language); body != "" {
			out = append(out, FilledSnippet{ID: s.ID, Name: s.Name, Text: fill(body, values)})
		}
	}
	return out, nil
}

// PutSnippet adds a text, or changes it. Everybody's are a supervisor's.
func (d *Desk) PutSnippet(ctx context.Context, who Viewer, s store.Snippet, shared bool) (store.Snippet, error) {
	if err := who.May(WorkCases); err != nil {
		return s, err
	}
	act := "snippet.changed"
	if s.ID == "" {
		s.ID, s.Created, act = newID(), d.now(), "snippet.added"
	} else if err := d.mayChange(ctx, who, s.ID); err != nil {
		return s, err
	}
	s.Owner = who.ID
	if shared {
		if err := who.May(ManageTemplates); err != nil {
			return s, err
		}
		s.Owner = ""
	}
	s.Name, s.BodyJA, s.BodyEN, s.Updated = strings.TrimSpace(s.Name), lines(s.BodyJA), lines(s.BodyEN), d.now()
	if s.Name == "" || len(s.Name) > 200 {
		return s, fault.New(fault.Invalid, "定型文の名前を入力してください。", "Please give the text a name.").At("name")
	}
	if s.BodyJA == "" && s.BodyEN == "" {
		return s, fault.New(fault.Invalid, "本文を日本語か英語で入力してください。", "Please write the text in Japanese or English.").At("body_ja")
	}
	for field, text := range map[string]string{"body_ja": s.BodyJA, "body_en": s.BodyEN} {
		if len(text) > 64<<10 {
			return s, fault.New(fault.Invalid, "本文が長すぎます。", "The text is too long.").At(field)
		}
		if err := checkVariables(text, field); err != nil {
			return s, err
		}
	}
	return s, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSnippet(s); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, s.ID, s.Name))
	})
}

// mayChange lets the owner change a text, and a supervisor everybody's.
func (d *Desk) mayChange(ctx context.Context, who Viewer, id string) error {
	s, err := d.Snippet(ctx, who, id)
	if err == nil && s.Owner == "" {
		return who.May(ManageTemplates)
	}
	return err
}

// RemoveSnippet forgets a text.
func (d *Desk) RemoveSnippet(ctx context.Context, who Viewer, id string) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if err := d.mayChange(ctx, who, id); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropSnippet(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "snippet.removed", id, ""))
	})
}
