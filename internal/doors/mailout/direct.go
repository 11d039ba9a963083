package mailout

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// Exchangers answers which hosts take a domain's mail, and where they are. The
// machine's resolver is one.
type Exchangers interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
}

// DirectConfig says how mail is carried to its receivers without a relay.
type DirectConfig struct {
	Names Exchangers
	Hello string // our name in EHLO, fully qualified; receivers compare it with our address
	Port  string // 25
	Each  int    // conversations with one domain at the same time; 2
	Log   *slog.Logger

	DialTimeout, CommandTimeout, SubmitTimeout time.Duration // as in [RelayConfig]
}

// Direct gives each recipient's mail to the hosts of their own domain (RFC
// 5321 5.1). It protects the connection where the host can (RFC 7435): nobody
// has told us whose certificate to expect, and without protection the mail
// would go in the clear.
type Direct struct {
	cfg DirectConfig

	mu    sync.Mutex
	slots map[string]chan struct{} // by domain
	hosts map[string]*Relay        // by address and protection; they keep conversations
}

// NewDirect returns a carrier that asks cfg.Names where mail goes.
func NewDirect(cfg DirectConfig) *Direct {
	cfg.Port = cmp.Or(cfg.Port, "25")
	cfg.Each = cmp.Or(cfg.Each, 2)
	cfg.DialTimeout = cmp.Or(cfg.DialTimeout, 30*time.Second)
	return &Direct{cfg: cfg, slots: map[string]chan struct{}{}, hosts: map[string]*Relay{}}
}

// Name is the carrier as the history shows it.
func (d *Direct) Name() string { return "MX" }

// Close ends the conversations that wait for a further mail.
func (d *Direct) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.hosts {
		r.Close()
	}
}

// Send makes one attempt for each domain among the recipients, one after the
// other, and returns one result for each recipient, in order.
func (d *Direct) Send(ctx context.Context, from string, to []string, raw []byte) []Result {
	results := make([]Result, len(to))
	byDomain := map[string][]int{}
	var order []string
	for i, addr := range to {
		domain := domainOf(addr)
		if byDomain[domain] == nil {
			order = append(order, domain)
		}
		byDomain[domain] = append(byDomain[domain], i)
	}
	for _, domain := range order {
		var rcpts []string
		for _, i := range byDomain[domain] {
			rcpts = append(rcpts, to[i])
		}
		for n, r := range d.domain(ctx, domain, from, rcpts, raw) {
			results[byDomain[domain][n]] = r
		}
	}
	return results
}

// domain gives a mail to the first host of a domain that answers.
func (d *Direct) domain(ctx context.Context, domain, from string, to []string, raw []byte) []Result {
	release, err := d.slot(ctx, domain)
	if err != nil {
		return all(to, Result{Outcome: Temporary, Text: "many mails wait for this domain"})
	}
	defer release()
	hosts, refused := d.exchangers(ctx, domain)
	if refused != nil {
		return all(to, *refused)
	}
	why := Result{Outcome: Temporary, Text: "no host of " + domain + " could be asked"}
	for _, host := range hosts {
		for _, ip := range d.addresses(ctx, host) {
			results, cause := d.host(ctx, host, ip, from, to, raw)
			if cause == nil {
				return results
			}
			why = aboutRelay(fmt.Errorf("%s: %w", host, cause))
		}
	}
	return all(to, why)
}

// host makes one attempt with one address of a host. cause says why it did
// not get as far as the mail, so that another host may be asked.
func (d *Direct) host(ctx context.Context, host, ip, from string, to []string, raw []byte) (results []Result, cause error) {
	for _, protect := range []Security{opportunistic, Plain} {
		r, err := d.relay(host, ip, protect)
		if err != nil {
			return nil, err
		}
		if results, cause = r.send(ctx, from, to, raw); !errors.Is(cause, errHandshake) {
			return results, cause
		}
		// It offers STARTTLS and fails at it: without protection is better than not at all.
		d.cfg.Log.Warn("mail out: a host offers protection and fails at it; sending without", "host", host, "error", cause)
	}
	return results, cause
}

