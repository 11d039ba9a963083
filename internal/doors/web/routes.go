package web

import (
	"net/http"

	"madoguchi/internal/doors/web/admin"
	"madoguchi/internal/doors/web/agent"
	"madoguchi/internal/doors/web/confirm"
	"madoguchi/terms/fault"
)

// routes is the map of the door: every address, and who may come.
func (s *Server) routes() {
	s.mux.Handle("GET /assets/", s.assets)
	s.open("GET /_gallery", s.gallery)
	s.open("POST /lang", s.setLang)
	s.open("GET /{$}", s.front)
	s.open("GET /sign-in", s.signInForm)
	s.open("POST /sign-in", s.signIn)
	s.open("POST /sign-out", s.signOut)
	s.open("GET /first-run", s.firstRunForm)
	s.open("POST /first-run", s.firstRun)
	s.open("/", func(http.ResponseWriter, *http.Request) error { return noSuchPage() })
	c := confirm.New(s.desk, s.cfg.Remote, s.deskLooks)
	s.open("GET /confirm/{token}", c.Show)
	s.open("POST /confirm/{token}", c.Answer)
	s.signed("GET /events", s.events)
	s.desks(agent.New(s.desk, s.frame()))
	s.admins(admin.New(s.desk, s.frame()))
}

// desks are the pages of the people who work cases.
func (s *Server) desks(p *agent.Pages) {
	s.signed("GET /queue", p.Queue)
	s.signed("GET /queue/list", p.QueueList)
	s.signed("GET /find", p.Find)
	s.signed("GET /search", p.Search)
	s.signed("GET /cases/{id}", p.Case)
	s.signed("GET /cases/{id}/live", p.CaseNow)
	s.signed("GET /cases/{id}/mails/{message}", p.Mail)
	s.signed("GET /cases/{id}/mails/{message}/files/{n}", p.Attachment)
	s.signed("POST /cases/{id}/mails/{message}/files/{n}/take", p.TakeInfected)
	s.signed("GET /cases/{id}/mails/{message}/html", p.MailFrame)
	s.signed("POST /cases/{id}/view", p.Choose)
	s.signed("POST /cases/{id}/reply", p.Reply)
	s.signed("GET /cases/{id}/reply/effect", p.ReplyEffect)
	s.signed("GET /cases/{id}/reply/release", p.ReleaseEffect)
	s.signed("POST /cases/{id}/schedule", p.Reschedule)
	s.signed("POST /cases/{id}/schedule/cancel", p.Unschedule)
	s.signed("POST /cases/{id}/replies/{message}/undo", p.Undo)
	s.signed("POST /cases/{id}/replies/{message}/resend", p.Resend)
	s.signed("POST /cases/{id}/draft/{kind}", p.SaveDraft)
	s.signed("POST /cases/{id}/draft/files", p.AttachFiles)
	s.signed("GET /cases/{id}/draft/files/{file}", p.DraftFile)
	s.signed("POST /cases/{id}/draft/files/{file}/remove", p.DetachFile)
	s.signed("POST /cases/{id}/note", p.Note)
	s.signed("POST /cases/{id}/status", p.SetStatus)
	s.signed("POST /cases/{id}/assign", p.Assign)
	s.signed("POST /cases/{id}/confirm", p.Confirm)
	s.signed("GET /cases/{id}/priority", p.Priority)
	s.signed("POST /cases/{id}/priority", p.SetPriority)
	s.signed("POST /cases/{id}/priority/preview", p.PriorityPreview)
	s.signed("GET /cases/{id}/merge", p.Merge)
	s.signed("GET /cases/{id}/merge/plan", p.MergePlan)
	s.signed("POST /cases/{id}/merge", p.DoMerge)
	s.signed("POST /cases/{id}/unmerge", p.Unmerge)
	s.signed("POST /cases/{id}/confirmations", p.AskConfirmation)
	s.signed("GET /unidentified", p.Unidentified)
	s.signed("GET /cases/{id}/identify", p.Identify)
	s.signed("GET /cases/{id}/identify/contacts", p.IdentifyContacts)
	s.signed("POST /cases/{id}/identify", p.SetCustomer)
	s.signed("POST /cases/{id}/decline", p.Decline)
	s.signed("GET /customers", p.Customers)
	s.signed("POST /customers", p.PutCustomer)
	s.signed("GET /customers/new", p.NewCustomer)
	s.signed("GET /customers/{id}", p.Customer)
	s.signed("POST /customers/{id}", p.PutCustomer)
	s.signed("GET /customers/{id}/edit", p.EditCustomer)
	s.signed("POST /customers/{id}/contacts", p.AddContact)
	s.signed("GET /customers/{id}/amendments/new", p.NewAmendment)
	s.signed("POST /customers/{id}/amendments", p.AddAmendment)
	s.signed("GET /customers/{id}/amendments/{amendment}", p.Amendment)
	s.signed("POST /customers/{id}/amendments/{amendment}/end", p.EndAmendment)
	s.signed("GET /contacts/{id}", p.Contact)
	s.signed("POST /contacts/{id}", p.PutContact)
	s.signed("GET /contract", p.Contract)
	s.signed("GET /contract/try", p.TryContract)
	s.signed("GET /contract/drafts", p.ContractDrafts)
	s.signed("POST /contract/drafts", p.StartContractDraft)
	s.signed("GET /contract/drafts/{id}", p.ContractDraft)
	s.signed("POST /contract/drafts/{id}", p.SaveContractDraft)
	s.signed("POST /contract/drafts/{id}/step", p.StepContractDraft)
	s.signed("GET /contract/drafts/{id}/calendar/{calendar}", p.ContractCalendar)
	s.signed("POST /contract/drafts/{id}/calendar/{calendar}", p.EditContractCalendar)
	s.open("GET /closures", p.Closures)
	s.open("GET /closures.ics", p.ClosuresFeed)
	s.signed("GET /contract/rebase", p.Rebase)
	s.signed("POST /contract/rebase", p.MakeRebase)
	s.signed("GET /contract/simulate", p.Simulations)
	s.signed("POST /contract/simulate", p.Simulate)
	s.signed("GET /contract/simulate/{id}", p.Simulation)
	s.signed("POST /contract/simulate/{id}/cancel", p.CancelSimulation)
	s.signed("GET /snippets", p.Snippets)
	s.signed("POST /snippets", p.PutSnippet)
	s.signed("GET /snippets/new", p.NewSnippet)
	s.signed("POST /snippets/preview", p.PreviewSnippet)
	s.signed("GET /snippets/{id}", p.Snippet)
	s.signed("POST /snippets/{id}", p.PutSnippet)
	s.signed("POST /snippets/{id}/remove", p.RemoveSnippet)
	s.signed("POST /settings/signature", p.SetSignature)
	s.signed("GET /settings", p.Settings)
	s.signed("POST /settings", p.SetSettings)
	s.signed("POST /settings/mail", p.SetMailSettings)
	s.signed("POST /settings/password", p.SetPassword)
}

