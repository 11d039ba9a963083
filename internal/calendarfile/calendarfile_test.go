package calendarfile

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

const cabinetList = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2027/1/1,元日\r\n2027/3/21,春分の日\r\n2027/3/22,休日\r\n"

func TestTheCabinetOfficesListIsReadInItsOwnCharacterSet(t *testing.T) {
	shiftJIS, err := japanese.ShiftJIS.NewEncoder().String(cabinetList)
	if err != nil {
		t.Fatal(err)
	}
	want := []worktime.Closure{
		{Date: worktime.Date{Year: 2027, Month: 1, Day: 1}, Name: worktime.Name{JA: "元日", EN: "New Year's Day"}},
		{Date: worktime.Date{Year: 2027, Month: 3, Day: 21}, Name: worktime.Name{JA: "春分の日", EN: "Vernal Equinox Day"}},
		{Date: worktime.Date{Year: 2027, Month: 3, Day: 22}, Name: worktime.Name{JA: "休日", EN: "Substitute holiday"}},
	}
	for name, text := range map[string]string{"Shift_JIS": shiftJIS, "UTF-8": cabinetList, "with a mark": "\ufeff" + cabinetList} {
		got, err := ReadCabinetOffice(strings.NewReader(text))
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v", name, err, cmp.Diff(want, got))
		}
	}
}

func TestAHolidayIsNeverLostSilently(t *testing.T) {
	for name, tt := range map[string]struct{ text, field string }{
		"no such date":       {cabinetList + "2027/2/30,祝日\r\n", "line 5"},
		"no name":            {cabinetList + "2027/5/3,\r\n", "line 5"},
		"one column":         {cabinetList + "2027/5/3\r\n", "line 5"},
		"the same day twice": {cabinetList + "2027/1/1,元日\r\n", "line 5"},
		"nothing at all":     {"", ""},
		"a broken quote":     {cabinetList + "\"2027/5/3,x\r\n", ""},
		"another encoding":   {"\xff\xfe\x00", ""},
	} {
		_, err := ReadCabinetOffice(strings.NewReader(tt.text))
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || f.Field != tt.field {
			t.Errorf("%s: %v, want a fault at %q", name, err, tt.field)
		}
	}
}

