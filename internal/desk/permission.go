package desk

import (
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Permission is one thing that a role can allow.
type Permission string

// The permissions. A new one gets its place in [Permissions] and [builtin]; a stored role has it only when an administrator gives it.
const (
	SignedIn Permission = "" // whoever is signed in, whatever their role

	WorkCases           Permission = "cases.work"              // read and answer the cases that one sees
	SeeAllOrganizations Permission = "cases.all-organizations" // without it: only those listed for the person or a team of theirs
	SeeUnidentified     Permission = "cases.unidentified"      // contacts of which nobody knows whose they are
	MergeCases          Permission = "cases.merge"             // merge and split
	ChangePriority      Permission = "cases.priority"          // judge, propose, agree, lower
	Supervise           Permission = "cases.supervise"         // answer objections, undo a colleague's reply, hand out an infected file
	ApproveReplies      Permission = "replies.approve"
	TakeOverLock        Permission = "replies.take-over" // take a reply that a colleague is writing
	ManageTemplates     Permission = "templates.edit"    // texts and macros that everybody uses
	ShareViews          Permission = "views.share"
	SeeReports          Permission = "reports.see" // the wall and the figures
	Export              Permission = "export"
	ListenToRecordings  Permission = "recordings.listen"

	EditContacts  Permission = "contacts.edit"
	EditCustomers Permission = "customers.edit"

	HandlePersonalData Permission = "personal-data.handle" // give a person everything about them, and ask that it be erased
	ErasePersonalData  Permission = "personal-data.erase"  // carry out what another person asked for

	SeeContractDrafts Permission = "contract.drafts"  // and simulate them
	AmendContract     Permission = "contract.amend"   // what one customer has agreed beyond the contract
	EditContract      Permission = "contract.edit"    // write the next version
	ApproveContract   Permission = "contract.approve" // and move running cases to a version

	SeeSentMail  Permission = "mail.sent"
	ManageMail   Permission = "mail.manage"   // mailboxes, senders, mail authentication
	PlanStaff    Permission = "staff.plan"    // working hours, days off and skills of others
	ManageAgents Permission = "agents.manage" // people, teams, roles and how they sign in
	ManageSite   Permission = "site.manage"   // the desk's own settings and fields
	ManageTokens Permission = "tokens.manage" // of the programming interface
	SeeAudit     Permission = "audit.see"
)

// Permissions are all of them, in the order in which they are shown.
var Permissions = []Permission{
	WorkCases, SeeAllOrganizations, SeeUnidentified, MergeCases, ChangePriority, Supervise, ApproveReplies, TakeOverLock,
	ManageTemplates, ShareViews, SeeReports, Export, ListenToRecordings,
	EditContacts, EditCustomers, HandlePersonalData, ErasePersonalData,
	SeeContractDrafts, AmendContract, EditContract, ApproveContract,
	SeeSentMail, ManageMail, PlanStaff, ManageAgents, ManageSite, ManageTokens, SeeAudit,
}

// Role is the id of a set of permissions.
type Role string

// The built-in roles. What agents and supervisors may do can be edited; an
// administrator may do everything.
const (
	Agent         Role = "agent"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator"
)

// builtin says what the built-in roles may do until somebody edits them.
func builtin(r Role) []Permission {
	agent := []Permission{WorkCases, SeeAllOrganizations, SeeUnidentified, MergeCases, ChangePriority, TakeOverLock, EditContacts}
	switch r {
	case Agent:
		return agent
	case Supervisor:
		return append(agent, Supervise, ApproveReplies, ManageTemplates, ShareViews, SeeReports, Export, ListenToRecordings,
			EditCustomers, HandlePersonalData, SeeContractDrafts, AmendContract, ApproveContract, SeeSentMail, PlanStaff, SeeAudit)
	case Administrator:
		return Permissions
	}
	return nil
}

// Viewer is the signed-in person for whom the desk answers. [Desk.Viewer]
// makes one with the rights of now; one that is written by hand has those of a
// built-in role.
type Viewer struct {
	ID       string
	Name     string
	Email    string
	Role     Role
	Language string

	Theme     string // see [Preferences]
	Shortcuts bool

	// Credential changes whenever the person's password does; it tells
	// nothing of it. A session made under another one has ended.
	Credential string

	// Proved is when the person last showed in this session who they are; the
	// door says so. Zero: never.
	Proved time.Time

	rights *rights
}

// rights are what a person may do and see, as it was when they were read.
type rights struct {
	may           []Permission
	organizations []string // for who does not see all
	enroll        bool     // they may do nothing until they have a second factor
}

// CommandLine is the id of whoever works at the command line of the machine, as
// the audit and an import name them; they have a role written by hand.
const CommandLine = "system"

// Actor is the viewer as the history names them.
func (v Viewer) Actor() cases.Actor {
	return cases.Actor{Kind: cases.Agent, ID: v.ID, Name: v.Name}
}

func (v Viewer) permissions() []Permission {
	if v.rights == nil {
		return builtin(v.Role)
	}
	return v.rights.may
}

// May returns a [fault.Forbidden] error unless the viewer has the permission.
// It is asked by every act and every question, whoever asked it before.
func (v Viewer) May(p Permission) error {
	if v.ID == "" {
		return fault.New(fault.Unsigned, "サインインしてください。", "Please sign in.")
	}
	if p != SignedIn && !slices.Contains(v.permissions(), p) {
		return fault.New(fault.Forbidden, "この操作の権限がありません。管理者にご相談ください。", "You are not allowed to do this. Please ask an administrator.")
	}
	return nil
}

// Can is [Viewer.May] for a screen that shows what is possible.
func (v Viewer) Can(p Permission) bool { return v.May(p) == nil }

// Scope is whose records the viewer may see: of all organizations, or of those
// that they or a team of theirs were given, with or without the unidentified.
// Every list and every case is read within it.
func (v Viewer) Scope() store.Scope {
	unidentified := v.Can(SeeUnidentified)
	switch {
	case v.Can(SeeAllOrganizations) && unidentified:
		return store.Everyone()
	case v.Can(SeeAllOrganizations):
		return store.Identified()
	case v.rights == nil:
		return store.Among(nil, unidentified)
	}
	return store.Among(v.rights.organizations, unidentified)
}

// wholeDesk are the permissions that are about all customers at once: a role
// that has one of them has to see all organizations.
var wholeDesk = []Permission{ErasePersonalData, SeeContractDrafts, EditContract, ApproveContract, ManageMail, ManageAgents, ManageSite, ManageTokens, SeeAudit}

// SeesCase returns [fault.NotFound], in the words for a case that does not
// exist, unless the viewer may see the cases of an organization (empty: of
// nobody who is known).
func (v Viewer) SeesCase(organization string) error {
	if !v.Scope().Has(organization) {
		return fault.New(fault.NotFound, "ケースが見つかりません。", "There is no such case.")
	}
	return nil
}

// SeesCustomer is [Viewer.SeesCase] for an organization itself.
func (v Viewer) SeesCustomer(organization string) error {
	if !v.Scope().Has(organization) {
		return fault.New(fault.NotFound, "お客様が見つかりません。", "There is no such customer.")
	}
	return nil
}
