package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"madoguchi/terms/fault"
)

// single reads the one instant of an input.
func single(raw json.RawMessage, field string) (time.Time, error) {
	var in map[string]json.RawMessage
	if err := decode(raw, &in); err != nil {
		return time.Time{}, err
	}
	if in[field] == nil {
		return time.Time{}, missing(field)
	}
	var at instant
	return at.Time, decode(in[field], &at)
}

// instant is an RFC 3339 time with an offset.
type instant struct{ time.Time }

// UnmarshalJSON reads the instant.
func (i *instant) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return wrong("", "%s is not an instant: write it as \"2026-11-20T16:42:00+09:00\"", b)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return wrong("", "%q is not an instant: write it as \"2026-11-20T16:42:00+09:00\"", s)
	}
	i.Time = t
	return nil
}

// millis is a duration in whole milliseconds.
type millis time.Duration

// UnmarshalJSON reads the milliseconds.
func (m *millis) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n > math.MaxInt64/int64(time.Millisecond) || n < math.MinInt64/int64(time.Millisecond) {
		return wrong("", "%s is not a whole number of milliseconds below 292 years", b)
	}
	*m = millis(time.Duration(n) * time.Millisecond)
	return nil
}

// inMillis writes a duration in milliseconds, unrounded.
func inMillis(d time.Duration) json.Number {
	if d%time.Millisecond == 0 {
		return json.Number(strconv.FormatInt(int64(d/time.Millisecond), 10))
	}
	return json.Number(strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64))
}

func stamped(t time.Time, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return stamp(t), nil
}

// stamp writes an instant with its offset in figures, in UTC too.
func stamp(t time.Time) string {
	switch fraction := t.Nanosecond(); {
	case fraction == 0:
		return t.Format("2006-01-02T15:04:05-07:00")
	case fraction%int(time.Millisecond) == 0: // as the vectors write it, trailing zeros too
		return t.Format("2006-01-02T15:04:05.000-07:00")
	}
	return t.Format("2006-01-02T15:04:05.999999999-07:00")
}

func decode(raw json.RawMessage, into any) error {
	if len(raw) == 0 {
		return missing("input")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	return nil
}

func wrong(field, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return fault.New(fault.Invalid, text, text).At(field)
}

func missing(fields ...string) error {
	if len(fields) == 1 {
		return wrong("input", "%s is missing", fields[0])
	}
	return wrong("input", "one of %q is missing", fields)
}
