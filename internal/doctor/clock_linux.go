package doctor

import "golang.org/x/sys/unix"

// synchronized asks the kernel whether a time service keeps the clock; known
// is false where it does not say.
func synchronized() (synced, known bool) {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil {
		return false, false
	}
	return state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0, true
}
