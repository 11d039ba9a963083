package ui

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"

	"madoguchi/terms/fault"
)

// FormErrors sorts a refusal to the field that it is about ("" for the whole
// form), for a form that is drawn again; ok is false for an error that the
// person cannot mend in the form.
func FormErrors(ctx context.Context, err error) (problems map[string]string, ok bool) {
	e, classified := errors.AsType[*fault.Error](err)
	if !classified || (e.Kind != fault.Invalid && e.Kind != fault.Conflict) {
		return nil, false
	}
	return map[string]string{e.Field: e.Text.In(string(Of(ctx).Lang))}, true
}

// Languages are the languages that the desk writes in, each named in itself.
func Languages() []Option {
	return []Option{{Value: string(JA), Label: TL(JA, "lang.self")}, {Value: string(EN), Label: TL(EN, "lang.self")}}
}

// LanguageName writes a language in itself; an unknown code stays as it is.
func LanguageName(code string) string {
	if l, ok := ParseLang(code); ok {
		return TL(l, "lang.self")
	}
	return code
}

// Seal writes the place in a list into an address; [Unseal] reads it back.
func Seal(cursor any) (string, error) {
	b, err := json.Marshal(cursor)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// Unseal reads what [Seal] wrote; the empty string leaves cursor as it is.
// Anything else that cannot be read is [fault.Invalid].
func Unseal(s string, cursor any) error {
	if s == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, cursor)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "一覧の続きを読み込めませんでした。一覧の最初から開き直してください。", "The list cannot go on from there. Please open it from the start.")
	}
	return nil
}
