package worktime

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// walk counts open minutes of [from, to) by the definition.
func walk(s Spec, loc *time.Location, from, to time.Time) (open time.Duration) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if openByDefinition(s, loc, at) {
			open += time.Minute
		}
	}
	return open
}

func compiled(t *rapid.T, s Spec) *Calendar {
	c, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestArithmeticAgreesWithAWalkMinuteByMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, zone := aMoment(t)
		s := aSpec(t, from, zone)
		c := compiled(t, s)
		to := from.Add(time.Duration(rapid.IntRange(0, 6*24*60).Draw(t, "length")) * time.Minute)
		open := walk(s, c.Location(), from, to)
		if got := c.Between(from, to); got != open {
			t.Fatalf("between %s and %s: %s, the walk says %s", from, to, got, open)
		}
		if got := c.Between(to, from); got != -open {
			t.Fatalf("backwards: %s, want %s", got, -open)
		}
		if got := c.IsOpen(from); got != openByDefinition(s, c.Location(), from) {
			t.Fatalf("is open at %s: %t", from, got)
		}
		var sum time.Duration
		for i := range c.Intervals(from, to) {
			sum += i.Duration()
			for _, at := range []time.Time{i.From, i.To.Add(-time.Second)} {
				if !openByDefinition(s, c.Location(), at) {
					t.Fatalf("%s–%s is given as open", i.From, i.To)
				}
			}
			if i.To.Before(to) && openByDefinition(s, c.Location(), i.To) {
				t.Fatalf("the run to %s goes on", i.To)
			}
		}
		if sum != open {
			t.Fatalf("the intervals add up to %s, want %s", sum, open)
		}
		if open == 0 {
			return
		}
		d := time.Duration(rapid.Int64Range(1, int64(open)).Draw(t, "d"))
		due, err := c.Add(from, d)
		if err != nil {
			t.Fatal(err)
		}
		if c.Between(from, due) != d || !c.IsOpen(due.Add(-1)) || due.After(to) {
			t.Fatalf("Add(%s, %s) = %s", from, d, due)
		}
		back, err := c.Sub(to, d)
		if err != nil {
			t.Fatal(err)
		}
		if c.Between(back, to) != d || !c.IsOpen(back) || back.Before(from) {
			t.Fatalf("Sub(%s, %s) = %s", to, d, back)
		}
	})
}

func TestOpeningsAndClosingsAgreeWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, zone := aMoment(t)
		s := aSpec(t, at, zone)
		c := compiled(t, s)
		loc := c.Location()
		check := func(name string, got time.Time, err error, forward bool, edge func(time.Time) bool) {
			if err != nil {
				if c.Between(at.Add(-40*24*time.Hour), at.Add(40*24*time.Hour)) > 0 && !errors.Is(err, ErrNeverOpen) && !errors.Is(err, ErrOutOfRange) {
					t.Fatalf("%s(%s): %v", name, at, err)
				}
				return
			}
			step := time.Minute
			if !forward {
				step = -step
			}
			for m := at; ; m = m.Add(step) {
				if edge(m) {
					if !m.Equal(got) {
						t.Fatalf("%s(%s) = %s, want %s", name, at, got, m)
					}
					return
				}
				if m.Equal(got) {
					t.Fatalf("%s(%s) = %s, which is none", name, at, got)
				}
				if d := m.Sub(at); d.Abs() > 3*24*time.Hour {
					return
				}
			}
		}
		open := func(m time.Time) bool { return openByDefinition(s, loc, m) }
		got, err := c.NextOpen(at)
		check("NextOpen", got, err, true, open)
		got, err = c.NextClose(at)
		check("NextClose", got, err, true, func(m time.Time) bool { return !open(m) })
		got, err = c.PrevOpen(at)
		check("PrevOpen", got, err, false, func(m time.Time) bool { return open(m) && !open(m.Add(-time.Minute)) })
		got, err = c.PrevClose(at)
		check("PrevClose", got, err, false, func(m time.Time) bool { return !open(m) && open(m.Add(-time.Minute)) })
	})
}

func TestAddAndBetweenAreInverse(t *testing.T) {
	c := []*Calendar{mustCompile(t, tokyoDesk()), mustCompile(t, berlinDesk()), mustCompile(t, berlinAroundTheClock())}
	from := time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(c).Draw(t, "calendar")
		at := from.Add(time.Duration(rapid.Int64Range(0, int64(80*365*24*time.Hour)).Draw(t, "at")))
		d := time.Duration(rapid.Int64Range(0, int64(20000*time.Hour)).Draw(t, "d"))
		e := time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "e"))
		due, err := c.Add(at, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Between(at, due); got != d {
			t.Fatalf("between(t, add(t, %s)) = %s", d, got)
		}
		if later, err := c.Add(at, d+e); err != nil || later.Before(due) {
			t.Fatalf("more business time ends earlier: %s, %v", later, err)
		}
		if onward, err := c.Add(due, e); err != nil || c.Between(at, onward) != d+e {
			t.Fatalf("adding in two steps: %s, %v", onward, err)
		}
		if later, err := c.Add(at.Add(e), d); err != nil || later.Before(due) {
			t.Fatalf("a later start ends earlier: %s, %v", later, err)
		}
		back, err := c.Sub(due, d)
		if err != nil || c.Between(back, due) != d || back.Before(at) {
			t.Fatalf("sub(add(t, d), d) = %s, %v: before %s", back, err, at)
		}
		if c.IsOpen(at) && d > 0 && !back.Equal(at) {
			t.Fatalf("sub(add(t, d), d) = %s, want %s", back, at)
		}
	})
}

func TestBusinessDaysAgreeWithAWalkDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, zone := aMoment(t)
		s := aSpec(t, at, zone)
		c := compiled(t, s)
		d := DateOf(at, time.UTC).AddDays(rapid.IntRange(-10, 10).Draw(t, "day"))
		if got := c.IsBusinessDay(d); got != businessByDefinition(s, d) {
			t.Fatalf("%s is a business day: %t", d, got)
		}
		n := rapid.IntRange(-30, 30).Draw(t, "n")
		got, err := c.AddBusinessDays(d, n)
		if err != nil {
			return // held by the tests of what never opens
		}
		step, left, want := 1, n, d
		if n < 0 {
			step, left = -1, -n
		}
		if n == 0 && !businessByDefinition(s, d) {
			left = 1
		}
		for left > 0 {
			if want = want.AddDays(step); businessByDefinition(s, want) {
				left--
			}
		}
		if got != want {
			t.Fatalf("%s %+d business days = %s, want %s", d, n, got, want)
		}
	})
}

func TestAUnionIsOpenWhenAnyPartIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, zone := aMoment(t)
		_, other := aMoment(t)
		a, b := compiled(t, aSpec(t, at, zone)), compiled(t, aSpec(t, at, other))
		u, err := Union(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if u.Location() != a.Location() {
			t.Fatal("the zone is not the first one's")
		}
		var want, both time.Duration
		to := at.Add(time.Duration(rapid.IntRange(0, 2*24*60).Draw(t, "length")) * time.Minute)
		for m := at; m.Before(to); m = m.Add(time.Minute) {
			if a.IsOpen(m) || b.IsOpen(m) {
				want += time.Minute
			}
			if a.IsOpen(m) && b.IsOpen(m) {
				both += time.Minute
			}
		}
		if got := u.Between(at, to); got != want {
			t.Fatalf("the union has %s, want %s", got, want)
		}
		if a.Between(at, to)+b.Between(at, to)-both != want {
			t.Fatal("union and intersection do not add up")
		}
		explained(t, u, at, to)
		if d := DateOf(at, time.UTC); u.IsBusinessDay(d) != (a.IsBusinessDay(d) || b.IsBusinessDay(d)) {
			t.Fatalf("%s: business day of one but not of the union, or the other way", d)
		}
	})
}

func TestAUnionNeedsItsCalendars(t *testing.T) {
	if _, err := Union(mustCompile(t, tokyoDesk()), nil); err == nil {
		t.Error("a missing calendar was accepted")
	}
	u, err := Union(mustCompile(t, tokyoDesk()))
	if err != nil || u.Between(tokyo(t, "2026-11-20 00:00"), tokyo(t, "2026-11-21 00:00")) != 7*time.Hour {
		t.Errorf("the union of one is not that one: %v", err)
	}
}

func TestAClosureMasksItsDateAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, zone := aMoment(t)
		s := aSpec(t, at, zone)
		masked := copyOf(s)
		d := DateOf(at, time.UTC)
		delete(masked.Special, d)
		delete(s.Special, d)
		masked.Closed = append(masked.Closed, Closure{Date: d})
		with, without := compiled(t, masked), compiled(t, s)
		for m := at.Add(-72 * time.Hour); m.Before(at.Add(72 * time.Hour)); m = m.Add(7 * time.Minute) {
			want := without.IsOpen(m) && DateOf(m, with.Location()) != d
			if got := with.IsOpen(m); got != want {
				t.Fatalf("%s: open %t although %s is closed", m, got, d)
			}
		}
	})
}

func TestExplanationsCoverEveryStretchAndAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, zone := aMoment(t)
		c := compiled(t, aSpec(t, at, zone))
		explained(t, c, at, at.Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "length"))*time.Minute+1))
	})
}

// explained checks that an explanation leaves nothing out and agrees with the arithmetic.
func explained(t *rapid.T, c *Calendar, from, to time.Time) {
	next := from
	var sum time.Duration
	for i, s := range c.Explain(from, to) {
		if !s.From.Equal(next) || !s.To.After(s.From) {
			t.Fatalf("segment %d is %s–%s, but %s was next", i, s.From, s.To, next)
		}
		if s.Counts() != c.IsOpen(s.From) || s.Counts() != c.IsOpen(s.To.Add(-1)) {
			t.Fatalf("%s–%s is %s, but open: %t", s.From, s.To, s.Reason, c.IsOpen(s.From))
		}
		if s.Business() != c.Between(s.From, s.To) {
			t.Fatalf("%s–%s: explained %s, counted %s", s.From, s.To, s.Business(), c.Between(s.From, s.To))
		}
		sum += s.Business()
		next = s.To
	}
	if !next.Equal(to) || sum != c.Between(from, to) {
		t.Fatalf("explained to %s with %s, want to %s with %s", next, sum, to, c.Between(from, to))
	}
}
