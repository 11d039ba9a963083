package demo

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// hush keeps the log silent while the week is played: what goes wrong in it
// is part of the example, such as a reply that a customer's server refuses.
type hush struct {
	slog.Handler
	playing *atomic.Bool
}

// Enabled says what is logged now.
func (h hush) Enabled(ctx context.Context, level slog.Level) bool {
	return !h.playing.Load() && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the silence.
func (h hush) WithAttrs(attrs []slog.Attr) slog.Handler {
	return hush{h.Handler.WithAttrs(attrs), h.playing}
}

// WithGroup keeps the silence.
func (h hush) WithGroup(name string) slog.Handler { return hush{h.Handler.WithGroup(name), h.playing} }
