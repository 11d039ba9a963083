package desk

import (
	"context"
<<<<<<< HEAD
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// What a reply can take along. Relays commonly take mails of 25 MB and more,
// and base64 makes three bytes four.
const (
	MaxFiles     = 20
	MaxFileBytes = 18 << 20 // of all files of one reply together
)

// The kinds of a draft.
const (
	DraftReply = "reply"
	DraftNote  = "note"
)

// DraftForm is what a draft holds beside its text. Empty fields are what the
// composer would begin with.
type DraftForm struct {
	To      []string        `json:"to,omitempty"`
	Kind    cases.ReplyKind `json:"kind,omitempty"`
	Next    cases.Status    `json:"next,omitempty"`
	Refusal string          `json:"refusal,omitempty"`
	Reason  string          `json:"reason,omitempty"`
}

// Draft is a draft as its writer finds it again.
type Draft struct {
	DraftForm
	Text    string
	Updated time.Time
	Stale   bool // something that matters came to the case since its writer last read it
}

// Drafts are a person's drafts on one case.
type Drafts struct {
	Reply, Note *Draft // nil: none
	Files       []store.DraftFile
}

// SaveDraft keeps what a person is writing; an empty text forgets it. It is
// durable when it returns. seen is the version of the case that they have read.
func (d *Desk) SaveDraft(ctx context.Context, who Viewer, id cases.ID, kind, text string, form DraftForm, seen int) error {
	if err := who.May(Agent); err != nil {
		return err
	}
	if kind != DraftReply && kind != DraftNote {
		return fault.New(fault.Invalid, "下書きの種類が正しくありません。", "There is no such kind of draft.").At("kind")
	}
	if utf8.RuneCountInString(text) > cases.MaxText {
		return fault.New(fault.Invalid, "本文が長すぎます（100,000 文字まで）。", "The text is too long (100,000 characters at most).").At("text")
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		_, past, err := tx.Case(id)
		if err != nil {
			return err
		}
		if kind == DraftReply && (&pen{past: past}).left(who.ID, text) {
			return nil
		}
		return putDraft(tx, who.ID, id, kind, text, form, seen, d.now())
	})
}

// left reports whether a text is the newest reply of its writer and stands: a
// page that kept it as a draft on its way out comes too late.
func (p *pen) left(agent, text string) bool {
	for _, e := range slices.Backward(p.past) {
		if r, ok := e.Data.(cases.Replied); ok && e.Actor.ID == agent {
			return blankless(r.Text) == blankless(text) && !p.undone(r.Message)
		}
	}
	return false
}

func putDraft(tx *store.Tx, agent string, id cases.ID, kind, text string, form DraftForm, seen int, at time.Time) error {
	if strings.TrimSpace(text) == "" {
		return tx.DropDraft(agent, id, kind)
	}
	fields, err := json.Marshal(form)
	if err != nil {
		return fmt.Errorf("encode the form of a draft: %w", err)
	}
	return tx.PutDraft(store.Draft{Agent: agent, Case: id, Kind: kind, Text: text, Form: string(fields), Seen: seen, Updated: at})
}

// drafts returns the viewer's drafts on a case, and whether each is stale.
func (d *Desk) drafts(ctx context.Context, who Viewer, id cases.ID, past []cases.Event) (Drafts, error) {
	rows, err := d.store.Drafts(ctx, who.ID, id)
	if err != nil {
		return Drafts{}, err
	}
	var out Drafts
	for _, r := range rows {
		one := &Draft{Text: r.Text, Updated: r.Updated, Stale: (&pen{past: past}).unread(r.Seen) != nil}
		if err := json.Unmarshal([]byte(r.Form), &one.DraftForm); err != nil {
			return Drafts{}, fmt.Errorf("read the form of a draft: %w", err)
		}
		if r.Kind == DraftNote {
			out.Note = one
		} else {
			out.Reply = one
		}
	}
	out.Files, err = d.store.DraftFiles(ctx, who.ID, id)
	return out, err
}

