package agent

import (
	"context"
	"net/url"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// chipWords says what the queue is narrowed by: 状態：対応中, Status: in progress.
func chipWords(ctx context.Context, c FilterChip) string {
	if c.Value == "" {
		return c.Label
	}
	return ui.T(ctx, "filter.chip", c.Label, c.Value)
}

// queueTitle heads the list: what the contract asks, where it is sorted so.
func queueTitle(ctx context.Context, q QueueView) string {
	if q.Order != store.ByDeadline {
		return ui.T(ctx, "sort."+string(q.Order))
	}
	return ui.T(ctx, "queue.title")
}

// fieldInput is how a value of a kind is typed.
func fieldInput(kind string) string {
	if kind == "date" {
		return "date"
	}
	return "text" // numbers too: full-width digits and separators are fine
}

// tagQuery asks the queue for what has a tag.
func tagQuery(name string) string { return "tag=" + url.QueryEscape(name) }
