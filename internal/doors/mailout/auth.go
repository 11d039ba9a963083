package mailout

import (
	"errors"
	"fmt"
	"net/smtp"
	"slices"
	"strings"
)

// signIn picks the way to authenticate among those that the relay offers.
// PLAIN comes first: under TLS it is as good as any, and CRAM-MD5 asks the
// relay to keep the password readable. Neither PLAIN nor LOGIN leaves
// unprotected, except to this machine.
func signIn(offered, user, password string) (smtp.Auth, error) {
	ways := strings.Fields(strings.ToUpper(offered))
	switch {
	case slices.Contains(ways, "PLAIN"):
		return &secret{way: "PLAIN", first: []byte("\x00" + user + "\x00" + password)}, nil
	case slices.Contains(ways, "LOGIN"):
		return &secret{way: "LOGIN", answers: []string{user, password}}, nil
	case slices.Contains(ways, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(user, password), nil
	}
	return nil, fmt.Errorf("%w: it offers only %q; the desk can PLAIN, LOGIN and CRAM-MD5", errNoAuth, offered)
}

// secret signs in by telling the password: PLAIN (RFC 4616) at once, LOGIN
// when asked for the user name and then for the password.
type secret struct {
	way     string
	first   []byte
	answers []string
}

// Start implements [smtp.Auth].
func (s *secret) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && !local(server.Name) {
		return "", nil, errors.New("the password would leave unprotected: set the relay's security to starttls or tls")
	}
	return s.way, s.first, nil
}

// Next implements [smtp.Auth].
func (s *secret) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	if len(s.answers) == 0 {
		return nil, errors.New("the relay asks for more than a user name and a password")
	}
	next := s.answers[0]
	s.answers = s.answers[1:]
	return []byte(next), nil
}

func local(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
