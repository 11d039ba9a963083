package scenarios_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/doors/smtpin"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// The desk of the scenarios.
const (
	deskMail  = "support@desk.example"
	deskPhone = "03-0000-0100"
	password  = "a-long-password-of-the-scenarios"
)

// world is one desk with its customers, at one instant.
type world struct {
	ctx   context.Context
	mu    sync.Mutex
	now   time.Time
	desk  *desk.Desk
	store *store.Store
	smtp  string
	peer  string // from where mail comes; empty: from this machine
	dns   dns

	contract *contract.Contract
	people   map[string]desk.Viewer // of the desk, by short name
	contacts map[string]person      // of the customers, by short name
	orgs     map[string]string      // registry ids by short name
	inboxes  map[string][]letter    // what left the desk, by address
	seen     map[string]int         // by person and case: the version last looked at
	refusal  error                  // of the last act that was refused
	sent     int                    // mails written so far
	patient  bool                   // replies wait as long as they can be taken back
	refusing map[string]string      // what an address's server says to every mail
}

type person struct{ id, name, addr, org string }

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) setClock(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = at
}

type worldKey struct{}

func of(ts *testscript.TestScript) *world {
	w, ok := ts.Value(worldKey{}).(*world)
	if !ok {
		ts.Fatalf("the desk was not opened")
	}
	return w
}

