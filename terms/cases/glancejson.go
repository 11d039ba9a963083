package cases

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// glance goes through one JSON object (RFC 8259) field by field, without
// allocating for what is passed over. It knows the form that [Encode] writes;
// at anything else it turns odd, and the caller reads the slow way.
type glance struct {
	b    []byte
	i    int
	key  []byte // of the field at hand
	in   bool   // inside the object, after its brace
	odd  bool
	done bool
}

// field steps to the next field's value; false at the end of the object.
func (s *glance) field() bool {
	if s.odd || s.done {
		return false
	}
	switch {
	case !s.in:
		s.in = true
		s.want('{')
		if s.at('}') {
			s.end()
			return false
		}
	case s.at('}'):
		s.end()
		return false
	default:
		s.want(',')
	}
	key, plain := s.bytes()
	if !plain {
		s.odd = true
	}
	s.key = key
	s.want(':')
	return !s.odd
}

func (s *glance) end() {
	s.want('}')
	s.done = true
	if s.i != len(s.b) {
		s.odd = true
	}
}

func (s *glance) at(c byte) bool { return s.i < len(s.b) && s.b[s.i] == c }

func (s *glance) want(c byte) {
	if !s.at(c) {
		s.odd = true
		return
	}
	s.i++
}

// element steps to the next element of a list; false at its end.
func (s *glance) element() bool {
	if s.odd {
		return false
	}
	switch {
	case s.at('['):
		s.i++
		if !s.at(']') {
			return true
		}
	case s.at(','):
		s.i++
		return true
	}
	s.want(']')
	return false
}

// count passes over a list and returns how many elements it has.
func (s *glance) count() int {
	if bytes.HasPrefix(s.b[s.i:], []byte("null")) {
		s.i += 4
		return 0
	}
	n := 0
	for s.element() {
		s.skip()
		n++
	}
	return n
}

// bytes takes a string's content as it stands, and whether it needs no
// unescaping.
func (s *glance) bytes() (content []byte, plain bool) {
	if s.want('"'); s.odd {
		return nil, true
	}
	from, plain := s.i, true
	for {
		j := bytes.IndexByte(s.b[s.i:], '"')
		if j < 0 {
			s.odd = true
			return nil, true
		}
		part := s.b[s.i : s.i+j]
		s.i += j + 1
		k := bytes.LastIndexByte(part, '\\')
		if k < 0 {
			if plain {
				return part, true
			}
			return s.b[from : s.i-1], false
		}
		plain = false
		// The quote ends the string unless an odd number of backslashes stands before it.
		n := 0
		for p := len(part) - 1; p >= 0 && part[p] == '\\'; p-- {
			n++
		}
		if n%2 == 0 {
			return s.b[from : s.i-1], false
		}
	}
}

func (s *glance) text() string {
	b, plain := s.bytes()
	if plain {
		return string(b)
	}
	return s.unescape(b)
}

// unescape reads a string's content with its escapes.
func (s *glance) unescape(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		if i == len(b) {
			s.odd = true
			return ""
		}
		switch b[i] {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case '"', '\\', '/':
			out = append(out, b[i])
		default: // \u003c and the like: the rest by the library
			var rest string
			if json.Unmarshal(append(append([]byte{'"'}, b[i-1:]...), '"'), &rest) != nil {
				s.odd = true
			}
			return string(out) + rest
		}
	}
	return string(out)
}

func (s *glance) boolean() bool {
	switch {
	case bytes.HasPrefix(s.b[s.i:], []byte("true")):
		s.i += 4
		return true
	case bytes.HasPrefix(s.b[s.i:], []byte("false")):
		s.i += 5
	default:
		s.odd = true
	}
	return false
}

// integer takes a number without fraction or exponent.
func (s *glance) integer() int64 {
	from := s.i
	for s.i < len(s.b) && (s.b[s.i] == '-' || s.b[s.i] >= '0' && s.b[s.i] <= '9') {
		s.i++
	}
	n, err := strconv.ParseInt(string(s.b[from:s.i]), 10, 64)
	if err != nil || s.i < len(s.b) && s.b[s.i] != ',' && s.b[s.i] != '}' {
		s.odd = true
	}
	return n
}

// instant takes a time in RFC 3339 and UTC, as all of them are written.
func (s *glance) instant() time.Time {
	b, plain := s.bytes()
	if !plain || len(b) < len("2026-11-20T07:00:00Z") || b[len(b)-1] != 'Z' {
		s.odd = true
		return time.Time{}
	}
	two := func(i int) int {
		hi, lo := b[i]-'0', b[i+1]-'0'
		if hi > 9 || lo > 9 {
			s.odd = true
		}
		return int(hi)*10 + int(lo)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' ||
		month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		s.odd = true
	}
	nanos := 0
	if b[19] == '.' {
		unit := 100_000_000
		for _, c := range b[20 : len(b)-1] {
			if c < '0' || c > '9' || unit == 0 {
				s.odd = true
				break
			}
			nanos += int(c-'0') * unit
			unit /= 10
		}
	} else if len(b) != 20 {
		s.odd = true
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if t.Day() != day { // 31 February
		s.odd = true
	}
	return t
}

// skip passes over a value.
func (s *glance) skip() {
	depth := 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			s.bytes()
		case '{', '[':
			depth++
			s.i++
		case '}', ']':
			if depth == 0 {
				return // the end of the object around it
			}
			depth--
			s.i++
		case ',':
			if depth == 0 {
				return
			}
			s.i++
		default:
			s.i++
		}
		if s.odd {
			return
		}
	}
}