// AttachFile adds a file to the viewer's reply on a case. Its bytes and its
// name are durable when it returns. Names may repeat; the same bytes under the
// same name are added once.
func (d *Desk) AttachFile(ctx context.Context, who Viewer, id cases.ID, name string, r io.Reader) (store.DraftFile, error) {
	if err := who.May(Agent); err != nil {
		return store.DraftFile{}, err
	}
	if _, err := d.store.CaseRow(ctx, store.Everyone(), id); err != nil {
		return store.DraftFile{}, err
	}
	head := &beginning{}
	sum, size, err := d.store.KeepFile(ctx, io.TeeReader(io.LimitReader(r, MaxFileBytes+1), head))
	if err != nil {
		return store.DraftFile{}, err
	}
	f := store.DraftFile{
		ID: newID(), Agent: who.ID, Case: id, Name: strings.TrimSpace(name), Type: http.DetectContentType(head.bytes), Size: size, SHA256: sum, Added: d.now(),
	}
	if f.Name == "" {
		return f, fault.New(fault.Invalid, "ファイル名がありません。", "The file has no name.").At("file")
	}
	if size == 0 {
		return f, fault.New(fault.Invalid, "「"+f.Name+"」は空のファイルです。", f.Name+" is empty.").At("file")
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		have, err := tx.DraftFiles(who.ID, id)
		if err != nil {
			return err
		}
		total := size
		for _, h := range have {
			if h.SHA256 == sum && h.Name == f.Name {
				f = h
				return nil
			}
			total += h.Size
		}
		if total > MaxFileBytes {
			return fault.New(fault.TooLarge, "添付ファイルは合計 18 MB までです。大きなファイルはファイル共有などでお渡しください。",
				"Attachments may have 18 MB together. Please hand larger files over by other means.").At("file")
		}
		if len(have) >= MaxFiles {
			return fault.New(fault.TooLarge, "添付ファイルは 20 個までです。", "A reply takes 20 attachments at most.").At("file")
		}
		return tx.PutDraftFile(f)
	})
	return f, err
}

// beginning keeps the first bytes of a stream, by which its kind is seen.
type beginning struct{ bytes []byte }

func (b *beginning) Write(p []byte) (int, error) {
	if room := 512 - len(b.bytes); room > 0 {
		b.bytes = append(b.bytes, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// DraftFiles returns the files of the viewer's reply on a case.
func (d *Desk) DraftFiles(ctx context.Context, who Viewer, id cases.ID) ([]store.DraftFile, error) {
	if err := who.May(Agent); err != nil {
		return nil, err
	}
	return d.store.DraftFiles(ctx, who.ID, id)
}

// DraftFile returns one file of the viewer's reply; another person's is not found.
func (d *Desk) DraftFile(ctx context.Context, who Viewer, id cases.ID, file string) (File, error) {
	list, err := d.DraftFiles(ctx, who, id)
	if err != nil {
		return File{}, err
	}
	for _, f := range list {
		if f.ID == file {
			data, err := d.store.File(ctx, f.SHA256)
			return File{Name: f.Name, Type: f.Type, SHA256: f.SHA256, Data: data}, err
		}
	}
	return File{}, noAttachment()
}

// DetachFile takes a file off the viewer's reply.
func (d *Desk) DetachFile(ctx context.Context, who Viewer, id cases.ID, file string) error {
	if err := who.May(Agent); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.DropDraftFile(who.ID, id, file) })
}

// Attached is a file with its bytes, as it goes into a mail.
type Attached struct {
	cases.Attachment
	Data []byte
}

// attached loads the files of a reply before its act, which should not wait
// for the disk. The ids are of the viewer's draft on that case.
func (d *Desk) attached(ctx context.Context, who Viewer, cmd ReplyCommand) ([]Attached, error) {
	var out []Attached
	if len(cmd.Files) == 0 {
		return out, nil
	}
	have, err := d.store.DraftFiles(ctx, who.ID, cmd.Case)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]store.DraftFile, len(have))
	for _, f := range have {
		byID[f.ID] = f
	}
	for _, id := range cmd.Files {
		f, ok := byID[id]
		if !ok {
			return nil, fault.New(fault.Conflict, "添付ファイルが見つかりません。画面を更新して、添付をご確認ください。", "An attachment is not there any more. Please reload the page and look at the attachments.").At("file")
		}
		data, err := d.store.File(ctx, f.SHA256)
		if err != nil {
			return nil, err
		}
		out = append(out, Attached{cases.Attachment{Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256}, data})
	}
	return out, nil
}

// undraft forgets a draft that was sent, in the act that sends it.
func undraft(tx *store.Tx, agent string, id cases.ID, files []string) error {
	if err := tx.DropDraft(agent, id, DraftReply); err != nil {
		return err
	}
	for _, f := range files {
		if err := tx.DropDraftFile(agent, id, f); err != nil {
			return err
		}
	}
	return nil
}