// admins are the pages about the desk itself.
func (s *Server) admins(p *admin.Pages) {
	s.signed("GET /sent", p.Sent)
	s.signed("GET /sent/{id}", p.Mail)
	s.signed("GET /audit", p.Audit)
	s.signed("GET /agents", p.Agents)
	s.signed("POST /agents", p.AddAgent)
	s.signed("GET /agents/{id}", p.Agent)
	s.signed("POST /agents/{id}", p.SetAgent)
	s.signed("POST /agents/{id}/password", p.ResetPassword)
	s.signed("GET /mailboxes", p.Mailboxes)
	s.signed("POST /mailboxes", p.PutMailbox)
	s.signed("GET /mailboxes/new", p.NewMailbox)
	s.signed("POST /mailboxes/try", p.TryMailbox)
	s.signed("GET /mailboxes/consent", p.TakeConsent)
	s.signed("GET /mailboxes/{id}", p.Mailbox)
	s.signed("POST /mailboxes/{id}", p.PutMailbox)
	s.signed("POST /mailboxes/{id}/pause", p.PauseMailbox)
	s.signed("POST /mailboxes/{id}/remove", p.RemoveMailbox)
	s.signed("GET /mailboxes/{id}/consent", p.AskConsent)
	s.signed("GET /senders", p.Senders)
	s.signed("POST /senders", p.PutSender)
	s.signed("GET /senders/new", p.NewSender)
	s.signed("POST /senders/test", p.TestSender)
	s.signed("GET /senders/{id}", p.Sender)
	s.signed("POST /senders/{id}", p.PutSender)
	s.signed("POST /senders/{id}/remove", p.RemoveSender)
	s.signed("POST /customers/{id}/sender", p.OrganizationSender)
	s.signed("GET /site", p.Site)
	s.signed("POST /site", p.SetSite)
	s.signed("GET /mail-texts", p.MailTexts)
	s.signed("POST /mail-texts/test", p.TestMailText)
	s.signed("GET /mail-auth", p.MailAuth)
	s.signed("POST /mail-auth", p.SetMailAuth)
	s.signed("POST /mail-auth/test", p.TestMailAuth)
	s.signed("POST /mail-auth/keys", p.MakeKey)
	s.signed("POST /mail-auth/keys/{selector}/use", p.UseKey)
	s.signed("POST /mail-auth/keys/{selector}/retire", p.RetireKey)
	s.signed("POST /mail-auth/keys/{selector}/drop", p.DropKey)
}

// open serves a page that needs no sign-in.
func (s *Server) open(pattern string, h handler) {
	s.mux.Handle(pattern, s.sessions.LoadAndSave(s.viewed(s.page(h))))
}

// signed serves a page to signed-in people.
func (s *Server) signed(pattern string, h act) {
	s.mux.Handle(pattern, s.sessions.LoadAndSave(s.viewed(s.known(h))))
}

// sessionFailed answers when sessions cannot be read or kept.
func (s *Server) sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	s.viewed(s.page(func(http.ResponseWriter, *http.Request) error {
		return fault.Wrap(fault.Unavailable, err, "ただいまご利用いただけません。時間をおいて再度お試しください。", "Not available right now. Please try again in a moment.")
	})).ServeHTTP(w, r)
}
