package crash_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"madoguchi/test/program"
)

// senders is how many customers are registered. The desk answers an address
// at most 20 times a day by itself; so many keep below that.
const senders = 120

// letter is a mail that a customer wrote.
type letter struct {
	id     string
	from   string
	joins  string            // the id of the letter it follows up on; empty for a new matter
	sum    [sha256.Size]byte // of its bytes
	size   int
	copies int // how often it was handed over, the last time with success
}

// intake is the customers' side: what they sent, and what got 250.
type intake struct {
	moments *moments

	mu    sync.Mutex
	most  int
	left  int
	taken []letter
}

func newIntake(most int, m *moments) *intake { return &intake{most: most, left: most, moments: m} }

// promised are the mails that got 250.
func (in *intake) promised() []letter {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]letter(nil), in.taken...)
}

// all reports whether every mail has been written and got 250.
func (in *intake) all() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.taken) == in.most
}

func (in *intake) more() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.left--
	return in.left >= 0
}

// write sends mails until stop, each again and again until it gets 250, as a
// mail server does.
func (in *intake) write(desk *shop, writer int, stop <-chan struct{}) {
	peer := &program.Peer{Name: fmt.Sprintf("peer%d", writer)}
	defer peer.Close()
	var mine []letter
	for n := 0; in.more(); n++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(rand.IntN(20)) * time.Millisecond):
		}
		l := letter{id: fmt.Sprintf("letter-%d-%d@customer.example", writer, n)}
		l.from = program.Customer((writer*31 + n) % senders)
		if n%9 == 8 {
			l.from = fmt.Sprintf("stranger%d@elsewhere%d.example", n, writer)
		}
		if len(mine) > 0 && n%4 == 3 {
			earlier := mine[rand.IntN(len(mine))]
			l.joins, l.from = earlier.id, earlier.from // another company's would open a case of its own
		}
		raw := compose(l, n%20 == 19, n%6 == 1)
		l.sum, l.size = sha256.Sum256(raw), len(raw)
		for {
			_, smtp := desk.wait()
			l.copies++
			if peer.Deliver(smtp, l.from, program.Support, raw) == nil {
				break
			}
			<-time.After(10 * time.Millisecond)
		}
		in.moments.happened(mailTookOne)
		if l.joins == "" {
			mine = append(mine, l)
		}
		in.mu.Lock()
		in.taken = append(in.taken, l)
		in.mu.Unlock()
	}
}

// urgent is a claim of High in the words of the contract.
const urgent = "全社で業務が停止しています。"

// compose writes the mail; a large one is kept in a file of its own.
func compose(l letter, large, urges bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nDate: Wed, 25 Nov 2026 10:00:00 +0900\r\nMessage-ID: <%s>\r\n", l.from, program.Support, l.id)
	if l.joins != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", l.joins, l.joins)
	}
	fmt.Fprintf(&b, "Subject: =?utf-8?q?=E3=83=AC=E3=83=9D=E3=83=BC=E3=83=88?= %s\r\nMIME-Version: 1.0\r\n", l.id)
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString("レポートが一部表示されません。ご確認をお願いいたします。\r\n")
	if urges {
		b.WriteString(urgent + "\r\n")
	}
	if large {
		b.WriteString(strings.Repeat("詳しい記録をお送りします。 "+l.id+"\r\n", 5000))
	}
	return b.Bytes()
}
