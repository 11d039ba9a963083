package search

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// bare is an index over records that hold nothing: events are given to it by
// hand, wherever in the history they are to be.
func bare(t *testing.T) *Index {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	url := postgrestest.Database(t, dir)
	s, err := store.Open(ctx, store.Config{Dir: dir, Database: url})
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(ctx, Config{Dir: dir, Database: url, Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// TestWhatIsFoundInALongHistoryIsAllAndInItsOrder asks for words of every
// frequency, page by page, and compares with reading every text.
func TestWhatIsFoundInALongHistoryIsAllAndInItsOrder(t *testing.T) {
	x, r := bare(t), rand.New(rand.NewPCG(7, 7))
	words := []string{"障害", "請求書", "パスワード", "証明書", "error", "札幌", "多要素認証", "期限切れ"}
	texts := map[int64]string{}
	var events []store.Stored
	position := int64(0)
	for i := range 1500 {
		position += 1 + r.Int64N(6000) // up to some four million and a half
		var text []string
		for n, w := range words {
			if r.IntN(1<<n) == 0 || n == len(words)-1 && i == 3 { // the first is everywhere, the last nearly nowhere
				text = append(text, w)
			}
		}
		r.Shuffle(len(text), func(a, b int) { text[a], text[b] = text[b], text[a] })
		id, at := cases.ID(fmt.Sprintf("case-%05d", i)), time.UnixMicro(position)
		texts[position] = strings.Join(text, " と ")
		events = append(events, store.Stored{Position: position, Event: cases.Event{Case: id, At: at, Actor: cases.Actor{Name: "佐藤"}, Data: cases.Opened{
			Number: int64(i), Subject: texts[position], Organization: "aoba", Person: cases.Address{Addr: "p@x.example"}, Reception: at, Priority: "low",
		}}})
	}
	if err := x.apply(t.Context(), 0, events); err != nil {
		t.Fatal(err)
	}
	for _, query := range append(slices.Clone(words), "障害 error", "札幌 証明書", "期限切れ 札幌", "証明書 請求書 error", "書", "要素") {
		var want []string
		for _, e := range slices.Backward(events) {
			if holds(texts[e.Position], query) {
				want = append(want, string(e.Case))
			}
		}
		q, err := Parse(query, Options{Now: time.Now(), Zone: time.UTC, Prefix: "CS"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for ask := (Ask{Query: q, Scope: store.Only("aoba"), Limit: 17}); ; {
			f, err := x.Find(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range f.Hits {
				got = append(got, string(h.Case))
			}
			if ask.After = f.Next; ask.After.End() {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %d cases, want %d; the first %.3q, want %.3q", query, len(got), len(want), got, want)
		}
	}
}

func holds(text, query string) bool {
	for w := range strings.FieldsSeq(query) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func TestPostgreSQLIsToldOnlyTokens(t *testing.T) {
	v := places{}
	for i, token := range []string{`o'brien`, `back\slash`, "障害", boundary, "障害"} {
		v.put(token, i+1)
	}
	if got, want := v.vector().String(), `'back\\slash':2 'o\'brien':1 '障害':3,5`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	long := parts([]string{strings.Repeat("あいうえお", 4000)})
	if len(long) != 3 || len(long[0]) != partTokens || long[0][partTokens-1] != long[1][partShared-1] {
		t.Errorf("%d parts", len(long))
	}
	if len(parts(nil)) != 1 {
		t.Error("a document without a text has no part")
	}
}
