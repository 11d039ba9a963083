package agent

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/contract"
)

// Contract shows a contract version, read-only: its terms, the rules that
// keep them, and what they would ask of a contact. By default it is the
// version in force. An attempt that cannot be computed is drawn again with
// what to mend.
func (p *Pages) Contract(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	con, err := p.contractAsked(r, who)
	if err != nil {
		return err
	}
	try, err := tryOf(r, con, p.desk.Now())
	if err != nil {
		return err
	}
	v := p.contractView(r.Context(), con)
	if who.Can(desk.ManageMail) {
		v.Rules.Contract, v.Rules.Calendar = con.ID(), con.Regions()[0].Calendar
	}
	v.Try, v.ID, v.MayDraft = try, con.ID(), who.Can(desk.SeeContractDrafts)
	if v.Simulation, v.MaySimulate, err = p.simulationOfPublished(r.Context(), who, con); err != nil {
		return err
	}
	return p.show(w, r, try.status(), ui.T(r.Context(), "contract.title"), "contract", func(page ui.Page) templ.Component {
		return ContractPage(page, v)
	})
}

// contractAsked is the version that a page asks for.
func (p *Pages) contractAsked(r *http.Request, who desk.Viewer) (*contract.Contract, error) {
	if err := who.May(desk.WorkCases); err != nil {
		return nil, err
	}
	if ref := r.FormValue("version"); ref != "" {
		return p.desk.Contracts().Version(ref)
	}
	return p.desk.Contracts().InForce(p.desk.DefaultContract(), p.desk.Now())
}

func (p *Pages) contractView(ctx context.Context, con *contract.Contract) ContractView {
	v := ContractView{
		Name: said(ctx, con.Name()), Provider: said(ctx, con.Provider()), Version: con.Version(), From: con.Effective().String(),
		Ruling: con.Language(), Terms: termsOf(ctx, con), Rules: rulesOf(ctx, con, p.desk.Now()),
	}
	if now, err := p.desk.Contracts().InForce(con.ID(), p.desk.Now()); err == nil {
		v.InForce = now.Ref() == con.Ref()
	}
	for _, other := range p.desk.Contracts().All() {
		if other.Ref() != con.Ref() {
			v.Versions = append(v.Versions, ui.Option{Value: other.Ref(), Label: said(ctx, other.Name()) + " " + other.Version()})
		}
	}
	return v
}

// said writes a text of a contract in the viewer's language.
func said(ctx context.Context, t contract.Text) string { return ui.Either(ctx, t.JA, t.EN) }

// termsOf gathers the clauses under their headings, each with how it is kept.
func termsOf(ctx context.Context, con *contract.Contract) Terms {
	var out Terms
	readings := map[contract.ClauseID][]string{}
	for _, rd := range con.Readings() {
		for _, id := range rd.Clauses {
			readings[id] = append(readings[id], rd.Name)
		}
	}
	count := map[contract.How]int{}
	for _, c := range con.Clauses() {
		count[c.Binding.How]++
		title := said(ctx, c.Section)
		if n := len(out.Sections); n == 0 || out.Sections[n-1].Title != title {
			out.Sections = append(out.Sections, Section{Number: c.Number, Title: title})
		}
		row := ClauseRow{
			ID: string(c.ID), How: string(c.Binding.How), Reason: said(ctx, c.Binding.Reason),
			Places: c.Binding.Places, Readings: readings[c.ID],
		}
		row.Ruling, row.Aid = c.JA, c.EN
		if con.Language() == "en" {
			row.Ruling, row.Aid = c.EN, c.JA
		}
		row.Pieces = boundPieces(row.Ruling, c.Phrases)
		for _, place := range c.Binding.Shown {
			row.Shown = append(row.Shown, said(ctx, place))
		}
		s := &out.Sections[len(out.Sections)-1]
		s.Clauses = append(s.Clauses, row)
	}
	out.Count = len(con.Clauses())
	for _, how := range []contract.How{contract.ByRule, contract.ByText, contract.NotExecutable, contract.NotYet} {
		if count[how] > 0 {
			out.Share = append(out.Share, Share{How: string(how), Count: count[how], Of: out.Count})
		}
	}
	for i := 1; i < len(out.Share); i++ {
		out.Share[i].Before = out.Share[i-1].Before + out.Share[i-1].Count
	}
	return out
}

// at is where the share begins in the bar, and width how much of it it takes.
func (s Share) at() string    { return percent(s.Before, s.Of) }
func (s Share) width() string { return percent(s.Count, s.Of) }

func percent(n, of int) string {
	return strconv.FormatFloat(float64(n)*100/float64(max(of, 1)), 'f', 2, 64) + "%"
}

// rulesOf gathers what the contract decides by.
func rulesOf(ctx context.Context, con *contract.Contract, now time.Time) Rules {
	v := Rules{Hours: hoursOf(ctx, con), Targets: targetsOf(ctx, con), Closures: closuresOf(ctx, con, now)}
	for _, k := range con.Criteria() {
		v.Criteria = append(v.Criteria, CriterionRow{
			Priority: string(k.Priority), Question: said(ctx, k.Question), Clause: string(k.Clause),
			Provisional: k.ProvisionalOnClaim, Agreement: k.NeedsAgreement,
		})
	}
	for _, rule := range con.Rules() {
		v.Handling = append(v.Handling, HandlingRow{
			When: said(ctx, rule.When), Do: said(ctx, rule.Do.Label()), AskToPhone: rule.AskToPhone, CallBack: rule.CallBack,
			Clauses: places(rule.Clauses),
		})
	}
	for _, rd := range con.Readings() {
		row := ReadingRow{Name: rd.Name, Question: said(ctx, rd.Question), Reason: said(ctx, rd.Reason), Clauses: places(rd.Clauses)}
		for _, a := range rd.Alternatives {
			row.Alternatives = append(row.Alternatives, Alternative{Meaning: said(ctx, a.Meaning), Chosen: a.ID == rd.Chosen})
		}
		v.Readings = append(v.Readings, row)
	}
	return v
}

// places writes clause ids as the addresses of their text on the page.
func places(ids []contract.ClauseID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// boundPieces cuts a clause's text at the phrases that its rules rest on. Without
// any, the whole clause is one.
func boundPieces(text string, phrases []string) []Piece {
	if len(phrases) == 0 {
		return []Piece{{Text: text, Bound: true}}
	}
	var out []Piece
	for text != "" {
		at, length := -1, 0
		for _, p := range phrases {
			if i := strings.Index(text, p); i >= 0 && (at < 0 || i < at || i == at && len(p) > length) {
				at, length = i, len(p)
			}
		}
		if at < 0 {
			return append(out, Piece{Text: text})
		}
		if at > 0 {
			out = append(out, Piece{Text: text[:at]})
		}
		out, text = append(out, Piece{Text: text[at : at+length], Bound: true}), text[at+length:]
	}
	return out
}
