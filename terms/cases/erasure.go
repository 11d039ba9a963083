package cases

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Erased says that personal data was taken out of earlier events of the case.
// It holds none itself. For each event it commits to the hash that the event
// had, and to what the event says now, so that the chain proves both that
// something of it was erased by whom and why, and that nothing else of it was
// changed afterwards.
type Erased struct {
	Erasure   string        `json:"erasure"` // id of the record of who asked and who approved
	Of        string        `json:"of"`      // "person" or "organization"
	Basis     string        `json:"basis"`   // the right or duty it rests on, such as "appi-35" or "contract-end"
	Asked     Actor         `json:"asked"`   // of the desk; the event's own actor approved it
	Originals bool          `json:"originals"`
	Events    []ErasedEvent `json:"events"`
}

// ErasedEvent is one event that says less now.
type ErasedEvent struct {
	Seq  int    `json:"seq"`
	Hash string `json:"hash"` // of the event as it was written, in hex; its place in the chain
	Now  string `json:"now"`  // digest of what it says now, in hex
}

// Type implements [Data].
func (Erased) Type() string { return "data.erased/1" }

// ErasedAddress ends an address that stands in place of an erased one; .invalid
// is nobody's (RFC 2606).
const ErasedAddress = "@erased.invalid"

// ErasedText stands in place of what was erased.
const ErasedText = "（個人情報を削除しました / personal data erased）"

// Erasure takes personal data out of events. It changes no fact that a state
// is folded from but names, addresses and words.
type Erasure struct {
	Contacts  []string // registry ids of the person
	Addresses []string // mail addresses, lower case
	Words     []string // names and numbers, as they may stand in a text
	Name      string   // in place of the name
	Address   string   // in place of an address, see [ErasedAddress]

	// All takes out every text, and everybody on the customer's side: a whole
	// company is erased. Keep tells the addresses that are the desk's own.
	All  bool
	Keep func(addr string) bool

	words *regexp.Regexp
}

// Apply returns what an event says without the data, and whether that differs.
func (x *Erasure) Apply(e Event) (Event, bool, error) {
	if _, own := e.Data.(Erased); own {
		return e, false, nil
	}
	raw, err := Encode(e.Data)
	if err != nil {
		return e, false, err
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // a length in nanoseconds stays what it is
	if err := d.Decode(&tree); err != nil {
		return e, false, err
	}
	x.compile()
	tree = x.walk("", tree)
	if fields, ok := tree.(map[string]any); ok {
		x.texts(e, fields)
	}
	now, err := json.Marshal(tree)
	if err != nil {
		return e, false, err
	}
	out := e
	if out.Data, err = Decode(e.Data.Type(), now); err != nil {
		return e, false, err
	}
	if e.Actor.Kind == Customer && (x.All || slices.Contains(x.Contacts, e.Actor.ID) || x.mask(e.Actor.Name) != e.Actor.Name || x.is(e.Actor.ID)) {
		out.Actor.Name = x.Name
		if x.is(e.Actor.ID) || x.All && strings.Contains(e.Actor.ID, "@") {
			out.Actor.ID = x.Address
		}
	}
	again, err := Encode(out.Data)
	if err != nil {
		return e, false, err
	}
	return out, string(again) != string(raw) || out.Actor != e.Actor, nil
}

// Writes reports whether a message of the customer's side is the person's own,
// so that all of its text goes.
func (x *Erasure) Writes(from Address) bool {
	return x.is(from.Addr) || x.All && !x.kept(from.Addr)
}

// texts takes out whole texts: those that the person wrote, or all.
func (x *Erasure) texts(e Event, f map[string]any) {
	var words []string
	own := x.All
	switch d := e.Data.(type) {
	case MessageReceived:
		own, words = own || x.Writes(d.From), []string{"subject", "text", "new"}
	case MessageReread:
		own, words = own || x.Writes(d.From), []string{"subject", "text", "new"}
	case Opened:
		own, words = own || x.Writes(d.Person), []string{"subject"}
	case PriorityClaimed, PriorityObjected:
		own, words = own || e.Actor.Kind == Customer && slices.Contains(x.Contacts, e.Actor.ID), []string{"reason"}
	case Acknowledged, PriorityTold, Replied, ConfirmationAsked, Noted, Absorbed, TaskSet:
		words = []string{"subject", "text", "reason"}
	case PriorityJudged, StatusChanged, ScopeDecided, ServiceRestored, Merged, ReplyTakenOver, MissExplained:
		words = []string{"reason"}
	case Retitled:
		words = []string{"before", "after"}
	case DeliveryAccepted, DeliveryFailed, DeliveryDelayed:
		words = []string{"reply"}
	}
	if !own {
		return
	}
	for _, key := range words {
		if s, ok := f[key].(string); ok && s != "" {
			f[key] = ErasedText
		}
	}
	if files, ok := f["attachments"].([]any); ok {
		for _, a := range files {
			if file, ok := a.(map[string]any); ok {
				file["name"], file["sha256"] = ErasedText, ""
			}
		}
	}
}

// ids are fields that name a thing and no person.
var ids = []string{
	"case", "into", "message", "source", "message_id", "message_ids", "references", "in_reply_to", "organization", "contact", "confirmation",
	"mail", "where", "priority", "applied", "criterion", "clause", "clauses", "said", "type", "kind", "sha256", "incident", "status", "metric", "joined_by",
}

// walk replaces the data in every value of a payload.
func (x *Erasure) walk(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		if addr, ok := v["addr"].(string); ok && (x.is(addr) || x.All && !x.kept(addr)) {
			v["addr"] = x.Address
			if !x.is(addr) { // a colleague: told apart from the others
				v["addr"] = x.other(addr)
			}
			if v["name"] != nil {
				v["name"] = x.Name
			}
			return v
		}
		_, another := v["addr"]
		_, actor := v["kind"]
		for k, inner := range v {
			if k == "name" && (another || actor) {
				continue // a part of the name may be that of somebody else
			}
			v[k] = x.walk(k, inner)
		}
		return v
	case []any:
		for i := range v {
			v[i] = x.walk(key, v[i])
		}
		return v
	case string:
		switch {
		case x.is(v):
			return x.Address
		case x.All && key == "org_name" && v != "":
			return x.Name
		case x.All && (key == "recipient" || key == "joined" || key == "left") && strings.Contains(v, "@") && !x.kept(v):
			return x.other(v)
		case slices.Contains(ids, key):
			return x.maskAddress(v)
		}
		return x.mask(v)
	}
	return v
}

