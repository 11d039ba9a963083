// Package zonetest is a name server for tests: it answers on this machine
// from a table, and can be told to fail or to keep silent.
//
// It owns as much of the DNS's wire form as tests need (RFC 1035). It refuses
// to ask anybody else. Start reading at [Serve].
package zonetest

import (
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Zone is what the server answers, by lower-case name without a final dot.
type Zone struct {
	TXT  map[string][]string // long ones are cut into strings of 255 bytes
	MX   map[string][]string // hosts, in order of preference
	A    map[string]string
	Fail map[string]bool // answered with SERVFAIL
}

// Server answers from a zone.
type Server struct {
	Addr string

	mu     sync.Mutex
	zone   Zone
	silent bool
	asked  int
}

// Serve starts a server for the length of a test.
func Serve(t testing.TB, z Zone) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: conn.LocalAddr().String(), zone: z}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(conn)
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return s
}

// Set replaces what the server answers.
func (s *Server) Set(z Zone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zone = z
}

// Silence makes the server take questions and not answer them, or ends that.
func (s *Server) Silence(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = on
}

// Asked is how many questions were asked.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Server) run(conn net.PacketConn) {
	buf := make([]byte, 4096)
	for {
		n, peer, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer := s.answer(buf[:n]); answer != nil {
			_, _ = conn.WriteTo(answer, peer) // who does not hear it asks again
		}
	}
}

func (s *Server) answer(question []byte) []byte {
	var p dnsmessage.Parser
	head, err := p.Start(question)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.silent {
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: head.ID, Response: true, Authoritative: true, RecursionDesired: head.RecursionDesired, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	switch {
	case s.zone.Fail[name]:
		m.RCode = dnsmessage.RCodeServerFailure
	default:
		m.Answers = s.zone.records(name, q)
		if len(m.Answers) == 0 && !s.zone.exists(name) {
			m.RCode = dnsmessage.RCodeNameError
		}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}

func (z Zone) exists(name string) bool {
	return len(z.TXT[name]) > 0 || len(z.MX[name]) > 0 || z.A[name] != ""
}

func (z Zone) records(name string, q dnsmessage.Question) []dnsmessage.Resource {
	var out []dnsmessage.Resource
	add := func(body dnsmessage.ResourceBody) {
		out = append(out, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: body})
	}
	switch q.Type {
	case dnsmessage.TypeTXT:
		for _, t := range z.TXT[name] {
			r := &dnsmessage.TXTResource{}
			for len(t) > 255 {
				r.TXT, t = append(r.TXT, t[:255]), t[255:]
			}
			r.TXT = append(r.TXT, t)
			add(r)
		}
	case dnsmessage.TypeMX:
		for i, host := range z.MX[name] {
			if n, err := dnsmessage.NewName(strings.TrimSuffix(host, ".") + "."); err == nil {
				add(&dnsmessage.MXResource{Pref: uint16(10 * (i + 1)), MX: n})
			}
		}
	case dnsmessage.TypeA:
		if ip := net.ParseIP(z.A[name]).To4(); ip != nil {
			add(&dnsmessage.AResource{A: [4]byte(ip)})
		}
	}
	return out
}
