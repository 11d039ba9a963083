package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/phonenumber"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// Erasing a person's data, or a whole customer's at the end of the contract. A
// person of the desk asks for it with the right or duty that it rests on;
// another one, an administrator, carries it out. What was decided, when and
// under which clauses stays provable; names, addresses, texts and originals do
// not stay.

// What can be erased.
const (
	ErasePerson       = "person"
	EraseOrganization = "organization"
)

// ErasureBases are the rights and duties that an erasure can rest on.
var ErasureBases = []string{"appi-35", "gdpr-17", "contract-end", "retention", "mistake"}

// ErasureCommand asks for an erasure.
type ErasureCommand struct {
	Kind      string // [ErasePerson] or [EraseOrganization]
	Subject   string // id of the contact or the organization
	Basis     string // one of [ErasureBases]
	Reason    string // and where the demand is filed
	Originals bool   // also the original mails of others that name the person
}

// AskErasure asks that a person's or a customer's data be erased. Nothing is erased yet.
func (d *Desk) AskErasure(ctx context.Context, who Viewer, cmd ErasureCommand) (store.ErasureRecord, error) {
	if err := who.May(HandlePersonalData); err != nil {
		return store.ErasureRecord{}, err
	}
	if !slices.Contains(ErasureBases, cmd.Basis) {
		return store.ErasureRecord{}, fault.New(fault.Invalid, "削除の根拠を選んでください。", "Please choose what the erasure rests on.").At("basis")
	}
	if cmd.Reason = strings.TrimSpace(cmd.Reason); cmd.Reason == "" {
		return store.ErasureRecord{}, fault.New(fault.Invalid, "理由（依頼の受付番号など）を入力してください。", "Please give the reason, such as where the demand is filed.").At("reason")
	}
	if _, err := d.ErasureName(ctx, who, store.ErasureRecord{Kind: cmd.Kind, Subject: cmd.Subject}); err != nil {
		return store.ErasureRecord{}, err // whom they do not see they do not erase
	}
	e := store.ErasureRecord{
		ID: newID(), Kind: cmd.Kind, Subject: cmd.Subject, Basis: cmd.Basis, Reason: cmd.Reason, Originals: cmd.Originals || cmd.Kind == EraseOrganization,
		State: store.ErasureAsked, AskedAt: d.now(), AskedBy: who.ID, AskedName: who.Name,
	}
	to, err := d.mayErase(ctx)
	if err != nil {
		return e, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		var err error
		if e.Organization, err = erasable(tx, e.Kind, e.Subject); err != nil {
			return err
		}
		if err := tx.PutErasure(e); err != nil {
			return err
		}
		if err := d.tellErasure(tx, who, e.ID, to); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "erasure.asked", e.Subject, e.Kind+" "+e.Basis))
	})
	return e, err
}

// erasable says whose the subject is, and refuses what is erased already.
func erasable(tx *store.Tx, kind, subject string) (organization string, err error) {
	already := fault.New(fault.Conflict, "既に削除済みです。", "It was erased already.")
	switch kind {
	case ErasePerson:
		c, err := tx.Contact(subject)
		switch {
		case err != nil:
			return "", err
		case !c.Erased.IsZero():
			return "", already
		case c.MergedInto != "":
			return "", fault.New(fault.Conflict, "統合先のご担当者から操作してください。", "Please begin from the contact that this one was merged into.")
		}
		return c.Organization, nil
	case EraseOrganization:
		o, err := tx.Organization(subject)
		if err == nil && !o.Erased.IsZero() {
			return "", already
		}
		return o.ID, err
	}
	return "", fault.New(fault.Invalid, "削除の対象を選んでください。", "Please choose what is to be erased.").At("kind")
}

// ErasureList is what is demanded, and a page of what was decided.
type ErasureList struct {
	Open    []store.ErasureRecord // all that wait, the newest first
	Decided []store.ErasureRecord
	Next    store.Since
}

// Erasures lists the demands: whatever waits, and a page of what was decided,
// the newest first.
func (d *Desk) Erasures(ctx context.Context, who Viewer, after store.Since) (ErasureList, error) {
	var l ErasureList
	if err := who.May(HandlePersonalData); err != nil {
		return l, err
	}
	for q := (store.ErasureQuery{Scope: who.Scope(), State: string(store.ErasureAsked), Limit: 500}); ; {
		list, next, err := d.store.ListErasures(ctx, q)
		if err != nil {
			return l, err
		}
		l.Open = append(l.Open, list...)
		if q.After = next; next.End() {
			break
		}
	}
	var err error
	l.Decided, l.Next, err = d.store.ListErasures(ctx, store.ErasureQuery{Scope: who.Scope(), State: "decided", Limit: 50, After: after})
	return l, err
}

