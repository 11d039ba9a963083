package contract_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"madoguchi/terms/contract"
)

// The reference must name every key, word and placeholder that a file may hold.
func TestTheReferenceNamesEveryKeyOfTheFile(t *testing.T) {
	page, err := os.ReadFile("../../docs/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []func() ([]byte, error){contract.Schema, contract.AmendmentSchema} {
		data, err := of()
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		for word := range words(schema) {
			if !strings.Contains(string(page), "`"+word+"`") {
				t.Errorf("docs/contract.md does not name `%s`", word)
			}
		}
	}
}

// words collects property names and the words of enumerations of a schema.
func words(schema any) map[string]bool {
	out := map[string]bool{}
	skip := map[string]bool{"ja": true, "en": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true}
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok {
				for k := range properties {
					out[k] = out[k] || !skip[k]
				}
			}
			if enum, ok := v["enum"].([]any); ok {
				for _, e := range enum {
					if s, ok := e.(string); ok {
						out[s] = !skip[s]
					}
				}
			}
			for _, child := range v {
				visit(child)
			}
		case []any:
			for _, child := range v {
				visit(child)
			}
		}
	}
	visit(schema)
	for k, wanted := range out {
		if !wanted {
			delete(out, k)
		}
	}
	return out
}
