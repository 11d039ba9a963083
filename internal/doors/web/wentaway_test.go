package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
)

func TestABrowserThatLeavesIsNoFailure(t *testing.T) {
	here := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	elsewhere := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5432}
	r, err := http.NewRequestWithContext(context.WithValue(context.Background(), http.LocalAddrContextKey, net.Addr(here)), http.MethodGet, "/queue", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	broken := func(at net.Addr) error {
		return fmt.Errorf("render: %w", &net.OpError{Op: "write", Net: "tcp", Source: at, Err: syscall.EPIPE})
	}
	if !wentAway(r, broken(here)) {
		t.Error("a page that nobody waits for any more is told as a failure of the desk")
	}
	if wentAway(r, broken(elsewhere)) {
		t.Error("a broken connection to something else is not told")
	}
}