// DecideErasure carries a demand out, or declines it: not who asked, unless
// nobody else could.
func (d *Desk) DecideErasure(ctx context.Context, who Viewer, id string, carryOut bool) (store.ErasureRecord, error) {
	if err := who.May(ErasePersonalData); err != nil {
		return store.ErasureRecord{}, err
	}
	var subject erased
	e, err := d.store.Erasure(ctx, who.Scope(), id)
	if err != nil {
		return e, err
	}
	if carryOut {
		if err := d.secondPerson(ctx, who, e); err != nil {
			return e, err
		}
		if subject, err = d.whatToErase(ctx, e); err != nil {
			return e, err
		}
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		var err error
		if e, err = tx.Erasure(id); err != nil {
			return err
		}
		if e.State != store.ErasureAsked {
			return fault.New(fault.Conflict, "この依頼は処理済みです。", "This demand was decided already.")
		}
		e.DecidedAt, e.DecidedBy, e.DecidedName = d.now(), who.ID, who.Name
		act := "erasure.declined"
		e.State = store.ErasureDeclined
		if carryOut {
			if _, err := erasable(tx, e.Kind, e.Subject); err != nil {
				return err
			}
			act, e.State = "erasure.done", store.ErasureDone
			if err := d.erase(tx, who, &e, subject); err != nil {
				return err
			}
			e.Reason = ""
		}
		if err := tx.PutErasure(e); err != nil {
			return err
		}
		counts, err := json.Marshal(e.Counts)
		if err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, e.Subject, e.Kind+" "+e.Basis+" "+string(counts)))
	})
	if err != nil {
		return e, err
	}
	for _, id := range subject.cases {
		d.live.Publish(string(id))
	}
	d.live.Publish("")
	return e, d.dropBlobsNowOrLater(ctx, e)
}

// secondPerson is the rule of two: who asked does not carry it out, unless
// nobody else could.
func (d *Desk) secondPerson(ctx context.Context, who Viewer, e store.ErasureRecord) error {
	if e.AskedBy != who.ID {
		return nil
	}
	ids, err := d.mayErase(ctx)
	if err != nil || !slices.ContainsFunc(ids, func(id string) bool { return id != who.ID }) {
		return err
	}
	return fault.New(fault.Forbidden, "依頼した人とは別の人が実行する必要があります。", "Another person than the one who asked must carry it out.")
}

// mayErase are the people who may carry an erasure out.
func (d *Desk) mayErase(ctx context.Context) ([]string, error) {
	all, err := d.store.ListAgents(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, a := range all {
		if a.Disabled {
			continue
		}
		r, err := d.rightsOf(ctx, a)
		if err != nil {
			return nil, err
		}
		if slices.Contains(r.may, ErasePersonalData) {
			ids = append(ids, a.ID)
		}
	}
	return ids, nil
}

// RetentionNews is the Ref of a notice that the retention period was changed.
const RetentionNews = "retention"

// tellErasure tells those who may erase that somebody asks them to, or had data
// go by itself from now on: nothing goes that only one person knows of.
func (d *Desk) tellErasure(tx *store.Tx, who Viewer, ref string, to []string) error {
	return d.tell(tx, Notice{Kind: notice.Erasing, Ref: ref, Matter: "erasure/" + ref, To: to, By: who.Actor(), At: d.now()})
}

// dropBlobs deletes the files of an erasure. What is left, because this process
// ended or the object store was away, is deleted by [Desk.FinishErasures].
func (d *Desk) dropBlobs(ctx context.Context, e store.ErasureRecord) error {
	if len(e.Blobs) == 0 {
		return nil
	}
	for _, sum := range e.Blobs {
		if err := d.store.Blobs().Remove(ctx, sum); err != nil {
			return err
		}
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Erasure(e.ID)
		if err != nil {
			return err
		}
		now.Blobs = nil
		return tx.PutErasure(now)
	})
}

// dropBlobsNowOrLater is [Desk.dropBlobs] at the end of an erasure, which is done
// although the object store is away for the moment.
func (d *Desk) dropBlobsNowOrLater(ctx context.Context, e store.ErasureRecord) error {
	err := d.dropBlobs(ctx, e)
	if fault.Is(err, fault.Unavailable) {
		d.log.ErrorContext(ctx, "files of an erasure are still there; deleting them is tried again", "erasure", e.ID, "error", err)
		return nil
	}
	return err
}

