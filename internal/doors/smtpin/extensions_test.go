package smtpin

import (
	"strings"
	"testing"
)

// What the door says it can, spoken as a peer would: each over a real
// connection.

func TestAWholeConversationInOnePacketIsAnsweredInOrder(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{}, d)
	p := dial(t, addr)
	p.expect("220")
	p.send("EHLO peer.example\r\n")
	greeting := p.expect("250")
	for _, word := range []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE "} {
		if !strings.Contains(greeting, word) {
			t.Errorf("the greeting does not offer %s: %q", word, greeting)
		}
	}
	// RFC 2920: a refused recipient in the middle moves nothing out of step,
	// and DATA, the last of its group, is answered after all of them.
	p.send("MAIL FROM:<a@b.example>\r\nRCPT TO:<support@desk.example>\r\nRCPT TO:<nobody@desk.example>\r\nRCPT TO:<postmaster@desk.example>\r\nDATA\r\n")
	p.expect("250", "250", "550 5.1.1 ", "250", "354")
	p.send("one\r\n.\r\nMAIL FROM:<c@d.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n")
	p.expect("250", "250", "250", "354")
	p.send("two\r\n.\r\nQUIT\r\n")
	p.expect("250", "221")
	mails := d.received()
	if len(mails) != 2 || strings.Join(mails[0].To, " ") != "support@desk.example postmaster@desk.example" || body0(t, mails[1]) != "two\r\n" {
		t.Errorf("received %+v", mails)
	}
}

func TestAMailIn8BitIsTakenAsItIs(t *testing.T) {
	for _, body := range []string{" BODY=8BITMIME", " BODY=7BIT", " body=8bitmime SIZE=100", ""} {
		d := &backroom{}
		addr, _ := open(t, Config{}, d)
		p := dial(t, addr)
		p.greet()
		const mail = "Subject: 件名\r\n\r\n本文 \x83e\x83X\x83g \xff\r\n"
		p.send("MAIL FROM:<a@b.example>" + body + "\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n" + mail + ".\r\n")
		p.expect("250", "250", "354", "250")
		if got := d.body(t); got != mail {
			t.Errorf("MAIL%s: kept %q", body, got)
		}
	}
	addr, _ := open(t, Config{}, &backroom{})
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<a@b.example> BODY=BINARYMIME\r\nNOOP\r\n")
	p.expect("555 5.5.4 ", "250") // not offered, so not taken
}

func TestAddressesOutsideASCIIComeWithSMTPUTF8(t *testing.T) {
	d := &backroom{}
	addr, _ := open(t, Config{}, d)
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<山田@例え.example>\r\n")
	p.expect("553 5.6.7 ")
	p.send("MAIL FROM:<山田@例え.example> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nFrom: 山田 <山田@例え.example>\r\n\r\nx\r\n.\r\n")
	p.expect("250", "250", "354", "250")
	m := d.received()[0]
	if m.From != "山田@例え.example" || !m.UTF8 || !strings.Contains(string(m.Raw), "with UTF8SMTP") {
		t.Errorf("from %q, UTF8 %v, raw %q", m.From, m.UTF8, clip(string(m.Raw)))
	}
	p.send("MAIL FROM:<\xff@b.example> SMTPUTF8\r\nNOOP\r\n")
	p.expect("5", "250")
}

func TestLinesOf128KiBAndMoreAreKept(t *testing.T) {
	for _, n := range []int{998, 1_000, 128<<10 - 2, 128 << 10, 128<<10 + 1, 1 << 20} {
		d := &backroom{}
		addr, _ := open(t, Config{}, d)
		p := dial(t, addr)
		p.envelope()
		mail := "X-Long: " + strings.Repeat("h", n) + "\r\n\r\n" + strings.Repeat("b", n) + "\r\n"
		p.send(mail + ".\r\n")
		p.expect("250")
		if got := d.body(t); got != mail {
			t.Errorf("a line of %d bytes: kept %d of %d bytes", n, len(got), len(mail))
		}
	}
	// A command is no mail: a line without an end must not fill the memory.
	addr, _ := open(t, Config{}, &backroom{})
	p := dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<" + strings.Repeat("a", 100_000) + "@b.example>\r\n")
	p.expect("5")
}

func TestTheDoorRelaysForNobody(t *testing.T) {
	for _, from := range []string{"", "support@desk.example", "postmaster@desk.example", "a@b.example"} {
		d := &backroom{}
		addr, _ := open(t, Config{}, d)
		p := dial(t, addr)
		p.greet()
		p.send("MAIL FROM:<" + from + ">\r\n")
		p.expect("250")
		for _, to := range []string{
			"victim@elsewhere.example", "victim%elsewhere.example@desk.example", "elsewhere.example!victim@desk.example", "victim@elsewhere.example@desk.example",
			"@desk.example:victim@elsewhere.example", "@a,@desk.example:victim@elsewhere.example", `"victim@elsewhere.example"@desk.example`, `"victim"@elsewhere.example`,
			"victim@[192.0.2.1]", "victim@[127.0.0.1]", "support@desk.example@elsewhere.example", "support@[desk.example]",
		} {
			p.send("RCPT TO:<" + to + ">\r\n")
			p.expect("5")
		}
		p.send("DATA\r\nVRFY victim@elsewhere.example\r\nEXPN all\r\nAUTH PLAIN AGEAYg==\r\nTURN\r\nETRN elsewhere.example\r\nNOOP\r\n")
		p.expect("554 5.5.1", "")
		if got := d.received(); len(got) != 0 {
			t.Errorf("from %q: took %+v", from, got)
		}
	}
}
