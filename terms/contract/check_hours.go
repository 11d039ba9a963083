package contract

import (
	"time"

	"madoguchi/terms/worktime"
)

// longestNight is how long hours over midnight may be. Longer ones are more
// likely written the wrong way round; who means them writes two spans.
const longestNight = 12 * time.Hour

// sound reports whether one more span of a day can stand beside those before
// it, and says what is wrong with it otherwise: it is empty, written the wrong
// way round, or overlaps.
func (l *loader) sound(w word, h worktime.Hours, before []worktime.Hours) bool {
	from, to := span(h)
	switch {
	case h.From == h.To:
		l.ps.at(w.at, w.path, "時間帯「%s」の開始と終了が同じです。終日は \"00:00-24:00\" と書き、閉じる日は一覧から除いてください。",
			"the hours %q begin and end at the same time; write \"00:00-24:00\" for a whole day, and leave out a day that is closed", w.text)
		return false
	case h.To < h.From && to-from > longestNight:
		l.ps.at(w.at, w.path, "時間帯「%s」は開始と終了が逆のようです。\"10:00-18:00\" のように早い時刻から書いてください。翌日まで続く場合は、\"18:00-24:00\" と翌日の \"00:00-10:00\" に分けてください。",
			"the hours %q seem to be written the wrong way round; write the earlier time first, as \"10:00-18:00\". Hours into the next day are written as \"18:00-24:00\" and, on the next day, \"00:00-10:00\"", w.text)
		return false
	}
	for _, b := range before {
		if bf, bt := span(b); from < bt && bf < to {
			l.ps.at(w.at, w.path, "時間帯「%s」は、同じ日の「%s」と重なっています。重ならないように直すか、1 つにまとめてください。",
				"the hours %q overlap with %q of the same day; mend them, or write them as one", w.text, hoursText(b))
			return false
		}
	}
	return true
}

// nights checks that hours over midnight end before those of the next day begin.
func (l *loader) nights(days object, week map[time.Weekday][]worktime.Hours) {
	for _, d := range weekdays {
		for _, h := range week[d.day] {
			if h.To >= h.From {
				continue
			}
			for _, next := range week[(d.day+1)%7] {
				if next.From < h.To {
					n := days.opt(d.key)
					l.ps.at(n, days.path+"."+d.key, "時間帯「%s」は翌日まで続き、翌日の「%s」と重なっています。どちらかを直してください。",
						"the hours %q go on into the next day and overlap with its %q; mend one of them", hoursText(h), hoursText(next))
				}
			}
		}
	}
}

// span is hours as an interval from midnight of their day; those over midnight
// end after 24 hours.
func span(h worktime.Hours) (from, to time.Duration) {
	from, to = time.Duration(h.From)*time.Second, time.Duration(h.To)*time.Second
	if to <= from {
		to += 24 * time.Hour
	}
	return from, to
}

func hoursText(h worktime.Hours) string { return h.From.String() + "-" + h.To.String() }
