package notice_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
	"madoguchi/terms/worktime"
)

func tokyo(t *testing.T) *time.Location {
	t.Helper()
	loc, err := worktime.LoadZone("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func weekdays(d worktime.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func TestQuietHoursHoldBackAllButWhatIsUrgent(t *testing.T) {
	zone := tokyo(t)
	cal := notice.Calendar{Zone: zone, Works: weekdays}
	p := notice.Default()
	friday := func(h, m int) time.Time { return time.Date(2026, 11, 20, h, m, 0, 0, zone) }
	monday := time.Date(2026, 11, 23, 8, 0, 0, 0, zone)

	day := p.Plan(notice.Asked, friday(16, 42), cal)
	if !day.Browser || !day.Desktop || !day.MailAt.Equal(friday(16, 44)) {
		t.Errorf("by day: %+v", day)
	}
	night := p.Plan(notice.Asked, friday(22, 0), cal)
	if !night.Browser || night.Desktop || !night.MailAt.Equal(monday) {
		t.Errorf("on Friday night: %+v, want nothing until Monday 08:00", night)
	}
	if urgent := p.Plan(notice.Missed, friday(22, 0), cal); !urgent.Desktop || !urgent.MailAt.Equal(friday(22, 2)) {
		t.Errorf("an urgent one: %+v", urgent)
	}
	p.Quiet.Urgent = false
	if urgent := p.Plan(notice.Missed, friday(22, 0), cal); urgent.Desktop || !urgent.MailAt.Equal(monday) {
		t.Errorf("an urgent one that may not pass: %+v", urgent)
	}
	p.Quiet.DaysOff = false
	if night := p.Plan(notice.Asked, friday(22, 0), cal); !night.MailAt.Equal(time.Date(2026, 11, 21, 8, 0, 0, 0, zone)) {
		t.Errorf("with mail on Saturdays: %+v", night)
	}
	p.Quiet.On = false
	if night := p.Plan(notice.Asked, friday(22, 0), cal); !night.Desktop || !night.MailAt.Equal(friday(22, 2)) {
		t.Errorf("without quiet hours: %+v", night)
	}
}

func TestADigestComesAtItsTimes(t *testing.T) {
	zone := tokyo(t)
	cal := notice.Calendar{Zone: zone}
	p := notice.Default()
	at := time.Date(2026, 11, 20, 16, 42, 31, 5, zone)
	if got := p.Plan(notice.Mentioned, at, cal).MailAt; !got.Equal(time.Date(2026, 11, 20, 17, 0, 0, 0, zone)) {
		t.Errorf("hourly: %v", got)
	}
	p.Rhythm = notice.Daily
	if got := p.Plan(notice.Mentioned, at, cal).MailAt; !got.Equal(time.Date(2026, 11, 21, 9, 0, 0, 0, zone)) {
		t.Errorf("daily: %v", got)
	}
}

func TestChoicesAreChecked(t *testing.T) {
	for name, change := range map[string]func(*notice.Preferences){
		"mail":   func(p *notice.Preferences) { p.Ways = map[notice.Kind]notice.Ways{notice.Missed: {Mail: "fax"}} },
		"rhythm": func(p *notice.Preferences) { p.Rhythm = "yearly" },
		"quiet":  func(p *notice.Preferences) { p.Quiet.From, p.Quiet.DaysOff = p.Quiet.To, false },
	} {
		p := notice.Default()
		change(&p)
		if err := p.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := notice.Default().Check(); err != nil {
		t.Error(err)
	}
	for _, k := range notice.Kinds() {
		if !k.Known() {
			t.Errorf("%s has no default", k)
		}
	}
	if w := notice.Default().Of("of a newer build"); !w.Browser {
		t.Error("a kind that this build does not know is not shown")
	}
}

func TestNoMailComesInQuietHoursNorBeforeTheNews(t *testing.T) {
	zone := tokyo(t)
	rapid.Check(t, func(t *rapid.T) {
		p := notice.Default()
		p.Quiet = notice.Quiet{
			On: true, From: worktime.At(rapid.IntRange(0, 23).Draw(t, "from"), 0, 0), To: worktime.At(rapid.IntRange(0, 23).Draw(t, "to"), 0, 0),
			DaysOff: rapid.Bool().Draw(t, "off"),
		}
		p.Rhythm = rapid.SampledFrom([]notice.Rhythm{notice.Hourly, notice.Daily}).Draw(t, "rhythm")
		k := rapid.SampledFrom(notice.Kinds()).Draw(t, "kind")
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_800_000_000).Draw(t, "now"), 0).In(zone)
		cal := notice.Calendar{Zone: zone, Works: weekdays}
		got := p.Plan(k, now, cal)
		if got.MailAt.IsZero() {
			return
		}
		if !got.MailAt.After(now) {
			t.Fatalf("mail at %v for news of %v", got.MailAt, now)
		}
		if now := p.Plan(notice.Asked, got.MailAt, cal); p.Of(notice.Asked).Desktop && !now.Desktop {
			t.Fatalf("mail at %v, which is quiet (%+v)", got.MailAt, p.Quiet)
		}
	})
}

// Each of these once came in the middle of the quiet that began, or came back,
// between the news and its mail.
func TestAMailWhoseTimeFallsInQuietWaitsForItsEnd(t *testing.T) {
	zone := tokyo(t)
	cal := notice.Calendar{Zone: zone}
	p := notice.Default() // quiet from 20:00 to 08:00, digests each hour
	p.Ways = map[notice.Kind]notice.Ways{notice.Mentioned: {Mail: notice.Digest}, notice.Asked: {Mail: notice.Now}}
	friday := func(hour, minute int) time.Time { return time.Date(2026, 11, 20, hour, minute, 0, 0, zone) }
	morning := time.Date(2026, 11, 21, 8, 0, 0, 0, zone)
	if got := p.Plan(notice.Mentioned, friday(19, 30), cal).MailAt; !got.Equal(morning) {
		t.Errorf("the digest of 20:00: %v", got)
	}
	p.Quiet.Urgent = false
	if got := p.Plan(notice.Asked, friday(19, 59), cal).MailAt; !got.Equal(morning) {
		t.Errorf("the mail of 20:01: %v", got)
	}
	p.Rhythm, p.Quiet = notice.Daily, notice.Quiet{On: true, From: worktime.At(1, 0, 0), To: worktime.At(0, 0, 0)}
	if got := p.Plan(notice.Mentioned, friday(9, 0), cal).MailAt; !got.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, zone)) {
		t.Errorf("the daily digest of 09:00 on the next day: %v", got)
	}
}
