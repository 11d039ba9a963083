package cluster_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// TestLimitsHoldOverAllNodes asks every node as fast as it answers with one
// token, and opens connections for mail from one address everywhere.
func TestLimitsHoldOverAllNodes(t *testing.T) {
	f := newFleet(t, postgrestest.Fresh(t, t.TempDir()), 3)
	const perSecond = 40
	token, err := program.TokenOf(t.Context(), f.first, f.database, perSecond)
	if err != nil {
		t.Fatal(err)
	}
	var answered, refused atomic.Int64
	var clients sync.WaitGroup
	begun := time.Now()
	for _, node := range f.nodes {
		clients.Go(func() {
			for time.Since(begun) < 4*time.Second {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+node.HTTP+"/api/v1/cases?limit=1", nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+token)
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				if err := res.Body.Close(); err != nil {
					t.Error(err)
				}
				switch res.StatusCode {
				case http.StatusOK:
					answered.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
					<-time.After(5 * time.Millisecond)
				default:
					t.Errorf("%d", res.StatusCode)
				}
			}
		})
	}
	clients.Wait()
	took := time.Since(begun).Seconds()
	t.Logf("%d requests of a token with %d in a second were answered in %.1f s by three nodes, %d refused", answered.Load(), perSecond, took, refused.Load())
	// A second's worth may come at once, at each node until it hears of the others.
	if most := int64(perSecond * (took + 3)); answered.Load() > most || refused.Load() == 0 {
		t.Errorf("%d were answered, at most %d may be", answered.Load(), most)
	}
	if least := int64(perSecond * (took - 2) / 2); answered.Load() < least {
		t.Errorf("%d were answered, the token has a right to more than %d", answered.Load(), least)
	}

	const host, most = 9, 20 // from 127.0.0.9
	var open []*program.Peer
	for range most {
		p := &program.Peer{Name: "many", Host: host}
		open = append(open, p)
		if err := p.Greet(f.nodes[0].SMTP); err != nil {
			t.Fatal(err)
		}
	}
	one := &program.Peer{Name: "one", Host: host}
	within(t, 10*time.Second, "the other node turns the address away", func() bool {
		err := one.Greet(f.nodes[1].SMTP)
		one.Close()
		return err != nil
	})
	for _, p := range open {
		p.Close()
	}
	within(t, 10*time.Second, "the other node takes the address again", func() bool {
		err := one.Greet(f.nodes[1].SMTP)
		one.Close()
		return err == nil
	})
}
