package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ReplyCommand is what a person of the desk releases to the customer.
type ReplyCommand struct {
	Case    cases.ID
	Seen    int // the version of the case that the person was looking at
	Kind    cases.ReplyKind
	To, Cc  []string // addresses of confirmed participants
	Text    string   // Markdown
	Next    cases.Status
	Files   []string          // ids of files of the writer's draft that go along
	Refusal contract.ClauseID // by which the matter is out of scope; empty normally
	Reason  string            // of the refusal

	Templates []string // ids of texts that were put into it; rules of approval look at them

	message string       // the id of the reply; empty: a new one
	writer  *cases.Actor // who wrote it, where another person approved it
	from    time.Time    // when the mail may leave; zero: after [UndoWindow]
}

// Reply releases a reply, or lets it wait for an approval where a rule asks for
// one ([Desk.Approve]). Released, it leaves as mail, and an initial response stops
// the clock at this instant, met or missed. A reasoned refusal is one too.
//
// What came after Seen and may change the answer ([cases.Meanwhile]) refuses it
// with [fault.Conflict] at [SeenField], so that nobody answers what they have not
// read.
func (d *Desk) Reply(ctx context.Context, who Viewer, cmd ReplyCommand) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	files, err := d.attached(ctx, who, cmd)
	if err != nil {
		return nil, err
	}
	like, err := d.Choices(ctx, who)
	if err != nil {
		return nil, err
	}
	c, err := d.change(ctx, cmd.Case, who, at, func(tx *store.Tx, p *pen) error {
		if err := d.mayReply(tx, who, cmd.Case, at); err != nil {
			return err
		}
		if err := p.unread(cmd.Seen, who); err != nil {
			return err
		}
		rule, ask, err := d.needsApproval(tx, p, who, cmd)
		if err != nil {
			return err
		}
		if ask {
			return d.askApproval(tx, p, who, cmd, rule, files, like)
		}
		return d.release(tx, p, who, cmd, files, like)
	})
	if err == nil {
		wake(d.outgoing)
	}
	return c, err
}

// undone reports whether a reply was taken back.
func (p *pen) undone(message string) bool {
	return slices.ContainsFunc(p.past, func(e cases.Event) bool {
		u, ok := e.Data.(cases.ReplyUndone)
		return ok && u.Message == message
	})
}

// written is the reply as a person wrote it, before anything is decided.
func (d *Desk) written(p *pen, who Viewer, cmd ReplyCommand, files []Attached, like Choices) (cases.Replied, error) {
	if said := blankless(cmd.Text); said == blankless(d.ReplyDraft(p.c, p.con, who)) || said == blankless(d.draftFor(p.c, p.con, who, p.quoted(like), like)) || said == blankless(d.draftFor(p.c, p.con, who, nil, like)) {
		return cases.Replied{}, fault.New(fault.Invalid, "あいさつと結びのみで、本文がまだ書かれていません。", "This is only the greeting and the closing: the message itself is not written yet.").At("text")
	}
	r := cases.Replied{
		Message: cmp.Or(cmd.message, newID()), Kind: cmd.Kind, To: d.recipients(p.c, cmd.To), Cc: d.recipients(p.c, cmd.Cc),
		Text: strings.TrimSpace(strings.ReplaceAll(cmd.Text, "\r\n", "\n")), Subject: d.replySubject(p.c), References: threadOf(p),
	}
	r.Counts = counts(p.c, p.con, r.Kind)
	r.MessageID = d.tokens.MessageID(d.number(p.c), r.Message, d.domain())
	if n := len(r.References); n > 0 {
		r.InReplyTo = r.References[n-1]
	}
	for _, f := range files {
		r.Attachments = append(r.Attachments, f.Attachment)
	}
	return r, nil
}

