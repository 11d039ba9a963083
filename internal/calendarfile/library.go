// Package calendarfile reads and writes calendars in the formats that other
// programs have: a JSON library of named calendars, the Cabinet Office's list of
// Japanese holidays, and iCalendar.
//
// It owns the formats and their character sets. It refuses to decide what a
// calendar means, which is the business of terms/worktime, and to open files or
// sockets: it reads what it is given, up to a limit.
//
// Start reading at [ReadLibrary] for JSON, [ReadCabinetOffice] and [ReadICS] for
// holidays, [WriteICS] for the way out.
package calendarfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// maxLibrary bounds a library's size in bytes.
const maxLibrary = 64 << 20

// Library is a set of named calendars, read but not yet understood: one broken
// calendar does not spoil the others.
type Library struct {
	raw map[string]json.RawMessage
}

// ReadLibrary reads a JSON object of calendars by name. A calendar has zone
// (IANA), weekly and weekly_breaks ({"mon": [["10:00","18:00"]]}), special and
// breaks ({"2026-12-28": []}), closed (["2026-11-23"]), yearly
// (["12-29..01-03"]) and holidays (["jp"]); all but zone may be missing.
func ReadLibrary(r io.Reader) (*Library, error) {
	text, err := readAll(r, maxLibrary)
	if err != nil {
		return nil, err
	}
	l := &Library{}
	if err := json.Unmarshal(text, &l.raw); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "カレンダーのファイルをJSONとして読み取れません。",
			"the calendar file is no JSON object of calendars: "+err.Error())
	}
	return l, nil
}

// Names returns the names of the calendars, sorted.
func (l *Library) Names() []string { return slices.Sorted(maps.Keys(l.raw)) }

// calendarJSON is one calendar as written.
type calendarJSON struct {
	Zone         string                `json:"zone"`
	Weekly       map[string][][]string `json:"weekly"`
	WeeklyBreaks map[string][][]string `json:"weekly_breaks"`
	Special      map[string][][]string `json:"special"`
	Breaks       map[string][][]string `json:"breaks"`
	Closed       []string              `json:"closed"`
	Yearly       []string              `json:"yearly"`
	Holidays     []worktime.HolidayLaw `json:"holidays"`
}

// Spec returns the named calendar. It fails, naming the place, on an unknown
// name, an unknown field, and dates or times that cannot be read.
func (l *Library) Spec(name string) (worktime.Spec, error) {
	raw, ok := l.raw[name]
	if !ok {
		return worktime.Spec{}, fault.New(fault.NotFound, fmt.Sprintf("カレンダー %q はありません。", name),
			fmt.Sprintf("there is no calendar %q", name)).At("calendar")
	}
	var c calendarJSON
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return worktime.Spec{}, fault.Wrap(fault.Invalid, err, fmt.Sprintf("カレンダー %q を読み取れません。", name),
			fmt.Sprintf("calendar %q cannot be read: %v", name, err)).At(name)
	}
	return c.spec()
}

func (c calendarJSON) spec() (worktime.Spec, error) {
	s := worktime.Spec{Zone: c.Zone, Holidays: c.Holidays}
	var errs [4]error
	s.Weekly, errs[0] = keyed("weekly", c.Weekly, parseWeekday)
	s.WeeklyBreaks, errs[1] = keyed("weekly_breaks", c.WeeklyBreaks, parseWeekday)
	s.Special, errs[2] = keyed("special", c.Special, worktime.ParseDate)
	s.Breaks, errs[3] = keyed("breaks", c.Breaks, worktime.ParseDate)
	for _, err := range errs {
		if err != nil {
			return worktime.Spec{}, err
		}
	}
	for i, text := range c.Closed {
		d, err := worktime.ParseDate(text)
		if err != nil {
			return worktime.Spec{}, at(fmt.Sprintf("closed[%d]", i), err)
		}
		s.Closed = append(s.Closed, worktime.Closure{Date: d})
	}
	for i, text := range c.Yearly {
		y, err := worktime.ParseYearly(text)
		if err != nil {
			return worktime.Spec{}, at(fmt.Sprintf("yearly[%d]", i), err)
		}
		s.Yearly = append(s.Yearly, y)
	}
	return s, nil
}

// keyed reads hours by weekday or date.
func keyed[K comparable](field string, in map[string][][]string, parse func(string) (K, error)) (map[K][]worktime.Hours, error) {
	out := make(map[K][]worktime.Hours, len(in))
	for _, key := range slices.Sorted(maps.Keys(in)) {
		k, err := parse(key)
		if err != nil {
			return nil, at(field, err)
		}
		hours := []worktime.Hours{}
		for i, pair := range in[key] {
			place := fmt.Sprintf("%s.%s[%d]", field, key, i)
			if len(pair) != 2 {
				return nil, fault.New(fault.Invalid, "時間帯は [\"10:00\", \"18:00\"] の形式で指定してください。",
					"an interval is written [\"10:00\", \"18:00\"]").At(place)
			}
			h, err := worktime.ParseHours(pair[0], pair[1])
			if err != nil {
				return nil, at(place, err)
			}
			hours = append(hours, h)
		}
		out[k] = hours
	}
	return out, nil
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

func parseWeekday(s string) (time.Weekday, error) {
	d, ok := weekdays[s]
	if !ok {
		return 0, fault.New(fault.Invalid, fmt.Sprintf("曜日 %q はありません。mon、tue、…、sunで指定してください。", s),
			fmt.Sprintf("there is no weekday %q: write mon, tue, wed, thu, fri, sat or sun", s))
	}
	return d, nil
}

// at names the place of a fault.
func at(field string, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		g := *f
		return (&g).At(field)
	}
	return err
}

// readAll reads up to limit bytes and refuses more.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "ファイルを読み込めませんでした。", "the file could not be read")
	}
	if int64(len(b)) > limit {
		return nil, fault.New(fault.TooLarge, fmt.Sprintf("ファイルは%dバイトまでです。", limit), fmt.Sprintf("the file is larger than %d bytes", limit))
	}
	return b, nil
}
