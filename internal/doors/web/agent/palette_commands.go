package agent

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/notation"
)

// command is something that the palette offers to do or a page that it goes
// to. Exactly one of to, stroke, press and act says how.
type command struct {
	text string // key of its words; how they sound is beside them in ui
	arg  string // fills a hole of the words
	also string // further words by which it is asked for
	icon string

	to     string          // address of a page
	stroke string          // the key that does it on the case's page
	press  string          // selector of what is pressed on the case's page; where there is none the command is not offered
	act    string          // what the script of the palette does itself
	keys   []string        // shown beside it
	may    desk.Permission // of the page; none: whoever sees the palette
	demo   bool            // in a demonstration everybody may
}

// pageCommands are the pages that can be gone to.
var pageCommands = []command{
	{text: "command.queue", icon: "inbox", to: "/queue", keys: []string{"G", "Q"}},
	{text: "command.queue.mine", icon: "user", to: "/queue?view=mine"},
	{text: "command.queue.followed", icon: "eye", to: "/queue?view=followed"},
	{text: "command.queue.nobody", icon: "inbox", to: "/queue?view=unassigned"},
	{text: "command.take-next", icon: "arrow", press: "#take-next button", keys: []string{"T"}},
	{text: "command.select", icon: "check", press: "#pick"},
	{text: "command.unidentified", icon: "unknown", to: "/unidentified", keys: []string{"G", "U"}, may: desk.SeeUnidentified},
	{text: "command.search", icon: "search", to: "/search", keys: []string{"G", "S"}},
	{text: "command.customers", icon: "users", to: "/customers", keys: []string{"G", "C"}},
	{text: "command.imports", icon: "users", to: "/imports", may: desk.EditCustomers},
	{text: "command.customers.new", icon: "plus", to: "/customers/new", may: desk.EditCustomers},
	{text: "command.numbers", icon: "phone", to: "/numbers"},
	{text: "command.contract", icon: "scroll", to: "/contract", keys: []string{"G", "T"}},
	{text: "command.contract.try", icon: "clock", to: "/contract/try"},
	{text: "command.drafts", icon: "scroll", to: "/contract/drafts", may: desk.SeeContractDrafts},
	{text: "command.simulate", icon: "history", to: "/contract/simulate", may: desk.SeeContractDrafts},
	{text: "command.rebase", icon: "clock", to: "/contract/rebase", may: desk.ApproveContract},
	{text: "command.closures", icon: "pause", to: "/closures"},
	{text: "command.tasks", icon: "check", to: "/tasks"},
	{text: "command.wall", icon: "chart", to: "/wall", may: desk.SeeReports},
	{text: "command.approvals", icon: "check", to: "/approvals"},
	{text: "command.staff", icon: "users", to: "/staff"},
	{text: "command.notices", icon: "bell", to: "/notices"},
	{text: "command.views", icon: "inbox", to: "/views"},
	{text: "command.macros", icon: "note", to: "/macros"},
	{text: "command.letters", icon: "mail", to: "/letters"},
	{text: "command.snippets", icon: "note", to: "/snippets"},
	{text: "command.settings", icon: "gear", to: "/settings"},
	{text: "command.settings.notices", icon: "bell", to: "/settings/notices"},
	{text: "command.security", icon: "lock", to: "/settings/security"},
	{text: "command.marks", icon: "tag", to: "/marks"},
	{text: "command.erasures", icon: "shield", to: "/erasures", may: desk.HandlePersonalData},
	{text: "command.retention", icon: "clock", to: "/retention", may: desk.HandlePersonalData},
	{text: "command.sent", icon: "send", to: "/sent", may: desk.SeeSentMail, demo: true},
	{text: "command.audit", icon: "history", to: "/audit", may: desk.SeeAudit},
	{text: "command.agents", icon: "user", to: "/agents", may: desk.ManageAgents},
	{text: "command.teams", icon: "users", to: "/teams", may: desk.ManageAgents},
	{text: "command.roles", icon: "shield", to: "/roles", may: desk.ManageAgents},
	{text: "command.providers", icon: "lock", to: "/providers", may: desk.ManageAgents},
	{text: "command.api-tokens", icon: "command", to: "/api-tokens", may: desk.ManageTokens},
	{text: "command.approval-rules", icon: "check", to: "/approval-rules", may: desk.ManageSite},
	{text: "command.site", icon: "gear", to: "/site", may: desk.ManageSite},
	{text: "command.mailboxes", icon: "mail", to: "/mailboxes", may: desk.ManageMail},
	{text: "command.senders", icon: "send", to: "/senders", may: desk.ManageMail},
	{text: "command.mail-auth", icon: "shield", to: "/mail-auth", may: desk.ManageMail},
	{text: "command.mail-texts", icon: "mail", to: "/mail-texts", may: desk.SeeSentMail},
	{text: "command.keys", icon: "help", act: "keys", keys: []string{"?"}},
}

