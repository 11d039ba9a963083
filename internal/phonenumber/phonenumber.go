// Package phonenumber reads telephone numbers as people write them.
//
// It owns one form in which numbers are compared (E.164: +81312345678) and the
// form in which they are shown again, in Japanese notation for numbers of
// Japan. It refuses to know who has a number, and to guess: where the digits
// alone do not say how a number is grouped, it is shown as it was written.
//
// Start reading at [Parse].
package phonenumber

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"madoguchi/terms/fault"
)

// Number is a telephone number.
type Number struct {
	E164  string // "+", country and number: what numbers are compared by
	Ext   string // extension, digits only; empty: none
	Shown string // for people: 03-1234-5678, or +1 415-555-0100
}

// String is the number with its extension, as in 03-1234-5678 (内線 12).
func (n Number) String() string {
	if n.Ext == "" {
		return n.Shown
	}
	return n.Shown + " (内線 " + n.Ext + ")"
}

var (
	extension = regexp.MustCompile(`(?i)[\s(]*(?:内線|extension|ext\.?|;ext=|x|#)[\s:.]*([0-9]{1,8})[\s)]*$`)
	remark    = regexp.MustCompile(`\s*\([^()0-9]*\)\s*$`) // (代), (direct)
	trunk     = regexp.MustCompile(`^\+([0-9]{1,3})[\s-]*\(0\)`)
)

// dashes are the signs that people type between groups, the katakana
// prolonged sound mark of a Japanese keyboard included.
var dashes = strings.NewReplacer("ー", "-", "ｰ", "-", "‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "～", "-", "・", "-", "/", "-")

// Parse reads a number as people write it: full or half width, any separators,
// (0) in international numbers, an extension behind it. A number that begins
// with 0 is one of Japan. What is none is [fault.Invalid] and says how to
// write one.
func Parse(s string) (Number, error) {
	s = dashes.Replace(norm.NFKC.String(s))
	s = strings.TrimSpace(s)
	if len(s) > 3 && strings.EqualFold(s[:4], "tel:") {
		s = strings.TrimSpace(s[4:])
	}
	var n Number
	if m := extension.FindStringSubmatchIndex(s); m != nil && m[0] > 0 {
		n.Ext, s = s[m[2]:m[3]], s[:m[0]]
	}
	s = remark.ReplaceAllString(s, "")
	s = trunk.ReplaceAllString(s, "+$1 ")
	if strings.Trim(s, "+0123456789-(). ") != "" || strings.LastIndex(s, "+") > 0 {
		return Number{}, wrong(s)
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("+-(). ", r) })
	digits := strings.Join(groups, "")
	switch {
	case strings.HasPrefix(s, "+"):
		return n.abroad(digits, groups, s)
	case strings.HasPrefix(digits, "010") && len(digits) > 11: // how Japan dials abroad
		return n.abroad(digits[3:], nil, s)
	case strings.HasPrefix(digits, "00"):
		return n.abroad(strings.TrimPrefix(digits, "00"), nil, s)
	case strings.HasPrefix(digits, "0"):
		return n.japan(digits, groups, s)
	}
	return Number{}, wrong(s)
}

// abroad is a number with its country.
func (n Number) abroad(digits string, groups []string, typed string) (Number, error) {
	if national, ok := strings.CutPrefix(digits, "81"); ok {
		national = "0" + strings.TrimPrefix(national, "0")
		if len(groups) > 1 && groups[0] == "81" {
			groups = append([]string{"0" + strings.TrimPrefix(groups[1], "0")}, groups[2:]...)
		} else {
			groups = nil
		}
		return n.japan(national, groups, typed)
	}
	if len(digits) < 7 || len(digits) > 15 || digits[0] == '0' {
		return Number{}, wrong(typed)
	}
	n.E164 = "+" + digits
	n.Shown = n.E164
	if len(groups) > 1 {
		n.Shown = "+" + groups[0] + " " + strings.Join(groups[1:], "-")
	}
	return n, nil
}

// japan is a number with its leading 0.
func (n Number) japan(digits string, groups []string, typed string) (Number, error) {
	want := 10
	for _, long := range []string{"020", "050", "060", "070", "080", "090"} {
		if strings.HasPrefix(digits, long) {
			want = 11
		}
	}
	osaka := len(digits) == 10 && strings.HasPrefix(digits, "060") // 06 and a number, beside the mobile ones
	if len(digits) != want && !osaka || digits[1] == '0' {
		return Number{}, wrong(typed)
	}
	n.E164, n.Shown = "+81"+digits[1:], grouped(digits)
	if n.Shown == digits && len(groups) > 1 {
		n.Shown = strings.Join(groups, "-")
	}
	return n, nil
}

// Show writes an E.164 number for people, in Japanese notation where its
// digits say how it is grouped.
func Show(e164 string) string {
	if national, ok := strings.CutPrefix(e164, "+81"); ok {
		return grouped("0" + national)
	}
	return e164
}

// grouped writes a number of Japan in groups where its first digits alone say
// which; else the digits as they are.
func grouped(digits string) string {
	cut := func(a, b int) string { return digits[:a] + "-" + digits[a:a+b] + "-" + digits[a+b:] }
	begins := func(heads ...string) bool {
		for _, h := range heads {
			if strings.HasPrefix(digits, h) {
				return true
			}
		}
		return false
	}
	switch {
	case len(digits) < 10:
		return digits
	case begins("0800"):
		return cut(4, 3)
	case len(digits) == 11:
		return cut(3, 4)
	case begins("0120", "0570", "0990"):
		return cut(4, 3)
	case begins("03", "06"):
		return cut(2, 4)
	case begins("0920"):
		return digits
	case begins("011", "044", "045", "052", "075", "078", "092"):
		return cut(3, 3)
	}
	return digits
}

func wrong(typed string) error {
	return fault.New(fault.Invalid,
		"電話番号「"+typed+"」の形が正しくありません。市外局番から（例: 03-1234-5678）、海外の番号は + と国番号から（例: +1 415-555-0100）入力してください。",
		"The telephone number “"+typed+"” is not well formed. Please begin with the area code (03-1234-5678), or with + and the country (+1 415-555-0100).").At("phones")
}
