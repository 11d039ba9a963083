package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// play carries out the week: each act at its instant, with the deadlines that
// passed before it judged, and the mails that it released delivered.
type play struct {
	*cast
	clock  *Clock
	sink   *sink
	sender *mailout.Sender
	store  *store.Store
	now    time.Time
	plots  map[string]*plot // by the Message-ID of the first mail
	zone   *time.Location
}

// plot is one story while it is played.
type plot struct {
	*play
	story story
	id    cases.ID
	reply *mailtext.Mail // the last mail that a person of the desk sent
	acted int            // numbers the customer's further mails
}

func newPlay(d *Demo, now time.Time) *play {
	return &play{
		cast: d.cast, clock: d.Clock, sink: d.sink, sender: d.App.Sender, store: d.App.Store, now: now, plots: map[string]*plot{},
	}
}

func (p *play) run(ctx context.Context) error {
	con, err := p.desk.Contracts().InForce(p.desk.DefaultContract(), p.now)
	if err != nil {
		return err
	}
	p.zone = con.Zone()
	var plots []*plot
	for _, s := range p.week.Cases {
		plots = append(plots, &plot{play: p, story: s})
	}
	all, err := timetable(con.Hours(con.Regions()[0].ID), p.now, plots)
	if err != nil {
		return err
	}
	for _, h := range all {
		if err := p.perform(ctx, h); err != nil {
			return fmt.Errorf("%s, %s: %w", h.who, h.at.In(p.zone).Format("2006-01-02 15:04"), err)
		}
	}
	p.clock.Stand(p.now)
	_, err = p.desk.Sweep(ctx)
	return err
}

func (p *play) perform(ctx context.Context, h happening) error {
	p.clock.Stand(h.at)
	if _, err := p.desk.Sweep(ctx); err != nil {
		return err
	}
	if err := h.act(ctx); err != nil {
		return err
	}
	p.clock.Stand(h.at.Add(desk.UndoWindow)) // nobody takes back what they wrote
	return p.deliver(ctx)
}

// deliver empties the outbox into the sink, and remembers for each story what
// a person of the desk wrote last.
func (p *play) deliver(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = p.sender.Pass(ctx); err != nil {
			return err
		}
	}
	for _, d := range p.sink.collect() {
		mail, err := mailtext.Read(d.raw)
		if err != nil {
			return err
		}
		if len(mail.References) == 0 || automatic(mail) {
			continue
		}
		if plot := p.plots[mail.References[0]]; plot != nil {
			plot.reply = mail
		}
	}
	return nil
}

// receive gives the desk a mail, as the door does, and files it.
func (p *play) receive(ctx context.Context, l letter) error {
	_, domain, _ := strings.Cut(l.from, "@")
	at := p.clock.Now()
	l.date = l.date.In(p.zone)
	mail := desk.Mail{From: l.from, To: []string{l.to}, Raw: l.bytes(), Remote: peer, Helo: "mx." + domain, Way: desk.ViaSMTP, At: at}
	if strings.HasPrefix(l.from, "MAILER-DAEMON@") {
		mail.From = ""
	}
	if err := p.desk.Accept(ctx, mail); err != nil {
		return err
	}
	_, err := p.desk.FileNew(ctx)
	return err
}

// arrive brings the mail that opens the story.
func (p *plot) arrive(ctx context.Context) error {
	l := p.first(p.story, p.clock.Now().Add(-2*time.Second), deskMail)
	if err := p.receive(ctx, l); err != nil {
		return err
	}
	found, err := p.store.CaseByMessageID(ctx, l.id)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.New("the mail opened no case")
	}
	p.id = found[0].Case
	p.plots[l.id] = p
	return nil
}

