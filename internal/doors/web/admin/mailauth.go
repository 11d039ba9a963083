package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/mailauth"
	"madoguchi/terms/fault"
)

// MailAuthView is what the desk publishes of its mail and whom it believes.
type MailAuthView struct {
	Domain   string   // of the desk's own address
	Domains  []string // all in whose name mail leaves
	Tested   bool
	Records  []RecordView
	Keys     []KeyView
	Signing  bool // a key signs the domain's mail
	Sends    string
	Receives string
	Authserv string
	Fronts   string
	Errors   map[string]string
}

// RecordView is one DNS record to be published.
type RecordView struct {
	ID, Kind, Host, Type, Value string
	Zone                        string // the record as a zone file has it
	State                       string // found, other, missing, failed; empty: not looked yet
	Hint                        string // what to think of, in words
	Is                          []string
	Error                       string
}

// KeyView is one signing key.
type KeyView struct {
	Selector, Host, Algorithm, State, Since string
	Until                                   string // until when a retired key's record must stay
	CanDrop                                 bool
}

// MailAuth shows it.
func (p *Pages) MailAuth(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	records, err := p.desk.MailRecords(who)
	if err != nil {
		return err
	}
	return p.mailAuth(w, r, who, http.StatusOK, records, p.desk.MailTrust(), nil)
}

// TestMailAuth looks what stands in the DNS.
func (p *Pages) TestMailAuth(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	records, err := p.desk.TestMailRecords(r.Context(), who)
	if fault.Is(err, fault.Unavailable) {
		problem := map[string]string{"": fault.Public(err).In(string(ui.Of(r.Context()).Lang))}
		return p.mailAuth(w, r, who, http.StatusServiceUnavailable, records, p.desk.MailTrust(), problem)
	}
	if err != nil {
		return err
	}
	return p.mailAuth(w, r, who, http.StatusOK, records, p.desk.MailTrust(), nil)
}

// SetMailAuth changes whom the desk believes and what sends for it.
func (p *Pages) SetMailAuth(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	t := desk.MailTrust{
		Sends: strings.Fields(r.PostFormValue("sends")), Receives: r.PostFormValue("receives"),
		AuthservIDs: strings.Split(r.PostFormValue("authserv"), "\n"), Fronts: strings.Fields(r.PostFormValue("fronts")),
	}
	return p.keyed(w, r, who, t, "saved", p.desk.SetMailTrust(r.Context(), who, t))
}

// MakeKey makes a signing key.
func (p *Pages) MakeKey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.MakeDKIMKey(r.Context(), who, r.PostFormValue("algorithm"), r.PostFormValue("domain"))
	return p.keyed(w, r, who, p.desk.MailTrust(), "mailauth.made", err)
}

// UseKey lets a key sign.
func (p *Pages) UseKey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.UseDKIMKey(r.Context(), who, r.PathValue("selector"), r.PostFormValue("unseen") != "")
	return p.keyed(w, r, who, p.desk.MailTrust(), "mailauth.used", err)
}

// RetireKey stops signing with a key.
func (p *Pages) RetireKey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.RetireDKIMKey(r.Context(), who, r.PathValue("selector"))
	return p.keyed(w, r, who, p.desk.MailTrust(), "mailauth.retired", err)
}

// DropKey forgets a key.
func (p *Pages) DropKey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.DropDKIMKey(r.Context(), who, r.PathValue("selector"))
	return p.keyed(w, r, who, p.desk.MailTrust(), "mailauth.dropped", err)
}

// keyed answers an act: the page anew, with a word or with what is wrong.
func (p *Pages) keyed(w http.ResponseWriter, r *http.Request, who desk.Viewer, t desk.MailTrust, said string, err error) error {
	if err == nil {
		return p.done(w, r, said, "/mail-auth")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	records, rerr := p.desk.MailRecords(who)
	if rerr != nil {
		return rerr
	}
	return p.mailAuth(w, r, who, http.StatusUnprocessableEntity, records, t, problems)
}

func (p *Pages) mailAuth(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, records []desk.MailRecord, t desk.MailTrust, problems map[string]string) error {
	keys, err := p.desk.DKIMKeys(who)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := MailAuthView{
		Sends: strings.Join(t.Sends, "\n"), Receives: t.Receives, Authserv: strings.Join(t.AuthservIDs, "\n"),
		Fronts: strings.Join(t.Fronts, "\n"), Errors: problems,
	}
	v.Domains = p.desk.MailDomains()
	v.Domain = v.Domains[0]
	for _, rec := range records {
		v.Records = append(v.Records, recordView(ctx, rec))
		v.Tested = v.Tested || rec.Found != nil
	}
	for _, k := range keys {
		kv := KeyView{
			Selector: k.Selector, Host: k.Host(), Algorithm: ui.T(ctx, "mailauth.alg."+k.Algorithm), State: string(k.State), Since: ui.Moment(ctx, k.Made),
			CanDrop: k.State == desk.DKIMNew,
		}
		if k.State == desk.DKIMRetired {
			kv.Until = ui.Date(ctx, k.Needed())
			kv.CanDrop = !p.desk.Now().Before(k.Needed())
		}
		v.Keys = append(v.Keys, kv)
		v.Signing = v.Signing || k.State == desk.DKIMActive && k.Domain == v.Domain
	}
	return p.show(w, r, status, "mailauth.title", "mail-auth", func(page ui.Page) templ.Component { return MailAuthPage(page, v) })
}

func recordView(ctx context.Context, rec desk.MailRecord) RecordView {
	v := RecordView{ID: rec.Kind + "-" + rec.Host, Kind: rec.Kind, Host: rec.Host, Type: rec.Type, Value: rec.Value, Zone: zoneLine(rec)}
	if rec.Key != nil {
		v.ID = "dkim-" + rec.Key.Selector
		if rec.Key.State == desk.DKIMRetired {
			v.Hint = ui.T(ctx, "mailauth.keep", ui.Date(ctx, rec.Key.Needed()))
		}
	}
	f := rec.Found
	if f == nil {
		return v
	}
	v.State, v.Is, v.Error = f.State, f.Is, f.Error
	if f.Hint != "" {
		v.Hint = ui.T(ctx, "mailauth.hint."+f.Hint)
	}
	if f.State == mailauth.Found && f.Hint == "" && rec.Kind != "mx" {
		v.Is = nil // it is what should be
	}
	return v
}

// zoneLine is a record as a zone file has it (RFC 1035 5.1): strings of a TXT
// record have at most 255 bytes.
func zoneLine(rec desk.MailRecord) string {
	if rec.Value == "" {
		return ""
	}
	if rec.Type != "TXT" {
		return rec.Host + ". IN " + rec.Type + " " + rec.Value
	}
	var parts []string
	for s := rec.Value; s != ""; {
		n := min(len(s), 250)
		parts, s = append(parts, `"`+s[:n]+`"`), s[n:]
	}
	return rec.Host + ". IN TXT ( " + strings.Join(parts, " ") + " )"
}
