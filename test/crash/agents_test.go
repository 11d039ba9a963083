package crash_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"madoguchi/test/program"
)

// answers are the replies that people of the desk released in the browser.
type answers struct {
	moments *moments
	enough  int // with so many replies released, none is scheduled any more, so that the run ends

	mu      sync.Mutex
	markers []string  // a word in each reply that the browser was told is sent
	later   []string  // the same of each that it was told waits for its minute
	due     time.Time // when the last of those leaves
	judged  int       // claims that were not followed
	taken   map[string]bool
}

func (a *answers) released() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.markers...)
}

// scheduled are the replies that wait, or waited, for their minute.
func (a *answers) scheduled() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.later...)
}

// leaving reports whether the minute of some scheduled reply is still to come,
// or has only just begun.
func (a *answers) leaving() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return time.Now().Before(a.due.Add(2 * time.Second))
}

// claim keeps two people from answering one case.
func (a *answers) claim(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.taken == nil {
		a.taken = map[string]bool{}
	}
	mine := !a.taken[id]
	a.taken[id] = true
	return mine
}

var caseLink = regexp.MustCompile(`/cases/([0-9a-f-]{36})\?`)

// work signs in and answers cases from the queue until stop. Pages that do
// not come because the program was killed are asked for again.
func (a *answers) work(desk *shop, agent int, stop <-chan struct{}) error {
	b, err := program.NewBrowser()
	if err != nil {
		return err
	}
	for host, _ := desk.wait(); b.SignIn(host, program.Admin, program.Password) != nil; host, _ = desk.wait() {
		<-time.After(20 * time.Millisecond)
	}
	for n := 0; ; {
		select {
		case <-stop:
			return nil
		case <-time.After(20 * time.Millisecond):
		}
		host, _ := desk.wait()
		code, page, err := b.Get(host, "/queue")
		if err != nil {
			continue
		}
		if code != http.StatusOK {
			return fmt.Errorf("the queue answered %d: %s", code, program.Text(page))
		}
		open := caseLink.FindAllStringSubmatch(page, -1)
		if len(open) == 0 {
			continue
		}
		id := open[rand.IntN(len(open))][1]
		if !a.claim(id) {
			continue
		}
		marker := fmt.Sprintf("回答番号%d-%d。", agent, n)
		n++
		if err := a.judge(b, desk, id, fmt.Sprintf("判断番号%d-%d。", agent, n)); err != nil {
			return err
		}
		if err := a.answer(b, desk, id, marker, n%4 == 1 && len(a.released()) < a.enough); err != nil {
			return err
		}
	}
}

// judge does not follow a customer's claim of High, where there is one.
func (a *answers) judge(b *program.Browser, desk *shop, id, reason string) error {
	for {
		host, _ := desk.wait()
		code, page, err := b.Get(host, "/cases/"+id)
		if err == nil && code != http.StatusOK {
			return fmt.Errorf("case %s answered %d: %s", id, code, program.Text(page))
		}
		if err == nil && (!strings.Contains(page, urgent) || strings.Contains(page, reason)) {
			return nil
		}
		form := url.Values{"side": {"desk"}, "priority": {"medium"}, "criterion": {"priority.medium.conditional"}, "reason": {reason}}
		if err == nil {
			a.moments.happened(claimBeingJudged)
			code, page, err = b.Post(host, "/cases/"+id+"/priority", form)
		}
		if err == nil && code == http.StatusSeeOther {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.judged++
			return nil
		}
		if err == nil {
			return fmt.Errorf("the judgement of %s answered %d: %s", id, code, program.Text(page))
		}
		<-time.After(10 * time.Millisecond)
	}
}

// nextMinute is the minute for which a reply is scheduled, a few seconds ahead
// at least.
func nextMinute() time.Time {
	return time.Now().Add(time.Minute + 3*time.Second).Truncate(time.Minute)
}

// tokyo is the zone of the desk, whose wall clock the form takes.
var tokyo = time.FixedZone("JST", 9*60*60)

// answer sends a reply, at once or at the next minute. When the answer to the
// form is lost, it does what a person does: looks at the case, and sends again
// what is not there.
func (a *answers) answer(b *program.Browser, desk *shop, id, marker string, later bool) error {
	var at time.Time
	for {
		host, _ := desk.wait()
		code, page, err := b.Get(host, "/cases/"+id)
		if err != nil {
			<-time.After(10 * time.Millisecond)
			continue
		}
		if code != http.StatusOK {
			return fmt.Errorf("case %s answered %d: %s", id, code, program.Text(page))
		}
		if strings.Contains(page, marker) {
			break // the lost answer was a yes
		}
		in := program.Inputs(page)
		if len(in["to"]) == 0 {
			return nil // an unidentified sender: there is nobody to answer yet
		}
		form := url.Values{"seen": in["seen"], "to": in["to"][:1], "kind": in["kind"][:1], "next": {"waiting"}, "text": {"お問い合わせの件、確認いたしました。\n" + marker}}
		if later {
			at = nextMinute()
			form.Set("release", "at")
			form.Set("release_date", at.In(tokyo).Format(time.DateOnly))
			form.Set("release_clock", at.In(tokyo).Format("15:04"))
		}
		a.moments.happened(replyBeingPosted)
		code, page, err = b.Post(host, "/cases/"+id+"/reply", form)
		if err == nil && code == http.StatusSeeOther {
			break
		}
		if err == nil && code != http.StatusConflict && !(later && code == http.StatusUnprocessableEntity && time.Now().After(at)) { // a customer wrote meanwhile: read again
			return fmt.Errorf("the reply to %s answered %d: %s", id, code, program.Text(page))
		}
		<-time.After(10 * time.Millisecond)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !later {
		a.markers = append(a.markers, marker)
		return nil
	}
	a.later = append(a.later, marker)
	if at.After(a.due) {
		a.due = at
	}
	return nil
}
