package program

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Balancer stands in front of several nodes, as the one address that clients
// know: each connection goes to the next node that takes it. It knows no
// protocol and remembers nothing.
type Balancer struct {
	Addr string // host:port

	listener net.Listener
	turn     atomic.Int64

	mu    sync.Mutex
	nodes []string
}

// OpenBalancer listens on a port of its own.
func OpenBalancer(nodes ...string) (*Balancer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Balancer{Addr: l.Addr().String(), listener: l, nodes: nodes}
	go b.serve()
	return b, nil
}

// Set replaces the node of a place, which got another port.
func (b *Balancer) Set(i int, node string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes[i] = node
}

// Close stops taking connections.
func (b *Balancer) Close() error { return b.listener.Close() }

func (b *Balancer) serve() {
	for {
		c, err := b.listener.Accept()
		if err != nil {
			return
		}
		go b.connect(c)
	}
}

func (b *Balancer) connect(client net.Conn) {
	defer client.Close()
	b.mu.Lock()
	nodes := append([]string(nil), b.nodes...)
	b.mu.Unlock()
	first := int(b.turn.Add(1))
	for i := range nodes {
		node, err := net.Dial("tcp", nodes[(first+i)%len(nodes)])
		if err != nil {
			continue
		}
		splice(client, node)
		return
	}
}

// splice passes bytes on in both directions until either side ends.
func splice(a, b net.Conn) {
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].Close()
			_ = way[1].Close()
		})
	}
	both.Wait()
}
