package wording

import (
	"slices"
	"strings"
	"time"

	"madoguchi/terms/worktime"
)

// Week says regular hours by weekday, Monday first; neighbouring days with the
// same hours are one: 月〜金 10:00〜18:00, Mon–Fri 10:00–18:00. Days without
// hours are left out.
func Week(week map[time.Weekday][]worktime.Hours, lang string) string {
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	to, and := "–", ", "
	names := daysEN
	if lang == "ja" {
		to, and, names = "〜", "、", daysJA
	}
	var parts []string
	for i := 0; i < len(days); {
		j := i + 1
		for j < len(days) && slices.Equal(week[days[j]], week[days[i]]) {
			j++
		}
		if hours := week[days[i]]; len(hours) > 0 {
			label := names[days[i]]
			if j-i > 1 {
				label += to + names[days[j-1]]
			}
			var spans []string
			for _, h := range hours {
				spans = append(spans, h.From.String()+to+h.To.String())
			}
			parts = append(parts, label+" "+strings.Join(spans, and))
		}
		i = j
	}
	return strings.Join(parts, and)
}
