package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/demo"
	"madoguchi/terms/fault"
)

// DemoCmd runs a desk with a believable week in it.
type DemoCmd struct {
	Data     string  `placeholder:"DIR" help:"Directory that keeps the demonstration. Without it everything is gone at the end."`
	Database string  `help:"Keep the records on PostgreSQL 15 or newer, in a database that is empty (or of the same --data before): postgres://user@host/db. Without it: SQLite."`
	HTTP     string  `default:"127.0.0.1:8480" help:"Listen address of the screens."`
	SMTP     string  `default:"127.0.0.1:2525" help:"Listen address of incoming mail."`
	Hostname string  `default:"localhost" help:"By which this machine names itself in mail."`
	At       string  `placeholder:"INSTANT" help:"Begin at this instant and run on from there, such as 2026-11-20T16:42+09:00. Without it: now."`
	Password string  `help:"Password of everybody of the example desk. Without it: a random one, printed at the start."`
	Quiet    bool    `help:"No simulated customers write."`
	Pace     float64 `default:"1" help:"How fast the simulated customers write: at 1 a mail every 20 to 60 seconds, at 2 twice as often."`
	LogLevel string  `default:"warn" enum:"debug,info,warn,error" help:"How much is logged."`
}

// Run implements the command.
func (c *DemoCmd) Run(ctx context.Context, io *IO) (err error) {
	cfg, err := c.config(io)
	if err != nil {
		return err
	}
	if c.Data == "" {
		if cfg.Dir, err = os.MkdirTemp("", "madoguchi-demo-"); err != nil {
			return fmt.Errorf("make a temporary directory: %w", err)
		}
		defer func() { err = errors.Join(err, demo.Forget(context.WithoutCancel(ctx), cfg.Dir, cfg.Database)) }()
	}
	fmt.Fprintln(io.Out, "デモの窓口を準備しています… / Preparing the demonstration desk…")
	d, err := demo.Open(ctx, cfg)
	if err != nil {
		return err
	}
	c.welcome(io, d)
	return d.Run(ctx)
}

func (c *DemoCmd) config(io *IO) (demo.Config, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return demo.Config{}, err
	}
	at, err := c.at()
	if err != nil {
		return demo.Config{}, err
	}
	if c.Pace <= 0 || c.Pace > 100 {
		return demo.Config{}, fault.New(fault.Invalid, "--pace は 0 より大きく 100 以下の数で指定してください。",
			"--pace must be a number above 0 and at most 100.").At("pace")
	}
	return demo.Config{
		Dir: c.Data, Database: c.Database, HTTP: c.HTTP, SMTP: c.SMTP, Hostname: c.Hostname, Contract: contracts.Default,
		At: at, Password: c.Password, Quiet: c.Quiet, Pace: c.Pace,
		Log: slog.New(slog.NewTextHandler(io.Err, &slog.HandlerOptions{Level: level})), Machine: time.Now,
	}, nil
}

func (c *DemoCmd) at() (time.Time, error) {
	if c.At == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(form, c.At); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "--at は 2026-11-20T16:42+09:00 の形で指定してください。",
		"--at must have the form 2026-11-20T16:42+09:00.").At("at")
}

// roleNames are the roles as the screens call them.
var roleNames = map[string]string{"agent": "担当 / agent", "supervisor": "責任者 / supervisor", "administrator": "管理者 / administrator"}

// welcome says, in both languages, where everything is.
func (c *DemoCmd) welcome(io *IO, d *demo.Demo) {
	say := func(label string, parts ...string) {
		fmt.Fprintln(io.Out, "  "+padded(label, 24)+strings.Join(parts, "  "))
	}
	fmt.Fprintln(io.Out)
	if d.App.HTTP != nil {
		say("画面 / Screens", fmt.Sprintf("http://%s/", d.App.HTTP))
	}
	for i, p := range d.People {
		label := ""
		if i == 0 {
			label = "サインイン / Sign in"
		}
		say(label, padded(p.Mail, 30), padded(p.Name, 12), roleNames[p.Role])
	}
	say("パスワード / Password", d.Password)
	if d.App.SMTP != nil {
		say("メール / Mail", "SMTP "+d.App.SMTP.String()+" → "+d.Mail)
		say("", fmt.Sprintf("swaks --server %s --from %s --to %s --header 'Subject: 試し' --body 'サインインできません'", d.App.SMTP, d.Customer, d.Mail))
	}
	say("送信メール / Sent mail", "画面で読めます。外部には送信されません / is read on the screens; none leaves this machine")
	switch {
	case c.Data == "":
		say("データ / Data", "終了時に消えます（残すには --data DIR） / is gone at the end (to keep it: --data DIR)")
	case d.Continued:
		say("データ / Data", c.Data+"（前回の続き / continued）")
	default:
		say("データ / Data", c.Data)
	}
	say("終了 / Stop", "Ctrl+C")
}

// padded fills a text with blanks up to a width in columns, of which a
// Japanese character takes two.
func padded(s string, width int) string {
	for _, r := range s {
		width--
		if r >= 0x1100 {
			width--
		}
	}
	return s + strings.Repeat(" ", max(width, 0))
}
