package demo

import (
	"context"
	"net"
	"strings"
)

// peer is the address from which the example customers' mail comes, of the
// range for documentation (RFC 5737).
const peer = "192.0.2.25"

// records is the DNS of the example: each customer's domain says that its mail
// comes from peer. Nobody outside is asked.
type records map[string]string

func recordsOf(w *week) records {
	r := records{}
	for _, o := range w.Organizations {
		r[o.Domain] = "v=spf1 ip4:" + peer + " -all"
		r["_dmarc."+o.Domain] = "v=DMARC1; p=reject"
	}
	return r
}

func nothing(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupTXT returns the record of a name.
func (r records) LookupTXT(_ context.Context, name string) ([]string, error) {
	if txt, ok := r[strings.TrimSuffix(name, ".")]; ok {
		return []string{txt}, nil
	}
	return nil, nothing(name)
}

// LookupMX finds nothing.
func (records) LookupMX(_ context.Context, name string) ([]*net.MX, error) { return nil, nothing(name) }

// LookupIPAddr finds nothing.
func (records) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, nothing(name)
}

// LookupAddr finds nothing.
func (records) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return nil, nothing(addr)
}
