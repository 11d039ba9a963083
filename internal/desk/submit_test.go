package desk_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// Programs share a commit with each other. When one of them fails as late as it
// can, what the others did stands as if it had not been there: each case once,
// with its acknowledgement, and the numbers without a gap.
func TestAProgramThatFailsLateLeavesNothingAndHarmsNobody(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	token, _, err := b.MakeAPIToken(b.ctx, b.sato, desk.TokenForm{Name: "監視", Scopes: desk.APIScopes, PerSecond: desk.MostPerSecond})
	if err != nil {
		t.Fatal(err)
	}
	program, err := b.Client(b.ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	const programs = 18
	refused := errors.New("the answer cannot be written")
	var begun, ended sync.WaitGroup
	begun.Add(programs)
	results, answers := make([]error, programs), make([]string, programs)
	for i := range programs {
		ended.Go(func() {
			say := func(c *cases.Case) ([]byte, error) {
				begun.Wait() // so that the others stand behind the first
				runtime.Gosched()
				if i%6 == 3 {
					return nil, refused
				}
				return fmt.Appendf(nil, "CS-%d", c.Number), nil
			}
			begun.Done()
			answer, _, err := b.Submit(b.ctx, program, desk.Submission{
				Channel: "mail", From: cases.Address{Addr: "yamada@aoba.example"}, Subject: fmt.Sprintf("お問い合わせ %d", i), Text: "監査ログを確認したいです。",
				Key: fmt.Sprint(i), Digest: fmt.Sprint(i),
			}, say)
			results[i], answers[i] = err, string(answer)
		})
	}
	ended.Wait()

	var numbers []string
	for i, err := range results {
		switch {
		case i%6 == 3 && !errors.Is(err, refused):
			t.Errorf("program %d got %v, want its own failure", i, err)
		case i%6 != 3 && err != nil:
			t.Errorf("program %d got %v", i, err)
		case err == nil:
			numbers = append(numbers, answers[i])
		}
	}
	var want []string
	for n := range int64(programs - 3) {
		want = append(want, fmt.Sprintf("CS-%d", n+1))
		id, err := b.store.CaseByNumber(b.ctx, n+1)
		if err != nil {
			t.Fatalf("case %d: %v", n+1, err)
		}
		c, history, err := b.store.Case(b.ctx, id)
		if err != nil || c.Version != len(history) {
			t.Errorf("case %d has %d events and says %d, %v", n+1, len(history), c.Version, err)
		}
		mails := 0
		for _, e := range history {
			if _, ok := e.Data.(cases.Acknowledged); ok {
				mails++
			}
		}
		if mails != 1 {
			t.Errorf("case %d is acknowledged %d times", n+1, mails)
		}
	}
	slices.Sort(numbers)
	slices.Sort(want)
	if !slices.Equal(numbers, want) {
		t.Errorf("the programs were told %v", numbers)
	}
	if _, err := b.store.CaseByNumber(b.ctx, programs-3+1); err == nil {
		t.Error("a case is there that nobody was told of")
	}
	if out, err := b.LeaseOutgoing(b.ctx, 100, time.Minute); err != nil || len(out) != programs-3 {
		t.Errorf("%d acknowledgements wait to be sent, want %d, %v", len(out), programs-3, err)
	}
	// Whoever failed tries again, and it is the first time.
	answer, repeated, err := b.Submit(b.ctx, program, desk.Submission{
		Channel: "mail", From: cases.Address{Addr: "yamada@aoba.example"}, Subject: "お問い合わせ 3", Text: "監査ログを確認したいです。", Key: "3", Digest: "3",
	}, func(c *cases.Case) ([]byte, error) { return fmt.Appendf(nil, "CS-%d", c.Number), nil })
	if err != nil || repeated || string(answer) != fmt.Sprintf("CS-%d", programs-3+1) {
		t.Errorf("tried again: %s, repeated %v, %v", answer, repeated, err)
	}
}
