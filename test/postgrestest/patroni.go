package postgrestest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Managed is PostgreSQL on several servers under Patroni, which promotes
// another one when the primary is lost; three members of etcd tell them who it
// is. Everything listens on 127.0.0.1 and lives in a temporary directory.
type Managed struct {
	Servers []*Server
	Etcd    []*Member

	dir string
}

// Server is one server of a [Managed]: Patroni, and the PostgreSQL that it runs.
type Server struct {
	Name    string
	Port    string
	dir     string
	api     string // host:port of Patroni
	patroni *guarded
}

// Tools returns what is missing for [StartManaged], as Debian's packages.
func Tools() []string {
	var missing []string
	for _, t := range [][2]string{{"patroni", "patroni"}, {"etcd", "etcd-server"}} {
		if _, err := exec.LookPath(t[0]); err != nil {
			missing = append(missing, t[1])
		}
	}
	if Binaries() == "" {
		missing = append(missing, "postgresql")
	}
	return missing
}

// patroniFile is what docs/operating.md gives an operator, with ports, places
// and patience of the test.
const patroniFile = `
scope: desk
name: NAME
restapi: {listen: "API", connect_address: "API"}
etcd3: {hosts: "ETCD"}
bootstrap:
  dcs:
    ttl: 5
    loop_wait: 1
    retry_timeout: 2
    primary_start_timeout: 0
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 200
        shared_buffers: 64MB
        wal_retrieve_retry_interval: 500ms
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
postgresql:
  listen: "127.0.0.1:PORT"
  connect_address: "127.0.0.1:PORT"
  data_dir: DIR/data
  bin_dir: BIN
  pgpass: DIR/pgpass
  authentication:
    superuser: {username: postgres, password: desk}
    replication: {username: replicator, password: desk}
  parameters: {unix_socket_directories: "DIR"}
  pg_hba: ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
`

// StartManaged makes n servers and waits until one takes writes and another
// is its synchronous standby.
func StartManaged(ctx context.Context, n int) (m *Managed, err error) {
	m = &Managed{}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.Stop())
		}
	}()
	if m.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return m, err
	}
	if err := errors.Join(os.Chmod(m.dir, 0o755), Own(m.dir)); err != nil {
		return m, err
	}
	ports, err := free(2*members + 2*n)
	if err != nil {
		return m, err
	}
	if m.Etcd, err = startEtcd(ctx, m.dir, ports[2*n:]); err != nil {
		return m, err
	}
	for i := range n {
		s := &Server{Name: fmt.Sprintf("server%d", i+1), Port: ports[2*i], api: "127.0.0.1:" + ports[2*i+1]}
		s.dir = filepath.Join(m.dir, s.Name)
		m.Servers = append(m.Servers, s)
		if err := errors.Join(os.Mkdir(s.dir, 0o755), Own(s.dir)); err != nil {
			return m, err
		}
		conf := strings.NewReplacer("NAME", s.Name, "API", s.api, "ETCD", clients(m.Etcd), "PORT", s.Port, "DIR", s.dir, "BIN", Binaries()).Replace(patroniFile)
		if err := os.WriteFile(filepath.Join(s.dir, "patroni.yml"), []byte(conf), 0o644); err != nil {
			return m, err
		}
		if err := s.Start(ctx); err != nil {
			return m, err
		}
	}
	_, err = m.Await(ctx, n-1)
	return m, err
}

// Await waits until one server leads and others follow it, one of them as the
// synchronous standby, and returns the leader.
func (m *Managed) Await(ctx context.Context, followers int) (*Server, error) {
	var seen string
	for range 1200 {
		leader, sync, streaming, err := m.look(ctx)
		if leader != nil && sync && streaming >= followers {
			return leader, nil
		}
		seen = fmt.Sprintf("leader %v, synchronous %v, following %d, %v", leader, sync, streaming, err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("no leader with its standbys: %s\n%s", seen, m.Log())
}

// look asks any server that answers who leads.
func (m *Managed) look(ctx context.Context) (leader *Server, sync bool, following int, err error) {
	for _, s := range m.Servers {
		var told struct {
			Members []struct{ Name, Role, State string }
		}
		if err = s.ask(ctx, "/cluster", &told); err != nil {
			continue
		}
		for _, member := range told.Members {
			running := member.State == "running" || member.State == "streaming"
			switch {
			case member.Role == "leader" && running:
				for _, l := range m.Servers {
					if l.Name == member.Name {
						leader = l
					}
				}
			case running:
				following++
				sync = sync || member.Role == "sync_standby"
			}
		}
		return leader, sync, following, nil
	}
	return nil, false, 0, err
}

func (s *Server) ask(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.api+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return errors.Join(json.NewDecoder(res.Body).Decode(into), res.Body.Close())
}

// HeardOfEtcd is when the server's Patroni last had an answer of etcd, to the second.
func (s *Server) HeardOfEtcd(ctx context.Context) (time.Time, error) {
	var told struct {
		Seen int64 `json:"dcs_last_seen"`
	}
	err := s.ask(ctx, "/patroni", &told)
	return time.Unix(told.Seen, 0), err
}

// Start runs Patroni of a server, also after its machine was lost.
func (s *Server) Start(ctx context.Context) (err error) {
	s.patroni, err = guardProgram(ctx, filepath.Join(s.dir, "patroni.log"), "patroni", filepath.Join(s.dir, "patroni.yml"))
	return err
}

// KillPostgres ends the server's PostgreSQL at once; its Patroni goes on.
func (s *Server) KillPostgres() error {
	raw, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	n, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	return syscall.Kill(n, syscall.SIGKILL)
}

// KillMachine ends Patroni and PostgreSQL at once, as the loss of their machine does.
func (s *Server) KillMachine() error {
	return errors.Join(s.patroni.kill(), s.KillPostgres())
}

// String is the server's name.
func (s *Server) String() string { return s.Name }

// URL is the connection string of a database on this server alone.
func (s *Server) URL(database string) string {
	return "postgres://postgres@127.0.0.1:" + s.Port + "/" + database
}

// URL names all servers and asks for the one that takes writes.
func (m *Managed) URL(database string) string {
	hosts := make([]string, 0, len(m.Servers))
	for _, s := range m.Servers {
		hosts = append(hosts, "127.0.0.1:"+s.Port)
	}
	return "postgres://postgres@" + strings.Join(hosts, ",") + "/" + database + "?target_session_attrs=read-write"
}

// Log is what Patroni wrote on all servers.
func (m *Managed) Log() string {
	var all strings.Builder
	for _, s := range m.Servers {
		b, err := os.ReadFile(filepath.Join(s.dir, "patroni.log"))
		fmt.Fprintf(&all, "%s: %v\n%s\n", s.Name, err, b)
	}
	return all.String()
}

// Stop ends everything and removes the files.
func (m *Managed) Stop() error {
	var errs []error
	for _, s := range m.Servers {
		if s.patroni != nil {
			errs = append(errs, s.patroni.stop())
		}
	}
	for _, e := range m.Etcd {
		if e.etcd != nil {
			errs = append(errs, e.etcd.stop())
		}
	}
	return errors.Join(append(errs, os.RemoveAll(m.dir))...)
}
