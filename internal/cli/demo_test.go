package cli

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// terminal keeps what is printed, and tells when the last line of the welcome
// is there.
type terminal struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
	told  sync.Once
}

func (w *terminal) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.text.Write(p)
	if strings.Contains(w.text.String(), "Ctrl+C") {
		w.told.Do(func() { close(w.ready) })
	}
	return n, err
}

func (w *terminal) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func TestTheDemoTellsWhereItIsAndLeavesNothingBehind(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	out, errs := &terminal{ready: make(chan struct{})}, &terminal{ready: make(chan struct{})}
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"demo", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--quiet", "--at", "2026-11-20T16:42+09:00"},
			&IO{In: strings.NewReader(""), Out: out, Err: errs, Env: func(string) string { return "" }})
	}()
	select {
	case <-out.ready:
	case code := <-ended:
		t.Fatalf("ended with %d:\n%s%s", code, out, errs)
	}
	said := out.String()
	for _, want := range []string{"sato@", "ito@", "watanabe@", "責任者 / supervisor", "SMTP 127.0.0.1:", "support@madoguchi.example", "swaks --server 127.0.0.1:"} {
		if !strings.Contains(said, want) {
			t.Errorf("the welcome does not tell %q:\n%s", want, said)
		}
	}
	screens := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(said)
	if screens == "" {
		t.Fatalf("the welcome names no screens on this machine:\n%s", said)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, screens, nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil || page.StatusCode != http.StatusOK {
		t.Errorf("the screens answer %d, %v", page.StatusCode, err)
	}
	stop()
	if code := <-ended; code != 0 || errs.String() != "" {
		t.Errorf("ended with %d and said %q", code, errs)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTheDemoRefusesWhatItCannotUnderstand(t *testing.T) {
	for _, args := range [][]string{{"--at", "yesterday"}, {"--pace", "0"}, {"--password", "short"}} {
		out, errs := &terminal{ready: make(chan struct{})}, &terminal{ready: make(chan struct{})}
		code := Run(t.Context(), append([]string{"demo", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, args...),
			&IO{In: strings.NewReader(""), Out: out, Err: errs, Env: func(string) string { return "" }})
		if code != 1 || !strings.Contains(errs.String(), strings.TrimPrefix(args[0], "--")) {
			t.Errorf("%v: code %d, said %q", args, code, errs)
		}
	}
}
