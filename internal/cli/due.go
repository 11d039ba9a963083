package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// DueCmd computes one deadline and says why.
type DueCmd struct {
	Language
	ContractFile
	Priority string `help:"Priority of the contact; the contract's initial one without it."`
	Received string `required:"" placeholder:"TIME" help:"Reception, as 2026-11-20T19:30+09:00, or 2026-11-20T19:30 on the contract's clock."`
	Channel  string `default:"mail" help:"Channel of the contact."`
	Region   string `help:"Region of the customer's contract; the first one without it."`
	JSON     bool   `name:"json" help:"Answer as JSON."`
}

// dueAnswer is the answer as JSON. Instants are RFC 3339 in the calendar's zone.
type dueAnswer struct {
	Contract string              `json:"contract"`
	Priority contract.PriorityID `json:"priority"`
	Channel  contract.ChannelID  `json:"channel"`
	Region   contract.RegionID   `json:"region"`
	Received time.Time           `json:"received"`
	Starts   time.Time           `json:"starts"`
	Deadline time.Time           `json:"deadline"`
	Target   string              `json:"target"` // business time, as "6h0m0s"
	Calendar string              `json:"calendar"`
	Segments []dueSegment        `json:"segments"`
	Clauses  []contract.ClauseID `json:"clauses"`
	Readings map[string]string   `json:"readings"`
	ZoneData string              `json:"zone_data"`
}

type dueSegment struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Counts bool      `json:"counts"`
	Reason string    `json:"reason"`
	Name   string    `json:"name,omitempty"`
}

// Run prints the deadline, what was counted, and the clauses and readings.
func (c *DueCmd) Run(stdio *IO) error {
	k, err := c.load(stdio)
	if err != nil {
		return err
	}
	region, err := regionOf(k, c.Region)
	if err != nil {
		return err
	}
	priority := contract.PriorityID(c.Priority)
	if priority == "" {
		priority = k.InitialPriority()
	}
	channel := contract.ChannelID(c.Channel)
	if _, ok := k.Channel(channel); !ok {
		return fault.New(fault.Invalid, "受付方法「"+c.Channel+"」はこの契約にありません。", "the contract has no channel "+c.Channel).At("--channel")
	}
	received, err := parseInstant(c.Received, k.Zone())
	if err != nil {
		return err
	}
	due, err := k.Deadline(priority, channel, region, received)
	if err != nil {
		return err
	}
	segments := due.Calendar.Explain(due.Received, due.At)
	if c.JSON {
		return writeJSON(stdio, c.answer(k, due, segments, channel, region))
	}
	_, err = fmt.Fprint(stdio.Out, c.table(k, due, segments))
	return err
}

func (c *DueCmd) answer(k *contract.Contract, due contract.Deadline, segments []worktime.Segment, channel contract.ChannelID, region contract.RegionID) dueAnswer {
	a := dueAnswer{
		Contract: k.Ref(), Priority: due.Target.Priority, Channel: channel, Region: region,
		Received: due.Received, Starts: due.Starts, Deadline: due.At, Target: due.Target.Business.String(), Calendar: due.Target.CalendarName,
		Clauses: due.Clauses, Readings: map[string]string{}, ZoneData: worktime.ZoneDataVersion(),
	}
	for _, s := range segments {
		a.Segments = append(a.Segments, dueSegment{From: s.From, To: s.To, Counts: s.Counts(), Reason: s.Reason.String(), Name: s.Name.In(c.Lang)})
	}
	for _, r := range due.Readings {
		a.Readings[r.Name] = r.Chosen
	}
	return a
}

func (c *DueCmd) table(k *contract.Contract, due contract.Deadline, segments []worktime.Segment) string {
	var b strings.Builder
	p, _ := k.Priority(due.Target.Priority)
	fmt.Fprintf(&b, c.say("%s %s（優先度 %s、%s、目標）\n", "%s %s (priority %s, %s, a target)\n"),
		due.Target.Label.In(c.Lang), wording.Deadline(due.At, due.Received, k.Zone(), c.Lang), p.Label.In(c.Lang), wording.Hours(due.Target.Business, c.Lang))
	for _, line := range wording.Segments(segments, c.Lang) {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	fmt.Fprintf(&b, "%s: %s\n", c.say("条文", "clauses"), clauseList(due.Clauses))
	for _, r := range due.Readings {
		fmt.Fprintf(&b, "%s: %s = %s\n", c.say("読み方", "reading"), r.Name, r.Chosen)
	}
	return b.String()
}

func writeJSON(stdio *IO, v any) error {
	e := json.NewEncoder(stdio.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
