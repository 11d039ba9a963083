package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"madoguchi/terms/fault"
)

// daemon answers every connection with a line, after it has read it whole (or
// at once, as a real one does that has had enough).
func daemon(t *testing.T, answer string, atOnce bool) (addr string, got chan string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	got = make(chan string, 10)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			if !atOnce {
				got <- read(conn)
			}
			_, _ = conn.Write([]byte(answer))
			_ = conn.Close()
		}
	}()
	return ln.Addr().String(), got
}

func read(conn net.Conn) string {
	r := bufio.NewReader(conn)
	command, err := r.ReadString(0)
	if err != nil || command != "zINSTREAM\x00" {
		return command
	}
	var all strings.Builder
	for {
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil || size == 0 {
			return all.String()
		}
		if _, err := io.CopyN(&all, r, int64(size)); err != nil {
			return "cut short"
		}
	}
}

func scan(t *testing.T, addr, data string) (string, error) {
	t.Helper()
	c, err := New(addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return c.Scan(ctx, []byte(data))
}

func TestAFileIsSentWholeAndItsAnswerRead(t *testing.T) {
	for answer, want := range map[string]string{"stream: OK\x00": "", "stream: Win.Test.EICAR_HDB-1 FOUND\x00": "Win.Test.EICAR_HDB-1"} {
		addr, got := daemon(t, answer, false)
		for _, data := range []string{"", "x", strings.Repeat("監査", 100_000)} {
			found, err := scan(t, addr, data)
			if err != nil || found != want {
				t.Errorf("%q: %q, %v", answer, found, err)
			}
			if arrived := <-got; arrived != data {
				t.Errorf("%d bytes arrived of %d", len(arrived), len(data))
			}
		}
	}
}

func TestADaemonThatCannotLookIsNotTakenForClean(t *testing.T) {
	for _, answer := range []string{"INSTREAM size limit exceeded. ERROR\x00", "stream: Can't allocate memory ERROR\x00", "", "OK", "OK\x00", "stream:  FOUND\x00", "no\x00", strings.Repeat("x", 10_000)} {
		addr, _ := daemon(t, answer, true)
		if found, err := scan(t, addr, strings.Repeat("x", 8<<20)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%.30q was taken for %q, %v", answer, found, err)
		}
	}
	if _, err := scan(t, "127.0.0.1:1", "x"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("nobody there: %v", err)
	}
	if _, err := New("nowhere"); !fault.Is(err, fault.Invalid) {
		t.Errorf("no address: %v", err)
	}
}

func TestAScanEndsWithItsContext(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, never answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	c, err := New(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Scan(ctx, []byte("x")); !errors.Is(err, context.DeadlineExceeded) || !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

func FuzzVerdict(f *testing.F) {
	for _, s := range []string{"stream: OK", "stream: X FOUND", "stream: ERROR", "", "stream:  FOUND", "stream: OK FOUND"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if found, err := verdict(answer); err == nil && found == "" && answer != "stream: OK" {
			t.Errorf("%q is taken for clean", answer)
		}
	})
}
