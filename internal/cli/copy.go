package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// CopyCmd moves a desk from SQLite to PostgreSQL, or back.
type CopyCmd struct {
	From string `required:"" placeholder:"DESK" help:"Where the desk is: its data directory, or postgres://…"`
	To   string `required:"" placeholder:"DESK" help:"Where it goes: a new data directory, or postgres://… of an empty database."`
	Data string `placeholder:"DIR" help:"With PostgreSQL on one side: the data directory of its nodes, from or to which the key file and the contract files are copied."`

	FromFiles    string `placeholder:"s3://…" help:"Where the desk has its large mails and files, if in an object store."`
	ToFiles      string `placeholder:"s3://…" help:"Where they go, if into an object store. With the same desk at --from and --to only they are copied."`
	FilesKeyFile string `placeholder:"FILE" help:"File of the keys with which they are, or are to be, encrypted."`
}

// Help says what is to be known.
func (c *CopyCmd) Help() string {
	return `Stop the desk first: nobody may write while it is copied. Everything is copied: histories, mails, customers, people, sessions, the outbox, settings. An
interrupted copy goes on when the same command is given again; until it is complete no desk opens the target. At the end both sides are compared row by
row, and every event's hash is checked at the target. The source is not changed.

Only the files are copied, into an object store or back, when --from and --to name the same desk: madoguchi copy --from DIR --to DIR --to-files s3://…
Into an object store this may be done while the desk runs, and once more after it was stopped, before it is started with --files.

Exit codes: 0 when both sides are the same; 1 when not, or when the copy could not be made; 2 for a wrong command line; 130 when it was interrupted.`
}

// Run implements the command.
func (c *CopyCmd) Run(ctx context.Context, io *IO) error {
	for _, side := range []struct{ flag, place string }{{"from", c.From}, {"to", c.To}} {
		if strings.Contains(side.place, "://") && !shared(side.place) { // not repeated: it may hold a password
			return fault.New(fault.Invalid, "--"+side.flag+" には、データ保存先のディレクトリか postgres://… を指定してください。",
				"Give a data directory or postgres://… with --"+side.flag+".").At(side.flag)
		}
	}
	if c.From == c.To && c.FromFiles != c.ToFiles {
		return c.moveFiles(ctx, io)
	}
	done, err := c.run(ctx, io)
	if errors.Is(err, context.Canceled) {
		return exitCode{fault.New(fault.Unavailable, "中断しました。同じコマンドをもう一度実行すると、続きから再開します。", "interrupted: give the same command again, and it goes on"), 130}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "移行しました。%d 行を照合し、履歴 %d 件のハッシュを検証しました / Copied: %d rows are the same on both sides, and the hashes of %d events are right: %s\n",
		done.Rows, done.Events, done.Rows, done.Events, done.Digest)
	return c.files(io)
}

func (c *CopyCmd) run(ctx context.Context, io *IO) (done store.Copied, err error) {
	if c.From == c.To {
		return done, fault.New(fault.Invalid, "--from と --to に別の場所を指定してください。", "--from and --to must be two places").At("to")
	}
	keys, err := filesFlags{FilesKeyFile: c.FilesKeyFile}.filesKeys()
	if err != nil {
		return done, err
	}
	from := c.place(c.From, c.FromFiles, keys)
	if r, err := store.OpenReading(ctx, from); fault.Is(err, fault.NotFound) { // instead of making one
		return done, fault.Wrap(fault.NotFound, err, "--from（"+shown(c.From)+"）に窓口がありません。窓口のデータ保存先か、窓口のあるデータベースを指定してください。",
			"There is no desk at --from ("+shown(c.From)+"). Give the data directory of one, or the database that holds it.").At("from")
	} else if err == nil {
		if err := r.Close(); err != nil {
			return done, err
		}
	}
	source, err := store.Open(ctx, from)
	if err != nil {
		return done, fmt.Errorf("open %s: %w", shown(c.From), err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	to := c.place(c.To, c.ToFiles, keys)
	to.Target = true
	target, err := store.Open(ctx, to)
	if err != nil {
		return done, fmt.Errorf("open %s: %w", shown(c.To), err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	show := percent(io)
	if bar := progressBar(io); bar.on {
		show = bar.show
		defer bar.clear()
	} else {
		defer fmt.Fprintln(io.Err)
	}
	return store.Copy{From: source, To: target, Progress: show}.Run(ctx)
}

// place reads a desk's place. A desk on PostgreSQL keeps beside its database
// only what replies that are being written take along.
func (c *CopyCmd) place(s, files string, keys *blob.Keys) store.Config {
	cfg := store.Config{Dir: s, Files: files, Keys: keys}
	if shared(s) {
		cfg.Dir, cfg.Database = cmp.Or(c.Data, os.TempDir()), s
	}
	return cfg
}

func shared(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// shown is a place without the password that it may hold.
func shown(s string) string {
	if shared(s) {
		return "PostgreSQL"
	}
	return s
}

// moveFiles copies a desk's files from one place to another.
func (c *CopyCmd) moveFiles(ctx context.Context, io *IO) error {
	dir := c.From
	if shared(dir) {
		dir = c.Data
	}
	local := filepath.Join(dir, "blobs")
	if dir == "" {
		return fault.New(fault.Invalid, "--data にノードのデータ保存先を指定してください。", "Give the node's data directory with --data.").At("data")
	}
	return filesFlags{FilesKeyFile: c.FilesKeyFile}.move(ctx, io,
		blob.Config{Place: cmp.Or(c.FromFiles, local)}, blob.Config{Place: cmp.Or(c.ToFiles, local)})
}

// files copies what lies beside the database, or says what is to be copied.
func (c *CopyCmd) files(io *IO) error {
	from, to := c.From, c.To
	for _, side := range []*string{&from, &to} {
		if shared(*side) {
			*side = c.Data
		}
	}
	if from == "" || to == "" {
		bringKey(io)
		return nil
	}
	if from == to {
		return nil
	}
	if _, err := os.Stat(filepath.Join(from, secret.File)); errors.Is(err, fs.ErrNotExist) {
		bringKey(io)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(from, secret.File), filepath.Join(to, secret.File)); err != nil {
		return err
	}
	found, err := filepath.Glob(filepath.Join(from, "contracts", "*", "*"))
	if err != nil {
		return err
	}
	for _, path := range found {
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if err := copyFile(path, filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// bringKey says what the copied desk needs and the copy could not take along.
func bringKey(io *IO) {
	fmt.Fprintf(io.Out, "鍵ファイル %s と contracts/ を、移行先のデータ保存先へ複製してください（ノードごとに同じものが必要です） / Copy the key file %s and contracts/ into the new data directory; every node needs the same\n",
		secret.File, secret.File)
}

// copyFile copies a small file; one that is there with other bytes stays, and
// is an error.
func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	switch have, err := os.ReadFile(to); {
	case err == nil && string(have) == string(b):
		return nil
	case err == nil:
		return fault.New(fault.Conflict, to+" には別の内容のファイルがあります。", "There is a file with other content at "+to+".").At("data")
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, b, 0o600))
}
