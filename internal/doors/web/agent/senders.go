package agent

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// senders are those that may write to a customer; the empty one is the usual.
func (p *Pages) senders(r *http.Request, who desk.Viewer) ([]ui.Option, error) {
	list, err := p.desk.Senders(r.Context(), who)
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Value: "", Label: ui.T(r.Context(), "sender.as-usual")}}
	for _, s := range list {
		options = append(options, ui.Option{Value: s.ID, Label: s.Name(string(ui.Of(r.Context()).Lang)) + " <" + s.Address + ">"})
	}
	return options, nil
}
