// Package app builds a running desk from one Config: the records, the desk,
// its doors, and the loops that keep it going.
//
// It owns the order of starting and stopping. It refuses to decide anything
// about cases. Start reading at [Start].
package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/doors/api"
	"madoguchi/internal/doors/imapin"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/doors/oauth"
	"madoguchi/internal/doors/oidc"
	"madoguchi/internal/doors/ops"
	"madoguchi/internal/doors/smtpin"
	"madoguchi/internal/doors/web"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/replica"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Config is what a desk runs with. Dir, Log and Contract are required.
type Config struct {
	Dir       string            // holds everything that must survive: database, blobs, contract files
	Files     string            // s3://…, which holds large mails and files in place of Dir's blobs/; empty: Dir
	FilesKeys *blob.Keys        // what they are sealed with; nil: nothing
	Database  string            // postgres://…, which holds the records in place of Dir's database; empty: SQLite in Dir
	HTTP      string            // listen address of the screens; empty: none
	SMTP      string            // listen address of incoming mail; empty: none
	LMTP      string            // listen address of local delivery; empty: none
	MailTLS   *tls.Config       // offers STARTTLS to who brings mail; nil: none
	Mailboxes []imapin.Config   // mailboxes with a provider whose mail is the desk's
	Hostname  string            // by which this machine names itself in mail
	Scan      desk.Scan         // looks for malicious code in files; nil: nobody does
	MXPort    string            // where hosts take mail that goes to them directly; empty: 25
	Relay     mailout.Carrier   // takes outgoing mail; nil: it waits in the outbox
	Secure    bool              // the screens are reached by https (a proxy in front): cookies say so
	Demo      bool              // shows the sent mail to everybody signed in
	Names     mailauth.Resolver // asks the DNS; nil: nothing is found out about senders
	Contract  string            // id of the contract for contacts whose customer is not known
	Now       func() time.Time  // the clock; nil: the machine's
	Log       *slog.Logger

	Replica string // directory or s3://… in which a second copy is kept; empty: none
	Ops     string // listen address of probes and metrics; empty: probes are answered beside the screens only
	Version string // of the program, as the metrics name it
}

// App is a running desk.
type App struct {
	Desk   *desk.Desk
	Store  *store.Store
	Sender *mailout.Sender // empties the outbox
	HTTP   net.Addr        // where the screens listen; nil when they do not
	Ops    net.Addr        // where probes and metrics are answered; nil when nowhere
	SMTP   net.Addr        // where incoming mail is taken; nil when it is not
	LMTP   net.Addr        // where local delivery is taken; nil when it is not

	log      *slog.Logger
	carriers *mailout.Carriers
	index    *search.Index
	http     []*http.Server
	ops      *ops.Door
	replica  *replica.Replica
	web      *web.Server
	smtp     []*smtpin.Server
	listens  []func() error
	loops    []func(context.Context) error
}

