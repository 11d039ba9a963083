package scenarios_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// act is what a person of the desk does to a case; args follow its number.
type act struct {
	usage string
	args  int // at least
	do    func(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error
}

// actions are the verbs of `agent NAME VERB CASE …`.
var actions = map[string]act{
	"replies":                  {"replies CASE initial|reception-only|follow-up FILE [STATUS]", 2, replies},
	"replies-to-what-was-read": {"replies-to-what-was-read CASE initial FILE", 2, repliesToWhatWasRead},
	"writes-to":                {"writes-to CASE ADDRESS FILE", 2, writesTo},
	"refuses":                  {"refuses CASE CLAUSE REASON FILE", 3, refuses},
	"judges":                   {"judges CASE PRIORITY CRITERION REASON", 3, judges},
	"agrees":                   {"agrees CASE PERSON PRIORITY CRITERION phone WHERE | mail", 4, agrees},
	"asks-agreement":           {"asks-agreement CASE PERSON PRIORITY CRITERION", 3, asksAgreement},
	"asks-confirmation":        {"asks-confirmation CASE PERSON", 1, asksConfirmation},
	"records-claim":            {"records-claim CASE PERSON PRIORITY CRITERION REASON", 4, recordsClaim},
	"records-objection":        {"records-objection CASE PERSON REASON", 2, recordsObjection},
	"notes":                    {"notes CASE TEXT", 1, notes},
	"sets":                     {"sets CASE STATUS [REASON]", 1, sets},
	"holds":                    {"holds CASE REASON", 1, holds},
	"restores":                 {"restores CASE WHAT", 1, restores},
	"assigns":                  {"assigns CASE NAME", 1, assigns},
	"identifies":               {"identifies CASE ORGANIZATION CONTACT", 2, identifies},
	"confirms":                 {"confirms CASE ADDRESS", 1, confirms},
	"undoes":                   {"undoes CASE", 0, undoes},
	"sends-again":              {"sends-again CASE", 0, sendsAgain},
	"opens":                    {"opens CASE", 0, opens},
	"merges":                   {"merges CASE INTO-CASE REASON", 2, merges},
	"takes-apart":              {"takes-apart CASE", 0, takesApart},
	"schedules":                {"schedules CASE initial|reception-only|follow-up FILE INSTANT [STATUS]", 3, schedules},
	"moves-release":            {"moves-release CASE INSTANT", 1, movesRelease},
	"approves":                 {"approves CASE [FILE] [what-was-read]", 0, approves},
	"returns":                  {"returns CASE COMMENT", 1, returnsReply},
	"withdraws":                {"withdraws CASE", 0, withdrawsReply},
	"unschedules":              {"unschedules CASE", 0, unschedules},
}

// cmdAgent lets a person of the desk act. With "!" the act must be refused.
func cmdAgent(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: agent NAME VERB CASE …")
	}
	a, ok := actions[args[1]]
	if !ok || len(args)-3 < a.args {
		ts.Fatalf("usage: agent NAME %s", a.usage)
	}
	w := of(ts)
	c, _ := w.matter(ts, args[2])
	err := a.do(w, ts, w.member(ts, args[0]), c, args[3:])
	w.refusal = err
	switch {
	case neg && err == nil:
		ts.Fatalf("this should have been refused")
	case !neg && err != nil:
		ts.Fatalf("refused: %v", err)
	}
	w.settle(ts)
}

// cmdBecause checks the words of the last refusal, Japanese or English.
func cmdBecause(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: because 'words of the last refusal'")
	}
	if err := of(ts).refusal; err == nil || !strings.Contains(err.Error(), args[0]) {
		ts.Fatalf("the last refusal was: %v", err)
	}
}

var replyKinds = map[string]cases.ReplyKind{
	"initial": cases.InitialResponse, "reception-only": cases.ReceptionOnly, "follow-up": cases.FollowUp,
}

func replies(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	return w.reply(ts, who, c, c.Version, args)
}

func (w *world) reply(ts *testscript.TestScript, who desk.Viewer, c *cases.Case, seen int, args []string) error {
	kind, ok := replyKinds[args[0]]
	if !ok {
		ts.Fatalf("a reply is initial, reception-only or follow-up; not %q", args[0])
	}
	next := cases.Open
	if len(args) > 2 {
		next = cases.Status(args[2])
	}
	_, err := w.desk.Reply(w.ctx, who, desk.ReplyCommand{
		Case: c.ID, Seen: seen, Kind: kind, To: []string{c.Person.Addr}, Text: ts.ReadFile(args[1]), Next: next,
	})
	return err
}

// undoes takes the newest reply back.
func undoes(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.Undo(w.ctx, who, c.ID, w.newestReply(ts, c).Message)
	return err
}

// sendsAgain sends the newest reply to those who have not got it.
func sendsAgain(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.Resend(w.ctx, who, c.ID, w.newestReply(ts, c).Message)
	return err
}

func (w *world) newestReply(ts *testscript.TestScript, c *cases.Case) cases.Replied {
	_, events, err := w.store.Case(w.ctx, c.ID)
	ts.Check(err)
	for _, e := range slices.Backward(events) {
		if r, ok := e.Data.(cases.Replied); ok {
			return r
		}
	}
	ts.Fatalf("nobody has replied")
	return cases.Replied{}
}

