package smtpin

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// backroom is a stand-in for what lies behind the door.
type backroom struct {
	mu    sync.Mutex
	mails []Envelope
	err   error
	block chan struct{} // closed when Accept may return; nil for at once
	began chan struct{}
}

func (d *backroom) accept(ctx context.Context, m Envelope) error {
	if d.began != nil {
		d.began <- struct{}{}
	}
	if d.block != nil {
		select {
		case <-d.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	d.mails = append(d.mails, m)
	return nil
}

func (d *backroom) received() []Envelope {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Envelope(nil), d.mails...)
}

// body returns the one mail received, without our trace header.
func (d *backroom) body(t *testing.T) string {
	t.Helper()
	mails := d.received()
	if len(mails) != 1 {
		t.Fatalf("%d mails received, want 1", len(mails))
	}
	return body0(t, mails[0])
}

func body0(t *testing.T, m Envelope) string {
	t.Helper()
	raw := string(m.Raw)
	if !strings.HasPrefix(raw, "Return-Path: <"+m.From+">\r\nReceived: from ") {
		t.Fatalf("no trace header above the mail: %q", raw)
	}
	_, rest, _ := strings.Cut(raw, "; ")
	if i := strings.Index(raw, ";\r\n\t"); i >= 0 {
		rest = raw[i+4:]
	}
	_, mail, _ := strings.Cut(rest, "\r\n")
	return mail
}

var reception = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

func supportOnly(_ context.Context, addr string) (bool, error) {
	return addr == "support@desk.example" || addr == "postmaster@desk.example" || addr == "postmaster", nil
}

// open starts a door on a free port and returns its address.
func open(t *testing.T, cfg Config, d *backroom) (addr string, s *Server) {
	t.Helper()
	cfg.Hostname = "desk.example"
	cfg.Now = func() time.Time { return reception }
	if cfg.Recipients == nil {
		cfg.Recipients = supportOnly
	}
	s = New(cfg, d.accept, discard())
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := s.Close(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("close: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return l.Addr().String(), s
}

// peerConn is a peer that types its commands by hand.
type peerConn struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *peerConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &peerConn{t, c, bufio.NewReader(c)}
}

func (p *peerConn) send(s string) {
	p.t.Helper()
	if _, err := io.WriteString(p, s); err != nil {
		p.t.Fatal(err)
	}
}

// expect reads replies and fails unless they begin with the given texts.
func (p *peerConn) expect(want ...string) string {
	p.t.Helper()
	var last string
	for _, w := range want {
		last = ""
		for {
			line, err := p.r.ReadString('\n')
			if err != nil {
				p.t.Fatalf("want reply %q: %v", w, err)
			}
			last += line
			if len(line) < 4 || line[3] != '-' {
				break
			}
		}
		if !strings.HasPrefix(last, w) {
			p.t.Fatalf("reply %q, want %q…", last, w)
		}
	}
	return last
}

func (p *peerConn) greet() {
	p.t.Helper()
	p.expect("220")
	p.send("EHLO peer.example\r\n")
	p.expect("250")
}

func (p *peerConn) envelope() {
	p.t.Helper()
	p.greet()
	p.send("MAIL FROM:<tanaka@customer.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n")
	p.expect("250", "250", "354")
}
