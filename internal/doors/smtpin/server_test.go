package smtpin

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"madoguchi/terms/fault"
)

func TestAReplyOf250PromisesThatTheMailIsDurable(t *testing.T) {
	d := &backroom{block: make(chan struct{}), began: make(chan struct{}, 1)}
	addr, _ := open(t, Config{}, d)
	p := dial(t, addr)
	p.envelope()
	p.send("Subject: hello\r\n\r\nbody\r\n.\r\n")
	<-d.began
	if n := p.r.Buffered(); n != 0 {
		t.Fatalf("the peer was answered before the mail was durable")
	}
	close(d.block)
	p.expect("250 2.0.0 received as ")
	if got := d.body(t); got != "Subject: hello\r\n\r\nbody\r\n" {
		t.Fatalf("mail = %q", got)
	}
	m := d.received()[0]
	if m.From != "tanaka@customer.example" || m.To[0] != "support@desk.example" || m.Helo != "peer.example" || m.Remote != "127.0.0.1" || m.TLS || !m.At.Equal(reception) {
		t.Errorf("envelope = %+v", m)
	}
	want := "Return-Path: <tanaka@customer.example>\r\nReceived: from peer.example ([127.0.0.1])\r\n\tby desk.example with ESMTP id " + m.ID + "\r\n\tfor <support@desk.example>;\r\n\tFri, 20 Nov 2026 07:42:00 +0000\r\nSubject"
	if !strings.HasPrefix(string(m.Raw), want) {
		t.Errorf("trace header = %q, want %q", m.Raw, want)
	}
}

func TestAFailureTellsThePeerWhetherToComeBack(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fault.New(fault.Unavailable, "混雑", "disk full"), "451 4.3.0 disk full"},
		{fault.New(fault.Internal, "", ""), "451 4.3.0 Something went wrong"},
		{errors.New("secret path /x"), "451 4.3.0 Something went wrong"},
		{context.DeadlineExceeded, "451 4.3.0 "},
		{fault.New(fault.Conflict, "", "changed meanwhile"), "451 4.3.0 "},
		{fault.New(fault.TooLarge, "", "too big"), "552 5.3.4 too big"},
		{fault.New(fault.Invalid, "", "two\r\n250 lines"), "554 5.6.0 two? 250 lines\r\n"},
		{fault.New(fault.RateLimited, "", "slow down"), "450 4.7.1 slow down"},
		{fault.New(fault.Forbidden, "", "not you"), "550 5.7.1 not you"},
		{fault.New(fault.NotFound, "", "gone"), "550 5.1.1 gone"},
	} {
		addr, _ := open(t, Config{}, &backroom{err: c.err})
		p := dial(t, addr)
		p.envelope()
		p.send("x\r\n.\r\n")
		if got := p.expect(c.want); strings.Contains(got, "secret") {
			t.Errorf("reply shows an internal: %q", got)
		}
		p.send("NOOP\r\n")
		p.expect("250") // the conversation goes on
	}
}

func TestEveryByteOfAMailIsKept(t *testing.T) {
	for name, c := range map[string]struct{ sent, want string }{
		"dots":                 {"..\r\n..a\r\n.b\r\na.\r\n", ".\r\n.a\r\nb\r\na.\r\n"},
		"bare LF and CR":       {"a\nb\rc\r\n", "a\nb\rc\r\n"},
		"CR before CRLF":       {"last line\r\r\n", "last line\r\r\n"},
		"dot CR inside a line": {".\rb\r\n..\rb\r\n", "\rb\r\n.\rb\r\n"},
		"dot after a bare LF":  {"a\n..b\n.\nc\r\n", "a\n..b\n.\nc\r\n"},
		"8-bit and NUL":        {"\x1b$B%F\x1b(B \x83e\x83X\x83g \x00\xff\r\n", "\x1b$B%F\x1b(B \x83e\x83X\x83g \x00\xff\r\n"},
		"a very long line":     {strings.Repeat("あ", 400_000) + "\r\n", strings.Repeat("あ", 400_000) + "\r\n"},
		"CR at a buffer's end": {strings.Repeat("x", 8191) + "\r\n..y\r\n", strings.Repeat("x", 8191) + "\r\n.y\r\n"},
		"empty":                {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := &backroom{}
			addr, _ := open(t, Config{}, d)
			p := dial(t, addr)
			p.envelope()
			p.send(c.sent + ".\r\n")
			p.expect("250")
			if got := d.body(t); got != c.want {
				t.Errorf("kept %q, want %q", clip(got), clip(c.want))
			}
		})
	}
}

func clip(s string) string {
	if len(s) > 200 {
		return s[:100] + "…" + s[len(s)-100:]
	}
	return s
}

func TestAMailCutOffIsNeverTaken(t *testing.T) {
	d := &backroom{}
	addr, s := open(t, Config{}, d)
	p := dial(t, addr)
	p.envelope()
	p.send("Subject: half a m")
	p.Close()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(d.received()); n != 0 {
		t.Errorf("%d mails received, want none", n)
	}
}

