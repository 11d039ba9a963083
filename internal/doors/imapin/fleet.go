package imapin

import (
	"context"
	"log/slog"
	"net"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Fleet watches the mailboxes that are kept in the records. What an
// administrator adds, changes, pauses or removes takes effect at once.
type Fleet struct {
	desk   *desk.Desk
	accept Accept
	store  *store.Store
	now    func() time.Time
	log    *slog.Logger

	running map[string]*crew
}

// crew is the watchers of one mailbox, one for each folder.
type crew struct {
	of   store.Mailbox
	stop context.CancelFunc
	done sync.WaitGroup
}

// NewFleet returns a fleet that watches nothing before [Fleet.Run].
func NewFleet(d *desk.Desk, accept Accept, s *store.Store, now func() time.Time, log *slog.Logger) *Fleet {
	return &Fleet{desk: d, accept: accept, store: s, now: now, log: log, running: map[string]*crew{}}
}

// Run watches until ctx ends.
func (f *Fleet) Run(ctx context.Context) {
	for {
		f.follow(ctx)
		select {
		case <-ctx.Done():
			for id := range f.running {
				f.end(id)
			}
			return
		case <-f.desk.MailboxesChanged():
		}
	}
}

// follow makes what runs agree with what is kept.
func (f *Fleet) follow(ctx context.Context) {
	wanted := map[string]store.Mailbox{}
	for _, m := range f.desk.WatchedMailboxes() {
		m.Name, m.Language, m.Product, m.Sender, m.Updated = "", "", "", "", time.Time{} // no matter of the connection
		wanted[m.ID] = m
	}
	for id, c := range f.running {
		if m, ok := wanted[id]; !ok || !reflect.DeepEqual(m, c.of) {
			f.end(id)
			f.desk.ForgetMailbox(id)
		}
	}
	for id, m := range wanted {
		if f.running[id] == nil {
			f.begin(ctx, m)
		}
	}
}

func (f *Fleet) end(id string) {
	c := f.running[id]
	delete(f.running, id)
	c.stop()
	c.done.Wait()
}

func (f *Fleet) begin(ctx context.Context, m store.Mailbox) {
	ctx, stop := context.WithCancel(ctx)
	c := &crew{of: m, stop: stop}
	f.running[m.ID] = c
	for _, folder := range m.Folders {
		cfg := access(m)
		cfg.Mailbox = folder
		cfg.Password = func() (string, error) { return f.desk.MailboxPassword(ctx, m.ID) }
		if m.Way == desk.WayOAuth {
			cfg.Token = func(ctx context.Context, fresh bool) (string, error) { return f.desk.MailboxToken(ctx, m.ID, fresh) }
		}
		cfg.Report = func(s State) { f.report(m.ID, folder, s) }
		w, err := New(cfg, f.accept, f.store, f.log)
		if err != nil {
			text := fault.Public(err)
			f.desk.ReportMailbox(m.ID, folder, func(s *desk.MailboxState) { s.Problem, s.Since = text, f.now() })
			continue
		}
		c.done.Go(func() { w.Run(ctx) })
	}
}

func (f *Fleet) report(id, folder string, now State) {
	at := f.now()
	f.desk.ReportMailbox(id, folder, func(s *desk.MailboxState) {
		s.Watching = now.Watching
		if now.Trouble != nil {
			if s.Problem == (fault.Text{}) {
				s.Since = at
			}
			s.Problem = now.Trouble.Text
			return
		}
		s.Contact, s.Waiting, s.Problem, s.Since = at, now.Waiting, fault.Text{}, time.Time{}
		if now.Took {
			s.Taken++
		}
	})
}

// access is how a kept mailbox is reached.
func access(m store.Mailbox) Config {
	return Config{
		Addr: net.JoinHostPort(strings.Trim(m.Host, "[]"), strconv.Itoa(m.Port)), Security: Security(m.Security), Username: m.Username, Address: m.Address, Backlog: m.Backlog,
	}
}

// TryMailbox implements [desk.MailboxDoor].
func TryMailbox(ctx context.Context, m store.Mailbox, password string, token desk.MailboxToken) ([]desk.MailboxFound, error) {
	cfg := access(m)
	cfg.Password, cfg.Token = func() (string, error) { return password, nil }, token
	cfg.Command = 20 * time.Second
	folders, err := Look(ctx, cfg, m.Folders)
	if err != nil {
		return nil, err
	}
	var found []desk.MailboxFound
	for _, x := range folders {
		found = append(found, desk.MailboxFound{Folder: x.Name, Mails: x.Mails, Unseen: x.Unseen})
	}
	return found, nil
}
