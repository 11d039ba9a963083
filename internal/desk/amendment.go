package desk

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// AmendmentCommand attaches an amendment to a customer.
type AmendmentCommand struct {
	Organization string
	From         worktime.Date // first date on which it holds; zero: from the beginning
	Until        worktime.Date // last date; zero: without end
	YAML         []byte        // the amendment's file; empty: Parts are written instead
	Parts        contract.AmendmentParts
}

// Opening is what a new customer's contract says of them.
type Opening struct {
	Region      contract.RegionID // empty: the contract's first
	SupportPlus bool
}

// AddAmendment attaches an amendment to a customer. What the customer sends
// while it holds is decided under it; cases that are open already keep what
// they were opened with. Supervisors may.
func (d *Desk) AddAmendment(ctx context.Context, who Viewer, cmd AmendmentCommand) (contract.Attached, error) {
	var added contract.Attached
	if err := who.May(AmendContract); err != nil {
		return added, err
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if err := who.SeesCustomer(cmd.Organization); err != nil {
			return err
		}
		org, err := tx.Organization(cmd.Organization)
		if err != nil {
			return err
		}
		added, err = d.attach(tx, who, org, cmd)
		return err
	})
	if err != nil {
		return added, err
	}
	d.contracts.Attach(added)
	d.live.Publish("")
	return added, nil
}

// attach writes an amendment of an organization that the act has read.
func (d *Desk) attach(tx *store.Tx, who Viewer, org store.Organization, cmd AmendmentCommand) (contract.Attached, error) {
	if len(cmd.YAML) == 0 {
		n, err := tx.NextAmendment()
		if err != nil {
			return contract.Attached{}, err
		}
		cmd.Parts.ID = fmt.Sprintf("am-%d", n)
	}
	a, text, err := d.readAmendment(org, cmd)
	if err != nil {
		return contract.Attached{}, err
	}
	row := store.Amendment{
		ID: a.Amendment.ID(), Organization: org.ID, Contract: a.Amendment.Base(), YAML: string(text), From: a.From, Until: a.Until,
		Added: a.Added, AddedBy: cmp.Or(who.ID, "system"),
	}
	if err := tx.PutAmendment(row); err != nil {
		return contract.Attached{}, err
	}
	return a, tx.PutAudit(d.audit(who, "amendment.added", org.ID, row.ID+" "+d.span(a)+"\n"+row.YAML))
}

// readAmendment loads and checks the amendment of a command against the
// customer's contract and what they have agreed already.
func (d *Desk) readAmendment(org store.Organization, cmd AmendmentCommand) (contract.Attached, []byte, error) {
	text := cmd.YAML
	id := cmp.Or(org.Contract, d.defaultContract)
	if len(text) == 0 {
		cmd.Parts.Base = id
		if cmd.Parts.Empty() {
			return contract.Attached{}, nil, fault.New(fault.Invalid, "変更する条件を 1 つ以上入力してください。", "Please state at least one thing that differs.").At("region")
		}
		text = cmd.Parts.YAML()
	}
	amendment, err := contract.LoadAmendment("amendment.yaml", text)
	if err != nil {
		return contract.Attached{}, nil, err
	}
	if amendment.Base() != id {
		return contract.Attached{}, nil, fault.New(fault.Invalid,
			"このお客様の契約は「"+id+"」です。base を「"+id+"」にしてください。", "This customer's contract is "+id+". Please make it the base.").At("yaml")
	}
	zone, err := d.zoneOf(id)
	if err != nil {
		return contract.Attached{}, nil, err
	}
	a := contract.Attached{Organization: org.ID, Amendment: amendment, From: dayStart(cmd.From, zone), Added: d.now()}
	if cmd.Until != (worktime.Date{}) {
		if cmd.Until.Before(cmd.From) {
			return a, nil, fault.New(fault.Invalid, "終了日は開始日以降の日付にしてください。", "The last day must not be before the first.").At("until")
		}
		a.Until = dayStart(cmd.Until.AddDays(1), zone)
	}
	return a, text, d.contracts.CheckAttached(a)
}

func (d *Desk) zoneOf(id string) (*time.Location, error) {
	con, err := d.contracts.InForce(id, d.now())
	if err != nil {
		return nil, err
	}
	return con.Zone(), nil
}

// dayStart is the first instant of a date in a zone; zero for the zero date.
func dayStart(day worktime.Date, zone *time.Location) time.Time {
	if day == (worktime.Date{}) {
		return time.Time{}
	}
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, zone)
}

// span writes the time during which an amendment holds, for the audit.
func (d *Desk) span(a contract.Attached) string {
	from, until := "", ""
	if !a.From.IsZero() {
		from = a.From.UTC().Format(time.RFC3339)
	}
	if !a.Until.IsZero() {
		until = a.Until.UTC().Format(time.RFC3339)
	}
	return strings.TrimSpace(from + "/" + until)
}

