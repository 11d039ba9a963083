package cases_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"madoguchi/terms/cases"
)

// shortened is a payload without what a glance leaves out.
func shortened(d cases.Data) cases.Data {
	switch d := d.(type) {
	case cases.Opened:
		d.Person = cases.Address{}
		return d
	case cases.MessageReceived:
		return cases.MessageReceived{Message: d.Message, Subject: d.Subject, Text: d.Text, New: d.New, Auto: d.Auto, Verified: d.Verified, Received: d.Received}
	case cases.Replied:
		return cases.Replied{Message: d.Message, Kind: d.Kind, To: make([]cases.Address, len(d.To)), Cc: make([]cases.Address, len(d.Cc)), Counts: d.Counts}
	case cases.TargetSet:
		d.Segments, d.Readings = nil, nil
		return d
	}
	return d
}

// words are strings as people and programs write them, hostile ones too.
func words(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "medium", "業務が停止\nしています", `"quoted" \ backslash`, "<b>&amp;</b>", `\`, `\\"`, "\u2028\x00\x1f", "}{][,:", "😀"}),
		rapid.String(),
	).Draw(t, name)
}

func instants(t *rapid.T, name string) time.Time {
	if rapid.Bool().Draw(t, name+" zero") {
		return time.Time{}
	}
	return time.Unix(rapid.Int64Range(-1e9, 1e10).Draw(t, name), rapid.Int64Range(0, 999_999_999).Draw(t, name+" nanos")).UTC()
}

func waits(t *rapid.T) []cases.Wait {
	var out []cases.Wait
	for range rapid.IntRange(0, 2).Draw(t, "waits") {
		out = append(out, cases.Wait(words(t, "wait")))
	}
	return out
}

func payload(t *rapid.T) cases.Data {
	at := func(n string) time.Time { return instants(t, n) }
	w := func(n string) string { return words(t, n) }
	yes := func(n string) bool { return rapid.Bool().Draw(t, n) }
	length := func(n string) time.Duration { return time.Duration(rapid.Int64().Draw(t, n)) }
	people := []cases.Address{{Name: w("name"), Addr: w("addr")}}
	switch rapid.IntRange(0, 10).Draw(t, "type") {
	case 0:
		return cases.Opened{
			Number: rapid.Int64().Draw(t, "number"), Subject: w("subject"), Organization: w("organization"), OrgName: w("org"), Contact: w("contact"),
			Person: people[0], Region: w("region"), Language: w("language"), Reception: at("reception"), Priority: w("priority"),
		}
	case 1:
		return cases.MessageReceived{
			Message: w("message"), Source: w("source"), From: people[0], To: people, Subject: w("subject"), Text: w("text"), New: w("new"), Truncated: yes("cut"),
			References: []string{w("reference")}, Attachments: []cases.Attachment{{Name: w("file"), Size: 3}}, Auto: w("auto"), Verified: yes("verified"), Joined: w("joined"),
			Received: at("received"), Dated: at("dated"),
		}
	case 2:
		return cases.Replied{Message: w("message"), Kind: cases.ReplyKind(w("kind")), To: people, Subject: w("subject"), Text: w("text"), References: []string{w("reference")}, Counts: yes("counts")}
	case 3:
		return cases.PriorityClaimed{Priority: w("priority"), Criterion: w("criterion"), Reason: w("reason"), Applied: w("applied"), Provisional: yes("provisional")}
	case 4:
		return cases.PriorityJudged{Priority: w("priority"), Criterion: w("criterion"), Reason: w("reason"), Declines: yes("declines"), Reassessed: yes("reassessed"), Applied: w("applied"), Provisional: yes("provisional")}
	case 5:
		return cases.TargetSet{
			Base:   at("base"),
			Metric: w("metric"), Priority: w("priority"), Provisional: yes("provisional"), Cause: cases.Cause(w("cause")), From: at("from"), Starts: at("starts"),
			Deadline: at("deadline"), Business: length("business"), Calendar: w("calendar"), Kept: yes("kept"), Renewed: yes("renewed"),
			Segments: []cases.Segment{{From: at("segment"), Counted: true, Reason: w("why"), NameJA: w("holiday")}, {}}, Readings: map[string]string{w("reading"): w("chosen")}, PausesFor: waits(t), Restores: yes("restores"), Reopened: w("reopened"),
			ZoneData: w("zone"), Before: at("before"),
		}
	case 6:
		return cases.TargetMet{Metric: w("metric"), Deadline: at("deadline"), At: at("at"), Spare: length("spare"), Used: length("used"), Answer: w("answer")}
	case 7:
		return cases.TargetMissed{Metric: w("metric"), Deadline: at("deadline")}
	case 8:
		return cases.StatusChanged{From: cases.Status(w("from")), To: cases.Status(w("to")), Reason: w("reason"), Wait: cases.Wait(w("wait")), Until: at("until"), Returned: yes("returned")}
	case 9:
		return cases.VerdictSuperseded{Metric: w("metric"), Reason: w("reason"), Message: w("message")}
	}
	return cases.Identified{Organization: w("organization"), OrgName: w("org"), Region: w("region"), Language: w("language")} // read whole
}

