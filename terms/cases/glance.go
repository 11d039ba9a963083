package cases

import "time"

// Glancer reads stored payloads as far as they decide clocks, many times
// faster than [Decode]: for who goes through the histories of many cases. It
// is not safe for concurrent use.
//
// The zero value is ready.
type Glancer struct {
	scan  glance
	words map[string]string // ids and names that come again and again
}

// Glance reads a stored payload. Of an explained deadline the segments and
// readings are left out, of a reply its text and who the
// recipients are, of a mail everything
// but its words and what was made of it, of an opened case the person. A type
// that it does not shorten is read whole, as [Decode] does. What is left out is
// not checked either.
func (g *Glancer) Glance(name string, raw []byte) (Data, error) {
	read, ok := glances[name]
	if !ok {
		return Decode(name, raw)
	}
	g.scan = glance{b: raw}
	if d := read(g); !g.scan.odd {
		return d, nil
	}
	return Decode(name, raw) // an unusual form: the slow way reads it, or says what is wrong
}

// glances are the payloads that a Glancer shortens. It is never changed after
// start.
var glances = map[string]func(*Glancer) Data{
	Opened{}.Type():            (*Glancer).opened,
	MessageReceived{}.Type():   (*Glancer).received,
	Replied{}.Type():           (*Glancer).replied,
	PriorityClaimed{}.Type():   (*Glancer).claimed,
	PriorityJudged{}.Type():    (*Glancer).judged,
	TargetSet{}.Type():         (*Glancer).set,
	TargetMet{}.Type():         (*Glancer).met,
	TargetMissed{}.Type():      (*Glancer).missed,
	StatusChanged{}.Type():     (*Glancer).status,
	VerdictSuperseded{}.Type(): (*Glancer).superseded,
}

// mostWords bounds the words that are kept: there are few of them unless a
// field holds something else in every event.
const mostWords = 10_000

// word reads a string that many events have.
func (g *Glancer) word() string {
	b, plain := g.scan.bytes()
	if !plain {
		return g.scan.unescape(b)
	}
	if w, ok := g.words[string(b)]; ok {
		return w
	}
	w := string(b)
	if g.words == nil {
		g.words = map[string]string{}
	}
	if len(g.words) < mostWords {
		g.words[w] = w
	}
	return w
}

func (g *Glancer) opened() Data {
	var d Opened
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "number":
			d.Number = s.integer()
		case "subject":
			d.Subject = s.text()
		case "organization":
			d.Organization = g.word()
		case "org_name":
			d.OrgName = g.word()
		case "contact":
			d.Contact = g.word()
		case "region":
			d.Region = g.word()
		case "language":
			d.Language = g.word()
		case "reception":
			d.Reception = s.instant()
		case "priority":
			d.Priority = g.word()
		case "person":
			s.skip()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) received() Data {
	var d MessageReceived
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "message":
			d.Message = s.text()
		case "subject":
			d.Subject = s.text()
		case "text":
			d.Text = s.text()
		case "new":
			d.New = s.text()
		case "auto":
			d.Auto = g.word()
		case "verified":
			d.Verified = s.boolean()
		case "received":
			d.Received = s.instant()
		case "source", "from", "to", "cc", "truncated", "html", "message_id", "references", "attachments", "silent", "joined", "dated", "auth":
			s.skip()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) replied() Data {
	var d Replied
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "message":
			d.Message = s.text()
		case "kind":
			d.Kind = ReplyKind(g.word())
		case "counts":
			d.Counts = s.boolean()
		case "to":
			d.To = make([]Address, s.count())
		case "cc":
			d.Cc = make([]Address, s.count())
		case "subject", "text", "message_id", "in_reply_to", "references", "attachments", "writer":
			s.skip()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) claimed() Data {
	var d PriorityClaimed
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "priority":
			d.Priority = g.word()
		case "criterion":
			d.Criterion = g.word()
		case "reason":
			d.Reason = s.text()
		case "applied":
			d.Applied = g.word()
		case "provisional":
			d.Provisional = s.boolean()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) judged() Data {
	var d PriorityJudged
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "priority":
			d.Priority = g.word()
		case "criterion":
			d.Criterion = g.word()
		case "reason":
			d.Reason = s.text()
		case "declines":
			d.Declines = s.boolean()
		case "reassessed":
			d.Reassessed = s.boolean()
		case "applied":
			d.Applied = g.word()
		case "provisional":
			d.Provisional = s.boolean()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) set() Data {
	var d TargetSet
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "metric":
			d.Metric = g.word()
		case "priority":
			d.Priority = g.word()
		case "provisional":
			d.Provisional = s.boolean()
		case "cause":
			d.Cause = Cause(g.word())
		case "from":
			d.From = s.instant()
		case "starts":
			d.Starts = s.instant()
		case "deadline":
			d.Deadline = s.instant()
		case "business":
			d.Business = time.Duration(s.integer())
		case "calendar":
			d.Calendar = g.word()
		case "kept":
			d.Kept = s.boolean()
		case "renewed":
			d.Renewed = s.boolean()
		case "zone_data":
			d.ZoneData = g.word()
		case "before":
			d.Before = s.instant()
		case "base":
			d.Base = s.instant()
		case "pauses_for":
			for s.element() {
				d.PausesFor = append(d.PausesFor, Wait(g.word()))
			}
		case "restores":
			d.Restores = s.boolean()
		case "when_reopened":
			d.Reopened = g.word()
		case "segments", "readings":
			s.skip()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) met() Data {
	var d TargetMet
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "metric":
			d.Metric = g.word()
		case "deadline":
			d.Deadline = s.instant()
		case "at":
			d.At = s.instant()
		case "spare":
			d.Spare = time.Duration(s.integer())
		case "used":
			d.Used = time.Duration(s.integer())
		case "answer":
			d.Answer = s.text()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) missed() Data {
	var d TargetMissed
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "metric":
			d.Metric = g.word()
		case "deadline":
			d.Deadline = s.instant()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) status() Data {
	var d StatusChanged
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "from":
			d.From = Status(g.word())
		case "to":
			d.To = Status(g.word())
		case "reason":
			d.Reason = s.text()
		case "wait":
			d.Wait = Wait(g.word())
		case "until":
			d.Until = s.instant()
		case "returned":
			d.Returned = s.boolean()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}

func (g *Glancer) superseded() Data {
	var d VerdictSuperseded
	s := &g.scan
	for s.field() {
		switch string(s.key) {
		case "metric":
			d.Metric = g.word()
		case "reason":
			d.Reason = g.word()
		case "message":
			d.Message = s.text()
		default:
			s.odd = true // a field of a later build: it may decide something
		}
	}
	return d
}
