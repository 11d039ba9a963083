package s3test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Gate is a way to a server that a test can make slow, or close.
type Gate struct {
	Addr string // host:port

	to     string
	delay  atomic.Int64 // before each piece that comes back
	closed atomic.Bool
	mu     sync.Mutex
	open   map[net.Conn]bool
}

// OpenGate opens a way to an address for the length of a test.
func OpenGate(t testing.TB, to string) *Gate {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{Addr: ln.Addr().String(), to: to, open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		g.Shut(true)
	})
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go g.carry(c)
		}
	}()
	return g
}

// Slow has every piece of an answer come so much later.
func (g *Gate) Slow(by time.Duration) { g.delay.Store(int64(by)) }

// Shut breaks all connections and refuses new ones until it is opened again.
func (g *Gate) Shut(closed bool) {
	g.closed.Store(closed)
	if !closed {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		c.Close() //nolint:errcheck // it is to break
	}
}

func (g *Gate) carry(c net.Conn) {
	defer c.Close() //nolint:errcheck // either side may have ended it
	if g.closed.Load() {
		return
	}
	s, err := net.Dial("tcp", g.to)
	if err != nil {
		return
	}
	defer s.Close() //nolint:errcheck // either side may have ended it
	g.mu.Lock()
	g.open[c], g.open[s] = true, true
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.open, c)
		delete(g.open, s)
	}()
	go func() {
		defer s.Close()                          //nolint:errcheck // ends the other direction
		if _, err := io.Copy(s, c); err != nil { // a broken connection is what a gate is for
			return
		}
	}()
	piece := make([]byte, 64<<10)
	for {
		n, err := s.Read(piece)
		if by := time.Duration(g.delay.Load()); by > 0 && n > 0 {
			<-time.After(by)
		}
		if n > 0 {
			if _, err := c.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