// opens remembers what a person has read of a case.
func opens(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.View(w.ctx, who, c.ID)
	w.seen[who.ID+string(c.ID)] = c.Version
	return err
}

func repliesToWhatWasRead(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	return w.reply(ts, who, c, w.seen[who.ID+string(c.ID)], args)
}

func refuses(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Reply(w.ctx, who, desk.ReplyCommand{
		Case: c.ID, Seen: c.Version, Kind: cases.InitialResponse, To: []string{c.Person.Addr}, Text: ts.ReadFile(args[2]),
		Next: cases.Open, Refusal: contract.ClauseID(args[0]), Reason: args[1],
	})
	return err
}

func judges(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Judge(w.ctx, who, desk.PriorityCommand{
		Case: c.ID, Seen: c.Version, Priority: contract.PriorityID(args[0]), Criterion: contract.ClauseID(args[1]), Reason: args[2],
	})
	return err
}

func agrees(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	if args[3] == "mail" { // the newest that they wrote
		args = append(args[:4:4], w.newest(ts, c, w.contact(ts, args[0]).addr))
	}
	_, err := w.desk.Agree(w.ctx, who, desk.PriorityCommand{
		Case: c.ID, Seen: c.Version, Person: w.contact(ts, args[0]).addr, Priority: contract.PriorityID(args[1]),
		Criterion: contract.ClauseID(args[2]), How: args[3], Where: args[4],
	})
	return err
}

func recordsClaim(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.RecordClaim(w.ctx, who, desk.PriorityCommand{
		Case: c.ID, Seen: c.Version, Person: w.contact(ts, args[0]).addr, Priority: contract.PriorityID(args[1]),
		Criterion: contract.ClauseID(args[2]), Reason: args[3],
	})
	return err
}

func recordsObjection(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Object(w.ctx, who, c.ID, w.contact(ts, args[0]).addr, args[1])
	return err
}

func confirms(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.ConfirmPerson(w.ctx, who, c.ID, args[0])
	return err
}

// writesTo gives the initial response to one person of the case.
func writesTo(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Reply(w.ctx, who, desk.ReplyCommand{
		Case: c.ID, Seen: c.Version, Kind: cases.InitialResponse, To: args[:1], Text: ts.ReadFile(args[1]), Next: cases.Open,
	})
	return err
}

func notes(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Note(w.ctx, who, c.ID, args[0])
	return err
}

func sets(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	reason := ""
	if len(args) > 1 {
		reason = args[1]
	}
	_, err := w.desk.SetStatus(w.ctx, who, c.ID, cases.Status(args[0]), reason)
	return err
}

// holds waits for another provider.
func holds(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Hold(w.ctx, who, desk.HoldCommand{Case: c.ID, Wait: cases.WaitThirdParty, Reason: args[0]})
	return err
}

// restores gives a workaround.
func restores(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Restore(w.ctx, who, c.ID, true, args[0])
	return err
}

func assigns(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Assign(w.ctx, who, c.ID, w.member(ts, args[0]).ID)
	return err
}

func identifies(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	org, ok := w.orgs[args[0]]
	if !ok {
		ts.Fatalf("no customer is called %q", args[0])
	}
	_, err := w.desk.Identify(w.ctx, who, c.ID, org, w.contact(ts, args[1]).id)
	return err
}

var versionLine = regexp.MustCompile(`(?m)^(  version: |  effective: ).*$`)

// cmdSupervisor publishes the next version of the contract, with one date's
// hours changed: `supervisor announces VERSION DATE HOURS NAME`.
func cmdSupervisor(ts *testscript.TestScript, neg bool, args []string) {
	if !neg && len(args) == 3 && args[0] == "moves" {
		of(ts).move(ts, args[1], args[2])
		return
	}
	if neg || len(args) != 5 || args[0] != "announces" {
		ts.Fatalf("usage: supervisor announces VERSION DATE HOURS NAME | moves CONTACT ORGANIZATION")
	}
	w := of(ts)
	version, date, hours, name := args[1], args[2], args[3], args[4]
	file, text, err := contracts.Read(contracts.Default)
	ts.Check(err)
	next := versionLine.ReplaceAllStringFunc(string(text), func(line string) string {
		if strings.Contains(line, "version") {
			return "  version: " + version
		}
		return "  effective: " + date
	})
	const before = "    closures:"
	if strings.Count(next, before) != 1 {
		ts.Fatalf("the shipped contract has not one list of closures any more")
	}
	next = strings.Replace(next, before, fmt.Sprintf("    special:\n      - {date: %s, hours: [%q], name: {ja: %s, en: special hours}}\n%s", date, hours, name, before), 1)
	_, err = w.desk.Publish(w.ctx, w.people["kimura"], file, []byte(next))
	ts.Check(err)
	w.settle(ts)
}

func merges(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	into, _ := w.matter(ts, args[0])
	_, err := w.desk.Merge(w.ctx, who, desk.Merging{Case: c.ID, Into: into.ID, Reason: args[1]})
	return err
}

func takesApart(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.Unmerge(w.ctx, who, c.ID)
	return err
}
