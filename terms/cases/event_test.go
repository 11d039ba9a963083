package cases_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/terms/cases"
)

// What is stored outlives the library that writes it: every payload is stored as
// encoding/json would store it, and read as encoding/json would read it.
func TestPayloadsAreStoredAsTheStandardLibraryStoresThem(t *testing.T) {
	for _, name := range cases.Types() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := reflect.New(cases.TypeNamed(name))
				fill(t, p.Elem(), 0)
				d := p.Elem().Interface().(cases.Data)
				raw, err := cases.Encode(d)
				if err != nil {
					t.Fatal(err)
				}
				want, err := json.Marshal(d)
				if err != nil {
					t.Fatal(err)
				}
				// A byte that is no UTF-8 becomes U+FFFD, here as the character, there as its escape.
				if want := strings.ReplaceAll(string(want), `\ufffd`, "\ufffd"); string(raw) != want {
					t.Fatalf("stored as %s, want %s", raw, want)
				}
				got, err := cases.Decode(name, raw)
				if err != nil {
					t.Fatal(err)
				}
				back := reflect.New(cases.TypeNamed(name))
				if err := json.Unmarshal(raw, back.Interface()); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, back.Elem().Interface()) {
					t.Fatalf("read as %#v, want %#v", got, back.Elem().Interface())
				}
			})
		})
	}
}

// fill sets everything in v that JSON can carry, odd texts and empty lists included.
func fill(t *rapid.T, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "instant")).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i), depth+1)
			}
		}
	case reflect.Pointer:
		if depth < 6 && rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth+1)
		}
	case reflect.Slice:
		if n := rapid.IntRange(-1, 2).Draw(t, "length"); n >= 0 && depth < 6 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(t, v.Index(i), depth+1)
			}
		}
	case reflect.Map:
		if rapid.Bool().Draw(t, "map") {
			v.Set(reflect.MakeMap(v.Type()))
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, depth+1)
			fill(t, value, depth+1)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString(rapid.SampledFrom([]string{"", "障害のご連絡", "<a href=\"x\">&\u2028\u2029</a>", "\x00\x7f\t\n\\\"", "broken \xff\xfe utf-8", "絵文字😀", "-0.0"}).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(rapid.Int64Range(-1<<31, 1<<31-1).Draw(t, "number"))
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(rapid.Uint64Range(0, 255).Draw(t, "number"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e12, 1e12).Draw(t, "number"))
	default:
		t.Fatalf("%v is a kind that this test does not fill", v.Type())
	}
}
