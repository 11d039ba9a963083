//go:build !linux

package doctor

// synchronized is not known on this system.
func synchronized() (synced, known bool) { return false, false }