// openDesk opens an empty desk for one script, with its people and customers.
func openDesk(env *testscript.Env) error {
	w := &world{
		now:    time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		people: map[string]desk.Viewer{}, contacts: map[string]person{}, orgs: map[string]string{},
		inboxes: map[string][]letter{}, seen: map[string]int{}, refusing: map[string]string{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.ctx = ctx
	env.Values[worldKey{}] = w
	dir, database, release, err := env.WorkDir+"/.desk", "", func() {}, error(nil)
	if postgrestest.On() {
		if database, release, err = postgrestest.Take(dir); err != nil {
			cancel()
			return err
		}
	}
	if w.store, err = store.Open(ctx, store.Config{Dir: dir, Database: database}); err != nil {
		cancel()
		release()
		return err
	}
	env.Defer(func() {
		cancel()
		if err := w.store.Close(); err != nil {
			env.T().Log("close the records: ", err)
		}
		release()
	})
	log := slog.New(slog.NewTextHandler(complaints{env.T()}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	secrets, err := secret.Open(env.WorkDir + "/.desk")
	if err != nil {
		return err
	}
	w.desk, err = desk.New(ctx, desk.Config{
		Store: w.store, Live: &live.Hub{}, Compose: w.compose, Now: w.clock, Log: log, Contract: contracts.Default, Names: &w.dns, Secrets: secrets,
	})
	if err != nil {
		return err
	}
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		return err
	}
	if w.contract, err = w.desk.Publish(ctx, desk.Viewer{Name: "start"}, name, file); err != nil {
		return err
	}
	if err := w.hire(ctx); err != nil {
		return err
	}
	if err := w.register(ctx); err != nil {
		return err
	}
	return w.openDoor(env, log)
}

// complaints hands the desk's warnings to the script's log.
type complaints struct{ t testscript.T }

func (c complaints) Write(b []byte) (int, error) {
	c.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

// hire gives the desk its people: 佐藤 and 伊藤 answer, 木村 is responsible.
func (w *world) hire(ctx context.Context) error {
	token, err := w.desk.FirstRunToken(ctx)
	if err != nil {
		return err
	}
	admin, err := w.desk.FirstAdministrator(ctx, token, desk.NewAgent{Name: "管理 者", Email: "admin@desk.example", Language: "ja", Password: password})
	if err != nil {
		return err
	}
	w.people["admin"] = admin
	err = w.desk.SetSite(ctx, admin, desk.Site{
		Name: fault.Text{JA: "サポート窓口", EN: "Support desk"}, Prefix: "CS", Mail: deskMail, Phone: deskPhone, Web: "https://desk.example",
	})
	if err != nil {
		return err
	}
	for short, p := range map[string]desk.NewAgent{
		"sato":   {Name: "佐藤 花子", Role: desk.Agent},
		"ito":    {Name: "伊藤 健", Role: desk.Agent},
		"kimura": {Name: "木村 涼", Role: desk.Supervisor},
	} {
		p.Email, p.Language, p.Password = short+"@desk.example", "ja", password
		if w.people[short], err = w.desk.AddAgent(ctx, admin, p); err != nil {
			return err
		}
	}
	return nil
}

// register enters the customers: 青葉商事 in Japan, Kestrel Foods in Singapore.
func (w *world) register(ctx context.Context) error {
	for short, o := range map[string]store.Organization{
		"aoba":    {NameJA: "青葉商事株式会社", NameEN: "Aoba Trading", Language: "ja", Domains: []string{"aoba.example"}},
		"kestrel": {NameJA: "Kestrel Foods", NameEN: "Kestrel Foods Pte. Ltd.", Language: "en", Domains: []string{"kestrel.example"}},
	} {
		opening := desk.Opening{}
		if short == "kestrel" {
			opening.Region = "overseas"
		}
		o, err := w.desk.AddOrganization(ctx, w.people["kimura"], o, opening)
		if err != nil {
			return err
		}
		w.orgs[short] = o.ID
	}
	return w.introduce(ctx, map[string]person{
		"yamada": {name: "山田 太郎", addr: "yamada@aoba.example", org: "aoba"},
		"ogawa":  {name: "小川 恵", addr: "ogawa@aoba.example", org: "aoba"},
		"lim":    {name: "Lim Wei", addr: "lim@kestrel.example", org: "kestrel"},
	})
}

// introduce registers the customers' people.
func (w *world) introduce(ctx context.Context, people map[string]person) error {
	for short, p := range people {
		c, err := w.desk.PutContact(ctx, w.people["sato"], store.Contact{Organization: w.orgs[p.org], Name: p.name, Addresses: []store.ContactAddress{{Addr: p.addr}}})
		if err != nil {
			return fmt.Errorf("%s: %w", p.addr, err)
		}
		p.id = c.ID
		w.contacts[short] = p
	}
	return nil
}

// openDoor lets mail in through the real SMTP door.
func (w *world) openDoor(env *testscript.Env, log *slog.Logger) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.smtp = ln.Addr().String()
	srv := smtpin.New(smtpin.Config{
		Hostname: "desk.example", Now: w.clock,
		Recipients: func(_ context.Context, addr string) (bool, error) { return w.desk.Recipient(addr), nil },
	}, func(ctx context.Context, m smtpin.Envelope) error {
		return w.desk.Accept(ctx, desk.Mail{From: m.From, To: m.To, Raw: m.Raw, Remote: w.peerOf(m.Remote), Helo: m.Helo, Way: desk.ViaSMTP, At: m.At})
	}, log)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	env.Defer(func() {
		if err := srv.Close(w.ctx); err != nil {
			env.T().Log("close the door: ", err)
		}
		if err := <-done; err != nil && !errors.Is(err, net.ErrClosed) {
			env.T().Log("the door: ", err)
		}
	})
	return nil
}

// settle lets everything happen that is due: passed deadlines are judged,
// accepted mail is filed, waiting mail leaves.
func (w *world) settle(ts *testscript.TestScript) {
	_, err := w.desk.ReleaseDue(w.ctx)
	ts.Check(err)
	_, err = w.desk.Sweep(w.ctx)
	ts.Check(err)
	_, err = w.desk.FileNew(w.ctx)
	ts.Check(err)
	w.deliver(ts)
}

// matter finds a case by the number that people read.
func (w *world) matter(ts *testscript.TestScript, label string) (*cases.Case, []cases.Event) {
	var n int64
	if _, err := fmt.Sscanf(label, "CS-%d", &n); err != nil {
		ts.Fatalf("%q is no case number such as CS-1", label)
	}
	id, err := w.store.CaseByNumber(w.ctx, n)
	ts.Check(err)
	c, events, err := w.store.Case(w.ctx, id)
	ts.Check(err)
	return c, events
}

func (w *world) member(ts *testscript.TestScript, short string) desk.Viewer {
	v, ok := w.people[short]
	if !ok {
		ts.Fatalf("nobody of the desk is called %q", short)
	}
	return v
}

func (w *world) contact(ts *testscript.TestScript, short string) person {
	p, ok := w.contacts[short]
	if !ok {
		ts.Fatalf("no customer is called %q", short)
	}
	return p
}

func (w *world) compose(m desk.Outgoing) ([]byte, error) {
	return mailout.Compose(mailout.FromDesk(m, w.contract.Zone()))
}
