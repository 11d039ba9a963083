package tnef

import (
	"cmp"
	"encoding/binary"
	"strings"
	"time"
)

// This file says who sent a message, to whom and when.

// whoWrote settles sender and recipients once all properties are known: an
// address of the Internet is preferred to one of Exchange.
func (r *reader) whoWrote() {
	name := cmp.Or(r.people[0x0042], r.people[0x0c1a])
	addr := ""
	for _, id := range [...]uint16{0x5d02, 0x0065, 0x5d01, 0x0c1f} {
		if a := mailAddress(r.people[id]); a != "" {
			addr = a
			break
		}
	}
	r.m.From = Person{cmp.Or(name, r.m.From.Name), cmp.Or(addr, r.m.From.Addr)}
	if len(r.m.To) == 0 {
		r.m.To = shown(r.to)
	}
	if len(r.m.Cc) == 0 {
		r.m.Cc = shown(r.cc)
	}
}

// mailAddress returns an address of the Internet, without "SMTP:".
func mailAddress(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 5 && strings.EqualFold(s[:5], "smtp:") {
		s = s[5:]
	}
	if !strings.Contains(s, "@") || strings.ContainsAny(s, " <>") {
		return ""
	}
	return s
}

// shown splits recipients as Outlook shows them: "Yamada; Sato".
func shown(s string) []Person {
	var out []Person
	for _, name := range strings.Split(s, ";") {
		if name = strings.Trim(name, " '\x00"); name != "" {
			out = append(out, Person{Name: name, Addr: mailAddress(name)})
		}
	}
	return out
}

// recipients reads the table of recipients (MS-OXTNEF section 2.1.3.3.17).
func (r *reader) recipients(b []byte) {
	c := cursor{b: b}
	for rows := c.u32(); rows > 0 && !c.short && len(r.m.To)+len(r.m.Cc) < maxFiles; rows-- {
		var p Person
		kind, other := uint32(1), ""
		for _, prop := range c.list() {
			switch prop.id {
			case 0x3001: // PidTagDisplayName
				p.Name = r.value(prop)
			case 0x39fe: // PidTagSmtpAddress
				p.Addr = mailAddress(r.value(prop))
			case 0x3003: // PidTagEmailAddress
				other = mailAddress(r.value(prop))
			case 0x0c15: // PidTagRecipientType
				if len(prop.data) >= 4 {
					kind = binary.LittleEndian.Uint32(prop.data)
				}
			}
		}
		p.Addr = cmp.Or(p.Addr, other)
		switch {
		case p == (Person{}):
		case kind == 1:
			r.m.To = append(r.m.To, p)
		case kind == 2:
			r.m.Cc = append(r.m.Cc, p)
		}
	}
}

// triple reads the sender of the old form: two lengths, a name and "SMTP:address".
func (r *reader) triple(b []byte) Person {
	if len(b) < 8 {
		return Person{}
	}
	name, addr := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
	if b = b[8:]; name+addr > len(b) {
		return Person{}
	}
	return Person{r.text(b[:name]), mailAddress(r.text(b[name : name+addr]))}
}

// dateTime reads the date of the old form: year, month, day, hour, minute, second.
func dateTime(b []byte) time.Time {
	if len(b) < 12 {
		return time.Time{}
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	if n(0) < 1980 || n(1) < 1 || n(1) > 12 || n(2) < 1 || n(2) > 31 {
		return time.Time{}
	}
	return time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), n(5), 0, time.UTC)
}

// fileTime reads hundreds of nanoseconds since 1601.
func fileTime(v uint64) time.Time {
	const seconds = 10_000_000
	if v == 0 || v/seconds > 1<<36 {
		return time.Time{}
	}
	return time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(v/seconds/86400)).Add(time.Duration(v/seconds%86400) * time.Second)
}
