package worktime

import "madoguchi/terms/fault"

// ErrNeverOpen says that the business time asked for does not exist: the
// calendar stays closed for more than twelve years in a row before it would be
// reached.
var ErrNeverOpen error = fault.New(fault.Invalid,
	"この営業カレンダーには、今後12年以内に営業時間がありません。",
	"the calendar has no opening within twelve years")

// ErrOutOfRange says that an instant or a date, given or reached, lies outside
// the years that calendars cover ([FirstYear] to [LastYear]).
var ErrOutOfRange error = fault.New(fault.Invalid,
	"営業カレンダーの対象は1948年から2099年までです。",
	"calendars cover the years 1948 to 2099")

// ErrNotBusinessDay says that a date has no hours of its own.
var ErrNotBusinessDay error = fault.New(fault.Invalid,
	"営業日ではありません。",
	"not a business day")

// ErrNegative says that a negative duration was given to Add or Sub.
var ErrNegative error = fault.New(fault.Invalid,
	"時間の長さには0以上を指定してください。",
	"a duration of business time cannot be negative")

// invalid returns a fault of kind Invalid at a field of the Spec.
func invalid(field, ja, en string) *fault.Error {
	return fault.New(fault.Invalid, ja, en).At(field)
}
