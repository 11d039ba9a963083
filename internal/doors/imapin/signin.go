package imapin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// errRefused means that the provider knows us and says no.
var errRefused = errors.New("the provider refuses the sign-in")

// errNoWay means that the provider offers no way to sign in that we can.
var errNoWay = errors.New("the provider offers no way to sign in that the desk knows")

// signIn presents the password, or the token of OAuth 2. A token that is
// refused is asked for anew once: it may have been withdrawn before its time.
func (w *Watcher) signIn(ctx context.Context, c *imapclient.Client) error {
	if w.cfg.Token == nil {
		password, err := w.cfg.Password()
		if err != nil {
			return err
		}
		return refused(c.Login(w.cfg.Username, password).Wait())
	}
	way := ""
	offered := c.Caps().AuthMechanisms()
	for _, known := range []string{"OAUTHBEARER", "XOAUTH2"} {
		if slices.Contains(offered, known) {
			way = known
			break
		}
	}
	if way == "" {
		return fmt.Errorf("%w: it has %q, and the desk needs OAUTHBEARER or XOAUTH2", errNoWay, offered)
	}
	var err error
	for _, fresh := range []bool{false, true} {
		token, terr := w.cfg.Token(ctx, fresh)
		if terr != nil {
			return terr
		}
		err = refused(c.Authenticate(&bearer{way: way, user: w.cfg.Username, token: token, addr: w.cfg.Addr}))
		if !errors.Is(err, errRefused) {
			return err
		}
	}
	return err
}

// refused marks a NO to signing in; what broke on the way stays as it is.
func refused(err error) error {
	if no, ok := errors.AsType[*imap.Error](err); ok && no.Type == imap.StatusResponseTypeNo {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

// bearer signs in with a token: OAUTHBEARER (RFC 7628) or its forerunner
// XOAUTH2, which the large providers speak.
type bearer struct{ way, user, token, addr string }

// Start gives everything at once.
func (b *bearer) Start() (string, []byte, error) {
	if b.way == "XOAUTH2" {
		return b.way, []byte("user=" + b.user + "\x01auth=Bearer " + b.token + "\x01\x01"), nil
	}
	host, port, _ := net.SplitHostPort(b.addr)
	n, err := strconv.Atoi(port)
	if err != nil {
		return "", nil, fmt.Errorf("the port %q is no number: %w", port, err)
	}
	return b.way, fmt.Appendf(nil, "n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01", b.user, host, n, b.token), nil
}

// Next is asked only to hear why it was refused; the answer ends the exchange.
func (b *bearer) Next([]byte) ([]byte, error) {
	if b.way == "XOAUTH2" {
		return []byte{}, nil
	}
	return []byte{1}, nil
}
