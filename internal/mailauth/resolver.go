package mailauth

import (
	"context"
	"errors"
	"net"
)

// Resolver asks the DNS. [*net.Resolver] is one; a name or record that does
// not exist is a [*net.DNSError] with IsNotFound.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) (names []string, err error)
}

// soft makes every failure that is not "no such name" a temporary one: the
// libraries take what they do not know for a final answer.
type soft struct{ Resolver }

func soften(err error, name string) error {
	if err == nil || missing(err) {
		return err
	}
	return &net.DNSError{Err: err.Error(), Name: name, IsTemporary: true}
}

// missing reports whether a name or record does not exist.
func missing(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	return ok && e.IsNotFound
}

// LookupTXT implements [Resolver].
func (s soft) LookupTXT(ctx context.Context, name string) ([]string, error) {
	out, err := s.Resolver.LookupTXT(ctx, name)
	return out, soften(err, name)
}

// LookupMX implements [Resolver].
func (s soft) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	out, err := s.Resolver.LookupMX(ctx, name)
	return out, soften(err, name)
}

// LookupIPAddr implements [Resolver].
func (s soft) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	out, err := s.Resolver.LookupIPAddr(ctx, host)
	return out, soften(err, host)
}

// LookupAddr implements [Resolver].
func (s soft) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	out, err := s.Resolver.LookupAddr(ctx, addr)
	return out, soften(err, addr)
}
