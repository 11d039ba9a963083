package agent

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/doors/web/ui"
)

// Sample draws one timeline entry of every kind, for the gallery.
func Sample(ctx context.Context, now time.Time) templ.Component {
	t := func(key string, args ...any) string { return ui.T(ctx, key, args...) }
	customer, agent, lang := t("case.person", t("gallery.customer")), t("gallery.person"), string(ui.Of(ctx).Lang)
	return sample([]Entry{
		{
			Seq: 1, Kind: "in", Icon: "mail", Who: customer, At: now.Add(-82 * time.Minute), Label: t("channel.mail"), Lang: lang,
			Text: t("gallery.in"), Rest: t("gallery.in.rest"), Files: []FileLink{{Text: t("timeline.files", "screenshot.png", size(212<<10)), Path: "#"}},
		},
		{Seq: 2, Kind: "sys", Icon: "check", Who: t("timeline.system"), At: now.Add(-82 * time.Minute), Title: t("timeline.ack")},
		{Seq: 3, Kind: "note", Icon: "note", Who: agent, At: now.Add(-14 * time.Minute), Label: t("timeline.note"), Lang: lang, Text: t("gallery.internal")},
		{
			Seq: 4, Kind: "out", Icon: "reply", Who: agent, At: now, Label: t("channel.mail"), Lang: lang, Text: t("gallery.out"), To: customer,
			Chips: []Chip{{"ai", "flag", t("timeline.first")}, {"ok", "check", t("clock.met")}},
		},
	})
}

// SampleOptions draws the palette's list as it is while a case is open, for the gallery.
func SampleOptions(ctx context.Context) templ.Component {
	t := func(key string, args ...any) string { return ui.T(ctx, key, args...) }
	return sampleOptions([]PaletteGroup{
		{ID: "sample-case", Title: t("palette.group.case", "CS-10482"), Options: []PaletteOption{
			{Icon: "flag", Text: t("command.priority"), Keys: []string{"P"}},
			{Icon: "user", Text: t("command.assign"), Keys: []string{"A"}},
		}},
		{ID: "sample-go", Title: t("palette.group.go"), Options: []PaletteOption{
			{Icon: "scroll", Text: t("command.contract"), Keys: []string{"G", "T"}},
			{Icon: "inbox", Text: t("command.queue"), Keys: []string{"G", "Q"}},
		}},
	})
}
