package approval_test

import (
	"slices"
	"testing"

	"madoguchi/terms/approval"
)

func TestTheFirstRuleThatFitsEverythingApplies(t *testing.T) {
	rules := []approval.Rule{
		{ID: "new people", Agents: []string{"ito"}, Initial: true},
		{ID: "high, of one customer", Priorities: []string{"high"}, Organizations: []string{"aoba"}},
		{ID: "a team", Teams: []string{"billing"}},
		{ID: "a text", Templates: []string{"refund"}},
	}
	for name, c := range map[string]struct {
		reply approval.Reply
		want  string
	}{
		"nothing":              {approval.Reply{Writer: "sato", Priority: "low"}, ""},
		"a new person":         {approval.Reply{Writer: "ito", Priority: "high", Organization: "aoba", Initial: true}, "new people"},
		"their follow-up":      {approval.Reply{Writer: "ito", Priority: "high", Organization: "aoba"}, "high, of one customer"},
		"another customer":     {approval.Reply{Writer: "sato", Priority: "high", Organization: "kestrel"}, ""},
		"one of several teams": {approval.Reply{Writer: "sato", Teams: []string{"web", "billing"}}, "a team"},
		"a text":               {approval.Reply{Writer: "sato", Templates: []string{"hello", "refund"}}, "a text"},
		"nobody identified":    {approval.Reply{Writer: "sato", Priority: "high"}, ""},
	} {
		if got, _ := approval.First(rules, c.reply); got.ID != c.want {
			t.Errorf("%s: %q, want %q", name, got.ID, c.want)
		}
	}
	if got, ok := approval.First([]approval.Rule{{ID: "everything"}}, approval.Reply{}); !ok || got.ID != "everything" {
		t.Error("a rule without conditions does not apply to everything")
	}
}

func TestWhoMayApprove(t *testing.T) {
	people := []approval.Person{
		{ID: "sato", Teams: []string{"web"}},
		{ID: "watanabe", May: true, Teams: []string{"web"}},
		{ID: "mori", May: true, Teams: []string{"billing"}},
		{ID: "kato", Teams: []string{"web"}},
	}
	away := slices.Clone(people)
	away[1].Away, away[3].Away = true, true
	for name, c := range map[string]struct {
		named  []string
		writer string
		people []approval.Person
		want   []string
	}{
		"by permission":                  {nil, "sato", people, []string{"watanabe", "mori"}},
		"never oneself":                  {nil, "watanabe", people, []string{"mori"}},
		"a named person needs no more":   {[]string{"kato"}, "sato", people, []string{"kato"}},
		"a named person is the writer":   {[]string{"mori"}, "mori", people, []string{"watanabe"}},
		"away: others of the team":       {[]string{"kato"}, "sato", []approval.Person{people[0], people[1], people[2], away[3]}, []string{"kato", "watanabe"}},
		"away, and nobody of their team": {[]string{"watanabe"}, "sato", away, []string{"watanabe", "mori"}},
	} {
		if got := approval.Approvers(c.named, c.writer, c.people); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