// erasuresAtOnce is how many are read at once to be finished.
const erasuresAtOnce = 100

// FinishErasures deletes the files of all erasures that are still there, the
// oldest first. One whose files cannot be deleted holds up no other, unless the
// store of the files is away.
func (d *Desk) FinishErasures(ctx context.Context) error {
	var failed []error
	for last := (store.ErasureRecord{}); ; {
		list, err := d.store.UnfinishedErasures(ctx, last, erasuresAtOnce)
		if err != nil || len(list) == 0 {
			return errors.Join(append(failed, err)...)
		}
		for _, e := range list {
			last = e
			err := d.dropBlobs(ctx, e)
			if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
				return err
			}
			if err != nil {
				failed = append(failed, fmt.Errorf("erasure %s: %w", e.ID, err))
			}
		}
	}
}

// erased is what an erasure is about, found before the act since it reads the
// whole history.
type erased struct {
	people       []store.Contact
	organization store.Organization
	cases        []cases.ID
}

func (d *Desk) whatToErase(ctx context.Context, e store.ErasureRecord) (erased, error) {
	var x erased
	var err error
	whole := ""
	switch e.Kind {
	case ErasePerson:
		ids, err := d.store.MergedContacts(ctx, e.Subject)
		if err != nil {
			return x, err
		}
		for _, id := range ids {
			c, err := d.store.Contact(ctx, id)
			if err != nil {
				return x, err
			}
			x.people = append(x.people, c)
		}
	default:
		whole = e.Subject
		err := d.eachContact(ctx, store.ContactQuery{Scope: store.Only(whole), Archived: true}, func(c store.Contact) error {
			x.people = append(x.people, c)
			return nil
		})
		if err != nil {
			return x, err
		}
	}
	if x.organization, err = d.store.Organization(ctx, e.Organization); err != nil {
		return x, err
	}
	var texts []string
	if whole == "" {
		for _, c := range x.people {
			texts = append(texts, c.ID)
			for _, a := range c.Addresses {
				texts = append(texts, a.Addr)
			}
		}
	}
	x.cases, err = d.store.CasesNaming(ctx, whole, texts)
	return x, err
}

// taking is the rule by which the data is taken out of events and texts.
func (d *Desk) taking(e store.ErasureRecord, x erased) *cases.Erasure {
	t := &cases.Erasure{
		Name: "（削除済み）", Address: "erased-" + e.ID[len(e.ID)-8:] + cases.ErasedAddress, All: e.Kind == EraseOrganization,
		Keep: func(addr string) bool { return d.Own(addr) },
	}
	for _, c := range x.people {
		t.Contacts = append(t.Contacts, c.ID)
		t.Words = append(t.Words, cases.NameWords(c.Name)...)
		t.Words = append(t.Words, c.Kana)
		for _, a := range c.Addresses {
			t.Addresses = append(t.Addresses, a.Addr)
		}
		for _, p := range c.Phones {
			t.Words = append(t.Words, p.Shown, p.Number, phonenumber.Show(p.Number), strings.ReplaceAll(phonenumber.Show(p.Number), "-", ""))
		}
	}
	if t.All {
		t.Words = append(t.Words, x.organization.NameJA, x.organization.NameEN)
	}
	return t
}

// ErasureExtent is what an erasure would reach, for who thinks about it.
type ErasureExtent struct {
	Name          string
	Cases, People int
}

// ErasurePreview says what an erasure would reach.
func (d *Desk) ErasurePreview(ctx context.Context, who Viewer, kind, subject string) (ErasureExtent, error) {
	var out ErasureExtent
	if err := who.May(HandlePersonalData); err != nil {
		return out, err
	}
	e := store.ErasureRecord{Kind: kind, Subject: subject, Organization: subject}
	if kind == ErasePerson {
		c, err := d.Contact(ctx, who, subject)
		if err != nil {
			return out, err
		}
		e.Organization = c.Organization
	}
	var err error
	if out.Name, err = d.ErasureName(ctx, who, e); err != nil {
		return out, err
	}
	x, err := d.whatToErase(ctx, e)
	out.Cases, out.People = len(x.cases), len(x.people)
	return out, err
}

// ErasureName is the name of who is to be erased, in the viewer's language.
func (d *Desk) ErasureName(ctx context.Context, who Viewer, e store.ErasureRecord) (string, error) {
	if e.Kind == ErasePerson {
		c, err := d.Contact(ctx, who, e.Subject)
		return c.Name, err
	}
	o, err := d.Customer(ctx, who, e.Subject)
	return o.Name(who.Language), err
}
