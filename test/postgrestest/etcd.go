package postgrestest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"
)

// members is how many there are of etcd: the least of which one may be lost.
const members = 3

// Member is one member of etcd.
type Member struct {
	Name string

	client string // host:port
	log    string
	args   []string
	etcd   *guarded
}

// startEtcd starts the members, each with two of the ports.
func startEtcd(ctx context.Context, dir string, ports []string) ([]*Member, error) {
	var all []*Member
	var peers []string
	for i := range members {
		name := fmt.Sprintf("etcd%d", i+1)
		client, peer := "http://127.0.0.1:"+ports[2*i], "http://127.0.0.1:"+ports[2*i+1]
		peers = append(peers, name+"="+peer)
		all = append(all, &Member{
			Name: name, client: strings.TrimPrefix(client, "http://"), log: filepath.Join(dir, name+".log"),
			args: []string{
				"--name", name, "--data-dir", filepath.Join(dir, name), "--log-level", "error",
				"--listen-client-urls", client, "--advertise-client-urls", client,
				"--heartbeat-interval", "50", "--election-timeout", "500", // elect within the patience of Patroni
				"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
			},
		})
	}
	for _, m := range all {
		m.args = append(m.args, "--initial-cluster", strings.Join(peers, ","))
		if err := m.Start(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// clients are the addresses that Patroni is given.
func clients(all []*Member) string {
	hosts := make([]string, 0, len(all))
	for _, m := range all {
		hosts = append(hosts, m.client)
	}
	return strings.Join(hosts, ",")
}

// Start runs the member, also after it was lost.
func (m *Member) Start(ctx context.Context) (err error) {
	m.etcd, err = guardProgram(ctx, m.log, "etcd", m.args...)
	return err
}

// Kill ends the member at once.
func (m *Member) Kill() error { return m.etcd.kill() }

// EtcdLeader returns the member that leads the others, whose loss they notice most.
func (m *Managed) EtcdLeader(ctx context.Context) (*Member, error) {
	var errs []error
	for _, e := range m.Etcd {
		leads, err := e.leads(ctx)
		if leads {
			return e, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no member of etcd leads: %w", errors.Join(errs...))
}

func (m *Member) leads(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+m.client+"/v3/maintenance/status", bytes.NewReader([]byte("{}")))
	if err != nil {
		return false, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return false, err
	}
	var told struct {
		Header struct {
			Member string `json:"member_id"`
		}
		Leader string
	}
	err = errors.Join(json.NewDecoder(res.Body).Decode(&told), res.Body.Close())
	return err == nil && told.Leader != "" && told.Leader == told.Header.Member, err
}
