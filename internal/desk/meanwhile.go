package desk

import (
	"context"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// SeenField marks the faults of an act that was refused since its person had not
// read everything that matters; see [Desk.Meanwhile].
const SeenField = "seen"

// Meanwhile returns what a person has to read before they send what they wrote,
// as of now: the case as they see it, and the events of it that came since seen.
func (d *Desk) Meanwhile(ctx context.Context, who Viewer, id cases.ID, seen int) (CaseView, []cases.Event, error) {
	v, err := d.View(ctx, who, id)
	if err != nil {
		return v, nil, err
	}
	return v, cases.Meanwhile(v.Events, seen, who.ID), nil
}

// unread refuses what a person wrote before something that matters happened.
func (p *pen) unread(seen int, who Viewer) error {
	news := cases.Meanwhile(p.past, seen, who.ID)
	if len(news) == 0 {
		return nil
	}
	for _, e := range news {
		if _, mail := e.Data.(cases.MessageReceived); mail {
			return fault.New(fault.Conflict, "返信の作成中に新しいメールが届きました。内容をご確認のうえ、もう一度送信してください。",
				"A new mail arrived while you were writing. Please read it, then send again.").At(SeenField)
		}
	}
	e := news[len(news)-1]
	switch e.Data.(type) {
	case cases.Replied:
		return fault.New(fault.Conflict, "返信の作成中に "+e.Actor.Name+" さんが返信しました。内容をご確認のうえ、もう一度送信してください。",
			e.Actor.Name+" replied while you were writing. Please read it, then send again.").At(SeenField)
	case cases.StatusChanged:
		return fault.New(fault.Conflict, "返信の作成中に "+e.Actor.Name+" さんが状態を変えました。内容をご確認のうえ、もう一度送信してください。",
			e.Actor.Name+" changed the state while you were writing. Please look at it, then send again.").At(SeenField)
	}
	return fault.New(fault.Conflict, "返信の作成中に優先度の判断が変わりました。内容をご確認のうえ、もう一度送信してください。",
		"The priority was changed while you were writing. Please look at it, then send again.").At(SeenField)
}