// EndAmendment says on which date a customer's amendment holds for the last
// time; a date before its first withdraws it. Running cases keep it.
// Supervisors may.
func (d *Desk) EndAmendment(ctx context.Context, who Viewer, organization, id string, last worktime.Date) error {
	if err := who.May(AmendContract); err != nil {
		return err
	}
	if err := who.SeesCustomer(organization); err != nil {
		return err
	}
	if last == (worktime.Date{}) {
		return fault.New(fault.Invalid, "終了日を入力してください。", "Please give the last day.").At("last")
	}
	var ended contract.Attached
	for _, a := range d.contracts.Attached(organization) {
		if a.Amendment.ID() == id {
			ended = a
		}
	}
	if ended.Amendment == nil {
		return fault.New(fault.NotFound, "個別条件が見つかりません。", "There is no such amendment.")
	}
	zone, err := d.zoneOf(ended.Amendment.Base())
	if err != nil {
		return err
	}
	ended.Until = dayStart(last.AddDays(1), zone)
	if ended.Until.Before(ended.From) {
		ended.Until = ended.From // holds at no instant
	}
	if err := d.contracts.CheckAttached(ended); err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndAmendment(organization, id, ended.Until, d.now(), who.ID); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "amendment.ended", organization, id+" "+d.span(ended)))
	})
	if err != nil {
		return err
	}
	d.contracts.Attach(ended)
	d.live.Publish("")
	return nil
}

// AmendmentText returns the file of a customer's amendment.
func (d *Desk) AmendmentText(ctx context.Context, who Viewer, organization, id string) (store.Amendment, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Amendment{}, err
	}
	if err := who.SeesCustomer(organization); err != nil {
		return store.Amendment{}, err
	}
	rows, err := d.store.ListAmendments(ctx, store.Only(organization))
	if err != nil {
		return store.Amendment{}, err
	}
	for _, r := range rows {
		if r.ID == id {
			return r, nil
		}
	}
	return store.Amendment{}, fault.New(fault.NotFound, "個別条件が見つかりません。", "There is no such amendment.")
}

// Foreseen is a deadline as it is and as it would be.
type Foreseen struct {
	Case          *store.CaseRow // nil: a contact received at this instant
	Priority      contract.Priority
	Before, After time.Time
	Clauses       []contract.ClauseID // of After
}

// PreviewAmendment says what an amendment would do, without attaching it: the
// deadline of a mail received at this instant, for each priority; then the
// running deadlines of the customer as they would be under it, though they
// stay as they are unless somebody rebases them.
func (d *Desk) PreviewAmendment(ctx context.Context, who Viewer, cmd AmendmentCommand) ([]Foreseen, error) {
	if err := who.May(AmendContract); err != nil {
		return nil, err
	}
	org, err := d.organizationFor(ctx, who, cmd.Organization)
	if err != nil {
		return nil, err
	}
	if len(cmd.YAML) == 0 {
		cmd.Parts.ID = "am-preview"
	}
	a, _, err := d.readAmendment(org, cmd)
	if err != nil {
		return nil, err
	}
	now := d.now()
	before, err := d.TermsOf(org, now)
	if err != nil {
		return nil, err
	}
	after, err := before.With(a.Amendment)
	if err != nil {
		return nil, err
	}
	var out []Foreseen
	for _, p := range after.Priorities() {
		was, err := before.Deadline(p.ID, channelMail, before.HomeRegion(), now)
		if err != nil {
			return nil, err
		}
		will, err := after.Deadline(p.ID, channelMail, after.HomeRegion(), now)
		if err != nil {
			return nil, err
		}
		out = append(out, Foreseen{Priority: p, Before: was.At, After: will.At, Clauses: will.Clauses})
	}
	rows, err := d.store.RunningCases(ctx, store.Only(org.ID), after.ID(), maxMoves)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		c, _, err := d.store.Case(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		f, moves, err := foresee(after, c, row, now)
		if err != nil {
			return nil, err
		}
		if moves {
			out = append(out, f)
		}
	}
	return out, nil
}

// foresee says what a rebase of a case to a version would do to the target of
// its initial response.
func foresee(con *contract.Contract, c *cases.Case, row store.CaseRow, now time.Time) (Foreseen, bool, error) {
	if c.First == nil || !c.First.Running() || c.Frozen != "" {
		return Foreseen{}, false, nil
	}
	p, _ := con.Priority(contract.PriorityID(c.Priority))
	f := Foreseen{Case: &row, Priority: p, Before: c.First.Deadline, After: c.First.Deadline}
	r, clauses, err := clock.Rebase(con, c, now, "")
	if fault.Is(err, fault.Conflict) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	for _, t := range r.Targets {
		if t.Metric == cases.FirstResponse {
			f.After, f.Clauses = t.Deadline, clauses
		}
	}
	return f, !f.After.Equal(f.Before), nil
}

// TermsOf returns what applies to what a customer sends at an instant: the
// version in force under the customer's amendments.
func (d *Desk) TermsOf(org store.Organization, at time.Time) (*contract.Contract, error) {
	return d.contracts.For(org.ID, cmp.Or(org.Contract, d.defaultContract), at)
}

// loadAmendments reads the customers' amendments at start.
func (d *Desk) loadAmendments(ctx context.Context) error {
	rows, err := d.store.ListAmendments(ctx, store.Everyone())
	if err != nil {
		return err
	}
	for _, r := range rows {
		a, err := contract.LoadAmendment(r.ID, []byte(r.YAML))
		if err != nil {
			return err
		}
		d.contracts.Attach(contract.Attached{Organization: r.Organization, Amendment: a, From: r.From, Until: r.Until, Added: r.Added})
	}
	return nil
}
