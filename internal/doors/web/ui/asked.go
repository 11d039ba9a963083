package ui

import (
	"encoding/json"
	"net/http"

	"madoguchi/terms/fault"
)

// RenderAsked answers a page's script with what the browser is to be asked for
// a passkey; with an error, what is in the way.
func RenderAsked(w http.ResponseWriter, r *http.Request, token string, options json.RawMessage, err error, status func(fault.Kind) int) error {
	if err != nil && fault.KindOf(err) == fault.Internal {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	answer := struct {
		Token   string          `json:"token,omitempty"`
		Options json.RawMessage `json:"options,omitempty"`
		Error   string          `json:"error,omitempty"`
	}{Token: token, Options: options}
	if err != nil {
		answer.Token, answer.Options, answer.Error = "", nil, fault.Public(err).In(string(Of(r.Context()).Lang))
		w.WriteHeader(status(fault.KindOf(err)))
	}
	return json.NewEncoder(w).Encode(answer)
}
