package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// CaseView is everything that the screen of one case shows.
type CaseView struct {
	Case         *cases.Case
	Number       string
	Events       []cases.Event
	Contract     *contract.Contract
	Clock        Clock                     // the foremost one
	Clocks       []Clock                   // all of them, the foremost first
	Organization *store.Organization       // nil while unidentified
	Contacts     []store.Contact           // of the organization
	Others       []store.CaseRow           // other running cases of the organization, at most ten
	Record       Record                    // how targets were kept for this organization
	Agents       []store.Agent             // who can be given the case
	Colleagues   []Colleague               // everybody of the desk, at work first
	Mail         map[string]store.Outbound // the desk's own mails by our message id
	Suggestions  []Suggestion              // whom an unidentified sender may belong to
	Earlier      []store.CaseRow           // earlier cases of an unidentified sender
	Undo         bool                      // the case was merged, and that can still be undone
	Absorbed     []Absorbed                // cases that were merged into this one, oldest first
	LeadTimes    []LeadTime                // of configuration work, when the case is a request for a change
	Drafts       Drafts                    // of the viewer
	Scheduled    *ScheduledReply           // a reply that waits for its instant; nil: none
	rules        []approval.Rule           // by which replies need an approval
	writer       approval.Reply            // what they look at, of the viewer
	Mentionable  []cases.Mention           // whom a note can name
	Approval     *ApprovalView             // a reply that waits for an approval; nil: none
	Together     Together                  // who else looks at it or writes
	Scanned      bool                      // files are scanned
	Scans        map[string]store.Scan     // what is known of the files, by their content
	Choices      Choices                   // how the viewer likes mail to be shown
	Links        map[string]string         // in a demonstration: by confirmation, what the customer would open
	Inserts      []FilledSnippet           // texts that the viewer may put into a reply
	Linked       []LinkedCase              // cases that belong with this one
	Macros       []Macro                   // that the viewer may run
	MacroUndo    bool                      // the newest act was a macro, which can be undone
	Marks        Marks                     // tags, product, team and fields
	Followers    []FollowerView            // who wants to hear of it
	MayFollow    []store.Agent             // who else could: of the people who may see it
	Now          time.Time
}

// Record is how the targets of an organization were kept in a span of days.
type Record struct {
	Days int
	Met  int
	All  int // decided
}

// LeadTime is the earliest date of a configuration work of a size; never a
// promise (`plus.lead-time`, `plus.best-effort`).
type LeadTime struct {
	Size     contract.WorkSize
	DayZero  worktime.Date
	Earliest worktime.Date
}

// recordDays is the span of [Record].
const recordDays = 90

// View returns one case for a viewer.
func (d *Desk) View(ctx context.Context, who Viewer, id cases.ID) (CaseView, error) {
	if err := who.May(WorkCases); err != nil {
		return CaseView{}, err
	}
	c, events, err := d.caseFor(ctx, who, id)
	if err != nil {
		return CaseView{}, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return CaseView{}, err
	}
	v := CaseView{Case: c, Number: d.number(c), Events: cases.AsRead(events), Contract: con, Now: d.now()}
	v.Clock, v.Clocks = ClockOf(con, c, v.Now), ClocksOf(con, c, v.Now)
	v.LeadTimes = leadTimes(con, c)
	v.Scanned = d.Scanned()
	if v.Scans, err = d.store.Scans(ctx, contents(events)); err != nil {
		return CaseView{}, err
	}
	if v.Drafts, err = d.drafts(ctx, who, id, events); err != nil {
		return CaseView{}, err
	}
	if waiting, ok, err := d.scheduledOf(ctx, who, c, con); err != nil {
		return CaseView{}, err
	} else if ok {
		v.Scheduled = &waiting
	}
	if v.Together, err = d.together(ctx, who, id); err != nil {
		return CaseView{}, err
	}
	v.Together.Waits = c.Pending != nil
	v.Together.takenFrom(who, events)
	teams, err := d.Teams(ctx)
	if err != nil {
		return CaseView{}, err
	}
	if v.rules, err = d.store.ApprovalRules(ctx); err != nil {
		return CaseView{}, err
	}
	v.writer = approval.Reply{Writer: who.ID, Teams: teamsOf(teams, who.ID), Priority: c.Priority, Organization: c.Organization, Templates: v.Drafts.templates()}
	if c.Pending != nil {
		if v.Approval, err = d.approvalOf(ctx, who, v); err != nil {
			return CaseView{}, err
		}
	}
	if v.Choices, err = d.Choices(ctx, who); err != nil {
		return CaseView{}, err
	}
	if v.Inserts, err = d.FilledSnippets(ctx, v, who); err != nil {
		return v, err
	}
	if v.Macros, err = d.Macros(ctx, who); err != nil {
		return v, err
	}
	_, v.MacroUndo = c.MacroStands(events)
	if v.Linked, err = d.linksOf(ctx, who, c); err != nil {
		return v, err
	}
	if v.Mail, err = d.mailStates(ctx, c); err != nil {
		return CaseView{}, err
	}
	if v.Agents, err = d.Agents(ctx); err != nil {
		return CaseView{}, err
	}
	v.Agents = slices.DeleteFunc(v.Agents, func(a store.Agent) bool { return a.Disabled })
	known, err := d.store.Staff(ctx, d.yesterday(v.Now))
	if err != nil {
		return CaseView{}, err
	}
	v.Colleagues = d.colleagues(v.Agents, known, v.Now)
	sees, err := d.seers(ctx, v.Agents, c.Organization)
	if err != nil {
		return CaseView{}, err
	}
	v.Followers, v.MayFollow = followersOf(c, v.Agents, sees)
	v.Mentionable = mentions(namedOf(sees, teams))
	if v.Marks, err = d.marksOf(ctx, who, c, teams); err != nil {
		return CaseView{}, err
	}
	if v.Absorbed, err = d.absorbed(ctx, c, events, 0); err != nil {
		return CaseView{}, err
	}
	if v.Undo, err = d.mayUnmerge(ctx, c); err != nil {
		return CaseView{}, err
	}
	if c.Organization == "" {
		v.Suggestions, v.Earlier, err = d.suggest(ctx, who, c)
		return v, err
	}
	return v, d.viewCustomer(ctx, &v)
}

