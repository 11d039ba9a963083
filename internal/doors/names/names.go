// Package names is the door to the DNS: the questions that show who sent a
// mail, and whether the desk's own records are published.
//
// It owns how long an answer is waited for and kept. A name server that does
// not answer is left alone for a while, so that mail is filed at once with "not
// known" instead of waiting for every question anew. It refuses to judge an
// answer: that is internal/mailauth.
//
// Start reading at [Resolver].
package names

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"
)

// Config says how the DNS is asked. Zero fields take the defaults.
type Config struct {
	Server  string           // host:port of the name server; empty: the machine's own
	Now     func() time.Time // for the age of kept answers
	Timeout time.Duration    // of one question; 3 s
	Keep    time.Duration    // of an answer; 5 min
	KeepNo  time.Duration    // of "no such name"; 1 min
	Rest    time.Duration    // for which a server that did not answer is left alone; 30 s
}

// maxKept is how many answers are kept.
const maxKept = 20_000

// patience is how many questions in a row may stay without an answer before
// the server is left alone.
const patience = 3

// Resolver asks the DNS and keeps answers. It is safe for concurrent use.
type Resolver struct {
	cfg Config
	net *net.Resolver

	mu     sync.Mutex
	kept   map[string]answer
	failed int       // questions in a row without an answer
	until  time.Time // the server is left alone until then
}

type answer struct {
	value any
	err   error
	until time.Time
}

// New returns a resolver. Now is required.
func New(cfg Config) *Resolver {
	cfg.Timeout = cmp.Or(cfg.Timeout, 3*time.Second)
	cfg.Keep = cmp.Or(cfg.Keep, 5*time.Minute)
	cfg.KeepNo = cmp.Or(cfg.KeepNo, time.Minute)
	cfg.Rest = cmp.Or(cfg.Rest, 30*time.Second)
	r := &Resolver{cfg: cfg, net: &net.Resolver{PreferGo: true}, kept: map[string]answer{}}
	if cfg.Server != "" {
		r.net.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, cfg.Server)
		}
	}
	return r
}

// Forget drops what is kept, so that the next answers are the DNS's own: for
// a person who has just published a record and looks whether it is there.
func (r *Resolver) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
	r.failed, r.until = 0, time.Time{}
}

// LookupTXT returns the TXT records of a name, each whole.
func (r *Resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return ask(ctx, r, "txt", name, r.net.LookupTXT)
}

// LookupMX returns the mail servers of a domain.
func (r *Resolver) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return ask(ctx, r, "mx", name, r.net.LookupMX)
}

// LookupIPAddr returns the addresses of a host.
func (r *Resolver) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	return ask(ctx, r, "ip", host, r.net.LookupIPAddr)
}

// LookupAddr returns the names of an address.
func (r *Resolver) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return ask(ctx, r, "ptr", addr, r.net.LookupAddr)
}

func ask[T any](ctx context.Context, r *Resolver, kind, name string, do func(context.Context, string) (T, error)) (T, error) {
	var none T
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if r.cfg.Server == "" && kind != "ptr" && nowhere(name) {
		return none, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	if kind != "ptr" {
		name += "." // a whole name: the machine's search list would make others of it
	}
	key := kind + " " + name
	if a, ok := r.known(key, name); ok {
		v, _ := a.value.(T)
		return v, a.err
	}
	limit, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	value, err := do(limit, name)
	r.keep(key, value, err)
	return value, err
}

// nowhere reports whether a name is reserved for examples and tests, so that
// the public DNS does not have it (RFC 2606, RFC 6761).
func nowhere(name string) bool {
	top := name[strings.LastIndexByte(name, '.')+1:]
	switch top {
	case "example", "test", "invalid", "localhost", "local", "":
		return true
	}
	return false
}

// known returns an answer without asking: a kept one, or that the server is
// being left alone.
func (r *Resolver) known(key, name string) (answer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	if a, ok := r.kept[key]; ok && now.Before(a.until) {
		return a, true
	}
	if now.Before(r.until) {
		return answer{err: &net.DNSError{Err: "the name server does not answer", Name: name, IsTimeout: true, IsTemporary: true}}, true
	}
	return answer{}, false
}

func (r *Resolver) keep(key string, value any, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	e, failed := errors.AsType[*net.DNSError](err)
	switch {
	case err == nil:
		r.put(key, answer{value, nil, now.Add(r.cfg.Keep)})
	case failed && e.IsNotFound:
		r.put(key, answer{value, err, now.Add(r.cfg.KeepNo)})
	default:
		// SERVFAIL is an answer about one name; silence is about the server.
		if !failed || e.IsTimeout {
			r.failed++
		}
		if r.failed >= patience {
			r.failed, r.until = 0, now.Add(r.cfg.Rest)
		}
		return
	}
	r.failed = 0
}

func (r *Resolver) put(key string, a answer) {
	if len(r.kept) >= maxKept {
		clear(r.kept)
	}
	r.kept[key] = a
}
