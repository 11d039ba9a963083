package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// MailRereadCmd reads all kept mails again.
type MailRereadCmd struct {
	filesFlags `embed:""`

	Data     string `default:"${data}" help:"The desk's data directory. The desk must not be running."`
	Contract string `default:"${contract}" help:"Id of the contract for contacts whose customer is not known yet."`
	DryRun   bool   `help:"Only say what would be recorded."`
}

// partNames are the parts of a mail as they are printed.
var partNames = map[cases.Part]string{
	cases.PartFrom: "差出人 from", cases.PartSubject: "件名 subject", cases.PartText: "本文 text", cases.PartAttachments: "添付 attachments",
}

// Run implements the command: one line for each mail that is read differently,
// and the counts.
func (c *MailRereadCmd) Run(ctx context.Context, io *IO) (err error) {
	log := slog.New(slog.NewTextHandler(io.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	keys, err := c.filesKeys()
	if err != nil {
		return err
	}
	a, err := app.Start(ctx, app.Config{Dir: c.Data, Files: c.Files, FilesKeys: keys, Contract: c.Contract, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	result, err := a.Desk.Reread(ctx, c.DryRun, func(r desk.Rereading) { c.say(io, r) })
	if err != nil {
		return err
	}
	verb := "記録しました / recorded"
	if c.DryRun {
		verb = "変更はしていません / nothing was changed"
	}
	fmt.Fprintf(io.Out, "%d 通を読み直し、%d 通の読み取りが変わりました（うち新たに読めたもの %d 通）。%s\n", result.Read, result.Differ, result.Readable, verb)
	fmt.Fprintf(io.Out, "%d mails read again, %d read differently (%d of them readable for the first time)\n", result.Read, result.Differ, result.Readable)
	if result.Unreadable > 0 {
		fmt.Fprintf(io.Out, "%d 通はまだ読み取れません / %d still cannot be read\n", result.Unreadable, result.Unreadable)
	}
	if result.Frozen > 0 {
		fmt.Fprintf(io.Out, "%d 通は新しい版で記録されたケースのため変更していません / %d are of cases that a newer version wrote into\n", result.Frozen, result.Frozen)
	}
	return nil
}

func (c *MailRereadCmd) say(io *IO, r desk.Rereading) {
	parts := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		parts[i] = partNames[p]
	}
	fmt.Fprintf(io.Out, "%s  %s  [%s]\n", r.Number, r.Inbound, strings.Join(parts, ", "))
	for _, d := range []struct{ name, before, now string }{
		{"件名 subject", r.Before.Subject, r.Now.Subject},
		{"差出人 from", r.Before.From.Name, r.Now.From.Name},
		{"本文 text", excerpt(r.Before.Text), excerpt(r.Now.Text)},
		{"添付 attachments", files(r.Before.Attachments), files(r.Now.Attachments)},
	} {
		if d.before != d.now {
			fmt.Fprintf(io.Out, "    %s: %q → %q\n", d.name, d.before, d.now)
		}
	}
}

// excerpt is the beginning of a text on one line.
func excerpt(s string) string {
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) > 60 {
		return string(line[:60]) + "…"
	}
	return string(line)
}

func files(list []cases.Attachment) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.Name
		if a.Name == "" {
			names[i] = a.Type
		}
	}
	return strings.Join(names, ", ")
}
