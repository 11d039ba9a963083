package web

import (
	"regexp"
	"strconv"

	"madoguchi/internal/desk"
	"madoguchi/terms/contract"
)

const shorterAnswer = "targets[first_response].set[medium].within"

// draft is Sato’s draft of the next version, with something to publish.
func (w *walk) draft(edits ...contract.Edit) desk.ContractDraftView {
	w.t.Helper()
	d, err := w.desk.StartDraft(w.ctx, w.admin, w.desk.DefaultContract())
	w.must(err)
	v, err := w.desk.EditDraft(w.ctx, w.admin, d.ID, d.Revision, append(edits, contract.Set(shorterAnswer, "5h"))...)
	w.must(err)
	return v
}

func (w *walk) submitted(edits ...contract.Edit) desk.ContractDraftView {
	w.t.Helper()
	d := w.draft(edits...)
	w.must(w.desk.SubmitDraft(w.ctx, w.admin, d.ID, ""))
	d, err := w.desk.ContractDraft(w.ctx, w.admin, d.ID)
	w.must(err)
	return d
}

// judged is the form of a step of a draft by Watanabe, who may approve.
func judged(d desk.ContractDraftView, act string) ask {
	return ask{ids: []string{d.ID}, of: d.ID, by: "watanabe@desk.example", form: []string{"act", act, "revision", strconv.FormatInt(d.Revision, 10), "comment", "確認しました"}}
}

func stepped(d desk.ContractDraftView, act string) ask {
	return ask{ids: []string{d.ID}, of: d.ID, form: []string{"act", act}}
}

var contractDeeds = deeds{
	"POST /contract/drafts": {"contract.draft.started", func(*walk) ask { return ask{of: "hennge-one@2026-04-01"} }},
	"POST /contract/drafts/{id}": {"contract.draft.changed", func(w *walk) ask {
		d := w.draft()
		return ask{ids: []string{d.ID}, of: d.ID, form: []string{"revision", strconv.FormatInt(d.Revision, 10), shorterAnswer, "4h"}}
	}},
	"POST /contract/drafts/{id} unchanged": {"", func(w *walk) ask { // saved as it is: nothing happened
		d := w.draft()
		return ask{ids: []string{d.ID}, form: []string{"revision", strconv.FormatInt(d.Revision, 10), shorterAnswer, "5h"}}
	}},
	"POST /contract/drafts/{id}/calendar/{calendar}": {"contract.draft.changed", func(w *walk) ask {
		d := w.draft()
		return ask{ids: []string{d.ID, "business"}, of: d.ID, form: []string{"revision", strconv.FormatInt(d.Revision, 10), "act", "closure", "date", "2026-12-04", "name", "全社研修", "name_en", "Training"}}
	}},
	"POST /contract/drafts/{id}/step submit":   {"contract.draft.submitted", func(w *walk) ask { return stepped(w.draft(), "submit") }},
	"POST /contract/drafts/{id}/step withdraw": {"contract.draft.withdrawn", func(w *walk) ask { return stepped(w.submitted(), "withdraw") }},
	"POST /contract/drafts/{id}/step discard":  {"contract.draft.discarded", func(w *walk) ask { return stepped(w.draft(), "discard") }},
	"POST /contract/drafts/{id}/step return":   {"contract.draft.returned", func(w *walk) ask { return judged(w.submitted(), "return") }},
	// The draft is approved, and there is a new version of the contract.
	"POST /contract/drafts/{id}/step approve": {"contract.draft.approved contract.published", func(w *walk) ask { return judged(w.submitted(), "approve") }},
}

var rebaseDeeds = deeds{
	"POST /contract/rebase": {"contract.rebased", func(w *walk) ask {
		o, c := w.client()
		id := w.mail(c.MainAddress().Addr, "動いているケース", "設定を教えてください。")
		d := w.submitted(contract.Set("contract.effective", "2026-11-20"))
		_, err := w.desk.ApproveDraft(w.ctx, w.watanabe(), d.ID, d.Revision, "")
		w.must(err)
		page := w.signedIn("watanabe@desk.example").get("/contract/rebase").body
		shown := regexp.MustCompile(`name="shown\.` + id + `" value="([^"]+)"`).FindStringSubmatch(page)
		to := regexp.MustCompile(`name="to" value="([^"]+)"`).FindStringSubmatch(page)
		if shown == nil || to == nil {
			w.t.Fatalf("the case of %s is not offered", o.NameJA)
		}
		return ask{of: to[1], form: []string{"to", to[1], "case", id, "shown." + id, shown[1], "reason", "短縮のため"}, by: "watanabe@desk.example"}
	}},
}
