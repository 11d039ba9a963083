// Package scenarios_test plays the contract's situations, one file each, in
// the language of the business: a clock, customers who write mail, people of
// the desk who answer, and what must be true afterwards.
//
// Everything is real but the clock: mail comes in through the SMTP door, the
// records are SQLite in a temporary folder, the contract is the shipped one.
//
// Start reading at any *.txtar file; the words they use are in the map below.
package scenarios_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScenarios(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   ".",
		Setup: openDesk,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"amend":          cmdAmend,         // amend aoba 2026-11-20 FILE
			"version":        cmdVersion,       // version 2026-11-24 closes 2026-11-25 '臨時休業': written, approved, published
			"rebase":         cmdRebase,        // rebase 'reason' CS-1 …
			"terms":          cmdTerms,         // terms example-europe: the desk serves that contract's customers too, and tells the time there
			"clock":          cmdClock,         // clock 'Sun 22 Nov 03:00'
			"customer":       cmdCustomer,      // customer yamada mails 'subject' body | answers CS-1 body | answers-for lim CS-1 body
			"stranger":       cmdStranger,      // stranger someone@elsewhere.example mails 'subject' body
			"stranger-joins": cmdStrangerJoins, // stranger-joins ADDRESS yamada CS-1 body: answers a mail that yamada got
			"machine":        cmdMachine,       // machine 'envelope@from.example' whole-mail
			"agent":          cmdAgent,         // agent sato replies CS-1 initial body …; see actions
			"approval-rule":  cmdApproval,      // approval-rule 'name' [initial] [agent=ito] [priority=high] [approver=kimura]
			"mailbox":        cmdMailbox,       // mailbox yamada refuses '550 5.2.2 full' | mailbox yamada accepts
			"outbox":         cmdOutbox,        // outbox waits: replies wait as long as they can be taken back
			"supervisor":     cmdSupervisor,    // supervisor announces VERSION DATE HOURS 'name'
			"senders":        cmdSenders,       // senders 192.0.2.25 | unknown: from where mail comes, whether the DNS answers
			"link":           cmdLink,          // link yamada shows open | confirms | declines: the newest link they got
			"expect":         cmdExpect,        // expect case CS-1 …, expect mail yamada …; see expectations
			"because":        cmdBecause,       // because 'words of the last refusal'
		},
	})
}