// Start opens the records, publishes the shipped contract if it is new, and
// opens the listeners, so that a port in use is told at once. Nothing is
// served before [App.Run].
func Start(ctx context.Context, cfg Config) (*App, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	records, err := store.Open(ctx, store.Config{Dir: cfg.Dir, Database: cfg.Database, Files: cfg.Files, Keys: cfg.FilesKeys})
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = records.Clock(time.Now)
	}
	a := &App{Store: records, log: cfg.Log}
	if err := a.keepReplica(cfg); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.build(ctx, cfg); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context, cfg Config) error {
	var err error
	// The index counts its lag in the machine's time, whatever the desk's clock says.
	a.index, err = search.Open(ctx, search.Config{Dir: cfg.Dir, Database: cfg.Database, Store: a.Store, Now: time.Now, Log: cfg.Log})
	if err != nil {
		return err
	}
	secrets, err := secret.Open(cfg.Dir)
	if err != nil {
		return err
	}
	if err := a.sameKey(ctx, secrets, filepath.Join(cfg.Dir, secret.File)); err != nil {
		return err
	}
	a.Desk, err = desk.New(ctx, desk.Config{
		Store: a.Store, Search: a.index, Live: &live.Hub{}, Compose: a.compose, Now: cfg.Now, Log: cfg.Log, Contract: cfg.Contract, Names: cfg.Names, Scan: cfg.Scan,
		Secrets: secrets, TryMailbox: imapin.TryMailbox, TrySender: a.try, NoRelay: cfg.Relay == nil, Authority: oauth.New(), Providers: oidc.New(cfg.Now), Fixed: fixed(cfg.Mailboxes),
	})
	if err != nil {
		return err
	}
	// What is measured of this process is measured in the machine's time.
	a.ops = ops.New(ops.Config{Renewing: a.renewing, Pulse: a.Desk.Pulse, Ready: a.Desk.Ready, Version: cfg.Version, Now: time.Now, Log: cfg.Log, Behind: a.behind(), Files: a.Store.Blobs().Remote()})
	a.Store.Blobs().Observe(a.ops.File)
	if err := publishContracts(ctx, a.Desk, cfg.Dir, cfg.Contract); err != nil {
		return err
	}
	a.loops = append(a.loops, a.Desk.RunFiling, a.Desk.RunFollowing, a.Desk.RunSweep, a.Desk.RunUpkeep, a.Desk.RunPresence, a.Desk.RunBatches, a.Desk.RunNotices, a.lookForTrouble, a.lookAfterFiles, a.Desk.RunSimulations, a.Desk.RunImports, a.Desk.RunRetention, a.index.RunIndexing, a.renew)
	if cfg.Scan != nil {
		a.loops = append(a.loops, func(ctx context.Context) error { return a.Store.Alone(ctx, "scanner", a.runScanning) })
	}
	a.carriers = mailout.NewCarriers(a.Desk, cfg.Relay, mailout.NewDirect(mailout.DirectConfig{Names: exchangers(cfg), Hello: cfg.Hostname, Port: cfg.MXPort, Log: cfg.Log}), cfg.Hostname)
	a.Sender = mailout.NewSender(mailout.NewDeskOutbox(a.Desk, mailout.Patience{}, cfg.Log), a.carriers.For, mailout.Patience{}, cfg.Now, cfg.Log)
	a.loops = append(a.loops, func(ctx context.Context) error { return a.Store.Alone(ctx, "sender", a.runSender) })
	for _, l := range []struct {
		addr string
		lmtp bool
	}{{cfg.SMTP, false}, {cfg.LMTP, true}} {
		if l.addr == "" {
			continue
		}
		if err := a.listenMail(cfg, l.addr, l.lmtp); err != nil {
			return err
		}
	}
	fleet := imapin.NewFleet(a.Desk, a.Desk.Accept, a.Store, cfg.Now, cfg.Log)
	a.loops = append(a.loops, func(ctx context.Context) error {
		return a.Store.Alone(ctx, "mailboxes", func(ctx context.Context) error { fleet.Run(ctx); return nil })
	})
	for _, m := range cfg.Mailboxes {
		if err := a.watchMailbox(m); err != nil {
			return err
		}
	}
	if cfg.Ops != "" {
		if a.Ops, err = a.serveHTTP(cfg, cfg.Ops, a.ops); err != nil {
			return err
		}
	}
	if cfg.HTTP == "" {
		return nil
	}
	handler, err := web.New(web.Config{
		Desk: a.Desk, Sessions: a.Store.Sessions(cfg.Now, web.SessionIdle), Now: cfg.Now, Every: every, Log: cfg.Log, Remote: web.Peer,
		Zone: a.Desk.Zone(), Secure: cfg.Secure, Demo: cfg.Demo, Observe: a.ops.Request,
	})
	if err != nil {
		return err
	}
	a.web = handler
	programs := api.New(api.Config{Desk: a.Desk, Version: cfg.Version, Now: time.Now, Uses: a.Store.Uses(), Log: cfg.Log, Observe: a.ops.Request})
	a.HTTP, err = a.serveHTTP(cfg, cfg.HTTP, a.ops.Beside(programs.Beside(handler)))
	return err
}

// serveHTTP opens a listener whose requests h answers once the app runs.
func (a *App) serveHTTP(cfg Config, addr string, h http.Handler) (net.Addr, error) {
	ln, err := smtpin.Listen(addr)
	if err != nil {
		return nil, err
	}
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	a.http = append(a.http, srv)
	a.listens = append(a.listens, func() error { return srv.Serve(ln) })
	return ln.Addr(), nil
}

