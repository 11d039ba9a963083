package wording

import (
	"strings"
	"time"

	"madoguchi/terms/worktime"
)

// Segments says line by line why a deadline is when it is:
//
//	金 19:30 営業時間外
//	土・日・月（勤労感謝の日） 止まる
//	火 10:00–16:00 6:00 進む
//
// It takes what [worktime.Calendar.Explain] returns, whose instants stand on the
// calendar's own wall clock. Nights between two days are left out; days are
// named by the weekday while no weekday comes twice, else by the date.
func Segments(segments []worktime.Segment, lang string) []string {
	if len(segments) == 0 {
		return nil
	}
	first, last := segments[0].From, segments[len(segments)-1].To
	s := teller{lang: lang, byDate: last.Sub(first) > 6*24*time.Hour}
	for i, g := range segments {
		switch {
		case g.Counts():
			s.counted(g)
		case i == 0:
			s.began(g)
		case g.Reason == worktime.Break || (g.Reason == worktime.OutOfHours && sameDay(g.From, g.To)):
			if i+1 < len(segments) && segments[i+1].Counts() && segments[i-1].Counts() {
				s.flush()
				s.line(s.span(g) + " " + g.Reason.In(lang) + " " + s.stopped())
			}
		case g.Reason != worktime.OutOfHours:
			s.closed(g.From, g)
		}
	}
	s.flush()
	return s.lines
}

func sameDay(a, b time.Time) bool {
	y, m, d := a.Date()
	v, n, e := b.Date()
	return y == v && m == n && d == e
}

// teller gathers closed days until something else is said.
type teller struct {
	lang   string
	byDate bool
	lines  []string
	days   []closedDay
}

type closedDay struct {
	day  string
	name string
}

func (s *teller) line(text string) { s.lines = append(s.lines, text) }

func (s *teller) day(t time.Time) string {
	if s.byDate {
		return Date(t, t, t.Location(), s.lang)
	}
	if s.lang == "ja" {
		return daysJA[t.Weekday()]
	}
	return daysEN[t.Weekday()]
}

func (s *teller) say(ja, en string) string {
	if s.lang == "ja" {
		return ja
	}
	return en
}

func (s *teller) stopped() string { return s.say("止まる", "stopped") }

// span says 火 10:00–16:00, or 日 23:45–月 00:15 over midnight, or 10:00–24:00
// up to it.
func (s *teller) span(g worktime.Segment) string {
	from := s.at(s.day(g.From), g.From)
	switch {
	case sameDay(g.From, g.To):
		return from + "–" + g.To.Format("15:04")
	case g.To.Format("15:04:05") == "00:00:00" && sameDay(g.From, g.To.Add(-time.Second)):
		return from + "–24:00"
	}
	return from + "–" + s.at(s.day(g.To), g.To)
}

// at puts a time behind a day: no space after a full-width bracket.
func (s *teller) at(day string, t time.Time) string {
	if strings.HasSuffix(day, "）") {
		return day + t.Format("15:04")
	}
	return day + t.Format(" 15:04")
}

func (s *teller) counted(g worktime.Segment) {
	s.flush()
	s.line(s.span(g) + " " + Length(g.Business()) + " " + s.say("進む", "counted"))
}

// began says that the first instant is out of hours, and keeps the days that
// follow for the next line.
func (s *teller) began(g worktime.Segment) {
	s.line(s.at(s.day(g.From)+s.bracket(g.Name.In(s.lang)), g.From) + " " + s.say("営業時間外", "out of hours"))
	if g.Reason != worktime.OutOfHours && g.Reason != worktime.Break {
		s.closed(nextDay(g.From), g)
	}
}

// closed keeps each date of g from the instant given on.
func (s *teller) closed(from time.Time, g worktime.Segment) {
	for t := from; t.Before(g.To); t = nextDay(t) {
		s.days = append(s.days, closedDay{day: s.day(t), name: g.Name.In(s.lang)})
	}
}

func nextDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
}

// flush says the days kept: 土・日・月（勤労感謝の日） 止まる. More than three days
// of one name are told as a run: 12/29（火）〜12/31（木）.
func (s *teller) flush() {
	if len(s.days) == 0 {
		return
	}
	var parts []string
	for i := 0; i < len(s.days); {
		j := i
		for j < len(s.days) && s.days[j].name == s.days[i].name {
			j++
		}
		parts = append(parts, s.run(s.days[i:j]))
		i = j
	}
	s.line(strings.Join(parts, s.say("・", ", ")) + " " + s.stopped())
	s.days = nil
}

func (s *teller) run(days []closedDay) string {
	var names []string
	for _, d := range days {
		names = append(names, d.day)
	}
	text := strings.Join(names, s.say("・", ", "))
	if len(days) >= 3 && s.byDate {
		text = names[0] + s.say("〜", "–") + names[len(names)-1]
	}
	return text + s.bracket(days[0].name)
}

func (s *teller) bracket(name string) string {
	if name == "" {
		return ""
	}
	return s.say("（"+name+"）", " ("+name+")")
}