func (d *Direct) relay(host, ip string, protect Security) (*Relay, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := host + " " + ip + " " + string(protect)
	if r := d.hosts[key]; r != nil {
		return r, nil
	}
	if len(d.hosts) > 1000 { // the mail of a day to many domains
		for k, r := range d.hosts {
			r.Close()
			delete(d.hosts, k)
		}
	}
	r, err := NewRelay(RelayConfig{
		Addr: net.JoinHostPort(ip, d.cfg.Port), Security: protect, TLS: &tls.Config{ServerName: host, InsecureSkipVerify: true}, // see Direct
		Hello: d.cfg.Hello, DialTimeout: d.cfg.DialTimeout, CommandTimeout: d.cfg.CommandTimeout, SubmitTimeout: d.cfg.SubmitTimeout,
	})
	if err == nil {
		r.name = host
		d.hosts[key] = r
	}
	return r, err
}

// slot waits until fewer than Each conversations with the domain are open.
func (d *Direct) slot(ctx context.Context, domain string) (release func(), err error) {
	d.mu.Lock()
	if d.slots[domain] == nil {
		d.slots[domain] = make(chan struct{}, d.cfg.Each)
	}
	slot := d.slots[domain]
	d.mu.Unlock()
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// exchangers lists the hosts of a domain, the preferred first. A domain
// without MX takes mail itself (RFC 5321 5.1); one whose MX is "." takes none
// (RFC 7505).
func (d *Direct) exchangers(ctx context.Context, domain string) ([]string, *Result) {
	if domain == "" {
		return nil, &Result{Outcome: Permanent, Text: "the address has no domain"}
	}
	mx, err := d.cfg.Names.LookupMX(ctx, domain)
	if err != nil {
		dns, answered := errors.AsType[*net.DNSError](err)
		if !answered || !dns.IsNotFound {
			return nil, &Result{Outcome: Temporary, Text: line("the mail hosts of " + domain + " cannot be found at the moment: " + err.Error())}
		}
		return d.itself(ctx, domain)
	}
	slices.SortStableFunc(mx, func(a, b *net.MX) int { return cmp.Compare(a.Pref, b.Pref) })
	var hosts []string
	for _, x := range mx {
		host := strings.TrimSuffix(strings.ToLower(x.Host), ".")
		if host == "" {
			continue
		}
		if host == strings.ToLower(d.cfg.Hello) {
			break // a lower preference than our own would bring the mail back to us (RFC 5321 5.1)
		}
		hosts = append(hosts, host)
	}
	switch {
	case len(hosts) > 0:
		return hosts, nil
	case len(mx) > 0:
		return nil, &Result{Outcome: Permanent, Text: domain + " takes no mail from here (its MX is empty, or is this machine)"}
	}
	return d.itself(ctx, domain)
}

// itself is a domain without MX: it takes mail if it has an address.
func (d *Direct) itself(ctx context.Context, domain string) ([]string, *Result) {
	_, err := d.cfg.Names.LookupIPAddr(ctx, domain)
	if dns, answered := errors.AsType[*net.DNSError](err); answered && dns.IsNotFound {
		return nil, &Result{Outcome: Permanent, Text: "there is no domain " + domain}
	}
	return []string{domain}, nil
}

func (d *Direct) addresses(ctx context.Context, host string) []string {
	found, err := d.cfg.Names.LookupIPAddr(ctx, host)
	if err != nil {
		return nil
	}
	var out []string
	for _, ip := range found {
		out = append(out, ip.String())
	}
	return out
}

func domainOf(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return ""
	}
	return strings.ToLower(addr[at+1:])
}

// opportunistic protects the connection if the host offers to.
const opportunistic Security = "opportunistic"

// errHandshake means that a host offered protection and failed at it.
var errHandshake = errors.New("the protection failed")

func handshake(err error) error { return fmt.Errorf("%w: %w", errHandshake, err) }