func (d *Desk) viewCustomer(ctx context.Context, v *CaseView) error {
	scope := store.Only(v.Case.Organization)
	org, err := d.store.Organization(ctx, v.Case.Organization)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err == nil {
		v.Organization = &org
	}
	if v.Contacts, _, err = d.store.ListContacts(ctx, store.ContactQuery{Scope: scope, With: v.Case.Contact, Limit: 4}); err != nil {
		return err
	}
	others, _, err := d.store.Queue(ctx, store.QueueQuery{Organization: scope, Limit: 11})
	if err != nil {
		return err
	}
	v.Others = slices.DeleteFunc(others, func(r store.CaseRow) bool { return r.ID == v.Case.ID })
	v.Others = v.Others[:min(len(v.Others), 10)]
	v.Record.Days = recordDays
	v.Record.Met, v.Record.All, err = d.store.TargetRecord(ctx, scope, v.Now.AddDate(0, 0, -recordDays))
	return err
}

// contents are the digests of all files of a history.
func contents(events []cases.Event) []string {
	var sums []string
	for _, e := range events {
		switch d := e.Data.(type) {
		case cases.MessageReceived:
			for _, a := range d.Attachments {
				sums = append(sums, a.SHA256)
			}
		case cases.Replied:
			for _, a := range d.Attachments {
				sums = append(sums, a.SHA256)
			}
		}
	}
	return sums
}

// mailStates says how far the mails of a case got, by our message id.
func (d *Desk) mailStates(ctx context.Context, c *cases.Case) (map[string]store.Outbound, error) {
	rows, _, err := d.store.ListOutbound(ctx, store.OutboundQuery{Organization: store.Everyone(), Case: c.ID, Limit: 200})
	states := make(map[string]store.Outbound, len(rows))
	for _, r := range rows {
		states[r.Message] = r
	}
	return states, err
}

// leadTimes quotes the earliest dates of configuration work for a case that
// the desk judged a request for a change. Day zero is the business day on
// which the instruction counts as received, and is not counted.
func leadTimes(con *contract.Contract, c *cases.Case) []LeadTime {
	work, ok := con.ConfigWork()
	if !ok || c.Judgement == nil || work.Criterion == "" || c.Judgement.Criterion != string(work.Criterion) {
		return nil
	}
	var out []LeadTime
	for _, size := range work.Sizes {
		zero, earliest, err := con.LeadTime(size, contract.RegionID(c.Region), con.LeadTimeFrom(c.Reception, time.Time{}))
		if err != nil {
			continue
		}
		out = append(out, LeadTime{Size: size, DayZero: zero, Earliest: earliest})
	}
	return out
}

// ByNumber returns the case with a number.
func (d *Desk) ByNumber(ctx context.Context, who Viewer, number int64) (cases.ID, error) {
	if err := who.May(WorkCases); err != nil {
		return "", err
	}
	id, err := d.store.CaseByNumber(ctx, number)
	if err != nil {
		return "", err
	}
	return id, d.SeesCaseID(ctx, who, id)
}

func domainOf(addr string) string {
	_, domain, _ := cutAddress(addr)
	return domain
}