func (d *Desk) release(tx *store.Tx, p *pen, who Viewer, cmd ReplyCommand, files []Attached, like Choices) error {
	r, err := d.written(p, who, cmd, files, like)
	if err != nil {
		return err
	}
	r.Writer = cmd.writer
	held := cases.FinishHeld{Message: r.Message, Writer: who.Actor(), Next: cmd.Next}
	if err := d.finishable(tx, p.c, cmd.Next); err != nil {
		if cmd.message == "" || !fault.Is(err, fault.Invalid) {
			return err
		}
		why := fault.Public(err)
		held.JA, held.EN = why.JA, why.EN
		cmd.Next = cases.Open // nobody is there to fill the field, and the customer must get the reply
	}
	facts, err := p.c.Reply(r, cmd.Next)
	if err != nil {
		return err
	}
	out, err := p.refusal(cmd)
	if err != nil {
		return err
	}
	if err := p.write([]contract.ClauseID{cmd.Refusal}, out...); err != nil {
		return err
	}
	if err := p.answer(facts); err != nil {
		return err
	}
	if held.Next != cmd.Next {
		if err := p.writeAt(p.at, system, nil, held); err != nil {
			return err
		}
	}
	if p.c.Assignee.ID == "" {
		if err := p.write(nil, cases.Assigned{Agent: who.ID, Name: who.Name}); err != nil {
			return err
		}
	}
	mail, err := d.addressed(tx, p, r.To, r.Cc, r.Subject, r.Text, r.MessageID, p.at)
	if err != nil {
		return err
	}
	mail.InReplyTo, mail.References = r.InReplyTo, r.References
	mail.Files = files
	if like.Quote == QuoteBelow {
		mail.Quote = p.lastFromCustomer()
	}
	if cmd.message == "" { // a scheduled one took its draft along when it was scheduled
		if err := undraft(tx, who.ID, p.c.ID, cmd.Files); err != nil {
			return err
		}
	}
	if _, err := endReply(tx, who.ID, p.c.ID); err != nil {
		return err
	}
	from := cmd.from
	if from.IsZero() {
		from = p.at.Add(UndoWindow)
	}
	return d.post(tx, p.c, r.Message, mail, p.at, from)
}

// answer writes what a reply brings, itself first, and the clocks follow.
func (p *pen) answer(facts []cases.Data) error {
	if err := p.write(responseClauses(p), facts[0]); err != nil {
		return err
	}
	return p.write(nil, facts[1:]...)
}

// blankless is a text without its white space, for comparing what was written
// with what the composer began with.
func blankless(s string) string { return strings.Join(strings.Fields(s), "") }

// refusal is what refusing the matter by a clause decides; nothing normally.
func (p *pen) refusal(cmd ReplyCommand) ([]cases.Data, error) {
	if cmd.Refusal == "" {
		return []cases.Data{}, nil
	}
	if !slices.ContainsFunc(p.con.Exclusions(), func(x contract.Exclusion) bool { return slices.Contains(x.Clauses, cmd.Refusal) }) {
		return nil, fault.New(fault.Invalid, "対象外とする根拠の条項を選んでください。", "Please choose the clause by which the matter is out of scope.").At("refusal")
	}
	return p.c.DecideScope(cases.ScopeDecided{Clause: string(cmd.Refusal), Out: true, Reason: cmd.Reason})
}

func responseClauses(p *pen) []contract.ClauseID {
	if pr, ok := p.con.Priority(contract.PriorityID(p.c.Priority)); ok {
		if t, ok := p.con.Target(contract.FirstResponse, pr.ID, contract.RegionID(p.c.Region)); ok {
			return t.Clauses
		}
	}
	return nil
}

// recipients names the participants behind addresses; an address that is
// none stays bare and is refused by the case.
func (d *Desk) recipients(c *cases.Case, list []string) []cases.Address {
	var out []cases.Address
	for _, a := range list {
		a = strings.ToLower(strings.TrimSpace(a))
		if a == "" || slices.ContainsFunc(out, func(o cases.Address) bool { return o.Addr == a }) {
			continue
		}
		if p, ok := c.Participant(a); ok {
			out = append(out, p.Person)
		} else {
			out = append(out, cases.Address{Addr: a})
		}
	}
	return out
}

func (d *Desk) replySubject(c *cases.Case) string {
	subject := c.Subject
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	return subject + " " + d.tokens.Subject(d.number(c), d.number(c))
}

