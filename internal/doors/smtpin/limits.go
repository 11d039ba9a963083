package smtpin

import (
	"crypto/tls"
	"net"
	"net/netip"
	"time"
)

// begin starts the conversation on conn, or turns the peer away with 421 when
// too many are open: a peer keeps the mail and comes back.
func (s *Server) begin(conn net.Conn) {
	remote, host := peer(conn.RemoteAddr())
	c := newSession(s, conn, remote)

	s.mu.Lock()
	refuse := ""
	switch {
	case s.closing:
		refuse = "4.3.2 " + s.cfg.Hostname + " is shutting down, please try again later"
	case len(s.sessions) >= s.cfg.MaxConns:
		refuse = "4.7.0 too many connections, please try again later"
	case host != "" && s.perHost[host]+s.cfg.Held(host) >= s.cfg.MaxConnsPerIP:
		refuse = "4.7.0 too many connections from your address, please try again later"
	default:
		s.sessions[c] = struct{}{}
		s.count(host, 1)
		s.open.Add(1)
	}
	s.mu.Unlock()

	if refuse != "" {
		s.log.Warn("mail: connection refused", "remote", remote, "reply", refuse)
		if _, encrypted := conn.(*tls.Conn); !encrypted {
			// One short write into an empty socket buffer cannot hold up the accept
			// loop; a handshake could.
			_ = writeWithin(conn, time.Second)
			_, _ = conn.Write([]byte("421 " + refuse + "\r\n"))
		}
		_ = conn.Close()
		return
	}
	go func() {
		defer s.open.Done()
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.sessions, c)
			s.count(host, -1)
		}()
		c.run()
	}()
}

// count counts the connections of an address; s.mu is held.
func (s *Server) count(host string, more int) {
	n := s.perHost[host] + more
	s.perHost[host] = n
	if n == 0 {
		delete(s.perHost, host)
	}
	if host != "" {
		s.cfg.Hold(host, n)
	}
}

// peer returns the address as it is written in logs and the key that
// connections are counted by: a whole /64 for IPv6, which one household gets.
func peer(a net.Addr) (remote, host string) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return "unix", ""
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if ip.Is6() {
		return ip.String(), netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String(), ip.String()
}

// reserve claims n bytes of the memory for mails being received.
func (s *Server) reserve(n int64) bool {
	if s.buffered.Add(n) > s.cfg.MaxBuffered {
		s.buffered.Add(-n)
		return false
	}
	return true
}

func (s *Server) release(n int64) { s.buffered.Add(-n) }
