package peers_test

import (
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// postfix is a mail server that carries the mail of some domains to a place,
// and what the test adds.
type postfix struct {
	dir  string
	addr string
	root *tls.Config
}

// newPostfix starts one. transport says where each domain's mail goes, in
// the form of transport(5); more is added to main.cf.
func newPostfix(t *testing.T, transport map[string]string, more string) *postfix {
	t.Helper()
	required(t, "postfix")
	dir := folder(t)
	port := ports(t, 1)[0]
	p := &postfix{dir: dir, addr: "127.0.0.1:" + port, root: identity(t, dir)}
	var domains, routes []string
	for domain, place := range transport {
		domains = append(domains, domain)
		routes = append(routes, "{ "+domain+" = "+place+" }")
	}
	write(t, filepath.Join(dir, "etc", "main.cf"), strings.NewReplacer(
		"DIR", dir, "DOMAINS", strings.Join(domains, ", "), "ROUTES", strings.Join(routes, ", "),
	).Replace(`
compatibility_level = 3.6
queue_directory = DIR/spool
data_directory = DIR/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = DIR/log
maillog_file_prefixes = DIR
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.provider.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
relay_domains = DOMAINS
transport_maps = inline:{ ROUTES }
smtputf8_enable = yes
smtp_tls_security_level = may
smtpd_tls_chain_files = DIR/key.pem, DIR/cert.pem
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
minimal_backoff_time = 1s
queue_run_delay = 1s
smtp_connection_cache_on_demand = no
`)+level(more)+more+"\n")
	write(t, filepath.Join(dir, "etc", "master.cf"), `
127.0.0.1:`+port+` inet n - n - - smtpd
cleanup   unix  n       -       n       -       0       cleanup
pickup    unix  n       -       n       60      1       pickup
qmgr      unix  n       -       n       1       1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`)
	for _, owned := range []string{"spool", "data"} {
		if err := os.MkdirAll(filepath.Join(dir, owned), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(dir, "data"), id(t, "postfix"), -1); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "etc")
	if out, err := exec.Command("postfix", "-c", conf, "check").CombinedOutput(); err != nil {
		t.Fatalf("postfix check: %v\n%s", err, out)
	}
	run(t, p.addr, filepath.Join(dir, "log"), exec.Command("postfix", "-c", conf, "start-fg"), func(*exec.Cmd) {
		_ = exec.Command("postfix", "-c", conf, "stop").Run()
	})
	return p
}

// flushes has Postfix try again now and then whatever waits, whenever it
// wanted to: on a busy machine it takes a mail whose first attempt is still being
// written down for one that is under way, and may let it lie for long.
func (p *postfix) flushes(t *testing.T) {
	t.Helper()
	var flushing sync.WaitGroup
	flushing.Go(func() {
		for {
			select {
			case <-t.Context().Done():
				return
			case <-time.After(2 * time.Second):
				if out, err := exec.Command("postfix", "-c", filepath.Join(p.dir, "etc"), "flush").CombinedOutput(); err != nil {
					t.Errorf("postfix flush: %v\n%s", err, out)
				}
			}
		}
	})
	t.Cleanup(flushing.Wait)
}

// level is how much protection the server asks for, unless more says it.
func level(more string) string {
	if strings.Contains(more, "smtpd_tls_security_level") {
		return ""
	}
	return "smtpd_tls_security_level = may\n"
}

func id(t *testing.T, name string) int {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// place is where Postfix is to carry mail, in transport(5)'s form.
func place(by string, addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	return by + ":[" + host + "]:" + port
}