// threadOf is the References chain of the next mail to the customer: the first
// message and the newest, so that mail programs thread it (RFC 5322, 3.6.4).
// What a machine or somebody unverified sent into the case is not among them,
// since the customer may never have seen it; nor is an id that a mail got here
// because it had none.
func threadOf(p *pen) []string {
	const keep = 20
	beside := map[string]bool{}
	first := true
	for _, e := range cases.AsRead(p.past) {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			beside[m.MessageID] = !first && (m.Auto != "" || !p.vouched(m))
			first = false
		}
	}
	ids := slices.DeleteFunc(slices.Clone(p.c.MessageIDs), func(id string) bool {
		return beside[id] || strings.HasSuffix(id, withoutID)
	})
	if len(ids) > keep {
		ids = slices.Concat(ids[:1], ids[len(ids)-keep+1:])
	}
	return ids
}

// vouched reports whether a mail is from somebody whom the desk writes to in
// this case: verified when it came, or confirmed since.
func (p *pen) vouched(m cases.MessageReceived) bool {
	who, ok := p.c.Participant(m.From.Addr)
	return m.Verified || ok && who.Verified
}

// lastFromCustomer is what a reply quotes. The words of somebody unverified are
// never sent on under the desk's name.
func (p *pen) lastFromCustomer() *Quote {
	for _, e := range slices.Backward(cases.AsRead(p.past)) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Auto == "" && p.vouched(m) {
			return &Quote{From: m.From, Date: m.Received, Text: m.Text}
		}
	}
	return nil
}

// ReplyDraft is what the composer starts with: the greeting and the closing
// that a business mail has.
func (d *Desk) ReplyDraft(c *cases.Case, con *contract.Contract, who Viewer) string {
	return d.draftFor(c, con, who, nil, Choices{})
}

// Opening is what the composer of this person begins with on a case that they
// look at.
func (d *Desk) Opening(v CaseView, who Viewer) string {
	return d.draftFor(v.Case, v.Contract, who, (&pen{c: v.Case, past: v.Events}).quoted(v.Choices), v.Choices)
}

// draftFor is [Desk.ReplyDraft] with the customer's mail quoted between, for
// who answers between its lines.
func (d *Desk) draftFor(c *cases.Case, con *contract.Contract, who Viewer, q *Quote, like Choices) string {
	between := "\n\n\n\n"
	if q != nil {
		between = "\n\n" + notify.Quoted(c.Language, q.From, q.Date.In(d.Zone()), q.Text) + between
	}
	return notify.Opening(con, c.Language, c.OrgName, c.Person, who.Name) + between + d.closing(c, con, who, like)
}

// quoted is what the composer of a person who answers between the lines begins
// with; nil for others.
func (p *pen) quoted(like Choices) *Quote {
	if like.Quote != QuoteInline {
		return nil
	}
	return p.lastFromCustomer()
}

// ReplyPreview says what sending now would do to the clocks.
type ReplyPreview struct {
	Kind    cases.ReplyKind
	Stops   bool          // the clock of a response stops
	Metric  string        // which one: that with the nearest deadline
	Label   contract.Text // what the contract calls it
	Verdict cases.Verdict
	Used    time.Duration // business time since the start
	Left    time.Duration // business time to the deadline; negative after it
}

// PreviewReply computes it for a reply of a kind at this instant.
func (d *Desk) PreviewReply(c *cases.Case, con *contract.Contract, kind cases.ReplyKind) ReplyPreview {
	return d.PreviewReplyAt(c, con, kind, d.now())
}

// PreviewReplyAt computes it for a reply that is released at an instant.
func (d *Desk) PreviewReplyAt(c *cases.Case, con *contract.Contract, kind cases.ReplyKind, at time.Time) ReplyPreview {
	v := ReplyPreview{Kind: kind}
	r := cases.Replied{Kind: kind, Counts: counts(c, con, kind)}
	var stops *cases.Target
	for _, t := range c.Targets() {
		owed := t.Owed() && (t != c.First || c.Response == nil)
		if owed && t.MetBy(r) && (stops == nil || t.Deadline.Before(stops.Deadline)) {
			stops = t
		}
	}
	if stops == nil {
		return v
	}
	v.Stops, v.Metric, v.Label = true, stops.Metric, con.MetricLabel(contract.Metric(stops.Metric))
	v.Used, v.Left = clock.Progress(con, c.Region, stops, at)
	v.Verdict = stops.Verdict
	if v.Verdict == cases.Undecided {
		v.Verdict = cases.Met
		if !stops.Paused() && at.After(stops.Deadline) {
			v.Verdict = cases.Missed
		}
	}
	return v
}
