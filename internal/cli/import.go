package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/sheet"
)

// ImportCmd takes files of customers and of their people into the registry.
type ImportCmd struct {
	Organizations ImportOrganizationsCmd `cmd:"" help:"Customers: one a line."`
	Contacts      ImportContactsCmd      `cmd:"" help:"People of registered customers: one a line."`
}

// ImportOrganizationsCmd imports customers.
type ImportOrganizationsCmd struct{ importFlags }

// ImportContactsCmd imports people of customers.
type ImportContactsCmd struct{ importFlags }

// importFlags are the flags of both.
type importFlags struct {
	File     string `arg:"" optional:"" type:"existingfile" help:"A table with headings: commas, semicolons or tabs; UTF-8, UTF-16 or Shift_JIS."`
	Template bool   `help:"Print an empty file with the headings and one example instead."`
	DryRun   bool   `help:"Only say what would be done, and what is wrong in which line."`
	Exact    bool   `help:"Empty cells empty what is registered, and addresses, numbers and domains that the file does not have go."`
	Language string `enum:"ja,en," default:"" help:"Language of what is printed: ja or en. By default that of LANG."`
	Data     string `default:"${data}" help:"The desk's data directory. With SQLite the desk must not be running."`
	Database string `help:"The desk's records on PostgreSQL; without it: SQLite in --data."`
	Contract string `default:"${contract}" help:"Id of the contract of customers of whom the file says none."`
}

// Run implements the command.
func (c *ImportOrganizationsCmd) Run(ctx context.Context, io *IO) error {
	return c.run(ctx, io, desk.ImportOrganizations)
}

// Run implements the command.
func (c *ImportContactsCmd) Run(ctx context.Context, io *IO) error {
	return c.run(ctx, io, desk.ImportContacts)
}

// run looks at the file and says line by line what is wrong; then it takes in
// the rows that are right. It ends with 1 where a row was refused.
func (c *importFlags) run(ctx context.Context, io *IO, kind desk.ImportKind) (err error) {
	if c.Language == "" {
		c.Language = "en"
		if strings.HasPrefix(io.Env("LANG"), "ja") {
			c.Language = "ja"
		}
	}
	if c.Template {
		return desk.ImportTemplate(kind, c.Language, io.Out)
	}
	if c.File == "" {
		return errors.New("name the file to import, or ask for one with --template")
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(io.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Start(ctx, app.Config{Dir: c.Data, Database: c.Database, Contract: c.Contract, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	who := desk.Viewer{ID: desk.CommandLine, Name: "madoguchi import", Role: desk.Administrator, Language: c.Language}
	refused, err := c.look(ctx, io, a.Desk, who, kind, raw)
	if err != nil {
		return err
	}
	if !c.DryRun {
		refused, err = c.takeIn(ctx, io, a.Desk, who, kind, raw)
	}
	if err == nil && refused > 0 {
		err = exitCode{errors.New(c.say("%d 行にエラーがあります", "%d rows have errors", refused)), 1}
	}
	return err
}

// look prints what the file would do.
func (c *importFlags) look(ctx context.Context, io *IO, d *desk.Desk, who desk.Viewer, kind desk.ImportKind, raw []byte) (refused int, err error) {
	t, err := sheet.Read(raw)
	if err != nil {
		return 0, err
	}
	opt := desk.ImportOptions{Columns: desk.GuessColumns(kind, t.Head), Exact: c.Exact}
	plan, err := d.PlanImport(ctx, who, kind, t, opt)
	if err != nil {
		return 0, err
	}
	if len(plan.Left) > 0 {
		fmt.Fprintln(io.Out, c.say("取り込まない列：%s", "columns left out: %s", strings.Join(plan.Left, ", ")))
	}
	for _, r := range plan.Rows {
		for _, p := range r.Problems {
			fmt.Fprintln(io.Out, c.say("%d 行目 %s %s", "line %d %s %s", p.Line, strings.TrimSpace("["+p.Column+"]"), p.Text.In(c.Language)))
		}
		if c.DryRun && r.State != desk.ImportUnchanged && r.State != desk.ImportRefused {
			fmt.Fprintln(io.Out, c.say("%d 行目 %s %s%s", "line %d %s %s%s", r.Line, c.state(r.State), r.Name, c.changes(r)))
		}
	}
	n := plan.Counts
	fmt.Fprintln(io.Out, c.say("新規 %d、変更 %d、変更なし %d、エラー %d", "%d new, %d changed, %d unchanged, %d with errors", n.New, n.Changed, n.Unchanged, n.Refused))
	return n.Refused, nil
}

// takeIn carries the file out and says what became of it.
func (c *importFlags) takeIn(ctx context.Context, io *IO, d *desk.Desk, who desk.Viewer, kind desk.ImportKind, raw []byte) (refused int, err error) {
	i, err := d.BeginImport(ctx, who, kind, c.File, raw)
	if err != nil {
		return 0, err
	}
	v, err := d.Import(ctx, who, i.ID)
	if err != nil {
		return 0, err
	}
	if n := v.Plan.Counts; n.New+n.Changed == 0 {
		fmt.Fprintln(io.Out, c.say("取り込む変更はありません", "there is nothing to take in"))
		return n.Refused, d.DropImport(ctx, who, i.ID)
	}
	v.Exact = c.Exact
	if err := d.SetImport(ctx, who, i.ID, v.ImportOptions); err != nil {
		return 0, err
	}
	progress := progressBar(io)
	v, err = d.ImportNow(ctx, who, i.ID, func(done, total int) { progress.show(int64(done), int64(total)) })
	progress.clear()
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(io.Out, c.say("取り込みました：新規 %d、変更 %d", "taken in: %d new, %d changed", v.Counts.New, v.Counts.Changed))
	return v.Counts.Refused, nil
}

func (c *importFlags) say(ja, en string, args ...any) string {
	if c.Language == "ja" {
		return fmt.Sprintf(ja, args...)
	}
	return fmt.Sprintf(en, args...)
}

func (c *importFlags) state(state string) string {
	if state == desk.ImportNew {
		return c.say("新規", "new")
	}
	return c.say("変更", "changed")
}

// changes are what a row changes, on one line.
func (c *importFlags) changes(r desk.ImportPlanRow) string {
	if r.State == desk.ImportNew {
		return ""
	}
	var out []string
	for _, one := range r.Changes {
		out = append(out, fmt.Sprintf("%s: %q → %q", one.Column.In(c.Language), one.Before, one.After))
	}
	return "  " + strings.Join(out, "; ")
}