// redraft makes an undone reply a draft of its writer again. What they have
// begun meanwhile stays below it.
func redraft(tx *store.Tx, agent string, id cases.ID, r cases.Replied, seen int, at time.Time) error {
	form := DraftForm{Kind: r.Kind}
	for _, a := range r.To {
		form.To = append(form.To, a.Addr)
	}
	text := r.Text
	begun, err := tx.Drafts(agent, id)
	if err != nil {
		return err
	}
	for _, b := range begun {
		if b.Kind == DraftReply {
			text += "\n\n" + b.Text
		}
	}
	if err := putDraft(tx, agent, id, DraftReply, text, form, seen, at); err != nil {
		return err
	}
	for _, a := range r.Attachments {
		f := store.DraftFile{ID: newID(), Agent: agent, Case: id, Name: a.Name, Type: a.Type, Size: a.Size, SHA256: a.SHA256, Added: at}
		if err := tx.PutDraftFile(f); err != nil {
			return err
		}
	}
	return nil
=======
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// DraftView is a draft of a contract version as a person sees it.
type DraftView struct {
	store.Draft
	Contract *contract.Contract // nil while the text is wrong
	Problems contract.Problems  // what is wrong with it, by line and column
	Base     *contract.Contract // what it was begun from
	Active   *contract.Contract // in force now
	Changes  []contract.Change  // from Active to Contract
	Hinders  []fault.Text       // why it cannot be submitted or approved as it is
	Later    *contract.Contract // a version that is published already and takes over after this one; nil: none
	MayEdit  bool
	MayJudge bool // may approve or return it
}

// Drafts returns the latest drafts, those still open first. Supervisors may.
func (d *Desk) Drafts(ctx context.Context, who Viewer) ([]store.Draft, error) {
	if err := who.May(Supervisor); err != nil {
		return nil, err
	}
	return d.store.ListDrafts(ctx, 100)
}

// Draft returns a draft with what is wrong with it and what it changes.
func (d *Desk) Draft(ctx context.Context, who Viewer, id string) (DraftView, error) {
	if err := who.May(Supervisor); err != nil {
		return DraftView{}, err
	}
	row, err := d.store.Draft(ctx, id)
	if err != nil {
		return DraftView{}, err
	}
	return d.viewDraft(who, row)
}

func (d *Desk) viewDraft(who Viewer, row store.Draft) (DraftView, error) {
	v := DraftView{Draft: row, MayEdit: row.Open() && row.State != store.DraftSubmitted && who.May(Administrator) == nil}
	v.MayJudge = row.State == store.DraftSubmitted && !row.EditedBy(who.ID)
	var err error
	if v.Base, err = d.contracts.Version(row.Base); err != nil {
		return v, err
	}
	if v.Active, err = d.contracts.InForce(row.Contract, d.now()); err != nil {
		return v, err
	}
	v.Contract, err = contract.Load("contract.yaml", []byte(row.YAML))
	if err != nil {
		if !errors.As(err, &v.Problems) {
			v.Hinders = append(v.Hinders, fault.Public(err))
		}
		return v, nil
	}
	v.Changes = contract.Compare(v.Active, v.Contract)
	if row.Open() {
		v.Hinders = d.hinders(row, v.Contract, v.Changes)
		v.Later = d.laterThan(v.Contract)
	}
	return v, nil
}

// hinders says why a draft that reads well cannot become a version.
func (d *Desk) hinders(row store.Draft, con *contract.Contract, changes []contract.Change) []fault.Text {
	var out []fault.Text
	if con.ID() != row.Contract {
		out = append(out, fault.Text{JA: "契約の id は「" + row.Contract + "」のままにしてください。", EN: "Please keep the contract's id " + row.Contract + "."})
	}
	if _, err := d.contracts.Version(con.Ref()); err == nil {
		out = append(out, fault.Text{JA: "版「" + con.Version() + "」は公開済みです。新しい版番号にしてください。", EN: "The version " + con.Version() + " is published already. Please give another one."})
	}
	if con.Effective().Before(con.EffectiveDate(d.now())) {
		out = append(out, fault.Text{JA: "適用開始日（effective）が過去の日付です。今日以降にしてください。", EN: "The effective date is past. Please make it today or later."})
	}
	if !slices.ContainsFunc(changes, func(c contract.Change) bool { return c.Path != "contract.version" && c.Path != "contract.effective" }) {
		out = append(out, fault.Text{JA: "公開中の版と内容が同じです。", EN: "Nothing differs from the version in force."})
	}
	for organization, err := range d.contracts.CheckVersion(con, d.now()) {
		name := organization
		for _, a := range d.contracts.Attached(organization) {
			name = a.Amendment.Name().JA + "（" + a.Amendment.ID() + "）"
		}
		said := fault.Public(err)
		out = append(out, fault.Text{JA: "お客様の個別条件 " + name + " がこの版に合いません。" + said.JA, EN: "The amendment " + name + " of a customer does not fit this version. " + said.EN})
	}
	slices.SortFunc(out, func(a, b fault.Text) int { return strings.Compare(a.EN, b.EN) })
	return out
}

// laterThan returns a published version that will take over after con, and
// does not have what con changes.
func (d *Desk) laterThan(con *contract.Contract) *contract.Contract {
	for _, e := range d.contracts.Editions(con.ID()) {
		if e.From.After(con.Begins()) && e.From.After(d.now()) {
			return e.Contract
		}
	}
	return nil
}

// StartDraft begins the next version from the one published last: its text,
// with the next version's number and tomorrow's date. Administrators may.
func (d *Desk) StartDraft(ctx context.Context, who Viewer, id string) (store.Draft, error) {
	if err := who.May(Administrator); err != nil {
		return store.Draft{}, err
	}
	editions := d.contracts.Editions(id)
	if len(editions) == 0 {
		_, err := d.contracts.InForce(id, d.now())
		return store.Draft{}, err
	}
	base := editions[len(editions)-1].Contract
	row, err := d.store.Contract(ctx, id, base.Version())
	if err != nil {
		return store.Draft{}, err
	}
	from := base.EffectiveDate(d.now()).AddDays(1)
	version := from.String()
	for n := 2; ; n++ {
		if _, err := d.contracts.Version(id + "@" + version); err != nil {
			break
		}
		version = fmt.Sprintf("%s.%d", from, n)
	}
	text, err := contract.Rewrite(row.YAML, contract.Set("contract.version", version), contract.Set("contract.effective", from.String()))
	if err != nil {
		return store.Draft{}, err
	}
	draft := store.Draft{
		ID: newID(), Contract: id, Base: base.Ref(), YAML: string(text), State: store.DraftOpen, Revision: 1,
		Editors: []string{who.ID}, Created: d.now(), Updated: d.now(),
	}
	draft.Steps = append(draft.Steps, d.step(who, "started", ""))
	return draft, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutDraft(draft); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contract.draft.started", draft.ID, base.Ref()))
	})
}

