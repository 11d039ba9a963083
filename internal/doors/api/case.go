package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Case is a case as programs see it.
type Case struct {
	ID           string        `json:"id" doc:"UUID"`
	Number       string        `json:"number" example:"CS-10482"`
	Status       string        `json:"status" enum:"new,open,waiting,on_hold,resolved,closed" doc:"Where the work stands"`
	Subject      string        `json:"subject"`
	Channel      string        `json:"channel" doc:"By which of the contract's channels the customer came"`
	Language     string        `json:"language" enum:"ja,en"`
	Organization *Organization `json:"organization,omitempty" doc:"Absent while nobody knows which customer it is"`
	Person       Person        `json:"person" doc:"Who reached the desk"`
	Priority     string        `json:"priority"`
	Provisional  bool          `json:"provisional" doc:"The priority is the customer's claim and is still to be judged"`
	Received     time.Time     `json:"received"`
	Updated      time.Time     `json:"updated"`
	FirstTarget  *Target       `json:"first_response,omitempty" doc:"The target of the initial response; absent where none runs"`
	Contract     string        `json:"contract" doc:"The version in force at the reception, with the amendments of the customer"`
	Messages     []Message     `json:"messages,omitempty" doc:"Of one case only: what the customer has seen or said, oldest first"`
}

// Organization is a customer.
type Organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Person is somebody of a customer.
type Person struct {
	Name    string `json:"name,omitempty" maxLength:"200"`
	Address string `json:"address" format:"email" maxLength:"320"`
}

// Target is a target of the contract; it is no guarantee.
type Target struct {
	Priority string    `json:"priority"`
	Starts   time.Time `json:"starts"`
	Deadline time.Time `json:"deadline"`
	Verdict  string    `json:"verdict,omitempty" enum:"met,missed" doc:"Absent while it runs"`
}

// Message is one message between the customer and the desk.
type Message struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Direction string    `json:"direction" enum:"in,out"`
	From      *Person   `json:"from,omitempty" doc:"Of the customer's side"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	Automatic bool      `json:"automatic" doc:"Written by a machine"`
}

type opening struct {
	Key     string `header:"Idempotency-Key" maxLength:"200" doc:"The request is carried out once: whoever repeats it within 24 hours with the same key gets the same answer; with another body it is refused (409)"`
	RawBody []byte
	Body    struct {
		From    Person `json:"from"`
		Subject string `json:"subject" minLength:"1" maxLength:"300"`
		Text    string `json:"text" minLength:"1" maxLength:"262144"`
		Channel string `json:"channel,omitempty" default:"api" enum:"api,mail" doc:"By which of the contract's channels the customer came. The contract must open it; mail is for what came to an address as mail and is handed over by a program."`
	}
}

type addition struct {
	ID      string `path:"id"`
	Key     string `header:"Idempotency-Key" maxLength:"200"`
	RawBody []byte
	Body    struct {
		From    Person `json:"from"`
		Text    string `json:"text" minLength:"1" maxLength:"262144"`
		Channel string `json:"channel,omitempty" default:"api" enum:"api,mail"`
	}
}

type created struct {
	Status   int
	Location string `header:"Location"`
	Replayed string `header:"Idempotent-Replayed" doc:"true when the same request was carried out before"`
	Body     Case
}

type found struct{ Body Case }

type listing struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" doc:"next of the page before"`
}

type page struct {
	Body struct {
		Cases []Case `json:"cases"`
		Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
	}
}

func (d *Door) cases() {
	secured := []map[string][]string{{"token": {}}}
	errs := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	huma.Register(d.api, huma.Operation{
		OperationID: "open-case", Method: http.MethodPost, Path: "/api/v1/cases", DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody, Security: secured,
		Summary:     "Open a case",
		Description: "The contract decides as for a mail of the same person. The answer comes when the case is durable. Scope cases.write.",
		Errors:      append(errs, http.StatusConflict),
	}, d.open)
	huma.Register(d.api, huma.Operation{
		OperationID: "list-cases", Method: http.MethodGet, Path: "/api/v1/cases", Security: secured,
		Summary: "List cases", Description: "Those that the token sees, the latest received first. Scope cases.read.", Errors: errs,
	}, d.list)
	huma.Register(d.api, huma.Operation{
		OperationID: "get-case", Method: http.MethodGet, Path: "/api/v1/cases/{id}", Security: secured,
		Summary: "Read a case with its messages", Description: "Notes of the desk are not among them. Scope cases.read.", Errors: append(errs, http.StatusNotFound),
	}, d.get)
	huma.Register(d.api, huma.Operation{
		OperationID: "add-message", Method: http.MethodPost, Path: "/api/v1/cases/{id}/messages", DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody, Security: secured,
		Summary: "Add a message of the customer", Description: "As if they had answered by mail: a case that waits for them goes on. Scope cases.write.",
		Errors: append(errs, http.StatusNotFound, http.StatusConflict),
	}, d.add)
}

func (d *Door) open(ctx context.Context, in *opening) (*created, error) {
	s := desk.Submission{
		Key: in.Key, Digest: digest("cases", in.RawBody), Channel: contract.ChannelID(in.Body.Channel), From: in.Body.From.address(), Subject: in.Body.Subject, Text: in.Body.Text,
	}
	answer, repeated, err := d.desk.Submit(ctx, clientOf(ctx), s, d.say)
	return d.made(ctx, answer, repeated, err)
}

