package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// FollowerView is a person who follows a case.
type FollowerView struct {
	ID, Name string
	Blind    bool // may not see the case any more, and hears nothing of it
}

// Follow lets a person of the desk who may see the case follow it (empty: the
// viewer), or with on false no longer.
func (d *Desk) Follow(ctx context.Context, who Viewer, id cases.ID, agent string, on bool) (*cases.Case, error) {
	s, err := d.following(ctx, who, agent, on)
	return d.do(ctx, who, id, s, err)
}

func (d *Desk) following(ctx context.Context, who Viewer, agent string, on bool) (step, error) {
	agent = cmp.Or(agent, who.ID)
	if !on {
		return deciding(func(c *cases.Case) ([]cases.Data, error) { return c.Unfollow(agent) }), nil
	}
	a, err := d.store.Agent(ctx, agent)
	if err != nil {
		return nil, err
	}
	if a.Disabled {
		return nil, fault.New(fault.Invalid, "その方は現在利用停止中です。", "That person's account is disabled.").At("follower")
	}
	return deciding(func(c *cases.Case) ([]cases.Data, error) {
		sees, err := d.seers(ctx, []store.Agent{a}, c.Organization)
		if err != nil {
			return nil, err
		}
		if len(sees) == 0 {
			return nil, fault.New(fault.Invalid, "その方はこのケースを閲覧できないため、フォローに追加できません。", "That person may not see this case, and so cannot follow it.").At("follower")
		}
		return c.Follow(a.ID, a.Name)
	}), nil
}

// seers are those of some people who may see the cases of an organization
// (empty: of nobody who is known).
func (d *Desk) seers(ctx context.Context, people []store.Agent, organization string) ([]store.Agent, error) {
	roles, err := d.store.ListRoles(ctx)
	if err != nil {
		return nil, err
	}
	var given []string // who was given the organization to see
	if organization != "" {
		if given, err = d.store.SeenBy(ctx, organization); err != nil {
			return nil, err
		}
	}
	var out []store.Agent
	for _, a := range people {
		may := builtin(Role(a.Role))
		if i := slices.IndexFunc(roles, func(r store.RoleRow) bool { return r.ID == a.Role }); i >= 0 && Role(a.Role) != Administrator {
			may = permissionsOf(roles[i])
		}
		sees := slices.Contains(may, SeeUnidentified)
		if organization != "" {
			sees = slices.Contains(may, SeeAllOrganizations) || slices.Contains(given, a.ID)
		}
		if sees && !a.Disabled && slices.Contains(may, WorkCases) {
			out = append(out, a)
		}
	}
	return out, nil
}

// followersOf are those of some people who follow a case, and who else of those
// who see it could.
func followersOf(c *cases.Case, people, sees []store.Agent) (have []FollowerView, others []store.Agent) {
	for _, f := range c.Followers {
		i := slices.IndexFunc(people, func(a store.Agent) bool { return a.ID == f.Agent })
		if i < 0 {
			continue // cannot sign in any more
		}
		blind := !slices.ContainsFunc(sees, func(a store.Agent) bool { return a.ID == f.Agent })
		have = append(have, FollowerView{ID: f.Agent, Name: people[i].Name, Blind: blind})
	}
	return have, slices.DeleteFunc(slices.Clone(sees), func(a store.Agent) bool { return c.Follows(a.ID) })
}

