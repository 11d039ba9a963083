package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
)

// bar is a progress bar on one line of the terminal; on anything else it
// shows nothing.
type bar struct {
	io    *IO
	on    bool
	shown int64
}

// progressBar returns a bar on standard error.
func progressBar(io *IO) *bar {
	f, ok := io.Err.(*os.File)
	return &bar{io: io, on: ok && isatty.IsTerminal(f.Fd()) && io.Env("TERM") != "dumb", shown: -1}
}

// show draws the bar anew when it has grown by a thousandth.
func (b *bar) show(done, total int64) {
	if !b.on || total <= 0 || done*1000/total == b.shown {
		return
	}
	b.shown = done * 1000 / total
	const width = 30
	full := int(done * width / total)
	fmt.Fprintf(b.io.Err, "\r[%s%s] %3d %%  %d / %d ", strings.Repeat("#", full), strings.Repeat("-", width-full), done*100/total, done, total)
}

// clear takes the bar away, so that what follows begins a fresh line.
func (b *bar) clear() {
	if b.on && b.shown >= 0 {
		fmt.Fprint(b.io.Err, "\r\x1b[K")
	}
}