// step performs one act of the story.
func (p *plot) step(ctx context.Context, s step) error {
	who, ok := p.viewers[s.By]
	if !ok && s.By != "" {
		return fmt.Errorf("nobody of the desk is called %q", s.By)
	}
	var err error
	switch s.Do {
	case "answer":
		err = p.customerAnswers(ctx, s)
	case "bounce":
		err = p.bounces(ctx, s)
	case "reply":
		err = p.deskReplies(ctx, who, s)
	case "assign":
		if _, err = p.desk.Assign(ctx, who, p.id, p.viewers[s.To].ID); err == nil {
			err = p.mark(ctx, who)
		}
	case "team":
		_, err = p.desk.AssignTeam(ctx, who, p.id, p.teams[s.To])
	case "follow":
		_, err = p.desk.Follow(ctx, who, p.id, p.viewers[s.To].ID, true)
	case "task":
		_, err = p.desk.SetTask(ctx, who, p.id, desk.TaskForm{Text: s.Text, Choice: s.Due, Agent: p.viewers[s.To].ID})
	case "note":
		_, err = p.desk.Note(ctx, who, p.id, s.Text)
	case "status":
		_, err = p.desk.SetStatus(ctx, who, p.id, cases.Status(s.To), s.Why)
	case "judge":
		_, err = p.desk.Judge(ctx, who, p.priority(s))
	case "claim":
		_, err = p.desk.RecordClaim(ctx, who, p.priority(s))
	case "agree":
		_, err = p.desk.Agree(ctx, who, p.priority(s))
	case "object":
		_, err = p.desk.Object(ctx, who, p.id, p.address(s.Person), s.Why)
	case "identify":
		_, err = p.desk.Identify(ctx, who, p.id, p.orgs[s.Organization].ID, p.known[s.Person].ID)
	case "confirm":
		_, err = p.desk.ConfirmPerson(ctx, who, p.id, p.address(s.Person))
	case "dismiss":
		_, err = p.desk.Dismiss(ctx, who, p.id, s.Why)
	default:
		err = fmt.Errorf("nobody can do %q", s.Do)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Do, err)
	}
	return nil
}

func (p *plot) priority(s step) desk.PriorityCommand {
	return desk.PriorityCommand{
		Case: p.id, Priority: contract.PriorityID(s.Priority), Criterion: contract.ClauseID(s.Clause), Reason: s.Why,
		Person: p.address(s.Person), How: s.How, Where: s.Where,
	}
}

// address is a contact's by their key; anything else is an address already.
func (p *plot) address(person string) string {
	if w, ok := p.writers[person]; ok {
		return w.addr
	}
	return person
}

// deskReplies releases a reply with the greeting and the closing that the
// composer starts with, to whom wrote last.
func (p *plot) deskReplies(ctx context.Context, who desk.Viewer, s step) error {
	v, err := p.desk.View(ctx, who, p.id)
	if err != nil {
		return err
	}
	cmd := desk.ReplyCommand{
		Case: p.id, Seen: v.Case.Version, Kind: cases.InitialResponse, To: []string{p.lastWriter(v)}, Next: s.Next,
		Refusal: contract.ClauseID(s.Refusal), Reason: s.Why,
	}
	if v.Case.Response != nil {
		cmd.Kind = cases.FollowUp
	}
	draft := p.desk.ReplyDraft(v.Case, v.Contract, who)
	opening, closing, _ := strings.Cut(draft, "\n\n\n\n")
	cmd.Text = opening + "\n\n" + strings.TrimSpace(s.Text) + "\n\n" + closing
	if s.Hold != "" {
		cmd.Next = cases.Open
	}
	if s.Refused != "" {
		p.sink.refuse(cmd.To[0], s.Refused)
	}
	if _, err := p.desk.Reply(ctx, who, cmd); err != nil {
		return err
	}
	if s.Hold == "" {
		return nil
	}
	_, err = p.desk.SetStatus(ctx, who, p.id, cases.OnHold, s.Hold)
	return err
}

func (p *plot) lastWriter(v desk.CaseView) string {
	last := v.Case.Person.Addr
	for _, e := range v.Events {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Auto == "" {
			last = m.From.Addr
		}
	}
	return last
}

func (p *plot) customerAnswers(ctx context.Context, s step) error {
	w, ok := p.writers[s.From]
	if !ok || p.reply == nil {
		return fmt.Errorf("%q cannot answer: no such contact, or no reply to answer", s.From)
	}
	return p.receive(ctx, p.answer(w, p.inZone(p.reply), s.Text, p.nextID(), p.clock.Now()))
}

func (p *plot) bounces(ctx context.Context, s step) error {
	if p.reply == nil || len(p.reply.To) == 0 {
		return errors.New("no reply can have come back")
	}
	return p.receive(ctx, bounce(p.reply, p.reply.To[0].Addr, s.Code, s.Diagnostic, p.nextID(), p.clock.Now()))
}

func (p *plot) nextID() string {
	p.acted++
	return fmt.Sprintf("%s %d", p.story.ID, p.acted)
}

// inZone is the mail with its date as the customer's program shows it.
func (p *play) inZone(m *mailtext.Mail) *mailtext.Mail {
	shown := *m
	shown.Date = m.Date.In(p.zone)
	return &shown
}