func TestNoMailHidesInsideAnother(t *testing.T) {
	hidden := "MAIL FROM:<evil@x>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nboo\r\n.\r\n"
	for _, end := range []string{"\n.\r\n", "\n.\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r"} {
		d := &backroom{}
		addr, _ := open(t, Config{}, d)
		p := dial(t, addr)
		p.envelope()
		p.send("a" + end + hidden)
		p.expect("250")
		if got := d.body(t); !strings.Contains(got, "boo") {
			t.Errorf("%q ended the mail: %q", end, got)
		}
	}
}

func TestAHandwrittenClientMayEndItsLinesWithLF(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{}, d)
	p := dial(t, addr)
	p.send("HELO x\nMAIL FROM: tanaka@customer.example\nRCPT TO: <support@desk.example>\nDATA\nSubject: x\n\n..dots\n.\nQUIT\n")
	p.expect("220", "250", "250", "250", "354", "250", "221")
	if got := d.body(t); got != "Subject: x\n\n.dots\n" {
		t.Errorf("mail = %q", got)
	}
}

func TestAMailOverTheLimitIsRefusedWithTheLimit(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{MaxSize: 10}, d)
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<a@b> SIZE=11\r\n")
	if got := p.expect("552 5.3.4 "); !strings.Contains(got, "10 bytes") {
		t.Errorf("reply %q does not name the limit", got)
	}
	begin := "MAIL FROM:<a@b>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"
	p.send(begin + "123456789\r\n" + strings.Repeat("x", 100_000) + "\r\n.\r\n")
	p.expect("250", "250", "354", "552 5.3.4 ")
	p.send(begin + "12345678\r\n.\r\n")
	p.expect("250", "250", "354", "250")
	if got := d.body(t); got != "12345678\r\n" {
		t.Errorf("a mail of exactly the limit: %q", got)
	}
}

func TestTooMuchMailAtOnceIsPutOff(t *testing.T) {
	d := &backroom{}
	addr, s := open(t, Config{MaxSize: 1 << 20, MaxBuffered: 1 << 20}, d)
	s.reserve(1 << 20) // others are sending
	p := dial(t, addr)
	p.envelope()
	p.send("x\r\n.\r\n")
	p.expect("452 4.3.1 ")
	s.release(1 << 20)
	p.send("MAIL FROM:<a@b>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nx\r\n.\r\n")
	p.expect("250", "250", "354", "250")
	if got := s.buffered.Load(); got != 0 {
		t.Errorf("%d bytes are still reserved", got)
	}
}

func TestOnlyTheDesksAddressesAreTaken(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{}, d)
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<>\r\n")
	p.expect("250") // a bounce has no sender
	for _, to := range []string{"victim@elsewhere.example", "support@desk.example.evil.example", "@desk.example:victim@elsewhere.example", `"support@desk.example"@elsewhere.example`} {
		p.send("RCPT TO:<" + to + ">\r\n")
		p.expect("550 5.1.1 <")
	}
	p.send("DATA\r\n")
	p.expect("554 5.5.1")
	p.send("RCPT TO:<Postmaster>\r\nRCPT TO:<support@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nx\r\n.\r\n")
	p.expect("250", "250", "250", "354", "250")
	m := d.received()[0]
	if m.From != "" || strings.Join(m.To, " ") != "postmaster support@desk.example" {
		t.Errorf("envelope = %q → %q", m.From, m.To)
	}
}

func TestARecipientThatCannotBeCheckedIsPutOffNotBounced(t *testing.T) {
	addr, _ := open(t, Config{Recipients: func(context.Context, string) (bool, error) {
		return false, fault.New(fault.Unavailable, "", "database away")
	}}, &backroom{})
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<a@b>\r\nRCPT TO:<support@desk.example>\r\n")
	p.expect("250", "451 4.3.0 database away")
}

func TestLMTPAnswersForEachRecipient(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{LMTP: true}, d)
	p := dial(t, addr)
	p.send("EHLO x\r\nLHLO mta.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<support@desk.example>\r\nRCPT TO:<no@desk.example>\r\nRCPT TO:<postmaster@desk.example>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n")
	p.expect("220", "500", "250", "250", "250", "550 5.1.1", "250", "354",
		"250 2.0.0 <support@desk.example> received", "250 2.0.0 <postmaster@desk.example> received", "250 2.0.0 OK")
	if len(d.received()) != 1 || !strings.Contains(string(d.received()[0].Raw), "with LMTP id") {
		t.Errorf("mails = %+v", d.received())
	}
}

