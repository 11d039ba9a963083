package imapin

import (
	"context"
	"time"
)

// Waiting for another machine goes by the machine's clock, whatever clock the
// desk runs on: this file is the only one here that asks for it.

// pause waits for d, or less when news come or ctx ends.
func pause(ctx context.Context, news <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-news:
	case <-ctx.Done():
	}
}

// watch waits for news for at most d, or until the connection closes.
func watch(closed, news <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-news:
	case <-closed:
	}
}
