package contract

import "encoding/json"

// AmendmentSchemaID names the published JSON Schema of amendments.
const AmendmentSchemaID = "urn:madoguchi:amendment:1"

// AmendmentSchema returns the JSON Schema (2020-12) of amendments, for
// editors. What an amendment refers to is checked by [Contract.With].
func AmendmentSchema() ([]byte, error) {
	closure := shape(map[string]any{"date": ref("date"), "name": ref("both"), "public": flag(), "calendars": list(ref("id"))}, "public", "calendars")
	special := shape(map[string]any{"date": ref("date"), "name": ref("both"), "hours": ref("hours"), "calendars": list(ref("id"))}, "hours", "calendars")
	target := shape(map[string]any{
		"metric": oneOf(metrics()), "priority": ref("id"), "within": lengthSchema(), "calendar": ref("id"), "pauses-for": waitsSchema(),
	}, "calendar", "pauses-for")
	doc := shape(map[string]any{
		"format":       map[string]any{"const": 1, "description": "Version of the file format."},
		"amendment":    shape(map[string]any{"id": ref("id"), "base": ref("id"), "name": ref("both"), "agreed": ref("both")}, "agreed"),
		"region":       ref("id"),
		"support-plus": flag(),
		"closures":     list(closure),
		"special":      list(special),
		"targets":      list(target),
	}, "region", "support-plus", "closures", "special", "targets")
	doc["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	doc["$id"] = AmendmentSchemaID
	doc["title"] = "Madoguchi amendment of a support contract"
	doc["$defs"] = definitions()
	return json.MarshalIndent(doc, "", "  ")
}

func lengthSchema() any {
	return map[string]any{"type": "string", "pattern": `^(\d+h)?(\d+m)?(\d+s)?$`}
}

func waitsSchema() any { return list(oneOf([]string{string(WaitCustomer), string(WaitThirdParty)})) }