// other is the address in place of a colleague's: as many colleagues, as many
// addresses.
func (x *Erasure) other(addr string) string {
	local, _, _ := strings.Cut(x.Address, "@")
	n := slices.Index(x.Addresses, strings.ToLower(addr))
	if n < 0 {
		n = len(x.Addresses)
		x.Addresses = append(x.Addresses, strings.ToLower(addr))
	}
	return local + "-" + string(rune('a'+n%26)) + strings.Repeat("x", n/26) + ErasedAddress
}

func (x *Erasure) is(addr string) bool {
	return !x.All && addr != "" && slices.Contains(x.Addresses, strings.ToLower(addr))
}

func (x *Erasure) kept(addr string) bool {
	return addr == "" || strings.HasSuffix(addr, ErasedAddress) || x.Keep != nil && x.Keep(strings.ToLower(addr))
}

func (x *Erasure) mask(s string) string {
	s = x.maskAddress(s)
	if x.words != nil {
		s = x.words.ReplaceAllLiteralString(s, x.Name)
	}
	return s
}

func (x *Erasure) maskAddress(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	for _, a := range x.Addresses {
		s = replaceFold(s, a, x.Address)
	}
	return s
}

func replaceFold(s, old, now string) string {
	if !strings.Contains(strings.ToLower(s), old) {
		return s
	}
	return regexp.MustCompile(`(?i)`+regexp.QuoteMeta(old)).ReplaceAllLiteralString(s, now)
}

var gaps = regexp.MustCompile(`[\s\p{Zs}]+`)

// compile makes one pattern of the words: a name with or without its blank, in
// any letter case, the longest first.
func (x *Erasure) compile() {
	if x.words != nil || len(x.Words) == 0 {
		return
	}
	var words []string
	for _, w := range x.Words {
		w = strings.TrimSpace(w)
		if utf8.RuneCountInString(w) < 2 {
			continue // one letter is in everything
		}
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for i, w := range words {
		parts := gaps.Split(w, -1)
		for j := range parts {
			parts[j] = regexp.QuoteMeta(parts[j])
		}
		words[i] = strings.Join(parts, `[\s\p{Zs}]*`)
		if w[0] < utf8.RuneSelf { // letters: only whole words
			words[i] = `\b` + words[i] + `\b`
		}
	}
	if len(words) > 0 {
		x.words = regexp.MustCompile(`(?i)(?:` + strings.Join(words, "|") + `)`)
	}
}

// NameWords are the words by which a name stands in texts: as a whole, and each
// of its parts that is long enough to mean somebody.
func NameWords(name string) []string {
	parts := gaps.Split(strings.TrimSpace(name), -1)
	out := []string{strings.TrimSpace(name)}
	for _, p := range parts {
		if utf8.RuneCountInString(p) >= 2 && p != out[0] {
			out = append(out, p)
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// Text is a text beside the history without the data.
func (x *Erasure) Text(s string) string {
	if x.All && s != "" {
		return ErasedText
	}
	x.compile()
	return x.mask(s)
}
