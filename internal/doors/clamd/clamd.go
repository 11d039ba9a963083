// Package clamd is the door to a ClamAV daemon, which looks for malicious code
// in files.
//
// It owns the conversation: one connection for each file, its bytes in pieces
// (the command INSTREAM of clamd(8)), one line back. It refuses to decide what
// becomes of a file, and to keep anything.
//
// Start reading at [Client.Scan].
package clamd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"

	"madoguchi/terms/fault"
)

// Client asks one daemon. It is safe for concurrent use.
type Client struct{ network, addr string }

// New returns a client for an address: host:port, or the path of a socket,
// with or without "unix:" before it. Nothing is asked yet.
func New(addr string) (*Client, error) {
	if path, ok := strings.CutPrefix(addr, "unix:"); ok || strings.HasPrefix(addr, "/") {
		return &Client{"unix", path}, nil
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "clamd のアドレスは host:port か unix:/path で指定してください。", "Give the address of clamd as host:port or unix:/path.").At("clamd")
	}
	return &Client{"tcp", addr}, nil
}

// piece is how many bytes are sent at a time.
const piece = 64 << 10

// Scan asks about a file. found is the name of what is in it, empty for
// nothing. A daemon that does not answer, or cannot look at this file, is
// [fault.Unavailable].
func (c *Client) Scan(ctx context.Context, data []byte) (found string, err error) {
	answer, err := c.ask(ctx, "zINSTREAM\x00", data)
	if err != nil {
		return "", err
	}
	return verdict(answer)
}

// Ping asks whether the daemon is there, and which it is.
func (c *Client) Ping(ctx context.Context) (version string, err error) {
	return c.ask(ctx, "zVERSION\x00", nil)
}

func (c *Client) ask(ctx context.Context, command string, data []byte) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.addr)
	if err != nil {
		return "", away(err)
	}
	defer func() { _ = conn.Close() }() // the answer is what counts
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	sent := make(chan error, 1)
	go func() { sent <- send(conn, command, data) }()
	// A daemon that has had enough answers before it was sent all.
	line, err := bufio.NewReader(io.LimitReader(conn, 4096)).ReadString(0)
	if err != nil {
		_ = conn.Close()
		if werr := <-sent; werr != nil {
			err = werr
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return "", away(err)
	}
	return strings.TrimRight(line, "\x00\n"), nil
}

func send(conn net.Conn, command string, data []byte) error {
	w := bufio.NewWriterSize(conn, piece+4)
	if _, err := w.WriteString(command); err != nil {
		return err
	}
	if data == nil {
		return w.Flush()
	}
	var size [4]byte
	for chunk := range pieces(data) {
		binary.BigEndian.PutUint32(size[:], uint32(len(chunk)))
		if _, err := w.Write(append(bytes.Clone(size[:]), chunk...)); err != nil {
			return err
		}
	}
	if _, err := w.Write([]byte{0, 0, 0, 0}); err != nil {
		return err
	}
	return w.Flush()
}

func pieces(data []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(data) > 0 {
			n := min(piece, len(data))
			if !yield(data[:n]) {
				return
			}
			data = data[n:]
		}
	}
}

// verdict reads "stream: OK" and "stream: NAME FOUND"; all else says that the
// daemon could not look.
func verdict(answer string) (string, error) {
	rest, ok := strings.CutPrefix(answer, "stream: ")
	if ok && rest == "OK" {
		return "", nil
	}
	if name, found := strings.CutSuffix(rest, " FOUND"); ok && found && name != "" {
		return name, nil
	}
	return "", away(fmt.Errorf("clamd answered %.200q", answer))
}

func away(err error) error {
	return fault.Wrap(fault.Unavailable, err, "ウイルス検査を行えませんでした。", "The file could not be scanned.")
}
