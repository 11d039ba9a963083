// Package worktime computes with business time.
//
// It owns calendars: regular hours, breaks, special days, closures, Japan's
// public holidays by law, and the arithmetic on them. It refuses any I/O, any
// clock of its own (now is always an argument) and any knowledge of cases or
// contracts.
//
// One definition carries everything: a calendar is open at the instants at
// which the wall clock of its zone shows a date and a time of day at which it is
// open, and every duration is the real time spent inside that set. From it
// follow the corners:
//
//   - Intervals are half-open. At 10:00:00 it is open, at 18:00:00 it is closed.
//   - [Calendar.Add] gives the earliest instant: 16:00 + 2 h is 18:00 the same
//     day, not the next opening. [Calendar.Sub] gives the latest.
//   - A date's exception (closure or special hours) masks that whole date and
//     nothing else. A night that begins on Monday is Monday 22–24 and Tuesday
//     0–6: a holiday on Tuesday cuts its tail, one on Monday leaves the tail.
//     Special hours that cross midnight reach into the next date only if that
//     one has no exception of its own.
//   - Special hours win over closures. Breaks are cut from a date whatever rule
//     it follows, weekly breaks only from days that follow the weekly hours; a
//     break that crosses midnight goes on as hours do.
//   - An hour that daylight saving skips counts for nothing; one that it repeats
//     counts twice.
//   - A business day is a date with hours of its own. Breaks do not unmake it.
//   - Nothing is rounded.
//
// Calendars cover the years 1948 to 2099 of their zone. Zone data is embedded,
// not the host's: see [ZoneDataVersion].
//
// Start reading at [Spec] and [Compile], then calendar.go; table.go holds the
// layout that makes the arithmetic independent of distance, and explain.go says
// in words what was counted.
package worktime
