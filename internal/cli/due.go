package cli

import (
	"cmp"
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
	Metric   string `default:"first_response" help:"Target to compute: first_response, next_response (from a message), update_interval, restoration, resolution, or all."`
	Agreed   bool   `help:"Both sides agree on the priority at the reception."`
	JSON     bool   `name:"json" help:"Answer as JSON."`
}

// dueAnswer is the answer as JSON. Instants are RFC 3339 in the calendar's zone.
type dueAnswer struct {
	Contract string              `json:"contract"`
	Metric   contract.Metric     `json:"metric"`
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
	dues, err := c.deadlines(k, priority, channel, region, received)
	if err != nil {
		return err
	}
	var answers []dueAnswer
	var text strings.Builder
	for i, due := range dues {
		segments := due.Explain()
		answers = append(answers, c.answer(k, due, segments, channel, region))
		if i > 0 {
			text.WriteString("\n")
		}
		text.WriteString(c.table(k, due, segments))
	}
	switch {
	case c.JSON && c.Metric == allMetrics:
		return writeJSON(stdio, answers)
	case c.JSON:
		return writeJSON(stdio, answers[0])
	}
	_, err = fmt.Fprint(stdio.Out, text.String())
	return err
}

// allMetrics asks for every target that the priority has.
const allMetrics = "all"

// deadlines are those asked for: one metric's, or of all that the contract
// sets for the priority.
func (c *DueCmd) deadlines(k *contract.Contract, p contract.PriorityID, ch contract.ChannelID, r contract.RegionID, received time.Time) ([]contract.Deadline, error) {
	moment := contract.FromClaim
	if c.Agreed {
		moment = contract.FromAgreement
	}
	var out []contract.Deadline
	for _, m := range contract.Metrics() {
		if c.Metric != allMetrics && string(m) != cmp.Or(c.Metric, string(contract.FirstResponse)) {
			continue
		}
		if _, ok := k.Target(m, p, r); !ok && c.Metric == allMetrics && m != contract.FirstResponse {
			continue
		}
		from := ch
		if m == contract.NextResponse {
			from = "" // a further message: no contact out of hours
		}
		due, err := k.DeadlineOf(m, moment, p, from, r, received)
		if err != nil {
			return nil, err
		}
		out = append(out, due)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "目標「"+c.Metric+"」は知られていません。first_response、next_response、update_interval、restoration、resolution、all のどれかを指定してください。",
			"there is no metric "+c.Metric+": name first_response, next_response, update_interval, restoration, resolution or all").At("--metric")
	}
	return out, nil
}

func (c *DueCmd) answer(k *contract.Contract, due contract.Deadline, segments []worktime.Segment, channel contract.ChannelID, region contract.RegionID) dueAnswer {
	a := dueAnswer{
		Contract: k.Ref(), Metric: due.Target.Metric, Priority: due.Target.Priority, Channel: channel, Region: region,
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
	for i, w := range due.Target.Pauses {
		if i == 0 {
			b.WriteString("  " + c.say("計測を止める間: ", "rests while waiting for: "))
		} else {
			b.WriteString(c.say("・", ", "))
		}
		b.WriteString(c.waitName(w))
		if i == len(due.Target.Pauses)-1 {
			b.WriteString("\n")
		}
	}
	fmt.Fprintf(&b, "%s: %s\n", c.say("条文", "clauses"), clauseList(due.Clauses))
	for _, r := range due.Readings {
		fmt.Fprintf(&b, "%s: %s = %s\n", c.say("読み方", "reading"), r.Name, r.Chosen)
	}
	return b.String()
}

func (c *DueCmd) waitName(w contract.Wait) string {
	switch w {
	case contract.WaitCustomer:
		return c.say("お客様の回答待ち", "the customer")
	case contract.WaitThirdParty:
		return c.say("他社の対応待ち", "another provider")
	}
	return string(w)
}

func writeJSON(stdio *IO, v any) error {
	e := json.NewEncoder(stdio.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
