package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// validator holds a document against the part of JSON Schema that contract
// files use, and says where it does not fit.
type validator struct {
	t    *testing.T
	defs map[string]any
}

func schemaOf(t *testing.T) (validator, map[string]any) {
	t.Helper()
	data, err := contract.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	return validator{t: t, defs: schema["$defs"].(map[string]any)}, schema
}

func (v validator) check(schema map[string]any, doc any, at string) []string {
	v.known(schema)
	if ref, ok := schema["$ref"].(string); ok {
		return v.check(v.defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any), doc, at)
	}
	if all, ok := schema["oneOf"].([]any); ok {
		fits := 0
		for _, s := range all {
			if len(v.check(s.(map[string]any), doc, at)) == 0 {
				fits++
			}
		}
		if fits != 1 {
			return []string{fmt.Sprintf("%s: fits %d of the alternatives", at, fits)}
		}
		return nil
	}
	if want, ok := schema["const"]; ok && fmt.Sprint(want) != fmt.Sprint(doc) {
		return []string{fmt.Sprintf("%s: %v is not %v", at, doc, want)}
	}
	if words, ok := schema["enum"].([]any); ok && !slices.Contains(words, doc) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, doc, words)}
	}
	switch schema["type"] {
	case "object":
		return v.object(schema, doc, at)
	case "array":
		items, ok := doc.([]any)
		if !ok {
			return []string{at + ": no list"}
		}
		var wrong []string
		for i, item := range items {
			wrong = append(wrong, v.check(schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", at, i+1))...)
		}
		return wrong
	case "string":
		s, ok := doc.(string)
		pattern, _ := schema["pattern"].(string)
		low, _ := schema["minLength"].(float64)
		high, bounded := schema["maxLength"].(float64)
		n := float64(utf8.RuneCountInString(s))
		if !ok || n < low || bounded && n > high || !regexp.MustCompile(pattern).MatchString(s) {
			return []string{fmt.Sprintf("%s: %v is no text that fits", at, doc)}
		}
	case "boolean":
		if _, ok := doc.(bool); !ok {
			return []string{at + ": not true or false"}
		}
	case "integer":
		n := reflect.ValueOf(doc)
		if !n.CanUint() || float64(n.Uint()) < schema["minimum"].(float64) || float64(n.Uint()) > schema["maximum"].(float64) {
			return []string{fmt.Sprintf("%s: %v is no whole number that fits", at, doc)}
		}
	}
	return nil
}

func (v validator) object(schema map[string]any, doc any, at string) []string {
	m, ok := doc.(map[string]any)
	if !ok {
		return []string{at + ": no mapping"}
	}
	properties := schema["properties"].(map[string]any)
	var wrong []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		property, ok := properties[k].(map[string]any)
		if !ok {
			wrong = append(wrong, at+": no key "+k)
			continue
		}
		wrong = append(wrong, v.check(property, m[k], at+"."+k)...)
	}
	required, _ := schema["required"].([]any)
	for _, k := range required {
		if _, ok := m[k.(string)]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s is missing", at, k))
		}
	}
	return wrong
}

// known fails on a keyword that the validator would silently pass over.
func (v validator) known(schema map[string]any) {
	words := []string{"$ref", "$schema", "$id", "$defs", "title", "description", "oneOf", "const", "enum", "type", "properties", "additionalProperties", "required", "items", "pattern", "minLength", "maxLength", "minimum", "maximum"}
	for k := range schema {
		if !slices.Contains(words, k) {
			v.t.Fatalf("the test's validator does not know %q", k)
		}
	}
}

func decoded(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheShippedContractsFitThePublishedSchema(t *testing.T) {
	v, schema := schemaOf(t)
	for _, name := range contracts.Names() {
		_, data, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range v.check(schema, decoded(t, data), name) {
			t.Error(wrong)
		}
	}
}

// contracts/contract.schema.json is what the first line of a contract file
// points editors at.
func TestThePublishedSchemaIsCurrent(t *testing.T) {
	for file, schema := range map[string]func() ([]byte, error){"contract": contract.Schema, "amendment": contract.AmendmentSchema} {
		want, err := schema()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		file = "../../contracts/" + file + ".schema.json"
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not current (go test ./terms/contract -run Published -update writes it)", file)
		}
	}
}

// The schema and the loader must know the same keys: what one calls unknown or
// missing the other does too, at every mapping of the shipped contracts.
func TestTheSchemaAndTheLoaderKnowTheSameKeys(t *testing.T) {
	v, schema := schemaOf(t)
	for _, name := range contracts.Names() {
		_, data, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mappings(decoded(t, data), "") {
			t.Run(name+"/"+m, func(t *testing.T) {
				doc := short(decoded(t, data)).(map[string]any)
				into := walk(doc, m)
				into["surely-unknown"] = "x"
				if len(v.check(schema, doc, "")) == 0 {
					t.Error("the schema takes an unknown key")
				}
				if err := loads(t, doc); err == nil || !strings.Contains(err.Error(), `no key "surely-unknown"`) {
					t.Errorf("the loader takes an unknown key: %v", err)
				}
				delete(into, "surely-unknown")
				for _, k := range slices.Sorted(maps.Keys(into)) {
					kept := into[k]
					delete(into, k)
					missing := len(v.check(schema, doc, "")) > 0
					if loaded := loads(t, doc); missing && loaded == nil {
						t.Errorf("the schema needs %s, the loader does not", k)
					} else if !missing && loaded != nil && strings.Contains(loaded.Error(), fmt.Sprintf("%q is missing", k)) {
						t.Errorf("the loader needs %s, the schema does not", k)
					}
					into[k] = kept
				}
			})
		}
	}
}

// short cuts every list to its first entry: the keys are the same, and the
// file reads faster.
func short(doc any) any {
	switch v := doc.(type) {
	case map[string]any:
		for k := range v {
			v[k] = short(v[k])
		}
	case []any:
		for i := range v {
			v[i] = short(v[i])
		}
		return v[:min(1, len(v))]
	}
	return doc
}

func loads(t *testing.T, doc any) error {
	t.Helper()
	data, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	_, err = contract.Load("doc.yaml", data)
	return err
}

// mappings returns the way to one mapping of each form: lists give their first
// entry, and forms that repeat (texts in two languages) only once.
func mappings(doc any, path string) []string {
	var out []string
	switch v := doc.(type) {
	case map[string]any:
		out = append(out, path)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			text, _ := v[k].(map[string]any)
			if _, both := text["ja"]; both && k != "desk" && k != "ack.target" {
				continue
			}
			out = append(out, mappings(v[k], strings.TrimPrefix(path+"/"+k, "/"))...)
		}
	case []any:
		if len(v) > 0 {
			out = mappings(v[0], path+"/0")
		}
	}
	return out
}

func walk(doc any, path string) map[string]any {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' }) {
		if items, ok := doc.([]any); ok {
			doc = items[0]
			continue
		}
		doc = doc.(map[string]any)[step]
	}
	return doc.(map[string]any)
}
