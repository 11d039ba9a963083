package desk

import (
	"context"
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

	Templates []string `json:"templates,omitempty"` // ids of texts that were put into it
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
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if kind != DraftReply && kind != DraftNote {
		return fault.New(fault.Invalid, "下書きの種類が正しくありません。", "There is no such kind of draft.").At("kind")
	}
	if utf8.RuneCountInString(text) > cases.MaxText {
		return fault.New(fault.Invalid, "本文が長すぎます（100,000 文字まで）。", "The text is too long (100,000 characters at most).").At("text")
	}
	stirred := false
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		stirred = false
		c, past, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.SeesCase(c.Organization); err != nil {
			return err
		}
		if kind == DraftReply && (&pen{past: past}).left(who.ID, text) {
			return nil
		}
		if err := putDraft(tx, who.ID, id, kind, text, form, seen, d.now()); err != nil || kind != DraftReply {
			return err
		}
		// Whoever writes holds the reply. A text that came too late, since a
		// colleague was quicker or took over, stays its writer's draft all the same.
		if strings.TrimSpace(text) == "" {
			stirred, err = endReply(tx, who.ID, id)
		} else {
			_, stirred, err = d.beginReply(tx, who, id, d.now())
		}
		return err
	})
	if err == nil && stirred {
		d.live.Hint(CaseTopic(id))
	}
	return err
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
		one := &Draft{Text: r.Text, Updated: r.Updated, Stale: (&pen{past: past}).unread(r.Seen, who) != nil}
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
	if err := who.May(WorkCases); err != nil {
		return store.DraftFile{}, err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
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
	if err := d.clearUpload(ctx, f); err != nil {
		return f, err
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

// clearUpload refuses a file of ours that is infected.
func (d *Desk) clearUpload(ctx context.Context, f store.DraftFile) error {
	if d.scan == nil {
		return nil
	}
	data, err := d.store.File(ctx, f.SHA256)
	if err != nil {
		return err
	}
	s, err := d.scanOf(ctx, f.Case, f.SHA256, data)
	if err != nil {
		return err
	}
	if s.State == store.ScanInfected {
		return fault.New(fault.Invalid, "「"+f.Name+"」からウイルスが検出されたため、添付できません（"+s.Found+"）。", f.Name+" holds malicious code and cannot be attached ("+s.Found+").").At("file")
	}
	return nil
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
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
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
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
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

// redraft makes an undone reply a draft of its writer again.
func redraft(tx *store.Tx, agent string, id cases.ID, r cases.Replied, seen int, at time.Time) error {
	form := DraftForm{Kind: r.Kind}
	for _, a := range r.To {
		form.To = append(form.To, a.Addr)
	}
	return backToDraft(tx, agent, id, form, r.Text, r.Attachments, seen, at)
}

// backToDraft makes what will not leave a draft of its writer again. What they
// have begun meanwhile stays below it.
func backToDraft(tx *store.Tx, agent string, id cases.ID, form DraftForm, text string, files []cases.Attachment, seen int, at time.Time) error {
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
	for _, a := range files {
		f := store.DraftFile{ID: newID(), Agent: agent, Case: id, Name: a.Name, Type: a.Type, Size: a.Size, SHA256: a.SHA256, Added: at}
		if err := tx.PutDraftFile(f); err != nil {
			return err
		}
	}
	return nil
}
