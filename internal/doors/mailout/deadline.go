package mailout

import (
	"net"
	"time"
)

// timed gives every read and write on a connection the same patience. A
// socket's deadline is an instant of the machine's clock, whatever clock the
// desk runs on: this file is the only one here that asks for it.
type timed struct {
	net.Conn
	wait time.Duration
}

// rest calls done after d, unless it is stopped before.
func rest(d time.Duration, done func()) *time.Timer { return time.AfterFunc(d, done) }

// Read implements [net.Conn].
func (t *timed) Read(p []byte) (int, error) {
	if err := t.SetReadDeadline(time.Now().Add(t.wait)); err != nil {
		return 0, err
	}
	return t.Conn.Read(p)
}

// Write implements [net.Conn].
func (t *timed) Write(p []byte) (int, error) {
	if err := t.SetWriteDeadline(time.Now().Add(t.wait)); err != nil {
		return 0, err
	}
	return t.Conn.Write(p)
}
