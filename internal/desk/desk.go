// Package desk is what the support desk does: one file for each act.
//
// It owns the acts (accept, file, reply, judge, identify …) and the questions
// that screens ask. An act loads the case, asks the pure packages cases and
// clock what follows, and stores the facts, the outgoing mail and the changed
// rows in one transaction; only then is anybody told. It refuses to know how
// the world comes in or goes out (the doors), and what a contract says (the
// contract file).
//
// Start reading at [Desk], then [Desk.Accept] and [Desk.FileNew] (a mail
// becomes a case), [Desk.Reply] (a person answers), [Desk.Sweep] (a deadline
// passes).
package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/desk/live"
	"madoguchi/internal/desk/notify"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/mailtext/casetoken"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Desk carries out the acts. It is safe for concurrent use.
type Desk struct {
	store           *store.Store
	index           *search.Index // nil: nothing can be searched
	contracts       *Contracts
	live            *live.Hub
	tokens          *casetoken.Tokens
	compose         Compose
	scan            Scan // nil: files are not looked at
	now             func() time.Time
	log             *slog.Logger
	defaultContract string
	hashing         hashing
	firstRun        firstRun
	site            atomic.Pointer[Site]
	mailTrust       atomic.Pointer[MailTrust]
	dkim            atomic.Pointer[[]DKIMKey]
	dkimTurn        sync.Mutex        // one change of the keys after the other
	secrets         *secret.Box       // nil: nothing secret can be kept
	names           mailauth.Resolver // nil: nothing is found out about senders
	accepted        chan struct{}     // a mail waits to be filed
	requests        requests
	outgoing        chan struct{} // a mail waits to be sent
	batches         chan struct{} // cases of a bulk act wait to be done
	caughtUp        atomic.Int64  // the newest change by another node that was read for certain
	simulations     *simulations
	boxes           mailboxes
	presences       presences
	senders         senders
	trySender       TrySender  // nil: no sender can be tested
	noRelay         bool       // none was given at the start: mail of no sender waits
	tryMailbox      TryMailbox // nil: no mailbox can be tested
	authority       Authority  // nil: no mailbox can use OAuth 2
	fixed           []string
	providers       Providers // nil: nobody signs in by an identity provider
}

// Config is what a desk is built from. All fields but Search, Scan, Secrets, Names and those of mailboxes are required.
type Config struct {
	Store   *store.Store
	Search  *search.Index // follows Store's events; nil: [Desk.Find] is not available
	Live    *live.Hub
	Compose Compose
	Scan    Scan // looks for malicious code in files; nil: nobody does
	Now     func() time.Time
	Log     *slog.Logger
	Secrets *secret.Box       // seals keys and makes one-time links; nil: there are none
	Names   mailauth.Resolver // asks the DNS about senders; nil: nothing is found out about them
	// TryMailbox connects to a mailbox for a test; nil: none can be tested.
	TryMailbox TryMailbox
	Authority  Authority // asks authorization servers; nil: no mailbox can use OAuth 2
	TrySender  TrySender // sends one mail for a test; nil: none can be tested
	Providers  Providers // asks identity providers; nil: nobody signs in by one
	NoRelay    bool      // none was given at the start: mail of no sender waits
	Fixed      []string  // mailboxes given at the start, as they are named on the screen
	Contract   string    // id of the contract for contacts whose customer is not known yet
}

// New returns a desk over its records: the published contracts and the site's
// settings are read, the key of the mail tokens is made if there is none yet.
func New(ctx context.Context, cfg Config) (*Desk, error) {
	d := &Desk{
		store: cfg.Store, index: cfg.Search, contracts: contract.NewShelf(), live: cfg.Live, compose: cfg.Compose, scan: cfg.Scan, now: cfg.Now, log: cfg.Log,
		defaultContract: cfg.Contract, names: cfg.Names, secrets: cfg.Secrets, hashing: newHashing(2),
		accepted: make(chan struct{}, 1), outgoing: make(chan struct{}, 1), batches: make(chan struct{}, 1), simulations: newSimulations(),
		boxes: mailboxes{changed: make(chan struct{}, 1)}, tryMailbox: cfg.TryMailbox, authority: cfg.Authority, providers: cfg.Providers, fixed: cfg.Fixed, trySender: cfg.TrySender, noRelay: cfg.NoRelay,
	}
	if err := d.loadContracts(ctx); err != nil {
		return nil, fmt.Errorf("read the published contracts: %w", err)
	}
	key, err := d.tokenKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the key of the mail tokens: %w", err)
	}
	d.tokens = casetoken.NewTokens(key)
	if err := d.loadSite(ctx); err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	if err := errors.Join(d.loadMailTrust(ctx), d.loadDKIM(ctx)); err != nil {
		return nil, fmt.Errorf("read the settings of mail authentication: %w", err)
	}
	if err := errors.Join(d.loadMailboxes(ctx), d.loadSenders(ctx)); err != nil {
		return nil, fmt.Errorf("read the mailboxes and senders: %w", err)
	}
	if err := d.FinishErasures(ctx); err != nil {
		d.log.Error("files of an erasure are still there", "error", err)
	}
	return d, nil
}

// Now returns the desk's instant: all acts and all screens use it.
func (d *Desk) Now() time.Time { return d.now() }

// Live returns the hub that open browsers listen to.
func (d *Desk) Live() *live.Hub { return d.live }

// Contracts returns the published contracts.
func (d *Desk) Contracts() *Contracts { return d.contracts }

// DefaultContract returns the id of the contract for unidentified contacts.
func (d *Desk) DefaultContract() string { return d.defaultContract }

// number is how a case's number is written.
func (d *Desk) number(c *cases.Case) string { return d.Number(c.Number) }

// Number writes a case number as people read it, such as CS-10482.
func (d *Desk) Number(n int64) string { return fmt.Sprintf("%s-%d", d.Site().Prefix, n) }

// domain is the right-hand side of the desk's own Message-IDs.
func (d *Desk) domain() string {
	if _, domain, ok := cutAddress(d.Site().Mail); ok {
		return domain
	}
	return "madoguchi.invalid"
}

func (s Site) sender() notify.Sender { return notify.Sender{Phone: s.Phone, Dashboard: s.Dashboard} }
