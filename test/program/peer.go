package program

import (
	"net"
	"net/smtp"
	"time"
)

// Peer is another mail server: it keeps one connection to the desk and opens
// a new one when that broke.
type Peer struct {
	Name string
	Host byte // it comes from 127.0.0.Host; 0: from wherever the system says. The desk limits connections by address

	conn *smtp.Client
	addr string
}

// Deliver hands over one mail. A nil error means that the desk said 250, and
// is responsible for the mail from then on. A refusal is a *textproto.Error
// with its code; after anything else nobody knows what became of the mail.
func (p *Peer) Deliver(addr, from, to string, raw []byte) error {
	err := p.deliver(addr, from, to, raw)
	if err != nil {
		p.Close()
	}
	return err
}

func (p *Peer) deliver(addr, from, to string, raw []byte) error {
	if p.conn == nil || p.addr != addr {
		p.Close()
		if err := p.dial(addr); err != nil {
			return err
		}
	}
	if err := p.conn.Mail(from); err != nil {
		return err
	}
	if err := p.conn.Rcpt(to); err != nil {
		return err
	}
	w, err := p.conn.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}

func (p *Peer) dial(addr string) error {
	d := net.Dialer{Timeout: patience}
	if p.Host != 0 {
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, p.Host)}
	}
	conn, err := d.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := conn.SetDeadline(time.Now().Add(10 * time.Minute)); err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, "desk")
	if err != nil {
		return err
	}
	if err := c.Hello(p.Name + ".example"); err != nil {
		return err
	}
	p.conn, p.addr = c, addr
	return nil
}

// Close ends the connection, if there is one.
func (p *Peer) Close() {
	if p.conn != nil {
		_ = p.conn.Close() // often broken already
		p.conn = nil
	}
}

// Greet opens the connection, and holds nothing over.
func (p *Peer) Greet(addr string) error {
	p.Close()
	return p.dial(addr)
}