func ics(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

func event1(lines ...string) string {
	return ics("BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT")
}

func TestAFeedOfClosuresIsRead(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"one day": {event1("DTSTART;VALUE=DATE:20261123", "SUMMARY:勤労感謝の日"), []string{"2026-11-23 勤労感謝の日"}},
		"a run, its end not included": {
			event1("DTSTART;VALUE=DATE:20261229", "DTEND;VALUE=DATE:20270101", "SUMMARY:年末\\, 休業"),
			[]string{"2026-12-29 年末, 休業", "2026-12-30 年末, 休業", "2026-12-31 年末, 休業"},
		},
		"a duration":     {event1("DTSTART;VALUE=DATE:20270101", "DURATION:P2D", "SUMMARY:x"), []string{"2027-01-01 x", "2027-01-02 x"}},
		"a folded name":  {event1("DTSTART;VALUE=DATE:20270101", "SUMMARY:New", "  Year"), []string{"2027-01-01 New Year"}},
		"yearly, thrice": {event1("DTSTART;VALUE=DATE:20280229", "RRULE:FREQ=YEARLY;COUNT=2", "SUMMARY:x"), []string{"2028-02-29 x", "2032-02-29 x"}},
		"yearly with an end": {
			event1("DTSTART;VALUE=DATE:20260815", "RRULE:FREQ=YEARLY;UNTIL=20280815", "EXDATE;VALUE=DATE:20270815", "SUMMARY:お盆"),
			[]string{"2026-08-15 お盆", "2028-08-15 お盆"},
		},
		"cancelled": {event1("DTSTART;VALUE=DATE:20270101", "STATUS:CANCELLED", "SUMMARY:x"), nil},
		"alarms and zones beside it": {
			ics("BEGIN:VTIMEZONE", "TZID:Asia/Tokyo", "BEGIN:STANDARD", "DTSTART:19700101T000000", "END:STANDARD", "END:VTIMEZONE",
				"BEGIN:VEVENT", "DTSTART;VALUE=DATE:20270101", "SUMMARY;ALTREP=\"a:b;c\":x", "BEGIN:VALARM", "TRIGGER:-P1D", "DURATION:PT5M", "END:VALARM", "END:VEVENT"),
			[]string{"2027-01-01 x"},
		},
		"beyond the covered years": {event1("DTSTART;VALUE=DATE:21000101", "SUMMARY:x"), nil},
	} {
		closures, err := ReadICS(strings.NewReader(tt.text), worktime.CompanyClosure)
		var got []string
		for _, c := range closures {
			got = append(got, c.Date.String()+" "+c.Name.JA)
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAFeedThatWouldCloseTheWrongDaysIsRefused(t *testing.T) {
	for name, tt := range map[string]struct{ text, field string }{
		"a time of day":        {event1("DTSTART:20270101T100000Z"), "line 4"},
		"a weekly repetition":  {event1("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=WEEKLY"), "line 5"},
		"the nth weekday":      {event1("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=YEARLY;BYDAY=2MO"), "line 5"},
		"extra dates":          {event1("DTSTART;VALUE=DATE:20270101", "RDATE;VALUE=DATE:20270103"), "line 5"},
		"no such day":          {event1("DTSTART;VALUE=DATE:20270230"), "line 4"},
		"no start":             {event1("SUMMARY:x"), "line 3"},
		"an end before":        {event1("DTSTART;VALUE=DATE:20270110", "DTEND;VALUE=DATE:20270101"), "line 3"},
		"years long":           {event1("DTSTART;VALUE=DATE:20270110", "DTEND;VALUE=DATE:20990101"), "line 3"},
		"hours":                {event1("DTSTART;VALUE=DATE:20270110", "DURATION:PT8H"), "line 5"},
		"cut short":            {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\n", "line 3"},
		"an end without begin": {"BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2"},
		"no colon":             {"BEGIN:VCALENDAR\nx\n", "line 2"},
		"another format":       {"date,name\n", ""},
		"nothing":              {"", ""},
		"another encoding":     {"BEGIN:VCALENDAR\n\xff", ""},
	} {
		_, err := ReadICS(strings.NewReader(tt.text), worktime.PublicHoliday)
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || f.Field != tt.field {
			t.Errorf("%s: %v, want a fault at %q", name, err, tt.field)
		}
	}
}

func yearEnd() []worktime.Closure {
	var out []worktime.Closure
	for day := 29; day <= 31; day++ {
		out = append(out, worktime.Closure{
			Date: worktime.Date{Year: 2028, Month: 12, Day: day}, Kind: worktime.CompanyClosure,
			Name: worktime.Name{JA: "年末年始休業; 窓口, 電話ともにお休みをいただきます。どうぞよろしくお願いいたします", EN: "Year-end closure"},
		})
	}
	return out
}

func TestWhatIsPublishedIsReadBackTheSame(t *testing.T) {
	feed := Feed{Title: "サポート窓口の休業日", Domain: "desk.example", Lang: "ja", Stamp: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Closures: yearEnd()}
	var first bytes.Buffer
	if err := WriteICS(&first, feed); err != nil {
		t.Fatal(err)
	}
	got, err := ReadICS(bytes.NewReader(first.Bytes()), worktime.CompanyClosure)
	if err != nil || !cmp.Equal(got, feed.Closures) {
		t.Errorf("%v %s", err, cmp.Diff(feed.Closures, got))
	}
	if n := strings.Count(first.String(), "BEGIN:VEVENT"); n != 1 {
		t.Errorf("%d events for one run of days", n)
	}
	for _, l := range strings.Split(strings.TrimSuffix(first.String(), "\r\n"), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(l), l)
		}
	}
}

func TestARenamedClosureKeepsItsIdentity(t *testing.T) {
	uids := func(closures []worktime.Closure) (out []string) {
		var b bytes.Buffer
		if err := WriteICS(&b, Feed{Domain: "desk.example", Lang: "en", Closures: closures}); err != nil {
			t.Fatal(err)
		}
		for _, l := range strings.Split(b.String(), "\r\n") {
			if strings.HasPrefix(l, "UID:") {
				out = append(out, l)
			}
		}
		return out
	}
	renamed := yearEnd()
	for i := range renamed {
		renamed[i].Name = worktime.Name{JA: "冬季休業"}
	}
	if a, b := uids(yearEnd()), uids(renamed); !slices.Equal(a, b) {
		t.Errorf("%v became %v", a, b)
	}
	holidays := uids(worktime.JapaneseHolidays(2028))
	slices.Sort(holidays)
	if len(slices.Compact(holidays)) != len(worktime.JapaneseHolidays(2028)) {
		t.Errorf("holidays share an identity: %v", holidays)
	}
}

func TestComputedHolidaysAreTentativeInAFeed(t *testing.T) {
	for year, want := range map[int]int{worktime.PublishedThrough: 0, worktime.PublishedThrough + 1: 16} {
		var b bytes.Buffer
		if err := WriteICS(&b, Feed{Lang: "ja", Closures: worktime.JapaneseHolidays(year)}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "STATUS:TENTATIVE"); got != want {
			t.Errorf("%d: %d tentative holidays, want %d", year, got, want)
		}
	}
}

func TestALibraryNamesWhatIsWrongInOneCalendarOnly(t *testing.T) {
	l, err := ReadLibrary(strings.NewReader(`{
		"good": {"zone": "Asia/Tokyo", "weekly": {"mon": [["10:00", "18:00"]]}, "closed": ["2026-11-23"], "yearly": ["12-29..01-03"], "holidays": ["jp"]},
		"time": {"zone": "UTC", "weekly": {"tue": [["10:00", "12:00"], ["13:00", "25:00"]]}},
		"pair": {"zone": "UTC", "special": {"2026-01-01": [["10:00"]]}},
		"weekday": {"zone": "UTC", "weekly": {"tuesday": []}},
		"date": {"zone": "UTC", "closed": ["2026-02-29"]},
		"yearly": {"zone": "UTC", "yearly": ["13-01"]},
		"field": {"zone": "UTC", "wekly": {}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := l.Spec("good")
	if err != nil || len(spec.Weekly[time.Monday]) != 1 || len(spec.Closed) != 1 || len(spec.Yearly) != 1 || len(spec.Holidays) != 1 {
		t.Errorf("%+v, %v", spec, err)
	}
	for name, field := range map[string]string{
		"time": "weekly.tue[1]", "pair": "special.2026-01-01[0]", "weekday": "weekly", "date": "closed[0]", "yearly": "yearly[0]", "field": "field", "missing": "calendar",
	} {
		_, err := l.Spec(name)
		if f, ok := err.(*fault.Error); !ok || f.Field != field {
			t.Errorf("%s: %v, want a fault at %q", name, err, field)
		}
	}
	if _, err := ReadLibrary(strings.NewReader("[]")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a list is no library: %v", err)
	}
}

func FuzzReadICS(f *testing.F) {
	f.Add(event1("DTSTART;VALUE=DATE:20261229", "DTEND;VALUE=DATE:20270101", "RRULE:FREQ=YEARLY;INTERVAL=3", "SUMMARY:a\\nb"))
	f.Add(event1("DTSTART;VALUE=DATE:00010101", "DURATION:P52W"))
	f.Fuzz(func(t *testing.T, s string) {
		closures, err := ReadICS(strings.NewReader(s), worktime.CompanyClosure)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteICS(&b, Feed{Title: s, Domain: "desk.example", Lang: "ja", Closures: closures}); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadICS(&b, worktime.CompanyClosure); err != nil {
			t.Errorf("what was written is refused: %v", err)
		}
	})
}

func FuzzReadCabinetOffice(f *testing.F) {
	f.Add([]byte(cabinetList))
	f.Fuzz(func(t *testing.T, b []byte) {
		closures, err := ReadCabinetOffice(bytes.NewReader(b))
		if err == nil && len(closures) == 0 {
			t.Error("read nothing without an error")
		}
	})
}

func FuzzReadLibrary(f *testing.F) {
	f.Add(`{"a": {"zone": "UTC", "weekly": {"mon": [["00:00","24:00"]]}}}`)
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ReadLibrary(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, name := range l.Names() {
			if spec, err := l.Spec(name); err == nil {
				_, _ = worktime.Compile(spec) // refused or not, without panic
			}
		}
	})
}
