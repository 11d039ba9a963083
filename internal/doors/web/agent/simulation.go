package agent

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/simulate"
)

// Simulations is the page on which a contract file is given to be replayed
// over the last 90 days.
func (p *Pages) Simulations(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.simulations(w, r, who, http.StatusOK, SimulationForm{})
}

func (p *Pages) simulations(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, form SimulationForm) error {
	if err := who.May(desk.SeeContractDrafts); err != nil {
		return err
	}
	return p.show(w, r, status, ui.T(r.Context(), "simulation.title"), "contract", func(page ui.Page) templ.Component {
		return SimulationsPage(page, form)
	})
}

// Simulate asks for a simulation: of a published version, of an uploaded file,
// or of text written into the form.
func (p *Pages) Simulate(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.SeeContractDrafts); err != nil {
		return err
	}
	name, file, err := p.simulatedFile(r)
	if err != nil {
		return err
	}
	form := SimulationForm{Text: string(file)}
	if len(strings.TrimSpace(form.Text)) == 0 {
		form.Problem = ui.T(r.Context(), "simulation.no-file")
		return p.simulations(w, r, who, refused, form)
	}
	id, err := p.desk.Simulate(r.Context(), who, name, file)
	if err == nil {
		http.Redirect(w, r, cmp.Or(simulationBack(r), "/contract/simulate/"+id), http.StatusSeeOther)
		return nil
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		for _, said := range problems {
			form.Problem = said
		}
		return p.simulations(w, r, who, refused, form)
	}
	if fault.Is(err, fault.TooLarge) {
		t := fault.Public(err)
		return p.simulations(w, r, who, refused, SimulationForm{Problem: ui.Either(r.Context(), t.JA, t.EN)})
	}
	return err
}

// simulatedFile is what a form gives to be simulated. A file that is more than
// a contract may have is cut one byte later, so that it is refused as such.
func (p *Pages) simulatedFile(r *http.Request) (name string, file []byte, err error) {
	if ref := r.PostFormValue("version"); ref != "" {
		return p.desk.PublishedFile(r.Context(), ref)
	}
	up, head, err := r.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
	case err != nil:
		return "", nil, fault.Wrap(fault.Invalid, err, "ファイルを読み取れませんでした。もう一度お試しください。", "The file could not be read. Please try again.")
	case head.Size > 0:
		file, err = io.ReadAll(io.LimitReader(up, contract.MaxFileBytes+1))
		return filepath.Base(head.Filename), file, errors.Join(err, up.Close())
	default:
		if err := up.Close(); err != nil {
			return "", nil, err
		}
	}
	return "contract.yaml", []byte(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")), nil
}

// Simulation shows how far one is, and its result. A fragment is the card
// alone: an open page asks for it until the end.
func (p *Pages) Simulation(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	s, err := p.desk.Simulation(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.State == desk.SimulationNone {
		return fault.New(fault.NotFound, "この試算の結果は残っていません。契約ファイルを選んで、もう一度実行してください。", "There is no result of this simulation any more. Please choose the file and run it again.")
	}
	v := p.simulationView(r.Context(), s)
	v.Back = simulationBack(r)
	if ui.IsFragment(r) {
		if !s.Open() {
			w.Header().Set("HX-Refresh", "true") // the page has more to show than the card
		}
		return ui.Render(w, r, http.StatusOK, SimulationCard(v))
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "simulation.title"), "contract", func(page ui.Page) templ.Component {
		return SimulationPage(page, v)
	})
}

// CancelSimulation ends one.
func (p *Pages) CancelSimulation(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := r.PathValue("id")
	err := p.desk.CancelSimulation(r.Context(), who, id)
	if err != nil && !fault.Is(err, fault.Conflict) { // it has just ended: the page says how
		return err
	}
	http.Redirect(w, r, cmp.Or(simulationBack(r), "/contract/simulate/"+id), http.StatusSeeOther)
	return nil
}

// simulationBack is the page on which the card stands, when that is not its
// own: one of the contract's.
func simulationBack(r *http.Request) string {
	back, err := url.Parse(r.FormValue("back"))
	if err != nil || back.Host != "" || back.Scheme != "" || back.Path != "/contract" && !strings.HasPrefix(back.Path, "/contract/") {
		return ""
	}
	return (&url.URL{Path: back.Path, RawQuery: back.RawQuery, Fragment: "simulation"}).String()
}

// simulationOf is the card of a contract's text on the page at back; false for
// who may not simulate.
func (p *Pages) simulationOf(ctx context.Context, who desk.Viewer, con *contract.Contract, file []byte, back string) (SimulationView, bool, error) {
	if who.May(desk.SeeContractDrafts) != nil {
		return SimulationView{}, false, nil
	}
	s, err := p.desk.Simulation(ctx, who, desk.SimulationID(file))
	if err != nil {
		return SimulationView{}, false, err
	}
	s.Contract, s.YAML = con, file
	v := p.simulationView(ctx, s)
	v.Back = back
	return v, true, nil
}

