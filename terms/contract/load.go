package contract

import (
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// Format is the version of the file format that this program reads.
const Format = "1"

// Load reads and checks a contract file. name is what errors call the file;
// data is YAML of at most [MaxFileBytes].
//
// The error is a fault of kind Invalid (TooLarge for an over-large file) whose
// message lists everything found wrong, each with file, line, column and what
// to write instead; its cause is the list as [Problems]. Time and memory are
// bounded whatever data holds.
func Load(name string, data []byte) (*Contract, error) {
	ps := &problems{file: name}
	root := parseSource(ps, data)
	if root == nil {
		return nil, ps.err(tooLarge(data))
	}
	c := build(ps, root, nil)
	if err := ps.err(tooLarge(data)); err != nil {
		return nil, err
	}
	return c, nil
}

// build makes a contract of a file's values, or reports why there is none.
// Calendars that base has with the same days are taken from it; base may be nil.
func build(ps *problems, root *node, base *Contract) *Contract {
	l := &loader{ps: ps, base: base, targetAt: map[targetKey]object{}, specs: map[string]calendarSpec{}, hoursClauses: map[string][]ClauseID{}, c: &Contract{
		calendars:     map[string]*worktime.Calendar{},
		weeks:         map[string]map[time.Weekday][]worktime.Hours{},
		starts:        map[startKey]startRule{},
		targets:       map[targetKey]Target{},
		texts:         map[string]Text{},
		textClauses:   map[string][]ClauseID{},
		metricClauses: map[Metric][]ClauseID{},
		sayings:       map[ClauseID]Text{},
		clauseAt:      map[ClauseID]int{},
	}}
	l.read(root)
	if len(ps.list) == 0 {
		l.check()
	}
	l.c.root, l.c.specs = root, l.specs
	return l.c
}

// loader holds what reading needs beyond the contract itself.
type loader struct {
	ps           *problems
	base         *Contract // whose calendars are taken where nothing differs; nil: none
	c            *Contract
	citations    []citation
	bindings     []binding
	initial      word
	specs        map[string]calendarSpec
	hoursClauses map[string][]ClauseID // by calendar
	targets      *node                 // the list, for what is missing from it
	targetAt     map[targetKey]object
	actions      *node
}

// citation is one place of the file that names a clause.
type citation struct {
	clause  ClauseID
	at      *node
	path    string
	byText  bool // a named text, not a rule
	telling bool // a rule tells the clause to a customer
}

func (l *loader) read(root *node) {
	top := l.ps.object(root, "", "format", "contract", "sections", "clauses", "calendars", "regions", "channels", "priorities", "criteria",
		"targets", "handling", "facts", "readings", "scope", "emergency", "configuration-work", "credits", "texts")
	if f := top.word("format", true); f.text != "" && f.text != Format {
		l.ps.at(f.at, f.path, "書式「%s」には対応していません。1 と書いてください。", "format %q is not known; write 1", f.text)
	}
	l.readParties(top)
	l.readClauses(top)
	l.readCalendars(top)
	l.readPriorities(top)
	l.readRegions(top)
	l.readChannels(top)
	l.readCriteria(top)
	l.readReadings(top)
	l.readTargets(top)
	l.readHandling(top)
	l.readFacts(top)
	l.readScope(top)
	l.readEmergency(top)
	l.readWork(top)
	l.readCredits(top)
	l.readTexts(top)
}

func (l *loader) readParties(top object) {
	o, ok := top.object("contract", true, "id", "version", "effective", "name", "provider", "desk", "zone", "initial-priority", "language")
	if !ok {
		return
	}
	l.c.id = o.id("id").text
	l.c.version = o.id("version").text
	l.c.effective = o.date("effective")
	l.c.name = o.text("name", true)
	l.c.provider = o.text("provider", true)
	l.c.desk = o.text("desk", true)
	l.c.zone = l.zone(o, true)
	l.c.language = o.oneOf("language", false, "ja", "en")
	l.initial = o.word("initial-priority", true)
	l.c.initial = PriorityID(l.initial.text)
}

// zone reads an IANA zone; UTC stands in after reporting.
func (l *loader) zone(o object, required bool) *time.Location {
	w := o.word("zone", required)
	if w.text == "" {
		return time.UTC
	}
	loc, err := worktime.LoadZone(w.text)
	if err != nil {
		o.ps.fault(w.at, w.path, err)
		return time.UTC
	}
	return loc
}

// cite reads a list of clause ids under key and remembers who names them.
func (l *loader) cite(o object, key string, required bool) []ClauseID {
	var out []ClauseID
	for _, w := range o.words(key, required) {
		id := ClauseID(w.text)
		out = append(out, id)
		l.citations = append(l.citations, citation{clause: id, at: w.at, path: o.path, telling: key == "tell"})
	}
	return slices.Clip(out)
}
