package cli

import "io"

// IO is what a command may touch of the outside: its three streams and the
// environment. Env returns "" for a variable that is not set.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(string) string
}
