package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// SchemaID names the published JSON Schema of contract files.
const SchemaID = "urn:madoguchi:contract:1"

// Schema returns the JSON Schema (2020-12) of contract files, with which
// editors check and complete them while they are written. It knows the form
// only; [Load] also holds the parts against each other.
func Schema() ([]byte, error) {
	doc := shape(map[string]any{
		"format":             map[string]any{"const": 1, "description": "Version of the file format."},
		"contract":           partiesSchema(),
		"sections":           list(shape(map[string]any{"id": ref("id"), "number": text(), "title": ref("both")}, "number")),
		"clauses":            list(clauseSchema()),
		"calendars":          list(calendarSchema()),
		"regions":            list(shape(map[string]any{"id": ref("id"), "label": ref("both"), "calendar": ref("id"), "reception": aroundClockSchema(), "top-priority": aroundClockSchema(), "clauses": ref("cites")}, "reception", "top-priority", "clauses")),
		"channels":           list(shape(map[string]any{"id": ref("id"), "label": ref("both"), "enabled": flag(), "voice": flag(), "reception": aroundClockSchema(), "recorded": flag(), "clauses": ref("cites")}, "enabled", "voice", "reception", "recorded", "clauses")),
		"priorities":         list(shape(map[string]any{"id": ref("id"), "rank": whole(1, 100), "label": ref("both"), "letter": ref("both"), "restoration-first": flag(), "clauses": ref("cites")}, "restoration-first", "clauses")),
		"criteria":           list(shape(map[string]any{"clause": ref("id"), "priority": ref("id"), "question": ref("both"), "label": ref("both"), "provisional-on-claim": flag(), "needs-agreement": flag(), "claimed-by": list(text()), "agreed-by": list(text())}, "provisional-on-claim", "needs-agreement", "claimed-by", "agreed-by")),
		"targets":            list(targetsSchema()),
		"handling":           handlingSchema(),
		"facts":              shape(map[string]any{"clauses": ref("cites"), "ask": list(shape(map[string]any{"key": ref("id"), "label": ref("both"), "hint": ref("both")}))}),
		"readings":           list(map[string]any{"oneOf": readingSchemas()}),
		"scope":              shape(map[string]any{"clauses": ref("cites"), "excluded": list(shape(map[string]any{"id": ref("id"), "label": ref("both"), "clauses": ref("cites")}))}, "clauses", "excluded"),
		"emergency":          shape(map[string]any{"around-the-clock": flag(), "dashboard": flag(), "clauses": ref("cites")}, "around-the-clock", "dashboard", "clauses"),
		"configuration-work": workSchema(),
		"credits":            list(shape(map[string]any{"metric": oneOf(metrics()), "below-per-mille": whole(1, 1000), "percent": whole(1, 100), "clauses": ref("cites")})),
		"texts":              textsSchema(),
	}, "configuration-work", "credits")
	doc["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	doc["$id"] = SchemaID
	doc["title"] = "Madoguchi support contract"
	doc["$defs"] = definitions()
	return json.MarshalIndent(doc, "", "  ")
}

// definitions are the forms that parts of both schemas refer to.
func definitions() map[string]any {
	return map[string]any{
		"id":    map[string]any{"type": "string", "pattern": idForm.String(), "maxLength": 64},
		"both":  shape(map[string]any{"ja": text(), "en": text()}),
		"cites": map[string]any{"type": "array", "items": ref("id"), "description": "Clause ids that this rests on."},
		"hours": map[string]any{"type": "array", "items": map[string]any{"type": "string", "pattern": `^\d\d:\d\d(:\d\d)? ?- ?\d\d:\d\d(:\d\d)?$`}},
		"date":  map[string]any{"type": "string", "pattern": `^\d{4}-\d\d-\d\d$`},
	}
}

// shape is an object with the properties given and no others; all are required
// but those named as optional.
func shape(properties map[string]any, optional ...string) map[string]any {
	var required []string
	for _, k := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(optional, k) {
			required = append(required, k)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func ref(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }
func list(items any) map[string]any  { return map[string]any{"type": "array", "items": items} }
func text() map[string]any           { return map[string]any{"type": "string", "minLength": 1} }
func flag() map[string]any           { return map[string]any{"type": "boolean"} }
func oneOf(words []string) any       { return map[string]any{"enum": words} }
func aroundClockSchema() any         { return oneOf([]string{"business-hours", "around-the-clock"}) }

func whole(low, high int) map[string]any {
	return map[string]any{"type": "integer", "minimum": low, "maximum": high}
}

func partiesSchema() any {
	return shape(map[string]any{
		"id": ref("id"), "version": ref("id"), "effective": ref("date"), "name": ref("both"), "provider": ref("both"), "desk": ref("both"),
		"zone": text(), "initial-priority": ref("id"), "language": oneOf([]string{"ja", "en"}),
	}, "language")
}

func clauseSchema() any {
	return shape(map[string]any{
		"id": ref("id"), "section": ref("id"), "ja": text(), "en": text(), "phrases": list(text()), "say": ref("both"),
		"bound": oneOf([]string{string(ByRule), string(ByText), string(NotExecutable), string(NotYet)}),
		"shown": list(oneOf(placeIDs())), "reason": ref("both"),
	}, "phrases", "say", "shown", "reason")
}

func calendarSchema() any {
	week := map[string]any{}
	for _, d := range weekdayKeys() {
		week[d] = ref("hours")
	}
	days := shape(week, weekdayKeys()...)
	closure := shape(map[string]any{
		"date": ref("date"), "every-year": map[string]any{"type": "string", "pattern": `^\d\d-\d\d(\.\.\d\d-\d\d)?$`},
		"name": ref("both"), "public": flag(),
	}, "date", "every-year", "public")
	return shape(map[string]any{
		"id": ref("id"), "name": ref("both"), "zone": text(), "weekly": days, "breaks": days, "holidays": oneOf([]string{"jp"}),
		"closures": list(closure), "special": list(shape(map[string]any{"date": ref("date"), "hours": ref("hours"), "name": ref("both")}, "hours")),
		"clauses": ref("cites"),
	}, "zone", "breaks", "holidays", "closures", "special", "clauses")
}

func targetsSchema() any {
	set := shape(map[string]any{
		"priority": ref("id"), "regions": list(ref("id")), "within": lengthSchema(),
		"calendar": ref("id"), "pauses-for": waitsSchema(), "workaround-counts": flag(), "when-reopened": oneOf(reopenings()), "clauses": ref("cites"),
	}, "regions", "calendar", "pauses-for", "workaround-counts", "when-reopened", "clauses")
	return shape(map[string]any{"metric": oneOf(metrics()), "label": ref("both"), "clauses": ref("cites"), "set": list(set)}, "clauses")
}

func handlingSchema() any {
	ids := list(ref("id"))
	when := shape(map[string]any{
		"channels": ids, "regions": ids, "hours": oneOf([]string{"in", "out"}), "claim": ids, "judged": ids,
		"agreed": flag(), "emergency": flag(), "known": flag(),
	}, "channels", "regions", "hours", "claim", "judged", "agreed", "emergency", "known")
	action := shape(map[string]any{
		"when": when, "do": oneOf(actions()), "ask-to-phone": flag(), "call-back": flag(), "tell": ref("cites"), "clauses": ref("cites"),
	}, "when", "ask-to-phone", "call-back", "tell")
	return shape(map[string]any{"actions": list(action), "notices": list(shape(map[string]any{"when": when, "tell": ref("cites")}, "when"))}, "notices")
}

// readingSchemas has one schema for each reading, so that an editor offers
// exactly the alternatives that it has.
func readingSchemas() []any {
	var out []any
	for _, k := range choices() {
		out = append(out, shape(map[string]any{
			"name": map[string]any{"const": k.name}, "question": ref("both"), "reason": ref("both"), "chosen": oneOf(k.alternatives), "clauses": ref("cites"),
			"alternatives": list(shape(map[string]any{"id": oneOf(k.alternatives), "meaning": ref("both")})),
		}))
	}
	return out
}

func workSchema() any {
	named := list(shape(map[string]any{"id": ref("id"), "label": ref("both")}))
	topics := map[string]any{}
	for _, t := range workTopics() {
		topics[t] = ref("cites")
	}
	return shape(map[string]any{
		"name": ref("both"), "priority": ref("id"), "criterion": ref("id"), "services": named, "confidential": named,
		"sizes":      list(shape(map[string]any{"id": ref("id"), "label": ref("both"), "business-days": whole(1, 250), "clauses": ref("cites")}, "clauses")),
		"first-come": flag(), "form-required": flag(), "customer-instructs": flag(), "customer-verifies": flag(), "date-promised": flag(),
		"clauses": shape(topics, workTopics()...),
	}, "criterion", "first-come", "form-required", "customer-instructs", "customer-verifies", "date-promised")
}

func textsSchema() any {
	properties := map[string]any{}
	for key, holes := range keyHoles() {
		t := shape(map[string]any{"ja": text(), "en": text(), "clauses": ref("cites")}, "clauses")
		t["description"] = fmt.Sprintf("Placeholders: %v", holes)
		properties[key] = t
	}
	return shape(properties, slices.Collect(maps.Keys(keyDefaults()))...)
}