func TestAGlanceReadsWhatDecodingReads(t *testing.T) {
	var g cases.Glancer
	rapid.Check(t, func(rt *rapid.T) {
		p := payload(rt)
		raw, err := cases.Encode(p)
		if err != nil {
			rt.Skip()
		}
		whole, err := cases.Decode(p.Type(), raw)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := g.Glance(p.Type(), raw)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(shortened(whole), got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("%s\ndecode (-), glance (+):\n%s", raw, diff)
		}
	})
}

func TestAGlanceLeavesUnusualFormsToDecoding(t *testing.T) {
	var g cases.Glancer
	name := cases.TargetSet{}.Type()
	for _, raw := range []string{
		`{ "metric" : "first_response", "deadline": "2026-11-20T16:00:00+09:00" }`, `{"metric":null,"business":2.16e13}`, `{"\u006detric":"first_response"}`,
		`{}`, `{"deadline":"2026-11-20T07:00:00.123456789Z","segments":[{"from":"2026-11-20T07:00:00Z"}],"kept":true}`,
	} {
		whole, wrong := cases.Decode(name, []byte(raw))
		got, err := g.Glance(name, []byte(raw))
		if (wrong == nil) != (err == nil) {
			t.Errorf("%s: decode says %v, glance %v", raw, wrong, err)
			continue
		}
		if wrong == nil {
			if diff := cmp.Diff(shortened(whole), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s:\n%s", raw, diff)
			}
		}
	}
	for _, raw := range []string{``, `null x`, `{`, `{"metric"`, `{"metric":"a`, `{"metric":"a"`, `{"deadline":"2026-02-31T07:00:00Z"}`, `{"kept":maybe}`, `[]`, `{"metric":"a"}}`} {
		if _, err := g.Glance(name, []byte(raw)); err == nil {
			t.Errorf("%q is read", raw)
		}
	}
	if d, err := g.Glance("moon.risen/9", []byte(`{"phase":3}`)); err != nil || d.Type() != "moon.risen/9" {
		t.Errorf("an unknown type: %v, %v", d, err)
	}
}

// A field that a later build adds to a payload is never lost: the whole is
// decoded then, until somebody says here that it decides no clock.
func TestAGlanceLosesNoFieldThatItDoesNotKnow(t *testing.T) {
	var g cases.Glancer
	at := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	for _, d := range []cases.Data{
		cases.Opened{},
		cases.MessageReceived{},
		cases.Replied{},
		cases.PriorityClaimed{},
		cases.PriorityJudged{},
		cases.TargetSet{},
		cases.TargetMet{},
		cases.TargetMissed{},
		cases.StatusChanged{},
		cases.VerdictSuperseded{},
	} {
		v := reflect.New(reflect.TypeOf(d)).Elem()
		for i := range v.NumField() {
			switch f := v.Field(i); f.Interface().(type) {
			case time.Time:
				f.Set(reflect.ValueOf(at))
			default:
				switch f.Kind() {
				case reflect.String:
					f.SetString("x")
				case reflect.Bool:
					f.SetBool(true)
				case reflect.Int64:
					f.SetInt(7)
				case reflect.Slice:
					f.Set(reflect.MakeSlice(f.Type(), 1, 1))
				case reflect.Pointer:
					f.Set(reflect.New(f.Type().Elem()))
				}
			}
		}
		full, ok := v.Interface().(cases.Data)
		if !ok {
			t.Fatalf("%v is no payload", v.Type())
		}
		raw, err := cases.Encode(full)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.Glance(d.Type(), raw)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := cases.Decode(d.Type(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(shortened(whole), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: decode (-), glance (+):\n%s", d.Type(), diff)
		}
	}
}

// FuzzGlance holds that whatever is stored, a glance neither panics nor reads
// what decoding refuses in a field that it reads.
func FuzzGlance(f *testing.F) {
	f.Add("target.set/1", []byte(`{"metric":"first_response","segments":[{"from":"x"}],"deadline":"2026-11-20T07:00:00Z"}`))
	f.Add("case.opened/1", []byte(`{"number":1,"subject":"\u003cb\u003e","reception":"2026-11-20T07:00:00.5Z"}`))
	f.Add("reply.released/1", []byte(`{"message":"a\\","kind":"initial_response"}`))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		var g cases.Glancer
		d, err := g.Glance(name, raw)
		if err == nil && d.Type() != name {
			t.Errorf("%s is read as %s", name, d.Type())
		}
	})
}
