package agent

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/internal/wording"
)

// LettersView lists the customers whose letter is due.
type LettersView struct {
	Rows  []LetterDueRow
	After string // the next page; empty: there is none
}

func (v LettersView) next() string { return "/letters?" + url.Values{"after": {v.After}}.Encode() }

// LetterDueRow is one of them.
type LetterDueRow struct{ ID, Name, State, Told, Now string }

// Letters lists the customers whose letter is due.
func (p *Pages) Letters(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	var after store.Name
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	due, next, err := p.desk.LettersDue(ctx, who, pageSize, after)
	if err != nil {
		return err
	}
	var v LettersView
	if !next.End() {
		if v.After, err = ui.Seal(next); err != nil {
			return err
		}
	}
	for _, l := range due {
		row := LetterDueRow{
			ID: l.Organization.ID, Name: ui.Either(ctx, l.Organization.NameJA, l.Organization.NameEN), State: string(l.State),
			Now: strings.TrimSpace(l.Phone + " " + l.Mail),
		}
		if !l.At.IsZero() {
			row.Told = ui.Moment(ctx, l.At) + " " + l.Told.Phone + " " + l.Told.Mail
		}
		v.Rows = append(v.Rows, row)
	}
	return p.show(w, r, http.StatusOK, ui.T(ctx, "letters.title"), "customers", func(page ui.Page) templ.Component { return LettersPage(page, v) })
}

// LetterView is a customer's letter before it is sent.
type LetterView struct {
	ID, Name            string // of the customer
	Company             string // their name in the letter's language
	State               string
	Language            string // of the letter
	Phone, Mail         string
	Subject             string
	Parts               []LetterPart
	Contacts            []LetterContact
	More                ui.Chooser // instead of them where there are many
	Many                bool
	Past                []LetterRow
	MayEdit             bool
	Errors              map[string]string
	Desk, Hours, Person string // for the page that is printed
	Contract, Today     string
	Languages           []ui.Option
}

// LetterPart is a paragraph, or a list.
type LetterPart struct {
	Text    string
	Head    string   // above a list
	List    []string // none: a paragraph
	Clauses []string
}

// LetterContact is somebody whom it can go to.
type LetterContact struct {
	ID, Name, Addr string
	Chosen         bool
}

// LetterRow is a letter that was sent.
type LetterRow struct{ When, By, Way, To, Told, Returned string }

// Letter previews a customer's letter.
func (p *Pages) Letter(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.letter(w, r, who, http.StatusOK, nil)
}

func (p *Pages) letter(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	v, err := p.letterView(r, who)
	if err != nil {
		return err
	}
	v.Errors = problems
	return p.show(w, r, status, ui.T(r.Context(), "letter.of", v.Name), "customers", func(page ui.Page) templ.Component { return LetterPage(page, v) })
}

// LetterPaper is the letter as a page that is printed.
func (p *Pages) LetterPaper(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.letterView(r, who)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, LetterPaperPage(v))
}

func (p *Pages) letterView(r *http.Request, who desk.Viewer) (LetterView, error) {
	ctx := r.Context()
	l, err := p.desk.LetterPreview(ctx, who, r.PathValue("id"), r.FormValue("language"), r.FormValue("contact"))
	if err != nil {
		return LetterView{}, err
	}
	v := LetterView{
		ID: l.Organization.ID, Name: ui.Either(ctx, l.Organization.NameJA, l.Organization.NameEN), State: string(l.Due), Company: l.Organization.Name(l.Language),
		Language: l.Language, Phone: l.Phone, Mail: l.Mail, Subject: l.Text.Subject, MayEdit: who.Can(desk.EditCustomers),
		Desk: l.Contract.Desk().In(l.Language), Hours: wording.Week(l.Contract.Week(l.Contract.HomeRegion()), l.Language),
		Contract: l.Contract.Ref(), Today: paperDate(p.desk.Now().In(l.Contract.Zone()), l.Language), Languages: ui.Languages(),
	}
	for _, part := range l.Text.Parts {
		if part.Text != "" {
			v.Parts = append(v.Parts, letterPart(part.Text, part.Clauses))
		}
	}
	chosen := r.Form["contacts"]
	if v.Many = l.More; v.Many {
		v.More, err = chooser.OfContacts(r, p.desk, who, ui.Chooser{Name: "contacts", Label: ui.T(ctx, "letter.to"), Hint: ui.T(ctx, "letter.to.many"), Many: true}, l.Organization.ID, chosen)
		if err != nil {
			return v, err
		}
	}
	for _, c := range l.Contacts {
		a := c.MainAddress().Addr
		v.Contacts = append(v.Contacts, LetterContact{ID: c.ID, Name: c.Name, Addr: a, Chosen: a != "" && (r.Method == http.MethodGet || contains(chosen, c.ID))})
	}
	for _, past := range l.Past {
		v.Past = append(v.Past, letterRow(ctx, past))
	}
	return v, nil
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func letterRow(ctx context.Context, l store.Letter) LetterRow {
	var to []string
	for _, r := range l.Recipients {
		to = append(to, strings.TrimSpace(r.Name+" "+r.Addr))
	}
	row := LetterRow{When: ui.Moment(ctx, l.At), By: l.ByName, Way: l.Way, To: strings.Join(to, ui.T(ctx, "list.sep")), Told: l.Phone + " " + l.Mail}
	if l.Returned != "" {
		row.Returned = ui.T(ctx, "letter.returned", l.Returned)
	}
	return row
}

// letterPart takes a list apart from the heading above it.
func letterPart(text string, clauses []string) LetterPart {
	head, rest, ok := strings.Cut(text, "\n\n- ")
	if !ok {
		return LetterPart{Text: text, Clauses: clauses}
	}
	return LetterPart{Head: head, List: strings.Split(rest, "\n- "), Clauses: clauses}
}

// SendLetter sends the letter, or records that it was handed over.
func (p *Pages) SendLetter(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	to, err := chooser.Contacts(r, p.desk, who, "contacts", r.PathValue("id"))
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.letter(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	l, err := p.desk.SendLetter(r.Context(), who, desk.LetterCommand{
		Organization: r.PathValue("id"), Contacts: to, Language: r.PostFormValue("language"), Way: r.PostFormValue("way"),
		Phone: r.PostFormValue("phone"), Mail: r.PostFormValue("mail"),
	})
	if err == nil {
		said := "letter.sent"
		if l.Way == desk.LetterPaper {
			said = "letter.recorded"
		}
		return p.done(w, r, said, "/customers/"+l.Organization+"/letter")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.letter(w, r, who, refused, problems)
	}
	return err
}

func (v LetterView) error() string {
	for _, m := range v.Errors {
		return m
	}
	return ""
}

func list(words []string) string { return strings.Join(words, ", ") }

// paperDate is a date with its year, as letters have it.
func paperDate(t time.Time, lang string) string {
	if lang == "ja" {
		return t.Format("2006年1月2日")
	}
	return t.Format("2 January 2006")
}
