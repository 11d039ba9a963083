package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"

	"madoguchi/internal/app"
	"madoguchi/internal/doors/clamd"
	"madoguchi/internal/doors/mailout"
	"madoguchi/terms/fault"
)

// deskFlags are what every command that runs a desk takes.
type deskFlags struct {
	filesFlags `embed:""`

	Data     string `default:"${data}" help:"Directory that holds everything: database, files, contracts."`
	Database string `help:"Records on PostgreSQL 15 or newer, which several nodes may share: postgres://user@host1,host2/db?target_session_attrs=read-write. Without it: SQLite in --data."`
	HTTP     string `default:"127.0.0.1:8480" help:"Listen address of the screens."`
	SMTP     string `default:"127.0.0.1:2525" help:"Listen address of incoming mail."`
	Hostname string `default:"localhost" help:"By which this machine names itself in mail."`
	Contract string `default:"${contract}" help:"Id of the contract for contacts whose customer is not known yet."`
	LogLevel string `default:"info" enum:"debug,info,warn,error" help:"How much is logged."`
	LogForm  string `default:"text" enum:"text,json" help:"How it is logged: for people, or one JSON object a line."`
}

func (f deskFlags) config(io *IO) (app.Config, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.LogLevel)); err != nil {
		return app.Config{}, err
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(io.Err, options)
	if f.LogForm == "json" {
		handler = slog.NewJSONHandler(io.Err, options)
	}
	keys, err := f.filesKeys()
	if err != nil {
		return app.Config{}, err
	}
	return app.Config{
		Dir: f.Data, Files: f.Files, FilesKeys: keys, Database: f.Database, HTTP: f.HTTP, SMTP: f.SMTP, Hostname: f.Hostname, Contract: f.Contract, Log: slog.New(handler),
	}, nil
}

// ServeCmd runs a desk.
type ServeCmd struct {
	deskFlags         `embed:""`
	mailFlags         `embed:""`
	LMTP              string `help:"Listen address of local delivery (LMTP): host:port or unix:/path."`
	Relay             string `help:"Where outgoing mail goes: smtp://user@host:587 (STARTTLS), smtps://user@host:465, or smtp+plain://host:25 in a closed network."`
	RelayPassword     string `help:"Password of the relay's user."`
	RelayPasswordFile string `type:"existingfile" help:"File that holds the password of the relay's user."`
	Replica           string `help:"Directory on another disk or machine, or s3://BUCKET/PREFIX?…, in which a second copy of everything is kept, about a second behind."`
	Clamd             string `help:"Where a ClamAV daemon scans attachments: host:port or unix:/path. Without it they are not scanned."`
	Ops               string `help:"Listen address of /healthz, /readyz and /metrics (Prometheus); the first two are answered beside the screens too."`
	Secure            bool   `help:"The screens are reached by https through a proxy: cookies say so."`
}

// Run implements the command.
func (c *ServeCmd) Run(ctx context.Context, io *IO) error {
	cfg, err := c.config(io)
	if err != nil {
		return err
	}
	cfg.LMTP, cfg.Secure, cfg.Ops, cfg.Version, cfg.Replica = c.LMTP, c.Secure, c.Ops, version(), c.Replica
	if err := replicaSuits(c.Replica, io); err != nil {
		return err
	}
	if cfg.Relay, err = c.relay(); err != nil {
		return err
	}
	if err := c.mailFlags.apply(&cfg); err != nil {
		return err
	}
	scanner, err := c.scanner(ctx, &cfg)
	if err != nil {
		return err
	}
	a, err := app.Start(ctx, cfg)
	if err != nil {
		return err
	}
	token, err := a.Desk.FirstRunToken(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "画面 / Screens:  http://%s/\n", a.HTTP)
	if a.Ops != nil {
		fmt.Fprintf(io.Out, "監視 / Metrics:  http://%s/metrics\n", a.Ops)
	}
	fmt.Fprintf(io.Out, "メール / Mail:   %s (SMTP)\n", a.SMTP)
	if scanner != "" {
		fmt.Fprintf(io.Out, "検査 / Scanner:  %s\n", scanner)
	}
	if cfg.Relay == nil {
		fmt.Fprintln(io.Out, "送信メールの中継サーバー（--relay）が未設定のため、返信は送信待ちのままになります / No --relay is set: outgoing mail waits in the outbox")
	}
	if token != "" {
		fmt.Fprintf(io.Out, "最初の管理者を登録してください（ワンタイムトークン） / Make the first administrator with this one-time token:\n  http://%s/first-run\n  %s\n", a.HTTP, token)
	}
	return a.Run(ctx)
}

// relay reads where outgoing mail goes. Without a relay mail waits in the
// outbox; the command says so when it starts.
func (c *ServeCmd) relay() (mailout.Carrier, error) {
	if c.Relay == "" {
		return nil, nil //nolint:nilnil // no relay is a choice, see app.Config
	}
	u, err := url.Parse(c.Relay)
	security, known := map[string]mailout.Security{"smtp": mailout.StartTLS, "smtps": mailout.TLS, "smtp+plain": mailout.Plain}[schemeOf(u, err)]
	if !known || u.Host == "" {
		return nil, fault.New(fault.Invalid,
			"--relay は smtp://user@host:587（STARTTLS）、smtps://user@host:465、または閉じたネットワーク内の smtp+plain://host:25 の形で指定してください。",
			"give --relay as smtp://user@host:587 (STARTTLS), smtps://user@host:465, or smtp+plain://host:25 within a closed network").At("relay")
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), map[string]string{"smtp": "587", "smtps": "465", "smtp+plain": "25"}[u.Scheme])
	}
	cfg := mailout.RelayConfig{Addr: host, Security: security, Hello: c.Hostname, Username: u.User.Username()}
	switch {
	case c.RelayPasswordFile != "":
		cfg.Password = mailout.PasswordFile(c.RelayPasswordFile)
	case c.RelayPassword != "":
		cfg.Password = func() (string, error) { return c.RelayPassword, nil }
	}
	return mailout.NewRelay(cfg)
}

func schemeOf(u *url.URL, err error) string {
	if err != nil {
		return ""
	}
	return u.Scheme
}

// scanner lets files be scanned, if a daemon is named, and returns what it
// calls itself. One that does not answer yet is asked again with each file.
func (c *ServeCmd) scanner(ctx context.Context, cfg *app.Config) (string, error) {
	if c.Clamd == "" {
		return "", nil
	}
	client, err := clamd.New(c.Clamd)
	if err != nil {
		return "", err
	}
	cfg.Scan = client.Scan
	version, err := client.Ping(ctx)
	if err != nil {
		cfg.Log.Warn("clamd does not answer yet; files are shown as not scanned until it does", "clamd", c.Clamd, "error", err)
	}
	return version, nil
}