// caseCommands are what can be done with the open case: by the very buttons of
// its page, so that the palette can do nothing that the page cannot.
func caseCommands(ctx context.Context, c openCase) []command {
	list := []command{
		{text: "command.reply", icon: "reply", stroke: "r", keys: []string{"R"}},
		{text: "command.note", icon: "note", stroke: "n", keys: []string{"N"}},
		{text: "command.priority", icon: "flag", press: "[data-key=p]", keys: []string{"P"}},
		{text: "command.assign.me", icon: "user", press: `#assign-form button[value="` + ui.Of(ctx).ID + `"]`},
		{text: "command.assign", icon: "user", stroke: "a", keys: []string{"A"}},
		{text: "command.follow", icon: "eye", press: "[data-key=w]", keys: []string{"W"}},
		{text: "command.undo", icon: "back", press: "[data-undo]:not([hidden]) [data-key=z]", keys: []string{"Z"}},
		{text: "command.identify", icon: "unknown", press: `#case-head a[href$="/identify"]`},
		{text: "command.copy-link", icon: "clip", act: "copy-link"},
		{text: "command.merge", icon: "arrow", press: "#merge"},
		{text: "command.split", icon: "arrow", press: "#split"},
	}
	if c.OrgID != "" {
		list = append(list, command{text: "command.customer", icon: "users", to: "/customers/" + c.OrgID})
	}
	for _, s := range []string{"open", "waiting", "on_hold", "resolved", "closed"} {
		list = append(list, command{text: "command.status", arg: ui.T(ctx, "status."+s), also: s, icon: "check", press: `#status-form button[value="` + s + `"]`})
	}
	for _, a := range c.Agents {
		list = append(list, command{text: "command.assign.to", arg: a.Name, also: a.Also, icon: "user", press: `#assign-form button[value="` + a.ID + `"]`})
	}
	return append(list, command{text: "command.assign.nobody", icon: "x", press: `#assign-form button[value=""]`})
}

func (c command) words(ctx context.Context) string {
	if c.arg != "" {
		return ui.T(ctx, c.text, c.arg)
	}
	return ui.T(ctx, c.text)
}

// match says how well a command is what somebody typed: 0 as the beginning of
// its words, 1 as a part, -1 not at all.
func (c command) match(typed string) int {
	folded := notation.Fold(typed)
	var whole, sound []string
	for _, lang := range []ui.Lang{ui.JA, ui.EN} {
		words := ui.TL(lang, c.text)
		if c.arg != "" {
			words = ui.TL(lang, c.text, c.arg)
		}
		whole = append(whole, notation.Fold(words))
	}
	whole = append(whole, strings.Fields(notation.Fold(c.also+" "+c.arg))...)
	for w := range strings.FieldsSeq(ui.Reading(c.text)) {
		sound = append(sound, notation.Roma(w))
		whole = append(whole, notation.Fold(w))
	}
	begins := func(list []string, with string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.HasPrefix(w, with) })
	}
	roma := ""
	if notation.Readable(typed) {
		roma = notation.Roma(strings.ReplaceAll(typed, " ", ""))
	}
	switch {
	case begins(whole, folded), roma != "" && begins(sound, roma):
		return 0
	case slices.ContainsFunc(whole, func(w string) bool { return strings.Contains(w, folded) }):
		return 1
	case len(roma) > 3 && slices.ContainsFunc(sound, func(w string) bool { return strings.Contains(w, roma) }):
		return 1
	}
	return -1
}

// matching returns the commands that the viewer may use and that fit what was
// typed, the best first.
func matching(ctx context.Context, list []command, typed string, most int) []command {
	var found [2][]command
	for _, c := range list {
		if c.may != desk.SignedIn && !ui.Can(ctx, c.may) && !(c.demo && ui.Of(ctx).Demo) {
			continue
		}
		if m := c.match(typed); m >= 0 {
			found[m] = append(found[m], c)
		}
	}
	all := append(found[0], found[1]...)
	return all[:min(len(all), most)]
}
