package postgrestest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit in which Linux tells a process's processor time.
const tick = 10 * time.Millisecond

// Processor is the processor time of the cluster's running processes, in steps
// of 10 ms; those that have ended are not counted. It reads /proc, as Linux has it.
func (c *Cluster) Processor() (time.Duration, error) {
	raw, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("no processes in /proc: %w", err)
	}
	ticks := 0
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, after, _ := strings.Cut(string(stat), ") ") // state, parent …: proc(5)
		fields := strings.Fields(after)
		if len(fields) < 13 || fields[1] != first {
			continue
		}
		for _, f := range fields[11:13] {
			n, err := strconv.Atoi(f)
			if err != nil {
				return 0, fmt.Errorf("read %s: %w", file, err)
			}
			ticks += n
		}
	}
	return time.Duration(ticks) * tick, nil
}
