package cluster_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// resumes is how long writes may pause on a crowded machine; how long they
// did is in the log, and the goal (10 s) in docs/performance.md.
const resumes = time.Minute

// lease is for how long the primary leads without a word of etcd: Patroni's ttl.
const lease = 5 * time.Second

// TestAClusterLosesNodesAndPrimaries plays what docs/operating.md describes:
// three nodes behind one address, PostgreSQL on three servers under Patroni
// with a synchronous standby, three members of etcd, customers' mail servers
// and programs at work. A node is killed, the leading member of etcd, while it
// is away the primary's PostgreSQL, then the whole machine of the primary that
// took its place.
func TestAClusterLosesNodesAndPrimaries(t *testing.T) {
	if missing := postgrestest.Tools(); len(missing) > 0 {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatalf("required, and not installed (Debian): %s", strings.Join(missing, " "))
		}
		t.Skipf("not installed (Debian): %s", strings.Join(missing, " "))
	}
	servers, err := postgrestest.StartManaged(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(servers.Log())
		}
		if err := servers.Stop(); err != nil {
			t.Log(err)
		}
	})
	primary := leader(t, servers)
	if err := postgrestest.Exec(t.Context(), primary.URL("postgres"), "CREATE DATABASE desk"); err != nil {
		t.Fatal(err)
	}
	// Who comes to a standby that does not have it yet is told that it does not exist, and asks no other.
	for _, s := range servers.Servers {
		within(t, time.Minute, "the desk's database on "+s.Name, func() bool {
			return postgrestest.Exec(t.Context(), s.URL("desk"), "SELECT 1") == nil
		})
	}
	f := newFleet(t, servers.URL("desk"), 3)
	token, err := program.Token(t.Context(), f.first, f.database)
	if err != nil {
		t.Fatal(err)
	}
	smtp, http := f.balance()
	browser, err := program.NewBrowser()
	if err != nil {
		t.Fatal(err)
	}
	if err := browser.SignIn(http.Addr, program.Admin, program.Password); err != nil {
		t.Fatal(err)
	}
	in, ended := &program.Intake{Customers: senders}, make(chan struct{})
	var clients sync.WaitGroup
	for c := range 4 {
		clients.Go(func() { in.Mail(c, ended, 50*time.Millisecond, func() string { return smtp.Addr }) })
		clients.Go(func() { in.Program(c, ended, 50*time.Millisecond, http.Addr, token) })
	}
	within(t, time.Minute, "intake", func() bool { return in.Count() > 200 })

	// mishap does something, and holds what clients saw of it: answers by which
	// they try again, those that they must have got and may have, and not for long.
	mishap := func(name string, must, may []string, do func()) {
		t.Helper()
		begun := time.Now()
		do()
		goesOn(t, in)
		if _, err := servers.Await(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		goesOn(t, in)
		gap, _ := in.Longest(begun)
		got := in.Refused(begun)
		t.Logf("%s: no acknowledgement for %v at most; refusals: %v", name, gap.Round(time.Millisecond), got)
		if gap > resumes {
			t.Errorf("%s: writes paused for %v", name, gap)
		}
		for _, kind := range must {
			if got[kind] == 0 {
				t.Errorf("%s: no client got %s", name, kind)
			}
			delete(got, kind)
		}
		for _, kind := range may {
			delete(got, kind)
		}
		for kind, n := range got {
			t.Errorf("%s: %d clients got %s", name, n, kind)
		}
	}
	if got := in.Refused(time.Time{}); len(got) > 0 {
		t.Errorf("before anything happened: %v", got)
	}
	later := []string{program.Later451, program.Later503}
	mishap("a node is killed", nil, []string{program.Broken}, func() { f.kill(1) })
	member, err := servers.EtcdLeader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// On a machine that has no time for their election, the primary may give its lead away.
	mishap("the leading member of etcd is lost", nil, later, func() {
		kill(t, member.Kill)
		proven := time.Now().Add(lease + time.Second) // the primary leads on by what the others say
		within(t, time.Minute, "the servers hear of etcd", func() bool {
			seen, err := primary.HeardOfEtcd(t.Context())
			return err == nil && seen.After(proven)
		})
	})
	if primary, err = servers.Await(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	mishap("the primary's PostgreSQL is killed", later, nil, func() {
		kill(t, primary.KillPostgres)
		code, after, err := browser.Retry(http.Addr, "/queue")
		if err != nil || code != 503 || after == "" {
			t.Errorf("a browser in the gap gets %d, Retry-After %q, %v", code, after, err)
		}
	})
	if code, _, err := browser.Retry(http.Addr, "/queue"); err != nil || code != 200 {
		t.Errorf("after it, the browser gets %d, %v", code, err)
	}
	if err := member.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.start(1)
	smtp.Set(1, f.nodes[1].SMTP)
	http.Set(1, f.nodes[1].HTTP)
	if primary, err = servers.Await(t.Context(), 2); err != nil { // who was lost is a standby again
		t.Fatal(err)
	}
	mishap("the primary's machine is lost", later, nil, func() { kill(t, primary.KillMachine) })
	if err := primary.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err = servers.Await(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	close(ended)
	clients.Wait()
	// Each time that the sender loses the database, which a failover may make it do more than once.
	f.judge(in, 8*underWay)
}

func leader(t *testing.T, m *postgrestest.Managed) *postgrestest.Server {
	t.Helper()
	l, err := m.Await(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func kill(t *testing.T, how func() error) {
	t.Helper()
	if err := how(); err != nil {
		t.Fatal(err)
	}
}

// balance puts one address in front of the nodes, for mail and for the screens.
func (f *fleet) balance() (smtp, http *program.Balancer) {
	f.t.Helper()
	var mails, screens []string
	for _, n := range f.nodes {
		mails, screens = append(mails, n.SMTP), append(screens, n.HTTP)
	}
	smtp, err := program.OpenBalancer(mails...)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { smtp.Close() })
	if http, err = program.OpenBalancer(screens...); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { http.Close() })
	return smtp, http
}
