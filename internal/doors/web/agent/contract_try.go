package agent

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// TryContract answers for the contact in the form, without the page around it.
func (p *Pages) TryContract(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if !ui.IsFragment(r) {
		return p.Contract(w, r, who)
	}
	con, err := p.contractAsked(r, who)
	if err != nil {
		return err
	}
	try, err := tryOf(r, con, p.desk.Now())
	if err != nil {
		return err
	}
	return ui.Render(w, r, try.status(), TryCard(try))
}

// minute is how an input of date and time writes an instant.
const minute = "2006-01-02T15:04"

// tryOf reads the form, with what is most usual where it is empty, and asks
// the contract. What a person can mend is said at its field; anything else is
// the error.
func tryOf(r *http.Request, con *contract.Contract, now time.Time) (Try, error) {
	ctx := r.Context()
	t := Try{
		Version: con.Ref(), Channel: r.FormValue("channel"), Region: r.FormValue("region"), Claim: r.FormValue("claim"), Judge: r.FormValue("judged"),
		Agreed: r.FormValue("agreed") != "", At: strings.TrimSpace(r.FormValue("at")), Zone: con.Zone().String(),
		Highest: said(ctx, con.Highest().Label), Problems: map[string]string{},
	}
	t.offer(ctx, con)
	if t.At == "" && !r.Form.Has("at") {
		t.At = now.In(con.Zone()).Format(minute)
	}
	in, err := t.contact(con)
	if err == nil {
		t.Answer, err = answerOf(ctx, con, in)
	}
	if err != nil {
		problems, ok := ui.FormErrors(ctx, err)
		if !ok {
			return t, err
		}
		t.Problems = problems
	}
	return t, nil
}

// offer lists what can be chosen, and chooses where nothing is.
func (t *Try) offer(ctx context.Context, con *contract.Contract) {
	for _, ch := range con.Channels() {
		if ch.Enabled {
			t.Channels = append(t.Channels, ui.Option{Value: string(ch.ID), Label: said(ctx, ch.Label)})
		}
	}
	if t.Channel == "" && len(t.Channels) > 0 {
		t.Channel = t.Channels[0].Value
	}
	for _, r := range con.Regions() {
		t.Regions = append(t.Regions, ui.Option{Value: string(r.ID), Label: said(ctx, r.Label)})
	}
	if t.Region == "" {
		t.Region = string(con.HomeRegion())
	}
	t.Claims = []ui.Option{{Label: ui.T(ctx, "try.none")}}
	for _, k := range con.Criteria() {
		pr, _ := con.Priority(k.Priority)
		t.Claims = append(t.Claims, ui.Option{Value: string(k.Clause), Label: said(ctx, pr.Label) + ui.T(ctx, "try.colon") + said(ctx, k.Label)})
	}
	t.Judged = []ui.Option{{Label: ui.T(ctx, "try.unjudged")}}
	for _, pr := range con.Priorities() {
		t.Judged = append(t.Judged, ui.Option{Value: string(pr.ID), Label: said(ctx, pr.Label)})
	}
}

// contact is what the form says, in the contract's terms.
func (t *Try) contact(con *contract.Contract) (contract.Contact, error) {
	in := contract.Contact{
		Channel: contract.ChannelID(t.Channel), Region: contract.RegionID(t.Region), Known: true,
		Judgement: contract.PriorityID(t.Judge), Agreed: t.Agreed,
	}
	for field, choice := range map[string]struct {
		value string
		from  []ui.Option
	}{"channel": {t.Channel, t.Channels}, "region": {t.Region, t.Regions}, "claim": {t.Claim, t.Claims}, "judged": {t.Judge, t.Judged}} {
		if !slices.ContainsFunc(choice.from, func(o ui.Option) bool { return o.Value == choice.value }) {
			return in, fault.New(fault.Invalid, "この契約にない選択肢です。一覧から選び直してください。", "The contract has no such choice. Please choose from the list.").At(field)
		}
	}
	if k, ok := con.Criterion(contract.ClauseID(t.Claim)); ok {
		in.Claim, in.ClaimCriterion = k.Priority, k.Clause
	}
	at, err := time.ParseInLocation(minute, t.At, con.Zone())
	if err != nil {
		at, err = time.ParseInLocation(minute+":05", t.At, con.Zone())
	}
	if err != nil {
		return in, fault.Wrap(fault.Invalid, err, "受付日時を 2026-11-20T19:30 のように入力してください。", "Please give the reception as 2026-11-20T19:30.").At("at")
	}
	in.At = at
	return in, nil
}

// answerOf asks the contract what to do with a contact, and by when.
func answerOf(ctx context.Context, con *contract.Contract, in contract.Contact) (*TryAnswer, error) {
	lang := string(ui.Of(ctx).Lang)
	d := con.Decide(in)
	c, err := clock.Foresee(con, in)
	if fault.Is(err, fault.Invalid) {
		return nil, fault.Wrap(fault.Invalid, err, "この日時の期限は計算できません。営業カレンダーの対象は 1948 年から 2099 年までです。", "No deadline can be computed for this time: calendars cover the years 1948 to 2099.").At("at")
	}
	if err != nil {
		return nil, err
	}
	first := c.First
	pr, _ := con.Priority(d.Priority)
	a := TryAnswer{
		Deadline: dueText(ctx, con, first, in.At),
		Target:   wording.Hours(first.Business, lang), Starts: wording.Instant(first.Starts, in.At, con.Zone(), lang),
		Do: said(ctx, d.Do.Label()), Priority: string(d.Priority), PriorityName: said(ctx, pr.Label), Provisional: d.Provisional, InHours: d.InHours,
		AskToPhone: d.AskToPhone, CallBack: d.CallBack, Disagreement: d.Disagreement,
		Segments: wording.Segments(clock.Explained(con, c.Region, &first.TargetSet), lang),
	}
	for i := range c.Others {
		t := &c.Others[i]
		a.Others = append(a.Others, TryTarget{dueText(ctx, con, t, in.At), wording.Hours(t.Business, lang), wording.Segments(clock.Explained(con, c.Region, &t.TargetSet), lang)})
	}
	for _, s := range d.Tell {
		a.Says = append(a.Says, said(ctx, s.Text))
	}
	var clauses []contract.ClauseID
	for _, t := range c.Targets() {
		if set, ok := con.Target(contract.Metric(t.Metric), contract.PriorityID(t.Priority), in.Region); ok {
			clauses = append(clauses, set.Clauses...)
		}
	}
	for _, id := range slices.Concat(clauses, d.Because) {
		if !slices.Contains(a.Clauses, string(id)) {
			a.Clauses = append(a.Clauses, string(id))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(first.Readings)) {
		a.Readings = append(a.Readings, readingOf(ctx, con, name, first.Readings[name]))
	}
	for _, use := range d.Readings {
		if !slices.ContainsFunc(a.Readings, func(r Reading) bool { return r.Name == use.Name }) {
			a.Readings = append(a.Readings, readingOf(ctx, con, use.Name, use.Chosen))
		}
	}
	return &a, nil
}

// dueText is a target's name with its deadline.
func dueText(ctx context.Context, con *contract.Contract, t *cases.Target, received time.Time) string {
	return said(ctx, con.MetricLabel(contract.Metric(t.Metric))) + " " + wording.Deadline(t.Deadline, received, con.Zone(), string(ui.Of(ctx).Lang))
}

// status is that of a form that is drawn again when something is to be mended.
func (t Try) status() int {
	if len(t.Problems) > 0 {
		return refused
	}
	return http.StatusOK
}