// happenings are what those who follow a case hear of, as they read it; what
// matters most comes first.
var happenings = []struct {
	ref  string
	said fault.Text
}{
	{"received", fault.Text{JA: "お客様から連絡がありました", EN: "The customer has written"}},
	{"replied", fault.Text{JA: "返信が送信されました", EN: "A reply was sent"}},
	{"undone", fault.Text{JA: "返信の送信が取り消されました", EN: "Sending a reply was undone"}},
	{"missed", fault.Text{JA: "対応目標が未達になりました", EN: "A target was missed"}},
	{"bounced", fault.Text{JA: "返信がお客様に届きませんでした", EN: "A reply did not reach the customer"}},
	{"objected", fault.Text{JA: "優先度についてお客様から異議がありました", EN: "The customer objects to the priority"}},
	{"priority", fault.Text{JA: "優先度が判断されました", EN: "The priority was judged"}},
	{"restored", fault.Text{JA: "サービスが復旧しました", EN: "The service works again"}},
	{"merged", fault.Text{JA: "ほかのケースに統合されました", EN: "It was merged into another case"}},
	{"absorbed", fault.Text{JA: "ほかのケースが統合されました", EN: "Another case was merged into it"}},
	{"split", fault.Text{JA: "一部が別のケースに分割されました", EN: "A part was split off into a case of its own"}},
	{"open", fault.Text{JA: "対応中になりました", EN: "It is in progress"}},
	{"waiting", fault.Text{JA: "お客様の回答待ちになりました", EN: "It waits for the customer"}},
	{"on_hold", fault.Text{JA: "保留になりました", EN: "It was put on hold"}},
	{"resolved", fault.Text{JA: "解決になりました", EN: "It was resolved"}},
	{"closed", fault.Text{JA: "終了になりました", EN: "It was closed"}},
	{"assigned", fault.Text{JA: "担当が変わりました", EN: "Its assignee was changed"}},
	{"noted", fault.Text{JA: "社内メモが追加されました", EN: "A note was added"}},
	{"added", fault.Text{JA: "あなたがフォローに追加されました", EN: "You were made to follow it"}},
}

// happening is what an event is to those who follow its case; empty: nothing.
func happening(e cases.Event) string {
	switch f := e.Data.(type) {
	case cases.MessageReceived:
		if f.Auto == "" {
			return "received"
		}
	case cases.Replied:
		return "replied"
	case cases.ReplyUndone:
		return "undone"
	case cases.TargetMissed:
		return "missed"
	case cases.VerdictSuperseded:
		if f.Reason == cases.Undelivered {
			return "bounced"
		}
	case cases.PriorityObjected:
		return "objected"
	case cases.PriorityClaimed, cases.PriorityJudged, cases.PriorityAgreed:
		return "priority"
	case cases.ServiceRestored:
		return "restored"
	case cases.Merged:
		return "merged"
	case cases.Absorbed:
		return "absorbed"
	case cases.SplitOff:
		return "split"
	case cases.StatusChanged:
		if f.From != cases.New || f.To != cases.Open { // taking a new case up is no news
			return string(f.To)
		}
	case cases.Assigned:
		return "assigned"
	case cases.Noted:
		return "noted"
	}
	return ""
}

// happened says what a notice of a followed case tells of.
func happened(refs, language string) string {
	var out []string
	for _, h := range happenings {
		if slices.Contains(strings.Split(refs, ","), h.ref) {
			out = append(out, h.said.In(language))
		}
	}
	sep := ", "
	if language == "ja" {
		sep = "、"
	}
	return strings.Join(out, sep)
}

// newsOfFollowers is what an act is to those who followed the case before it
// and may see it: one piece of news for each, and none for whom the act
// concerns more nearly, since they are told of that.
func (p *pen) newsOfFollowers(c *cases.Case, told []string) ([]Notice, error) {
	if p.before == nil || len(p.before.Followers) == 0 {
		return nil, nil
	}
	var refs []string
	for _, e := range p.events {
		if ref := happening(e); ref != "" && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	var ids []string
	for _, f := range p.before.Followers {
		if c.Follows(f.Agent) && !slices.Contains(told, f.Agent) && f.Agent != p.by.ID {
			ids = append(ids, f.Agent)
		}
	}
	to, err := p.seeing(c, ids)
	return []Notice{{Kind: notice.Followed, Case: c.ID, To: to, By: p.by, Ref: strings.Join(refs, ","), Matter: p.bulkMatter(notice.Followed), At: p.at}}, err
}

// seeing are those of some people who may see the case.
func (p *pen) seeing(c *cases.Case, ids []string) (out []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	people, err := p.telling.everybody()
	if err != nil {
		return nil, err
	}
	sees, err := p.telling.desk.seers(background(), people, c.Organization)
	for _, a := range sees {
		if slices.Contains(ids, a.ID) {
			out = append(out, a.ID)
		}
	}
	return out, err
}

// addedFollower tells whom a colleague made a follower of the case.
func (p *pen) addedFollower(n Notice, f cases.Followed) []Notice {
	for _, e := range p.events {
		switch e.Data.(type) {
		case cases.Absorbed, cases.SplitFrom:
			return nil // carried over: they hear of that
		}
	}
	n.Kind, n.To, n.Ref, n.Matter = notice.Followed, []string{f.Agent}, "added", p.bulkMatter(notice.Followed)
	return []Notice{n}
}