func TestCommandsOutOfPlaceAreExplained(t *testing.T) {
	addr, _ := open(t, Config{}, &backroom{})
	p := dial(t, addr)
	p.expect("220")
	for _, c := range [][2]string{
		{"MAIL FROM:<a@b>", "503 5.5.1 say EHLO"},
		{"EHLO", "501 5.5.4"},
		{"EHLO x", "250"},
		{"DATA", "503"},
		{"RCPT TO:<support@desk.example>", "503"},
		{"MAIL TO:<a@b>", "501 5.1.7 MAIL: expected FROM:<address>"},
		{"MAIL FROM:<a@b", "501 5.1.7 MAIL: the address has no closing"},
		{"MAIL FROM:<a@b> SIZE=x", "555 5.5.4 MAIL: SIZE"},
		{"MAIL FROM:<a@b> RET=HDRS", "555 5.5.4"},
		{"MAIL FROM:<田中@例え.jp>", "553 5.6.7"},
		{"MAIL FROM:<田中@例え.jp> BODY=8BITMIME SMTPUTF8", "250"},
		{"MAIL FROM:<a@b>", "503"},
		{"RCPT TO:<>", "501 5.1.3"},
		{"BDAT 100 LAST", "502"},
		{"STARTTLS", "502"},
		{"VRFY support", "252"},
		{"", "500"},
		{"RSET", "250"},
		{"QUIT", "221"},
	} {
		p.send(c[0] + "\r\n")
		p.expect(c[1])
	}
	if _, err := p.r.ReadByte(); err != io.EOF {
		t.Errorf("after QUIT: %v, want the end", err)
	}
}

func TestAGuesserIsCutOff(t *testing.T) {
	addr, _ := open(t, Config{}, &backroom{})
	p := dial(t, addr)
	p.greet()
	for range maxErrors {
		p.send("MAYBE\r\n")
		p.expect("500")
	}
	p.send("MAYBE\r\n")
	p.expect("500", "421 4.7.0")
}

func TestAMailThatBreaksTheDeskIsKeptByItsSender(t *testing.T) {
	d := &backroom{}
	s := New(Config{Recipients: supportOnly}, func(ctx context.Context, m Envelope) error {
		if strings.Contains(string(m.Raw), "bomb") {
			panic("boom")
		}
		return d.accept(ctx, m)
	}, discard())
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	p := dial(t, l.Addr().String())
	p.envelope()
	p.send("bomb\r\n.\r\n")
	p.expect("421 4.3.0")
	p = dial(t, l.Addr().String())
	p.envelope()
	p.send("fine\r\n.\r\n")
	p.expect("250")
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTooManyConnectionsAreTurnedAway(t *testing.T) {
	addr, _ := open(t, Config{MaxConnsPerIP: 1}, &backroom{})
	first := dial(t, addr)
	first.greet()
	dial(t, addr).expect("421 4.7.0 too many connections from your address")
	addr, _ = open(t, Config{MaxConns: 1}, &backroom{})
	dial(t, addr).greet()
	dial(t, addr).expect("421 4.7.0 too many connections,")

	// What other nodes have counts too.
	elsewhere, here := 2, make(chan int, 10)
	addr, _ = open(t, Config{MaxConnsPerIP: 3, Held: func(string) int { return elsewhere }, Hold: func(host string, n int) { here <- n }}, &backroom{})
	third := dial(t, addr)
	third.greet()
	dial(t, addr).expect("421 4.7.0 too many connections from your address")
	third.Close()
	if opened, closed := <-here, <-here; opened != 1 || closed != 0 {
		t.Errorf("the others are told of %d, then of %d", opened, closed)
	}
}

func TestStoppingLetsTheMailInTransferEnd(t *testing.T) {
	d := &backroom{block: make(chan struct{}), began: make(chan struct{}, 1)}
	addr, s := open(t, Config{}, d)
	idle, busy := dial(t, addr), dial(t, addr)
	idle.greet()
	busy.envelope()
	busy.send("x\r\n.\r\n")
	<-d.began
	closed := make(chan error, 1)
	go func() { closed <- s.Close(context.Background()) }()
	idle.expect("421 4.3.2")
	close(d.block)
	busy.expect("250", "421 4.3.2")
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("the door is still open")
	}
}

func TestStoppingAtOncePromisesNothing(t *testing.T) {
	d := &backroom{block: make(chan struct{}), began: make(chan struct{}, 1)}
	addr, s := open(t, Config{}, d)
	p := dial(t, addr)
	p.envelope()
	p.send("x\r\n.\r\n")
	<-d.began
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close = %v", err)
	}
	if line, err := p.r.ReadString('\n'); err == nil && strings.HasPrefix(line, "250") {
		t.Errorf("promised %q", line)
	}
}

func TestAPortInUseIsNamed(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Listen(l.Addr().String())
	if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Public(err).EN, l.Addr().String()) {
		t.Errorf("err = %v", err)
	}
	if _, err := Listen("nonsense"); !fault.Is(err, fault.Invalid) {
		t.Errorf("err = %v", err)
	}
}

func TestALoopingMailIsRefused(t *testing.T) {
	addr, _ := open(t, Config{}, &backroom{})
	p := dial(t, addr)
	p.envelope()
	p.send(strings.Repeat("received: from a by b\r\n", 101) + "\r\nx\r\n.\r\n")
	p.expect("554 5.4.6")
}
