package store

import (
	"maps"
	"strings"
	"time"

	"madoguchi/terms/cases"
)

// upsertCase replaces the whole row: a projection is what the state says, and
// nothing of the row before it survives.
var upsertCase = insert("cases", caseColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(caseColumns)

func assignments(columns string) string {
	var sets []string
	for _, c := range strings.Split(columns, ", ")[1:] {
		sets = append(sets, c+" = excluded."+c)
	}
	return strings.Join(sets, ", ")
}

// caseColumnNames are the columns of a case's row, the id first.
var caseColumnNames = strings.Split(caseColumns, ", ")

// projectCase writes the row of a case. Of one that was written from the state
// before only what differs is written: an engine rewrites each index of every
// column that a statement names, changed or not.
func (tx *Tx) projectCase(before, c *cases.Case) error {
	values, err := caseValues(c)
	if err != nil {
		return err
	}
	if before == nil || tx.whole {
		return tx.later(upsertCase, values...)
	}
	were, err := caseValues(before)
	if err != nil {
		return err
	}
	var w where
	for i, column := range caseColumnNames {
		if values[i] != were[i] {
			w.args = append(w.args, values[i])
			w.text += ", " + column + " = " + placeholders(len(w.args), 1)
		}
	}
	if w.text == "" {
		return nil
	}
	w.args = append(w.args, string(c.ID))
	return tx.later(`UPDATE cases SET `+w.text[2:]+` WHERE id = `+placeholders(len(w.args), 1), w.args...)
}

// project brings every projected row up to the state c, which the events led
// to from the state before (nil: the case has no rows yet). Projecting a whole
// history at once and event by event must give the same rows: take values from
// c, or from each event alone.
func (tx *Tx) project(before, c *cases.Case, events []cases.Event) error {
	fresh := before == nil
	if err := tx.projectCase(before, c); err != nil {
		return err
	}
	if err := tx.projectDeadlines(before, c); err != nil {
		return err
	}
	joined, approved := false, false
	var marks marked
	if err := tx.projectTasks(c, events); err != nil {
		return err
	}
	for _, e := range events {
		switch e.Data.(type) {
		case cases.ParticipantJoined, cases.Released:
			joined = true
		case cases.Tagged:
			marks.tags = true
		case cases.FieldSet:
			marks.fields = true
		case cases.Followed, cases.Unfollowed:
			marks.followers = true
		case cases.ApprovalAsked, cases.ApprovalGiven, cases.ApprovalReturned, cases.ApprovalWithdrawn:
			approved = true
		}
		if err := tx.projectMiss(c.ID, e.Data); err != nil {
			return err
		}
		if err := tx.projectMessage(c.ID, e.Data); err != nil {
			return err
		}
	}
	if approved {
		if err := tx.projectApproval(c); err != nil {
			return err
		}
	}
	if err := tx.projectMarks(c, marks); err != nil {
		return err
	}
	if joined {
		return tx.projectParticipants(c, fresh)
	}
	return nil
}

func caseValues(c *cases.Case) ([]any, error) {
	tags, err := encodeList(c.Tags)
	if err != nil {
		return nil, err
	}
	first, response := cases.Target{}, time.Time{}
	if c.First != nil {
		first = *c.First
	}
	if c.Response != nil {
		response = c.Response.At
	}
	bucket, key := place(c)
	shown := shownTarget(c)
	return []any{
		string(c.ID), c.Number, c.Version, c.Subject, c.Organization, c.OrgName, c.Contact,
		c.Person.Name, c.Person.Addr, c.Region, c.Language, c.Channel, c.Contract,
		micros(c.Reception), micros(c.Updated), string(c.Status), c.StatusReason, c.Assignee.ID, c.Assignee.Name,
		c.Priority, c.Provisional, priority(c.Claim), priority(c.Judgement), priority(c.Agreement),
		c.Objection != nil, c.OutOf,
		first.Priority, micros(first.Starts), micros(first.Deadline), first.Business.Microseconds(), first.Calendar,
		string(first.Verdict), micros(first.Decided), micros(response),
		len(c.Undelivered) > 0, micros(c.LastInbound), micros(c.LastOutbound), string(c.Ball), c.Frozen,
		shown.Metric, shown.Priority, micros(shown.Deadline), shown.Business.Microseconds(), shown.Calendar, string(shown.Verdict), micros(shown.Decided),
		micros(shown.Late), shown.Used.Microseconds(), shown.Spare.Microseconds(), string(shown.Rest.Wait), micros(shown.Rest.Since),
		c.Team, c.Product, tags, micros(c.StatusAt), micros(c.HoldUntil), micros(shown.Soon()),
		int64(bucket), key,
	}, nil
}

// shownTarget is the target that lists show a case with; of one that rests,
// used and spare are those of when it stopped.
func shownTarget(c *cases.Case) cases.Target {
	t := c.Foremost()
	if t == nil {
		return cases.Target{}
	}
	shown := *t
	if shown.Paused() {
		shown.Used, shown.Spare = shown.Rest.Used, shown.Rest.Left
	}
	if t == c.First && c.Response != nil && shown.Verdict != cases.Met {
		shown.Late = c.Response.At
	}
	return shown
}

func priority(v *cases.View) string {
	if v == nil {
		return ""
	}
	return v.Priority
}

// projectDeadlines keeps the targets that run and are still to be judged.
func (tx *Tx) projectDeadlines(before, c *cases.Case) error {
	var kept map[string]time.Time // the rows are so already
	if before != nil && !tx.whole {
		kept = deadlines(before)
		if maps.EqualFunc(kept, deadlines(c), time.Time.Equal) {
			return nil
		}
	}
	running := 0
	for _, t := range c.Targets() {
		if !t.Running() {
			continue
		}
		running++
		if at, ok := kept[t.Metric]; ok && at.Equal(t.Deadline) {
			continue
		}
		if err := tx.later(`INSERT INTO deadlines (case_id, metric, deadline) VALUES ($1, $2, $3)
			ON CONFLICT (case_id, metric) DO UPDATE SET deadline = excluded.deadline`, string(c.ID), t.Metric, micros(t.Deadline)); err != nil {
			return err
		}
	}
	if before == nil {
		return nil
	}
	if running == 0 {
		return tx.later(`DELETE FROM deadlines WHERE case_id = $1`, string(c.ID))
	}
	if len(c.Others) == 0 {
		return nil // the initial response's alone is the usual case, and costs one statement
	}
	for _, t := range c.Targets() {
		if t.Running() {
			continue
		}
		if err := tx.later(`DELETE FROM deadlines WHERE case_id = $1 AND metric = $2`, string(c.ID), t.Metric); err != nil {
			return err
		}
	}
	return nil
}

// deadlines are the running targets' by their metric.
func deadlines(c *cases.Case) map[string]time.Time {
	m := map[string]time.Time{}
	for _, t := range c.Targets() {
		if t.Running() {
			m[t.Metric] = t.Deadline
		}
	}
	return m
}

const putCaseMessage = `INSERT INTO case_messages (message_id, case_id, message, direction) VALUES ($1, $2, $3, $4)
	ON CONFLICT (message_id, case_id, message) DO NOTHING`

// projectMessage keeps which case a mail's Message-ID belongs to.
func (tx *Tx) projectMessage(id cases.ID, d cases.Data) error {
	var mail, message string
	direction := Outgoing
	switch d := d.(type) {
	case cases.SplitFrom:
		for _, thread := range d.Threads {
			if err := tx.later(putCaseMessage, thread, string(id), "", string(Outgoing)); err != nil {
				return err
			}
		}
	case cases.MessageReceived:
		mail, message, direction = d.MessageID, d.Message, Incoming
	case cases.MessageReread:
		mail, message, direction = d.MessageID, d.Message, Incoming
	case cases.Acknowledged:
		mail, message = d.MessageID, d.Message
	case cases.PriorityTold:
		mail, message = d.MessageID, d.Message
	case cases.ConfirmationAsked:
		mail, message = d.MessageID, d.Mail
	case cases.Replied:
		mail, message = d.MessageID, d.Message
	}
	if mail == "" {
		return nil
	}
	return tx.later(putCaseMessage, mail, string(id), message, string(direction))
}

func (tx *Tx) projectParticipants(c *cases.Case, fresh bool) error {
	if !fresh {
		if err := tx.later(`DELETE FROM case_participants WHERE case_id = $1`, string(c.ID)); err != nil {
			return err
		}
	}
	for _, p := range c.Participants {
		if err := tx.later(`INSERT INTO case_participants (case_id, addr, name, contact, verified) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (case_id, addr) DO UPDATE SET name = excluded.name, contact = excluded.contact, verified = excluded.verified`,
			string(c.ID), lower(p.Person.Addr), p.Person.Name, p.Contact, p.Verified); err != nil {
			return err
		}
	}
	return nil
}

// marked says which marks of a case changed.
type marked struct{ tags, followers, fields bool }

// projectMarks keeps what a case is marked with, each mark where its case
// stands in the queue.
func (tx *Tx) projectMarks(c *cases.Case, changed marked) error {
	bucket, key := place(c)
	keep := func(table, columns string, changed bool, marks [][]any) error {
		if !changed && len(marks) > 0 {
			return tx.later(`UPDATE `+table+` SET bucket = $1, sort_key = $2 WHERE case_id = $3 AND (bucket <> $1 OR sort_key <> $2)`, int64(bucket), key, string(c.ID))
		}
		if !changed {
			return nil
		}
		if err := tx.later(`DELETE FROM `+table+` WHERE case_id = $1`, string(c.ID)); err != nil {
			return err
		}
		for _, m := range marks {
			if err := tx.later(insert(table, "case_id, bucket, sort_key, "+columns), append([]any{string(c.ID), int64(bucket), key}, m...)...); err != nil {
				return err
			}
		}
		return nil
	}
	tags, followers, fields := make([][]any, len(c.Tags)), make([][]any, len(c.Followers)), make([][]any, len(c.Fields))
	for i, tag := range c.Tags {
		tags[i] = []any{tag}
	}
	for i, f := range c.Followers {
		followers[i] = []any{f.Agent}
	}
	for i, f := range c.Fields {
		fields[i] = []any{f.Field, f.Value}
	}
	if err := keep("case_tags", "tag", changed.tags, tags); err != nil {
		return err
	}
	if err := keep("case_followers", "agent", changed.followers, followers); err != nil {
		return err
	}
	return keep("case_fields", "field, value", changed.fields, fields)
}
