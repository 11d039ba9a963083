package smtpin

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/records/store"
)

// receiverDir names the data directory to a copy of this test program that
// runs as the receiver and is killed.
const receiverDir = "SMTPIN_RECEIVER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(receiverDir); dir != "" {
		if err := receiver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// receiver is the door before a real desk, until it is killed.
func receiver(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		return err
	}
	d, err := desk.New(ctx, desk.Config{
		Store: s, Live: &live.Hub{}, Now: time.Now, Contract: contracts.Default, Log: discard(),
		Compose: func(desk.Outgoing) ([]byte, error) { return nil, io.ErrUnexpectedEOF },
	})
	if err != nil {
		return err
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return New(Config{Recipients: supportOnly}, func(ctx context.Context, e Envelope) error {
		return d.Accept(ctx, desk.Mail{From: e.From, To: e.To, Raw: e.Raw, Remote: e.Remote, Helo: e.Helo, At: e.At})
	}, discard()).Serve(l)
}

func TestNoMailThatGot250IsLostWhenTheProgramIsKilled(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), receiverDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}

	// Several peers send without a pause; the program dies in the midst.
	promises := make(chan string, 1000)
	var peers sync.WaitGroup
	for p := range 4 {
		peers.Go(func() { deliver(strings.TrimSpace(addr), fmt.Sprintf("peer%d", p), promises) })
	}
	var promised []string
	for len(promised) < 100 {
		promised = append(promised, <-promises)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	peers.Wait()
	close(promises)
	for id := range promises {
		promised = append(promised, id)
	}
	_ = cmd.Wait() // it was killed

	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	kept := map[string]bool{}
	var after store.Since
	for {
		mails, next, err := s.ListInbound(t.Context(), store.Everyone(), store.InboundNew, 100, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			raw, err := s.InboundRaw(t.Context(), m.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, id, _ := strings.Cut(string(raw), "Subject: ")
			id, body, _ := strings.Cut(id, "\r\n")
			if body != "\r\n"+strings.Repeat("本文\r\n", 300) {
				t.Errorf("%s was kept in part: %q", id, clip(body))
			}
			kept[id] = true
		}
		if after = next; after.End() {
			break
		}
	}
	for _, id := range promised {
		if !kept[id] {
			t.Errorf("%s got 250 and is lost", id)
		}
	}
	t.Logf("%d mails promised, %d kept", len(promised), len(kept))
}

// deliver sends mails until the connection breaks, and reports each 250.
func deliver(addr, name string, promises chan<- string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer c.Close()
	r := bufio.NewReader(c)
	reply := func() string {
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return ""
			}
			if len(line) > 3 && line[3] == ' ' {
				return line
			}
		}
	}
	reply()
	fmt.Fprintf(c, "EHLO %s\r\n", name)
	for i := 0; reply() != ""; i++ {
		id := fmt.Sprintf("%s-%d", name, i)
		fmt.Fprintf(c, "MAIL FROM:<a@b>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n")
		reply()
		reply()
		reply()
		fmt.Fprintf(c, "Subject: %s\r\n\r\n%s.\r\n", id, strings.Repeat("本文\r\n", 300))
		if strings.HasPrefix(reply(), "250") {
			promises <- id
		}
		fmt.Fprintf(c, "NOOP\r\n")
	}
}