func (d *Desk) step(who Viewer, act, comment string) store.DraftStep {
	return store.DraftStep{At: d.now(), By: who.ID, Name: who.Name, Act: act, Comment: comment}
}

// SaveDraft keeps a draft's text, right or wrong: what is wrong is shown, not
// lost. revision is the one that the text was written over; another person's
// later change refuses it. Administrators may.
func (d *Desk) SaveDraft(ctx context.Context, who Viewer, id string, revision int64, text string) (DraftView, error) {
	if len(text) > contract.MaxFileBytes {
		return DraftView{}, fault.New(fault.TooLarge, fmt.Sprintf("契約のファイルは %d バイト以内にしてください。", contract.MaxFileBytes), fmt.Sprintf("Please keep the contract file within %d bytes.", contract.MaxFileBytes)).At("yaml")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return d.changeDraft(ctx, who, id, revision, func(string) (string, error) { return text, nil })
}

// EditDraft makes a form's edits in a draft's text; everything else of it
// stays as it is written. Administrators may.
func (d *Desk) EditDraft(ctx context.Context, who Viewer, id string, revision int64, edits ...contract.Edit) (DraftView, error) {
	return d.changeDraft(ctx, who, id, revision, func(text string) (string, error) {
		next, err := contract.Rewrite([]byte(text), edits...)
		return string(next), err
	})
}

func (d *Desk) changeDraft(ctx context.Context, who Viewer, id string, revision int64, change func(string) (string, error)) (DraftView, error) {
	if err := who.May(Administrator); err != nil {
		return DraftView{}, err
	}
	var row store.Draft
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		var err error
		if row, err = tx.Draft(id); err != nil {
			return err
		}
		if !row.Open() || row.State == store.DraftSubmitted {
			return fault.New(fault.Conflict, "この下書きは変更できません。承認待ちのものは、取り下げてから変更してください。", "This draft cannot be changed. Please withdraw it first if it waits for approval.")
		}
		if row.Revision != revision {
			return fault.New(fault.Conflict, "下書きは、ほかの画面で変更されています。新しい内容を確認してから、もう一度保存してください。",
				"The draft was changed on another screen meanwhile. Please look at the new text and save again.")
		}
		text, err := change(row.YAML)
		if err != nil {
			return err
		}
		if text == row.YAML && row.State == store.DraftOpen {
			return nil
		}
		row.YAML, row.State, row.Updated = text, store.DraftOpen, d.now()
		row.Revision++
		if !row.EditedBy(who.ID) {
			row.Editors = append(row.Editors, who.ID)
		}
		return tx.PutDraft(row)
	})
	if err != nil {
		return DraftView{}, err
	}
	return d.viewDraft(who, row)
>>>>>>> e0aba48 (Publish a contract version by draft and a second person's approval)
}
