package staff

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// maxSpans is how many stretches one day may have.
const maxSpans = 4

// plain turns the forms that Japanese keyboards write into the one that is read.
var plain = strings.NewReplacer("：", ":", "〜", "-", "～", "-", "–", "-", "−", "-", "ー", "-", "、", ",", "，", ",", "　", " ",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// ParseSpans reads the hours of a day as a person writes them, such as
// "9:00-12:00, 13:00-18:00"; full-width forms are read too. Empty: no work.
func ParseSpans(s string) ([]Span, error) {
	s = strings.TrimSpace(plain.Replace(s))
	if s == "" {
		return nil, nil
	}
	wrong := func() error {
		return fault.New(fault.Invalid, fmt.Sprintf("勤務時間「%s」を読み取れません。「9:00-12:00, 13:00-18:00」の形で、早い順に入力してください。", s),
			fmt.Sprintf("The hours %q cannot be read. Please write them like \"9:00-12:00, 13:00-18:00\", the earlier ones first.", s))
	}
	var out []Span
	for part := range strings.SplitSeq(s, ",") {
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			return nil, wrong()
		}
		a, err := clock(from)
		if err != nil {
			return nil, wrong()
		}
		b, err := clock(to)
		if err != nil || b <= a || len(out) == maxSpans || len(out) > 0 && a <= out[len(out)-1].To {
			return nil, wrong()
		}
		out = append(out, Span{From: a, To: b})
	}
	return out, nil
}

// clock reads "9:00" as well as "09:00".
func clock(s string) (worktime.Clock, error) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ':'); i == 1 {
		s = "0" + s
	}
	return worktime.ParseClock(s)
}

// Spans writes hours as [ParseSpans] reads them.
func Spans(day []Span) string {
	parts := make([]string, len(day))
	for i, s := range day {
		parts[i] = s.From.String() + "-" + s.To.String()
	}
	return strings.Join(parts, ", ")
}

// EncodeWeek is a week as it is kept.
func EncodeWeek(w Week) (string, error) {
	days := map[string]string{}
	for i, day := range w {
		if len(day) > 0 {
			days[key(i)] = Spans(day)
		}
	}
	b, err := json.Marshal(days)
	return string(b), err
}

// DecodeWeek reads what [EncodeWeek] wrote; empty: no hours.
func DecodeWeek(s string) (Week, error) {
	var w Week
	if s == "" {
		return w, nil
	}
	days := map[string]string{}
	if err := json.Unmarshal([]byte(s), &days); err != nil {
		return w, fmt.Errorf("decode a week of hours: %w", err)
	}
	for i := range w {
		var err error
		if w[i], err = ParseSpans(days[key(i)]); err != nil {
			return w, err
		}
	}
	return w, nil
}

func key(day int) string { return strings.ToLower(time.Weekday(day).String()[:3]) }

// ParseOff reads a stretch of days off; without an end it is one day.
func ParseOff(from, to string) (Off, error) {
	a, err := worktime.ParseDate(strings.TrimSpace(from))
	if err != nil {
		return Off{}, at(err, "from")
	}
	b := a
	if to = strings.TrimSpace(to); to != "" {
		if b, err = worktime.ParseDate(to); err != nil {
			return Off{}, at(err, "to")
		}
	}
	if b.Before(a) {
		return Off{}, fault.New(fault.Invalid, "休暇の最終日が開始日より前です。", "The last day off lies before the first.").At("to")
	}
	return Off{From: a, To: b}, nil
}

func at(err error, field string) error {
	return fault.Wrap(fault.Invalid, err, "日付を 2026-11-20 の形で入力してください。", "Please give the date in the form 2026-11-20.").At(field)
}
