package desk_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// organization returns the customer with an English name.
func (b *bench) organization(name string) store.Organization {
	b.t.Helper()
	list, _, err := b.Customers(b.ctx, b.sato, store.OrganizationQuery{Search: name})
	if err != nil || len(list) != 1 {
		b.t.Fatalf("%d customers are called %s: %v", len(list), name, err)
	}
	return list[0]
}

// role makes a role and hires somebody who has it.
func (b *bench) role(name string, may ...desk.Permission) (desk.RoleView, desk.Viewer) {
	b.t.Helper()
	r, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{EN: name}, Permissions: may})
	if err != nil {
		b.t.Fatal(err)
	}
	return r, b.hire(name, r.ID)
}

// again is the person as they are at their next request.
func (b *bench) again(v desk.Viewer) desk.Viewer {
	b.t.Helper()
	now, err := b.Viewer(b.ctx, v.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return now
}

// TestWhoSeesOneCustomerFindsNothingOfAnother asks every question and tries
// every act on cases and customers that the person may not see.
func TestWhoSeesOneCustomerFindsNothingOfAnother(t *testing.T) {
	b, catchUp := searchable(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "共通の障害", "障害です。")
	aoba := b.last()
	b.mail("jane@kestrel.example", "共通の障害", "障害です。")
	kestrel := b.last()
	b.mail("nobody@else.example", "共通の障害", "障害です。")
	stranger := b.last()
	if _, err := b.reply(kestrel, cases.InitialResponse, "jane@kestrel.example"); err != nil {
		t.Fatal(err)
	}
	catchUp()
	_, west := b.role("west", desk.WorkCases, desk.MergeCases, desk.ChangePriority, desk.Supervise, desk.EditContacts, desk.EditCustomers, desk.AmendContract, desk.SeeSentMail, desk.Export)
	mine, theirs := b.organization("Aoba"), b.organization("Kestrel")
	if err := b.SetSights(b.ctx, b.sato, west.ID, []string{mine.ID}); err != nil {
		t.Fatal(err)
	}
	west = b.again(west)
	aobaYamada, kestrelJane := b.people(mine.ID)[0], b.people(theirs.ID)[0]

	// Lists: only of the one customer.
	page, err := b.Queue(b.ctx, west, desk.QueueQuery{})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != aoba.ID {
		t.Errorf("queue: %+v, %v", page, err)
	}
	for _, asked := range []store.Filter{{}, {Customer: []string{theirs.ID, mine.ID, ""}}, {Channel: []string{"mail"}}} {
		if n, err := b.Count(b.ctx, west, desk.Selection{Filter: asked}); err != nil || n != (store.Tally{N: 1}) {
			t.Errorf("%+v counts %v, %v", asked, n, err)
		}
	}
	if n, err := b.Counts(b.ctx, west); err != nil || !n.Unidentified.None() {
		t.Errorf("counts: %+v, %v", n, err)
	}
	found, err := b.Find(b.ctx, west, "障害", search.Cursor{})
	if err != nil || len(found.Cases) != 1 || found.Cases[0].ID != aoba.ID {
		t.Errorf("search: %+v, %v", found, err)
	}
	if list, _, err := b.Customers(b.ctx, west, store.OrganizationQuery{Scope: store.Everyone()}); err != nil || len(list) != 1 || list[0].ID != mine.ID {
		t.Errorf("customers: %+v, %v", list, err)
	}
	if list, _, err := b.Contacts(b.ctx, west, store.ContactQuery{Organization: theirs.ID}); err != nil || len(list) != 0 {
		t.Errorf("contacts of another customer: %+v, %v", list, err)
	}
	if list, err := b.CasesOf(b.ctx, west, theirs.ID); err != nil || len(list) != 0 {
		t.Errorf("cases of another customer: %+v, %v", list, err)
	}
	if list, _, err := b.SentMail(b.ctx, west, false, 50, store.Since{}); err != nil || slices.ContainsFunc(list, func(o desk.Sent) bool { return o.Case != aoba.ID }) {
		t.Errorf("sent mail: %+v, %v", list, err)
	}
	if ids, err := b.Visible(b.ctx, west, []string{string(kestrel.ID), string(stranger.ID), string(aoba.ID)}); err != nil || !slices.Equal(ids, []string{string(aoba.ID)}) {
		t.Errorf("live notices name %v, %v", ids, err)
	}

	// Questions and acts: as if there were no such case or customer.
	last, _ := worktime.ParseDate("2026-12-01")
	var message string
	for _, e := range b.history(kestrel.ID) {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			message = m.Message
		}
	}
	sent, _, err := b.SentMail(b.ctx, b.sato, false, 50, store.Since{})
	if err != nil || len(sent) == 0 {
		t.Fatal(err)
	}
	other := sent[slices.IndexFunc(sent, func(o desk.Sent) bool { return o.Case == kestrel.ID })]
	for name, try := range map[string]func(id cases.ID) error{
		"view":   func(id cases.ID) error { _, err := b.View(b.ctx, west, id); return err },
		"note":   func(id cases.ID) error { _, err := b.Note(b.ctx, west, id, "メモ"); return err },
		"status": func(id cases.ID) error { _, err := b.SetStatus(b.ctx, west, id, cases.Open, ""); return err },
		"hold": func(id cases.ID) error {
			_, err := b.Hold(b.ctx, west, desk.HoldCommand{Case: id, Wait: cases.WaitThirdParty, Reason: "x"})
			return err
		},
		"restore": func(id cases.ID) error { _, err := b.Restore(b.ctx, west, id, false, "x"); return err },
		"assign":  func(id cases.ID) error { _, err := b.Assign(b.ctx, west, id, west.ID); return err },
		"follow":  func(id cases.ID) error { _, err := b.Follow(b.ctx, west, id, "", true); return err },
		"retitle": func(id cases.ID) error { _, err := b.Retitle(b.ctx, west, id, "x"); return err },
		"confirm": func(id cases.ID) error {
			_, err := b.ConfirmPerson(b.ctx, west, id, "jane@kestrel.example")
			return err
		},
		"draft": func(id cases.ID) error { return b.SaveDraft(b.ctx, west, id, desk.DraftNote, "x", desk.DraftForm{}, 1) },
		"attach": func(id cases.ID) error {
			_, err := b.AttachFile(b.ctx, west, id, "a.txt", strings.NewReader("x"))
			return err
		},
		"draft's files": func(id cases.ID) error { _, err := b.DraftFiles(b.ctx, west, id); return err },
		"detach":        func(id cases.ID) error { return b.DetachFile(b.ctx, west, id, "f") },
		"original":      func(id cases.ID) error { _, err := b.Original(b.ctx, west, id, message); return err },
		"attachment":    func(id cases.ID) error { _, err := b.Attachment(b.ctx, west, id, message, 1); return err },
		"dismiss":       func(id cases.ID) error { _, err := b.Dismiss(b.ctx, west, id, "x"); return err },
		"identify":      func(id cases.ID) error { _, err := b.Identify(b.ctx, west, id, mine.ID, ""); return err },
		"undo":          func(id cases.ID) error { _, err := b.Undo(b.ctx, west, id, "m"); return err },
		"reply": func(id cases.ID) error {
			_, err := b.Reply(b.ctx, west, desk.ReplyCommand{Case: id, Seen: 9, Kind: cases.FollowUp, To: []string{"jane@kestrel.example"}, Text: "x"})
			return err
		},
		"judge": func(id cases.ID) error {
			_, err := b.Judge(b.ctx, west, desk.PriorityCommand{Case: id, Priority: "high", Reason: "x"})
			return err
		},
		"preview of a priority": func(id cases.ID) error {
			_, err := b.PreviewPriority(b.ctx, west, desk.PriorityCommand{Case: id, Priority: "high"})
			return err
		},
		"merge": func(id cases.ID) error {
			_, err := b.Merge(b.ctx, west, desk.Merging{Case: id, Into: aoba.ID, Reason: "x"})
			return err
		},
		"merge into": func(id cases.ID) error {
			_, err := b.Merge(b.ctx, west, desk.Merging{Case: aoba.ID, Into: id, Reason: "x"})
			return err
		},
		"plan a merge": func(id cases.ID) error {
			_, err := b.PlanMerge(b.ctx, west, desk.Merging{Case: aoba.ID, Into: id})
			return err
		},
		"split": func(id cases.ID) error {
			_, err := b.Split(b.ctx, west, desk.SplitCommand{Case: id, Messages: []string{message}, Reason: "x"})
			return err
		},
		"plan a split": func(id cases.ID) error {
			_, err := b.PlanSplit(b.ctx, west, desk.SplitCommand{Case: id, Messages: []string{message}})
			return err
		},
		"preview of a state": func(id cases.ID) error {
			_, err := b.PreviewStatus(b.ctx, west, id, []desk.StatusAct{{To: cases.Waiting}})
			return err
		},
		"preview of an objection": func(id cases.ID) error { _, err := b.PreviewObjection(b.ctx, west, id); return err },
		"preview of a customer": func(id cases.ID) error {
			_, err := b.PreviewIdentify(b.ctx, west, id, mine.ID)
			return err
		},
		"unmerge": func(id cases.ID) error { _, err := b.Unmerge(b.ctx, west, id); return err },
		"by number": func(id cases.ID) error {
			c, _, err := b.store.Case(b.ctx, id)
			if err != nil {
				return err
			}
			_, err = b.ByNumber(b.ctx, west, c.Number)
			return err
		},
	} {
		for _, id := range []cases.ID{kestrel.ID, stranger.ID} {
			before := len(b.history(id))
			missing := try("no-such-case")
			if err := try(id); !fault.Is(err, fault.NotFound) || fault.Is(missing, fault.NotFound) && fault.Public(err) != fault.Public(missing) {
				t.Errorf("%s: %v; for a case that does not exist: %v", name, err, missing)
			}
			if n := len(b.history(id)); n != before {
				t.Errorf("%s wrote into a case that the person does not see", name)
			}
		}
	}
	for name, try := range map[string]func() error{
		"customer":        func() error { _, err := b.Customer(b.ctx, west, theirs.ID); return err },
		"change customer": func() error { o := theirs; o.NameJA = "x"; _, err := b.PutOrganization(b.ctx, west, o); return err },
		"contact":         func() error { _, err := b.Contact(b.ctx, west, kestrelJane.ID); return err },
		"change contact":  func() error { _, err := b.PutContact(b.ctx, west, kestrelJane); return err },
		"take a contact": func() error {
			c := kestrelJane
			c.Organization = mine.ID
			_, err := b.PutContact(b.ctx, west, c)
			return err
		},
		"add a contact": func() error {
			_, err := b.PutContact(b.ctx, west, store.Contact{Organization: theirs.ID, Name: "x"})
			return err
		},
		"give a contact": func() error {
			c := aobaYamada
			c.Organization = theirs.ID
			_, err := b.PutContact(b.ctx, west, c)
			return err
		},
		"amend": func() error {
			_, err := b.AddAmendment(b.ctx, west, desk.AmendmentCommand{Organization: theirs.ID, Parts: contract.AmendmentParts{Plus: "true"}})
			return err
		},
		"preview of an amendment": func() error {
			_, err := b.PreviewAmendment(b.ctx, west, desk.AmendmentCommand{Organization: theirs.ID, Parts: contract.AmendmentParts{Plus: "true"}})
			return err
		},
		"end an amendment": func() error { return b.EndAmendment(b.ctx, west, theirs.ID, "am-1", last) },
		"amendment's text": func() error { _, err := b.AmendmentText(b.ctx, west, theirs.ID, "am-1"); return err },
		"a sent mail":      func() error { _, _, err := b.SentOne(b.ctx, west, false, other.ID); return err },
	} {
		if err := try(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s of another customer: %v", name, err)
		}
	}
	if _, err := b.AddOrganization(b.ctx, west, store.Organization{NameJA: "新規", Language: "ja"}, desk.Opening{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("they added a customer whom they would not see: %v", err)
	}

	// Several at once, and whoever asks for the next one.
	b.must(b.Bulk(b.ctx, west, uuid.NewString(), desk.BulkAct{Kind: desk.BulkAssign, Agent: west.ID}, []cases.ID{kestrel.ID, stranger.ID}))
	for {
		c, err := b.TakeNext(b.ctx, west)
		if fault.Is(err, fault.Conflict) {
			break
		}
		b.must(err)
		if c.Organization != mine.ID {
			t.Fatalf("they were given a case of %s", c.OrgName)
		}
	}
	for _, id := range []cases.ID{kestrel.ID, stranger.ID} {
		if c := b.of(id); c.Assignee.ID == west.ID {
			t.Errorf("they have taken %s", c.Subject)
		}
	}

	// Their own they work on as everybody does, and a team widens what they see.
	if _, err := b.Note(b.ctx, west, aoba.ID, "自分の担当"); err != nil {
		t.Errorf("their own case: %v", err)
	}
	team, err := b.PutTeam(b.ctx, b.sato, store.Team{NameJA: "海外", Members: []string{west.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SetSights(b.ctx, b.sato, team.ID, []string{theirs.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.View(b.ctx, b.again(west), kestrel.ID); err != nil {
		t.Errorf("a member of the team: %v", err)
	}
	team.Dissolved = true
	if _, err := b.PutTeam(b.ctx, b.sato, team); err != nil {
		t.Fatal(err)
	}
	if _, err := b.View(b.ctx, b.again(west), kestrel.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the team was dissolved: %v", err)
	}
}

func TestTheUnidentifiedAreSeenByPermission(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("nobody@else.example", "資料請求", "送ってください。")
	stranger := b.last()
	_, blind := b.role("blind", desk.WorkCases, desk.SeeAllOrganizations)
	_, only := b.role("reception", desk.WorkCases, desk.SeeUnidentified)
	if _, err := b.View(b.ctx, b.again(blind), stranger.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("without the permission: %v", err)
	}
	if page, err := b.Queue(b.ctx, b.again(blind), desk.QueueQuery{Selection: desk.Unidentified()}); err != nil || len(page.Rows) != 0 {
		t.Errorf("without the permission the list shows %+v, %v", page.Rows, err)
	}
	v, err := b.View(b.ctx, b.again(only), stranger.ID)
	if err != nil || len(v.Suggestions) != 0 {
		t.Errorf("with it: %+v, %v", v.Suggestions, err)
	}
	// They can hand it only to a customer whom they see.
	if _, err := b.Identify(b.ctx, b.again(only), stranger.ID, b.organization("Aoba").ID, ""); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		t.Errorf("identified as a customer that they do not see: %v", err)
	}
}

func (b *bench) history(id cases.ID) []cases.Event {
	b.t.Helper()
	list, err := b.store.Events(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

func (b *bench) people(organization string) []store.Contact {
	b.t.Helper()
	list, _, err := b.Contacts(b.ctx, b.sato, store.ContactQuery{Organization: organization})
	if err != nil || len(list) == 0 {
		b.t.Fatal(err)
	}
	return list
}