func (a *App) listenMail(cfg Config, addr string, lmtp bool) error {
	ln, err := smtpin.Listen(addr)
	if err != nil {
		return err
	}
	way := desk.ViaSMTP
	if lmtp {
		way = desk.ViaLMTP
	}
	srv := smtpin.New(smtpin.Config{
		Addr: addr, Hostname: cfg.Hostname, LMTP: lmtp, TLS: cfg.MailTLS, Now: cfg.Now,
		Recipients: func(_ context.Context, addr string) (bool, error) { return a.Desk.Recipient(addr), nil },
		Held:       a.Store.Uses().Held, Hold: a.Store.Uses().Hold,
	}, func(ctx context.Context, m smtpin.Envelope) error {
		return a.take(ctx, desk.Mail{From: m.From, To: m.To, Raw: m.Raw, Remote: m.Remote, Helo: m.Helo, Way: way, At: m.At})
	}, cfg.Log)
	if lmtp {
		a.LMTP = ln.Addr()
	} else {
		a.SMTP = ln.Addr()
	}
	a.smtp = append(a.smtp, srv)
	a.listens = append(a.listens, func() error { return srv.Serve(ln) })
	return nil
}

// take hands a mail to the desk and counts it.
func (a *App) take(ctx context.Context, m desk.Mail) error {
	err := a.Desk.Accept(ctx, m)
	a.ops.Mail(string(m.Way), err)
	return err
}

// exchangers asks which hosts take a domain's mail: as the desk asks about
// senders, or else as the machine does.
func exchangers(cfg Config) mailout.Exchangers {
	if cfg.Names != nil {
		return cfg.Names
	}
	return net.DefaultResolver
}

// try gives a test mail to the ways of senders, which are built after the desk.
func (a *App) try(ctx context.Context, s store.Sender, password, from, to string, raw []byte) (string, error) {
	return a.carriers.Try(ctx, s, password, from, to, raw)
}

// fixed names the mailboxes that were given at the start.
func fixed(boxes []imapin.Config) []string {
	var names []string
	for _, m := range boxes {
		names = append(names, m.Username+"@"+m.Addr+"/"+cmp.Or(m.Mailbox, "INBOX"))
	}
	return names
}

// watchMailbox takes the mail of a mailbox with a provider, as mail to the
// desk's own address.
func (a *App) watchMailbox(cfg imapin.Config) error {
	w, err := imapin.New(cfg, func(ctx context.Context, m desk.Mail) error {
		if cfg.Address == "" {
			m.To = []string{a.Desk.Site().Mail}
		}
		return a.take(ctx, m)
	}, a.Store, a.log)
	if err != nil {
		return err
	}
	a.loops = append(a.loops, func(ctx context.Context) error {
		return a.Store.Alone(ctx, "mailbox "+w.Name(), func(ctx context.Context) error { w.Run(ctx); return nil })
	})
	return nil
}

// Run serves until ctx ends, then stops: no new connections, open ones get a
// few seconds, then the records are closed. It closes the App.
func (a *App) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, loop := range a.loops {
		g.Go(func() error { return loop(ctx) })
	}
	for _, serve := range a.listens {
		g.Go(func() error {
			if err := serve(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
				return err
			}
			return nil
		})
	}
	g.Go(func() error {
		<-ctx.Done()
		return a.stopServing()
	})
	return errors.Join(g.Wait(), a.Close())
}

// stopServing closes the doors. A browser's open stream ends at once, so that
// stopping does not wait for it.
func (a *App) stopServing() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var errs []error
	for _, s := range a.smtp {
		errs = append(errs, s.Close(ctx))
	}
	if a.web != nil {
		a.web.Close()
	}
	for _, s := range a.http {
		if err := s.Shutdown(ctx); err != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// runSender sends what is put into the outbox, and looks every second for mail
// whose time has come: a reply that can no longer be taken back, a next attempt. Of several
// nodes one sends; what the one before it left half done is done again.
func (a *App) runSender(ctx context.Context) error {
	if err := a.Desk.ReleaseOutgoing(ctx); err != nil {
		if a.Store.Shared() && fault.Is(err, fault.Unavailable) {
			return nil // the role is taken again in a moment
		}
		return err
	}
	wake := make(chan struct{}, 1)
	go func() {
		defer close(wake)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				// Asking costs a read; an attempt that finds nothing would cost a write.
				if due, err := a.Desk.OutgoingDue(ctx); err == nil && !due {
					continue
				}
			case <-a.Desk.OutgoingReady():
			}
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	}()
	a.Sender.Run(ctx, wake)
	a.carriers.Close()
	return nil
}

