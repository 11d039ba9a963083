package oidc

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

const (
	patience = 10 * time.Second // for one answer
	largest  = 1 << 20          // bytes of one
)

var errForbidden = errors.New("the address is not one of a server")

// guarded returns a client for addresses that an administrator typed in. It
// follows no redirect, reads no long answer, and reaches no address that is
// only the machine's own: a name that points there (to the metadata of a cloud,
// say) is refused after it was looked up. A provider in the same private
// network is reached; one on the machine itself only by the name localhost or
// its number.
func guarded() *http.Client {
	dialer := &net.Dialer{Timeout: patience}
	t := &http.Transport{
		TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
	}
	t.DialContext = dialer.DialContext
	local := t.Clone()
	dialer = &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error { return allowed(address) }}
	t.DialContext = dialer.DialContext
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     bounded{far: t, near: local},
	}
}

func allowed(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := at.Addr().Unmap()
	if ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || ip == netip.MustParseAddr("fd00:ec2::254") {
		return fmt.Errorf("%w: %s", errForbidden, ip)
	}
	return nil
}

// itself reports whether a host is written as this machine.
func itself(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// bounded reads no more than [largest] of an answer.
type bounded struct{ far, near http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	way := b.far
	if itself(r.URL.Hostname()) {
		way = b.near
	}
	res, err := way.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, largest), res.Body}
	}
	return res, err
}
