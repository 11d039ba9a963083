package notice

import (
	"maps"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Rhythm is when digests are written.
type Rhythm string

// The rhythms.
const (
	Hourly Rhythm = "hourly"
	Daily  Rhythm = "daily" // at a time of the person's day
)

// Quiet says when a person wants to hear nothing outside of the browser.
type Quiet struct {
	On      bool           `json:"on"`
	From    worktime.Clock `json:"from"` // of the person's wall clock; later than To over midnight
	To      worktime.Clock `json:"to"`
	DaysOff bool           `json:"days_off"` // also the whole of days on which they do not work
	Urgent  bool           `json:"urgent"`   // urgent kinds pass all the same
}

// Preferences are a person's choices.
type Preferences struct {
	Ways     map[Kind]Ways  `json:"ways"` // kinds that are not in it have their default
	Quiet    Quiet          `json:"quiet"`
	Rhythm   Rhythm         `json:"rhythm"`
	DigestAt worktime.Clock `json:"digest_at"` // for [Daily]
}

// Default is what holds until a person chooses: quiet from 20:00 to 08:00 and
// on days off, urgent news passing; a digest each hour.
func Default() Preferences {
	return Preferences{
		Quiet:  Quiet{On: true, From: worktime.At(20, 0, 0), To: worktime.At(8, 0, 0), DaysOff: true, Urgent: true},
		Rhythm: Hourly, DigestAt: worktime.At(9, 0, 0),
	}
}

// Of returns the ways of a kind. One that this build does not know is shown in
// the browser.
func (p Preferences) Of(k Kind) Ways {
	if w, ok := p.Ways[k]; ok {
		return w
	}
	if w, ok := defaults[k]; ok {
		return w
	}
	return Ways{Browser: true, Mail: Never}
}

// Check refuses choices that mean nothing.
func (p Preferences) Check() error {
	for _, w := range p.Ways {
		switch w.Mail {
		case Never, Digest, Now:
		default:
			return fault.New(fault.Invalid, "メールの受け取り方を選び直してください。", "Please choose again how mail is to come.").At("mail")
		}
	}
	if p.Rhythm != Hourly && p.Rhythm != Daily {
		return fault.New(fault.Invalid, "まとめメールの間隔を選び直してください。", "Please choose again when digests are to come.").At("rhythm")
	}
	if p.Quiet.On && p.Quiet.From == p.Quiet.To && !p.Quiet.DaysOff {
		return fault.New(fault.Invalid, "おやすみ時間の開始と終了には、異なる時刻を入力してください。", "The quiet hours must begin and end at different times.").At("quiet_to")
	}
	return nil
}

// Clone returns choices that share nothing with p.
func (p Preferences) Clone() Preferences { p.Ways = maps.Clone(p.Ways); return p }

// Calendar is a person's own: whose wall clock, and on which dates they work.
type Calendar struct {
	Zone  *time.Location
	Works func(worktime.Date) bool // nil: every day
}

// Planned is how one piece of news reaches a person.
type Planned struct {
	Browser bool
	Desktop bool      // now; quiet hours let none through
	MailAt  time.Time // not before; zero: no mail
}

// None reports whether it reaches them in no way.
func (p Planned) None() bool { return !p.Browser && !p.Desktop && p.MailAt.IsZero() }

// grace is how long a mail waits, so that what is read meanwhile is not mailed,
// and what follows at once comes in the same one.
const grace = 2 * time.Minute

// Plan decides how news of a kind that happens at now reaches the person. A mail
// whose time falls in quiet waits until that quiet ends, even if the news came
// before it began.
func (p Preferences) Plan(k Kind, now time.Time, c Calendar) Planned {
	w := p.Of(k)
	passes := k.Urgent() && p.Quiet.Urgent
	hushed := !passes && p.quietUntil(now, c).After(now)
	out := Planned{Browser: w.Browser, Desktop: w.Desktop && !hushed}
	switch w.Mail {
	case Now:
		out.MailAt = now.Add(grace)
	case Digest:
		out.MailAt = p.nextDigest(now, c)
	}
	if !passes && !out.MailAt.IsZero() {
		out.MailAt = p.quietUntil(out.MailAt, c)
	}
	return out
}

// nextDigest is the first time of a digest after now.
func (p Preferences) nextDigest(now time.Time, c Calendar) time.Time {
	if p.Rhythm != Daily {
		local := now.In(c.Zone)
		return local.Add(time.Hour - time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond()))
	}
	for day := worktime.DateOf(now, c.Zone); ; day = day.AddDays(1) {
		if at := wall(day, p.DigestAt, c.Zone); at.After(now) {
			return at
		}
	}
}

// longest is how many days quiet may last: a vacation, not for ever.
const longest = 120

// quietUntil is when the quiet that holds at now ends; now itself if none does.
func (p Preferences) quietUntil(now time.Time, c Calendar) time.Time {
	if !p.Quiet.On {
		return now
	}
	at := now
	for range 2 * longest {
		day := worktime.DateOf(at, c.Zone)
		if p.Quiet.DaysOff && c.Works != nil && !c.Works(day) {
			at = wall(day.AddDays(1), 0, c.Zone)
			continue
		}
		end, ok := p.Quiet.end(at, day, c.Zone)
		if !ok {
			return at
		}
		at = end
	}
	return at
}

// end is when the quiet stretch of the clock that holds at an instant ends.
func (q Quiet) end(at time.Time, day worktime.Date, zone *time.Location) (time.Time, bool) {
	if q.From == q.To {
		return time.Time{}, false
	}
	now := worktime.At(at.In(zone).Clock())
	switch {
	case q.From < q.To:
		return wall(day, q.To, zone), q.From <= now && now < q.To
	case now < q.To:
		return wall(day, q.To, zone), true
	case now >= q.From:
		return wall(day.AddDays(1), q.To, zone), true
	}
	return time.Time{}, false
}

func wall(d worktime.Date, c worktime.Clock, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, int(c), 0, zone)
}
