// Package cli is the command line: flags, environment and configuration file
// say the same things under the same names.
//
// It owns the commands' words and exit codes. What a command does is in the
// file named after it. Start reading at [Run].
package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"madoguchi/contracts"
	"madoguchi/terms/fault"
)

// root is the whole command line.
type root struct {
	Demo     DemoCmd     `cmd:"" help:"Run a desk with a believable week of cases and customers who keep writing."`
	Serve    ServeCmd    `cmd:"" help:"Run a desk."`
	Rebuild  RebuildCmd  `cmd:"" help:"Recompute every projection from the events, and verify the history."`
	Doctor   DoctorCmd   `cmd:"" help:"Examine an installation, and say how to mend what is wrong."`
	Copy     CopyCmd     `cmd:"" help:"Copy a desk from SQLite to PostgreSQL, or back, and compare both sides."`
	Backup   BackupCmd   `cmd:"" help:"Write the whole desk into one file, encrypted if asked, while it runs."`
	Restore  RestoreCmd  `cmd:"" help:"Make a data directory from a backup, and verify the history."`
	Import   ImportCmd   `cmd:"" help:"Take files of customers and of their people into the registry."`
	Contract ContractCmd `cmd:"" help:"Check, show, compare and simulate contract files."`
	Hours    HoursCmd    `cmd:"" help:"Say whether the desk is open, and until when."`
	Due      DueCmd      `cmd:"" help:"Compute a deadline and explain it."`
	Worktime WorktimeCmd `cmd:"" help:"Business-time arithmetic."`
	Mail     MailCmd     `cmd:"" help:"Read mail files."`
	Version  VersionCmd  `cmd:"" help:"Print the version."`
}

// MailCmd groups what can be done with mail files.
type MailCmd struct {
	Read   MailReadCmd   `cmd:"" help:"Read mail files and print what was understood, as JSON."`
	Reread MailRereadCmd `cmd:"" help:"Read all kept mails again after an improvement, and record in their cases what is read differently."`
}

// Run parses the arguments, runs the command and returns the exit code: 0 for
// success, 1 for a failure, 2 for a command line that cannot be understood, 130
// where a command was interrupted before its answer was whole.
func Run(ctx context.Context, args []string, io *IO) int {
	var r root
	exit := -1
	k, err := kong.New(
		&r,
		kong.Name("madoguchi"),
		kong.Description("A support desk that executes a written support contract."),
		kong.UsageOnError(),
		kong.Writers(io.Out, io.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(io),
		kong.DefaultEnvars("MADOGUCHI"),
		kong.Vars{"data": "madoguchi-data", "contract": contracts.Default},
	)
	if err != nil {
		return say(io, err)
	}
	cmd, err := k.Parse(args)
	if exit >= 0 {
		return exit // help was asked for
	}
	if err != nil {
		fmt.Fprintln(io.Err, "madoguchi:", err)
		return 2
	}
	return say(io, cmd.Run())
}

// say prints a failure in both languages where it has them.
func say(io *IO, err error) int {
	if err == nil || errors.Is(err, context.Canceled) {
		return 0
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Text.JA != "" {
		fmt.Fprintln(io.Err, f.Text.JA)
	}
	fmt.Fprintln(io.Err, "madoguchi:", err)
	if e, ok := errors.AsType[exitCode](err); ok {
		return e.code
	}
	return 1
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run implements the command.
func (VersionCmd) Run(io *IO) error {
	_, err := fmt.Fprintln(io.Out, "madoguchi", version())
	return err
}

// version is what was built.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "development"
}
