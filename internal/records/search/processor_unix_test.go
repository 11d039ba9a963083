//go:build unix

package search

import (
	"syscall"
	"time"
)

// processor is the time that this process has had of the processors:
// PostgreSQL's is not in it. It tells more than the clock where others use the
// machine.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
