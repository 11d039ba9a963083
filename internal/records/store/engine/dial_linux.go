package engine

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// giveUpSilent ends a connection whose peer acknowledges nothing any more, as
// when its machine has lost power: without it Linux goes on for 15 minutes.
func giveUpSilent(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	var set error
	err := c.Control(func(fd uintptr) {
		set = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(sendPatience.Milliseconds()))
	})
	return errors.Join(err, set)
}