// simulationOfPublished is the card of a published version.
func (p *Pages) simulationOfPublished(ctx context.Context, who desk.Viewer, con *contract.Contract) (SimulationView, bool, error) {
	_, file, err := p.desk.PublishedFile(ctx, con.Ref())
	if err != nil {
		return SimulationView{}, false, err
	}
	v, may, err := p.simulationOf(ctx, who, con, file, "/contract?version="+url.QueryEscape(con.Ref()))
	v.Published = con.Ref()
	return v, may, err
}

func (p *Pages) simulationView(ctx context.Context, s desk.Simulation) SimulationView {
	v := SimulationView{ID: s.ID, State: string(s.State), Done: s.Done, Total: s.Total, MadeBy: s.MadeBy, MadeAt: s.MadeAt, YAML: string(s.YAML)}
	if s.Contract != nil {
		v.Name, v.Version, v.Ref = said(ctx, s.Contract.Name()), s.Contract.Version(), s.Contract.Ref()
	}
	if s.Err != nil {
		t := fault.Public(s.Err)
		v.Problem = ui.Either(ctx, t.JA, t.EN)
	}
	if s.Report == nil || s.Contract == nil {
		return v
	}
	r := s.Report
	v.At, v.From, v.Partial, v.Done, v.Total = r.At, r.From, r.Partial, r.Done, r.Total
	t := &r.Totals
	v.Cases, v.Differ, v.Elsewhere, v.WithoutOne, v.Undecidable, v.More = t.Cases, t.Differ, t.Elsewhere, t.WithoutOne, t.Undecidable, r.More
	v.Sum = t.Sum("")
	v.OnCall = t.OnCall
	words := simulationWords{ctx: ctx, con: s.Contract}
	for _, row := range t.Rows {
		v.Rows = append(v.Rows, SimulationRow{Metric: words.metric(row.Metric), Priority: row.Priority, PriorityName: words.priority(row.Priority), Row: row})
	}
	for _, u := range t.Reasons {
		why := ui.Either(ctx, u.Say.JA, u.Say.EN)
		v.Reasons = append(v.Reasons, SimulationReason{Why: why, Cases: u.Cases, First: p.desk.Number(u.First)})
	}
	for i := range r.Differ {
		v.List = append(v.List, p.simulatedCase(ctx, words, &r.Differ[i]))
	}
	return v
}

// simulatedCase is one line for each target that differs.
func (p *Pages) simulatedCase(ctx context.Context, words simulationWords, o *simulate.Outcome) SimulatedCase {
	c := SimulatedCase{ID: string(o.Case), Number: p.desk.Number(o.Number), Organization: o.OrgName, Subject: o.Subject}
	for _, pair := range o.Targets {
		if !pair.Differs() {
			continue
		}
		t := SimulatedTarget{
			Metric: words.metric(pair.Metric), Priority: pair.Simulated.Priority, PriorityName: words.priority(pair.Simulated.Priority),
			Before: words.clock(pair.Recorded), After: words.clock(pair.Simulated),
			Worse: pair.Simulated.Verdict == cases.Missed && pair.Recorded.Verdict != cases.Missed,
		}
		if t.Priority == "" {
			t.Priority, t.PriorityName = pair.Recorded.Priority, words.priority(pair.Recorded.Priority)
		}
		c.Targets = append(c.Targets, t)
	}
	if o.OnCall.Recorded != o.OnCall.Simulated {
		c.Calls = ui.T(ctx, "simulation.calls.of", strconv.Itoa(o.OnCall.Recorded), strconv.Itoa(o.OnCall.Simulated))
	}
	return c
}

// simulationWords says the parts of a result in the viewer's language.
type simulationWords struct {
	ctx context.Context
	con *contract.Contract
}

func (w simulationWords) priority(id string) string {
	if pr, ok := w.con.Priority(contract.PriorityID(id)); ok {
		return said(w.ctx, pr.Label)
	}
	return id
}

func (w simulationWords) metric(m string) string {
	for _, pr := range w.con.Priorities() {
		for _, r := range w.con.Regions() {
			if t, ok := w.con.Target(contract.Metric(m), pr.ID, r.ID); ok {
				return said(w.ctx, t.Label)
			}
		}
	}
	return m
}

// clock says a deadline on the contract's clock, and what became of it.
func (w simulationWords) clock(c simulate.Clock) string {
	if !c.Set() {
		return ui.T(w.ctx, "simulation.none")
	}
	v := ui.Of(w.ctx)
	verdict := ui.T(w.ctx, "simulation.is-open")
	switch c.Verdict {
	case cases.Met:
		verdict = ui.T(w.ctx, "simulation.is-met")
	case cases.Missed:
		verdict = ui.T(w.ctx, "simulation.is-missed")
	}
	return wording.Instant(c.Deadline, v.Now, w.con.Zone(), string(v.Lang)) + " " + verdict
}
