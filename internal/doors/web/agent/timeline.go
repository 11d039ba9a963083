package agent

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// timelineOf draws the history: what people wrote as bubbles, the rest as
// lines. An event of a newer version is shown as such, never left out.
func timelineOf(ctx context.Context, v desk.CaseView, who desk.Viewer) []Entry {
	out := make([]Entry, 0, len(v.Events))
	for _, e := range v.Events {
		en := Entry{Seq: e.Seq, Key: strconv.Itoa(e.Seq), Case: string(v.Case.ID), At: e.At, Who: actorName(ctx, e.Actor), Lang: v.Case.Language}
		switch d := e.Data.(type) {
		case cases.MessageReceived:
			inbound(ctx, v, d, &en)
		case cases.Replied:
			outbound(ctx, v, d, deliveryOf(v, who, e.Actor, d.Message), &en)
		case cases.Acknowledged:
			line(&en, "check", ui.T(ctx, "timeline.ack"), "")
			automatic(ctx, deliveryOf(v, who, e.Actor, d.Message), d.Text, &en)
		case cases.PriorityTold:
			line(&en, "mail", ui.T(ctx, "timeline.told", personName(d.To[0])), ui.T(ctx, "timeline.told.detail", ui.PriorityName(ctx, d.From), ui.PriorityName(ctx, d.Priority)))
			automatic(ctx, deliveryOf(v, who, e.Actor, d.Message), d.Text, &en)
		case cases.Noted:
			en.Kind, en.Icon, en.Text, en.Label = "note", "note", d.Text, ui.T(ctx, "timeline.note")
		case cases.DeliveryAccepted:
			continue // said at the message itself
		case cases.DeliveryFailed:
			line(&en, "alert", ui.T(ctx, "timeline.bounced", d.Recipient), d.Reply)
		case cases.DeliveryDelayed:
			line(&en, "clock", ui.T(ctx, "timeline.delayed", d.Recipient), d.Reply)
		default:
			if !confirmed(ctx, v, e, &en) && !taskHappened(ctx, v, e, &en) {
				happened(ctx, v, e, &en)
			}
		}
		out = append(out, en)
	}
	return withMerged(ctx, v, who, out)
}

func line(e *Entry, icon, title, detail string) {
	e.Kind, e.Icon, e.Title, e.Detail = "sys", icon, title, detail
}

// automatic adds a mail of the desk's own to its line, and how far it got where
// that matters.
func automatic(ctx context.Context, dl Delivery, text string, en *Entry) {
	en.Text = text
	if dl.Again || dl.State == "retrying" || dl.State == "delayed" {
		en.Chips, en.Delivery = append(en.Chips, deliveryChip(ctx, dl)), &dl
	}
}

func inbound(ctx context.Context, v desk.CaseView, d cases.MessageReceived, en *Entry) {
	en.Kind, en.Icon, en.At, en.Label = "in", "mail", d.Received, ui.T(ctx, "channel.mail")
	en.Who = ui.T(ctx, "case.person", personName(d.From))
	if d.Auto != "" {
		en.Who = personName(d.From) // a machine gets no honorific
	}
	en.Text, en.Truncated, en.Lang = strings.TrimSpace(d.New), d.Truncated, ""
	if rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(d.Text), en.Text)); en.Text != "" && rest != en.Text {
		en.Rest = rest
	}
	if en.Text == "" {
		en.Text = strings.TrimSpace(d.Text)
	}
	if d.Auto == "unreadable" && en.Text == "" {
		en.Text = ui.T(ctx, "timeline.unreadable")
	}
	en.Raw = "/cases/" + string(v.Case.ID) + "/mails/" + d.Message
	if d.HTML {
		en.Other = desk.MailHTML
		if v.Choices.Mail == desk.MailHTML {
			en.Other, en.HTML, en.Lines = desk.MailText, en.Raw+"/html", linesOf(en.Text)
		}
	}
	if d.Auto != "" {
		en.Chips = append(en.Chips, Chip{"", "", ui.T(ctx, "timeline.auto")})
	}
	en.Auth = authOf(ctx, v, d)
	if v.Case.Moved(d.Message) {
		en.Chips = append(en.Chips, Chip{"line", "arrow", ui.T(ctx, "split.moved")})
	}
	if !d.Verified && d.Auto == "" {
		en.Chips = append(en.Chips, Chip{"warn", "", ui.T(ctx, "case.unverified")})
	}
	for i, a := range d.Attachments {
		if a.Name == "" && d.Auto != "" {
			continue // the parts of a mail system's report
		}
		en.Files = append(en.Files, fileLink(ctx, v, a, en.Raw+"/files/"+strconv.Itoa(i+1)))
	}
}