func (d *Door) add(ctx context.Context, in *addition) (*created, error) {
	s := desk.Submission{
		Key: in.Key, Digest: digest(in.ID, in.RawBody), Channel: contract.ChannelID(in.Body.Channel), From: in.Body.From.address(), Text: in.Body.Text,
	}
	answer, repeated, err := d.desk.SubmitMessage(ctx, clientOf(ctx), cases.ID(in.ID), s, d.say)
	return d.made(ctx, answer, repeated, err)
}

func (d *Door) made(ctx context.Context, answer []byte, repeated bool, err error) (*created, error) {
	if err != nil {
		return nil, d.fail(ctx, err)
	}
	out := &created{Status: http.StatusCreated}
	if err := json.Unmarshal(answer, &out.Body); err != nil {
		return nil, d.fail(ctx, err)
	}
	out.Location = "/api/v1/cases/" + out.Body.ID
	if repeated {
		out.Replayed = "true"
	}
	return out, nil
}

func (d *Door) get(ctx context.Context, in *struct {
	ID string `path:"id"`
},
) (*found, error) {
	c, events, err := d.desk.ClientCase(ctx, clientOf(ctx), cases.ID(in.ID))
	if err != nil {
		return nil, d.fail(ctx, err)
	}
	out := &found{Body: d.ofCase(c)}
	undone := map[string]bool{}
	for _, e := range events {
		if u, ok := e.Data.(cases.ReplyUndone); ok {
			undone[u.Message] = true
		}
	}
	for _, e := range events {
		if m, ok := messageOf(e); ok && !undone[m.ID] {
			out.Body.Messages = append(out.Body.Messages, m)
		}
	}
	return out, nil
}

func (d *Door) list(ctx context.Context, in *listing) (*page, error) {
	after, err := readCursor(in.Cursor)
	if err != nil {
		return nil, d.fail(ctx, err)
	}
	rows, next, err := d.desk.ClientCases(ctx, clientOf(ctx), in.Limit, after)
	if err != nil {
		return nil, d.fail(ctx, err)
	}
	out := &page{}
	out.Body.Cases, out.Body.Next = make([]Case, 0, len(rows)), writeCursor(next)
	for _, r := range rows {
		out.Body.Cases = append(out.Body.Cases, d.ofRow(r))
	}
	return out, nil
}

// digest tells requests apart.
func digest(what string, body []byte) string {
	h := sha256.New()
	h.Write([]byte(what + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// say is what a program is told of a case that it opened or added to.
func (d *Door) say(c *cases.Case) ([]byte, error) { return json.Marshal(d.ofCase(c)) }

func (p Person) address() cases.Address {
	return cases.Address{Name: strings.TrimSpace(p.Name), Addr: p.Address}
}

func person(a cases.Address) Person { return Person{Name: a.Name, Address: a.Addr} }

func (d *Door) ofCase(c *cases.Case) Case {
	out := Case{
		ID: string(c.ID), Number: d.desk.Number(c.Number), Status: string(c.Status), Subject: c.Subject, Channel: c.Channel, Language: c.Language, Person: person(c.Person),
		Priority: c.Priority, Provisional: c.Provisional, Received: c.Reception, Updated: c.Updated, Contract: c.Contract, Organization: organization(c.Organization, c.OrgName),
	}
	if t := c.First; t != nil {
		out.FirstTarget = &Target{Priority: t.Priority, Starts: t.Starts, Deadline: t.Deadline, Verdict: string(t.Verdict)}
	}
	return out
}

func (d *Door) ofRow(r store.CaseRow) Case {
	out := Case{
		ID: string(r.ID), Number: d.desk.Number(r.Number), Status: string(r.Status), Subject: r.Subject, Channel: r.Channel, Language: r.Language, Person: person(r.Person),
		Priority: r.Priority, Provisional: r.Provisional, Received: r.Reception, Updated: r.Updated, Contract: r.Contract, Organization: organization(r.Organization, r.OrgName),
	}
	if r.FirstPriority != "" {
		out.FirstTarget = &Target{Priority: r.FirstPriority, Starts: r.FirstStarts, Deadline: r.FirstDeadline, Verdict: string(r.FirstVerdict)}
	}
	return out
}

func organization(id, name string) *Organization {
	if id == "" {
		return nil
	}
	return &Organization{ID: id, Name: name}
}

// messageOf is an event that the customer has seen or said.
func messageOf(e cases.Event) (Message, bool) {
	switch m := e.Data.(type) {
	case cases.MessageReceived:
		from := person(m.From)
		return Message{ID: m.Message, At: m.Received, Direction: "in", From: &from, Subject: m.Subject, Text: m.Text, Automatic: m.Auto != ""}, true
	case cases.Replied:
		return Message{ID: m.Message, At: e.At, Direction: "out", Subject: m.Subject, Text: m.Text}, true
	case cases.PriorityTold:
		return Message{ID: m.Message, At: e.At, Direction: "out", Subject: m.Subject, Text: m.Text, Automatic: true}, true
	case cases.Acknowledged:
		return Message{ID: m.Message, At: e.At, Direction: "out", Subject: m.Subject, Text: m.Text, Automatic: true}, true
	}
	return Message{}, false
}

func writeCursor(at store.Since) string {
	if at.End() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.At.UnixMicro(), 10) + " " + at.ID))
}

func readCursor(cursor string) (store.Since, error) {
	if cursor == "" {
		return store.Since{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	when, id, ok := strings.Cut(string(raw), " ")
	us, nerr := strconv.ParseInt(when, 10, 64)
	if err != nil || nerr != nil || !ok {
		return store.Since{}, fault.New(fault.Invalid, "cursor は前のページの next をそのまま指定してください。", "Give as cursor the next of the page before, unchanged.").At("cursor")
	}
	return store.Since{At: time.UnixMicro(us).UTC(), ID: id}, nil
}