// runScanning has the files of new mails scanned as they come.
func (a *App) runScanning(ctx context.Context) error {
	tick, stop := every(2 * time.Second)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		if _, err := a.Desk.ScanNew(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("scanning paused", "error", err)
		}
	}
}

// lookForTrouble has people told of mail that does not come in or go out.
func (a *App) lookForTrouble(ctx context.Context) error {
	tick, stop := every(30 * time.Second)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		if err := a.Desk.TellTrouble(ctx); err != nil && ctx.Err() == nil && !fault.Is(err, fault.Unavailable) {
			a.log.Error("looking for trouble with mail", "error", err)
		}
	}
}

// keepReplica prepares the second copy, before anything is stored.
func (a *App) keepReplica(cfg Config) error {
	if cfg.Replica == "" {
		return nil
	}
	if cfg.Database != "" {
		return fault.New(fault.Invalid,
			"--replica は SQLite の複製を行うものです。PostgreSQL の場合は、PostgreSQL のスタンバイとバックアップをご利用ください。",
			"--replica copies SQLite. With PostgreSQL use its own standby and backups.").At("replica")
	}
	var err error
	a.replica, err = replica.New(replica.Config{Data: cfg.Dir, To: cfg.Replica, Blobs: a.Store.Blobs(), Keys: cfg.FilesKeys, Now: time.Now, Log: cfg.Log})
	if err != nil {
		return err
	}
	a.loops = append(a.loops, func(ctx context.Context) error {
		tick, stop := every(replica.Every)
		defer stop()
		return a.replica.Run(ctx, tick)
	})
	return nil
}

// behind measures the second copy, if there is one.
func (a *App) behind() func() time.Duration {
	if a.replica == nil {
		return nil
	}
	return a.replica.Behind
}

// Close releases a desk that was started but is not run, or that has ended.
func (a *App) Close() error {
	var errs []error
	if a.index != nil {
		errs = append(errs, a.index.Close())
	}
	if a.replica != nil {
		errs = append(errs, a.replica.Close())
	}
	return errors.Join(append(errs, a.Store.Close())...)
}

// every is a ticker of the machine's clock.
func every(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// compose makes the bytes of the desk's mail; its dates are shown in the zone
// in which the desk tells the time.
func (a *App) compose(m desk.Outgoing) ([]byte, error) {
	return mailout.Compose(mailout.FromDesk(m, a.Desk.Zone()))
}

// publishContracts publishes every contract file of the data directory, so
// that an operator's edited file, under the next version, takes effect. The
// desk's own contract is copied there at the first start; name must be one
// that ships, or one that is there already.
func publishContracts(ctx context.Context, d *desk.Desk, dir, name string) error {
	root := filepath.Join(dir, "contracts")
	own := filepath.Join(root, name, "contract.yaml")
	if _, err := os.Stat(own); errors.Is(err, os.ErrNotExist) {
		_, file, err := contracts.Read(name)
		if err != nil {
			return fault.Wrap(fault.NotFound, err,
				"契約「"+name+"」がありません。"+own+" に置くか、同梱の契約（"+strings.Join(contracts.Names(), "、")+"）を指定してください。",
				"There is no contract "+name+": put it at "+own+", or name one that ships ("+strings.Join(contracts.Names(), ", ")+").").At("contract")
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(own), 0o700), os.WriteFile(own, file, 0o600)); err != nil {
			return err
		}
	}
	found, err := filepath.Glob(filepath.Join(root, "*", "*.yaml"))
	if err != nil {
		return err
	}
	for _, path := range found {
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := d.Publish(ctx, desk.Viewer{Name: "start"}, path, file); err != nil {
			return fmt.Errorf("contract %s: %w", path, err)
		}
	}
	return nil
}