// linesOf guesses how many lines a text takes, for the height of a frame until
// it is loaded.
func linesOf(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += 1 + len(line)/120
	}
	return min(max(n, 2), 24)
}

func outbound(ctx context.Context, v desk.CaseView, d cases.Replied, got Delivery, en *Entry) {
	en.Kind, en.Icon, en.Text, en.Label = "out", "reply", d.Text, ui.T(ctx, "channel.mail")
	var to []string
	for _, a := range append(append([]cases.Address(nil), d.To...), d.Cc...) {
		to = append(to, ui.T(ctx, "case.person", personName(a)))
	}
	en.To = strings.Join(to, ui.T(ctx, "list.sep"))
	if d.Writer != nil {
		en.Chips = append(en.Chips, Chip{"line", "user", ui.T(ctx, "timeline.written", d.Writer.Name)})
	}
	switch d.Kind {
	case cases.InitialResponse:
		en.Chips = append(en.Chips, Chip{"ai", "flag", ui.T(ctx, "timeline.first")})
	case cases.ReceptionOnly:
		en.Chips = append(en.Chips, Chip{"line", "", ui.T(ctx, "timeline.reception")})
	case cases.FollowUp:
		en.Chips = append(en.Chips, Chip{"line", "", ui.T(ctx, "timeline.follow")})
	}
	for i, a := range d.Attachments {
		en.Files = append(en.Files, fileLink(ctx, v, a, "/cases/"+string(v.Case.ID)+"/mails/"+d.Message+"/files/"+strconv.Itoa(i+1)))
	}
	if got.State != "" {
		en.Chips, en.Delivery, en.Undone = append(en.Chips, deliveryChip(ctx, got)), &got, got.State == "undone"
	}
}

// happened words what no person wrote.
func happened(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) {
	pri := func(p string) string { return ui.PriorityName(ctx, p) }
	if clockLine(ctx, v, e, en) {
		return
	}
	switch d := e.Data.(type) {
	case cases.Opened:
		line(en, "inbox", ui.T(ctx, "timeline.opened"), ui.T(ctx, "timeline.opened.detail", channelName(ctx, e.Channel), pri(d.Priority)))
	case cases.Identified:
		line(en, "users", ui.T(ctx, "timeline.identified"), d.OrgName)
	case cases.PriorityClaimed:
		line(en, "flag", ui.T(ctx, "timeline.claimed", pri(d.Priority)), d.Reason)
	case cases.PriorityJudged:
		detail := d.Reason
		if d.Declines {
			detail += ui.T(ctx, "timeline.declined")
		}
		line(en, "flag", ui.T(ctx, "timeline.judged", pri(d.Priority)), detail)
	case cases.PriorityAgreed:
		line(en, "flag", ui.T(ctx, "timeline.agreed", pri(d.Priority)), ui.T(ctx, "timeline.agreed.detail", d.Desk.Name, personName(d.Person), channelName(ctx, d.How)))
	case cases.PriorityObjected:
		line(en, "alert", ui.T(ctx, "timeline.objected", pri(d.Priority)), d.Reason)
	default:
		if !mergeLine(ctx, v, e, en) && !scheduleLine(ctx, e, en) && !macroLine(ctx, v, e, en) && !bulkLine(ctx, e, en) && !splitLine(ctx, v, e, en) && !followLine(ctx, e, en) {
			worked(ctx, v, e, en)
		}
	}
}

