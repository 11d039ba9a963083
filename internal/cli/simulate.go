package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ContractSimulateCmd replays the recorded history under another version.
type ContractSimulateCmd struct {
	Language
	With     string `required:"" placeholder:"FILE" help:"The contract file to replay under, - for standard input."`
	Data     string `default:"${data}" help:"The desk's data directory; a running desk may go on using it."`
	Database string `help:"The desk's records on PostgreSQL; without it: SQLite in --data."`
	From     string `placeholder:"TIME" help:"Only cases received at this instant or later: 2026-08-22, or with a time of day, on the contract's clock."`
	To       string `placeholder:"TIME" help:"Only cases received before this instant."`
	At       string `placeholder:"TIME" help:"Replay the records as they were at this instant; now without it."`
	Of       string `placeholder:"ID" help:"Replay the cases of this contract; without it, of the contract that the file names."`
	All      bool   `help:"List every case that differs, not only the first 20."`
	JSON     bool   `name:"json" help:"Answer as JSON."`
}

// listed is how many differing cases are listed without --all.
const listed = 20

// Help says what the exit codes mean.
func (c *ContractSimulateCmd) Help() string {
	return `What customers and the desk did stands, with its instants; what the contract decided is decided again by the version in FILE: which target ran and to
which deadline, whether it was met, whether a mail's words claimed a priority, and whether on-call was rung. Nothing is written, and the effective date
of the version plays no part.

Exit codes: 0 when the replay was finished, whatever differs; 1 when it could not be done; 2 for a wrong command line; 130 when it was interrupted (the totals
of the cases done so far are printed, and are called partial).`
}

// Run replays and prints what differs.
func (c *ContractSimulateCmd) Run(ctx context.Context, stdio *IO) error {
	err := c.run(ctx, stdio)
	if errors.Is(err, context.Canceled) {
		return interrupted()
	}
	return err
}

func (c *ContractSimulateCmd) run(ctx context.Context, stdio *IO) error {
	con, err := ContractFile{Contract: c.With}.load(stdio)
	if err != nil {
		return err
	}
	job := replay.Job{With: con, Of: c.Of, List: listed}
	if c.All {
		job.List = -1
	}
	if err := c.bounds(&job, con); err != nil {
		return err
	}
	records, err := store.OpenReading(ctx, store.Config{Dir: c.Data, Database: c.Database})
	if err != nil {
		return err
	}
	job.Histories = records.Histories
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // memory for speed: the records are read through once
	bar := progressBar(stdio)
	job.Progress = bar.show
	r, err := replay.Run(ctx, job)
	bar.clear()
	if r == nil {
		return errors.Join(err, records.Close())
	}
	if err == nil && r.Totals.Cases == 0 {
		err = c.nothing(ctx, records.Histories, r)
	} else if said := c.print(stdio, con, r); said != nil {
		err = said
	}
	return errors.Join(err, records.Close())
}

func (c *ContractSimulateCmd) print(stdio *IO, con *contract.Contract, r *replay.Report) error {
	if c.JSON {
		return writeJSON(stdio, simulationJSON(r))
	}
	t := simulationText{Language: c.Language, con: con, r: r, all: c.All}
	_, err := fmt.Fprint(stdio.Out, t.String())
	return err
}

func (c *ContractSimulateCmd) bounds(job *replay.Job, con *contract.Contract) (err error) {
	job.At = time.Now()
	for _, b := range []struct {
		flag, text string
		into       *time.Time
	}{{"--from", c.From, &job.From}, {"--to", c.To, &job.To}, {"--at", c.At, &job.At}} {
		if b.text == "" {
			continue
		}
		if *b.into, err = parseDay(b.text, con.Zone()); err != nil {
			return err
		}
	}
	if !job.From.IsZero() && !job.To.IsZero() && !job.From.Before(job.To) {
		return fault.New(fault.Invalid, "--from は --to より前の日時を指定してください。", "--from must be before --to").At("--from")
	}
	return nil
}

// parseDay reads an instant, or a date as its first instant on zone's clock.
func parseDay(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t, nil
	}
	return parseInstant(s, zone)
}

// nothing says what to do where no case was replayed.
func (c *ContractSimulateCmd) nothing(ctx context.Context, h store.Histories, r *replay.Report) error {
	if n := r.Totals.Elsewhere; n > 0 {
		rows, err := h.Contracts(ctx)
		if err != nil {
			return err
		}
		var ids []string
		for _, row := range rows {
			if !slices.Contains(ids, row.ID) {
				ids = append(ids, row.ID)
			}
		}
		list := strings.Join(ids, ", ")
		return fault.New(fault.NotFound,
			fmt.Sprintf("契約 %s のケースがありません（ほかの契約のケース: %d 件）。--of で対象の契約を指定してください: %s", r.Of, n, list),
			fmt.Sprintf("there is no case of contract %s among the %d; name the contract to replay with --of, one of: %s", r.Of, n, list)).At("--of")
	}
	all, _, err := h.Count(ctx, store.Selection{})
	if err != nil {
		return err
	}
	if all > 0 {
		return fault.New(fault.NotFound,
			fmt.Sprintf("指定された期間に受け付けたケースがありません（記録されているケース: %d 件）。--from と --to を広げてください。", all),
			fmt.Sprintf("no case was received in that time (the records hold %d); widen --from and --to", all))
	}
	return fault.New(fault.NotFound,
		c.Data+" には、まだケースがありません。窓口がケースを受け付けた後に実行するか、madoguchi demo --data DIR で作った例でお試しください。",
		"there is no case in "+c.Data+" yet; run it after the desk has received some, or try it on the records of madoguchi demo --data DIR")
}

// exitCode is a failure with an exit code of its own.
type exitCode struct {
	error
	code int
}

// Unwrap returns the failure.
func (e exitCode) Unwrap() error { return e.error }

// interrupted is the end by Ctrl-C (128 + SIGINT, as shells have it).
func interrupted() error {
	return exitCode{fault.New(fault.Unavailable, "中断しました。集計は、処理を終えたケースのみのものです。", "interrupted: the totals are partial, of the cases done until then"), 130}
}