// worked words what the desk did with the case.
func worked(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) {
	switch d := e.Data.(type) {
	case cases.StatusChanged:
		statusLine(ctx, d, en)
	case cases.Assigned:
		if d.Agent == "" {
			line(en, "user", ui.T(ctx, "timeline.unassigned"), "")
			return
		}
		line(en, "user", ui.T(ctx, "timeline.assigned", d.Name), whyAssigned(ctx, d.Reason))
	case cases.TeamAssigned:
		if d.Team == "" {
			line(en, "users", ui.T(ctx, "timeline.team.none"), "")
			return
		}
		line(en, "users", ui.T(ctx, "timeline.team", d.Name), "")
	case cases.ProductNamed:
		if d.Product == "" {
			line(en, "file", ui.T(ctx, "timeline.product.none"), "")
			return
		}
		line(en, "file", ui.T(ctx, "timeline.product", productName(ctx, v, d)), "")
	case cases.Tagged:
		line(en, "tag", ui.T(ctx, "timeline.tagged"), taggedWords(ctx, d))
	case cases.FieldSet:
		line(en, "note", ui.T(ctx, "timeline.field", fieldName(ctx, v, d)), fieldChange(ctx, v, d))
	case cases.ParticipantJoined:
		detail := d.Person.Addr
		if !d.Verified {
			detail += ui.T(ctx, "timeline.joined.no")
		}
		line(en, "users", ui.T(ctx, "timeline.joined", personName(d.Person)), detail)
	case cases.ScopeDecided:
		key := "timeline.in"
		if d.Out {
			key = "timeline.out"
		}
		line(en, "shield", ui.T(ctx, key), d.Clause+" "+d.Reason)
	case cases.AcknowledgementWithheld:
		line(en, "alert", ui.T(ctx, "timeline.withheld"), ui.T(ctx, "timeline.withheld.why", d.To.Addr))
	case cases.MessageReread:
		var parts []string
		for _, p := range d.Parts {
			parts = append(parts, ui.T(ctx, "timeline.reread."+string(p)))
		}
		line(en, "history", ui.T(ctx, "timeline.reread"), strings.Join(parts, ui.T(ctx, "list.sep")))
	case cases.Erased:
		line(en, "shield", ui.T(ctx, "timeline.erased"), ui.T(ctx, "timeline.erased.detail", ui.T(ctx, "erase.basis."+d.Basis), len(d.Events)))
	case cases.ReplyUndone:
		line(en, "x", ui.T(ctx, "timeline.undone"), "")
	case cases.ApprovalAsked:
		line(en, "clock", ui.T(ctx, "timeline.approval.asked"), d.Rule)
	case cases.ApprovalGiven:
		key := "timeline.approval.given"
		if d.Edited {
			key = "timeline.approval.edited"
		}
		line(en, "check", ui.T(ctx, key), ui.T(ctx, "timeline.approval.given.stops", d.Writer.Name))
	case cases.ApprovalReturned:
		line(en, "reply", ui.T(ctx, "timeline.approval.returned"), d.Comment)
	case cases.ApprovalWithdrawn:
		line(en, "x", ui.T(ctx, "timeline.approval.withdrawn"), "")
	case cases.ReplyTakenOver:
		line(en, "user", ui.T(ctx, "timeline.taken-over"), ui.T(ctx, "timeline.taken-over.from", d.From.Name, d.Reason))
	case cases.DeliveryRetried:
		line(en, "send", ui.T(ctx, "timeline.retried"), strings.Join(d.Recipients, ui.T(ctx, "list.sep")))
	case cases.ServiceRestored:
		key := "timeline.restored"
		if d.Workaround {
			key += ".workaround"
		}
		line(en, "check", ui.T(ctx, key), d.Reason)
	case cases.IncidentLinked:
		detail := ""
		if d.AroundClock {
			detail = ui.T(ctx, "timeline.incident.around")
		}
		line(en, "alert", ui.T(ctx, "timeline.incident", d.Title), detail)
	case cases.IncidentUnlinked:
		line(en, "check", ui.T(ctx, "timeline.incident.end"), d.Reason)
	case cases.Retitled:
		line(en, "file", ui.T(ctx, "timeline.retitled"), d.Before+" → "+d.After)
	default:
		line(en, "help", ui.T(ctx, "timeline.unknown", e.Data.Type()), "")
	}
}

func channelName(ctx context.Context, channel string) string {
	if key := "channel." + channel; ui.Has(key) {
		return ui.T(ctx, key)
	}
	return channel
}

// size writes a file's size for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
