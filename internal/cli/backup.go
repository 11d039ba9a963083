package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/replica"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// BackupCmd groups what belongs to backups.
type BackupCmd struct {
	Create BackupCreateCmd `cmd:"" default:"withargs" help:"Write the whole desk into one file, while it runs (the default)."`
	Verify BackupVerifyCmd `cmd:"" help:"Read a backup to its end and compare every file with its manifest."`
	Key    BackupKeyCmd    `cmd:"" help:"Make a pair of keys: the private one restores, the public one encrypts."`
}

// BackupCreateCmd writes a backup.
type BackupCreateCmd struct {
	filesFlags `embed:""`

	Data           string   `default:"${data}" help:"The desk's data directory; a desk may be running on it."`
	To             string   `required:"" help:"File to write; or a directory, in which a file named after the instant is made."`
	Recipient      []string `help:"Public key (age1…) for which the backup is encrypted; may be repeated."`
	PassphraseFile string   `type:"existingfile" help:"File that holds the passphrase with which the backup is encrypted."`
}

// Run implements the command.
func (c *BackupCreateCmd) Run(ctx context.Context, io *IO) error {
	keys, err := archive.To(c.Recipient...)
	if err != nil {
		return err
	}
	if c.PassphraseFile != "" {
		if keys, err = passphraseIn(c.PassphraseFile); err != nil {
			return err
		}
	}
	files, err := c.bucket()
	if err != nil {
		return err
	}
	now := time.Now()
	to := c.To
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, "madoguchi-"+now.UTC().Format("20060102T150405Z")+".backup")
	}
	m, err := archive.Write(ctx, archive.Plan{Data: c.Data, Files: files, To: to, Keys: keys, Version: version(), Now: now, Progress: archive.Progress(percent(io))})
	fmt.Fprintln(io.Err)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "バックアップを作成しました / Backup made: %s (%d files, %d bytes)\n", to, len(m.Files), m.Size())
	if c.PassphraseFile == "" && len(c.Recipient) == 0 {
		fmt.Fprintln(io.Out, "暗号化されていません。お客様の情報を含むため、保管場所にご注意ください / It is not encrypted and holds customers' data: mind where you keep it")
	}
	return lacks(m)
}

// lacks is what a backup without all that its records name ends with: it is
// there, and whoever counts on it has to hear of it.
func lacks(m archive.Manifest) error {
	if len(m.Missing) == 0 {
		return nil
	}
	return fault.New(fault.Unavailable,
		fmt.Sprintf("履歴にあるメールの原本・ファイルのうち %d 個が保存先になく、バックアップに含まれていません。オブジェクトストレージを使用している場合は、serve と同じ --files を指定してください。そうでなければ、doctor --thorough でご確認ください。", len(m.Missing)),
		fmt.Sprintf("%d large mails and files that the records name were not there, and are not in the backup. If they are in an object store, give --files as to serve; otherwise doctor --thorough names them.", len(m.Missing))).At("files")
}

// openFlags are the keys that open a backup.
type openFlags struct {
	Identity       string `type:"existingfile" help:"File that holds the private key."`
	PassphraseFile string `type:"existingfile" help:"File that holds the passphrase."`
}

func (f openFlags) keys() (archive.Keys, error) {
	switch {
	case f.Identity != "":
		return archive.Identity(f.Identity)
	case f.PassphraseFile != "":
		return passphraseIn(f.PassphraseFile)
	}
	return archive.Keys{}, nil
}

func passphraseIn(file string) (archive.Keys, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return archive.Keys{}, err
	}
	return archive.Passphrase(strings.TrimRight(string(b), "\r\n"))
}

// BackupVerifyCmd reads a backup without restoring it.
type BackupVerifyCmd struct {
	openFlags `embed:""`
	File      string `arg:"" help:"The backup."`
}

// Run implements the command.
func (c *BackupVerifyCmd) Run(ctx context.Context, io *IO) error {
	keys, err := c.keys()
	if err != nil {
		return err
	}
	m, err := archive.Verify(ctx, c.File, keys, archive.Progress(percent(io)))
	fmt.Fprintln(io.Err)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "バックアップは正常です / The backup is whole: %s, %d files, %d bytes\n", m.Made.Format(time.RFC3339), len(m.Files), m.Size())
	return lacks(m)
}

// BackupKeyCmd makes a pair of keys.
type BackupKeyCmd struct {
	To string `required:"" help:"New file for the private key. Keep it where the backups are not."`
}

// Run implements the command.
func (c *BackupKeyCmd) Run(io *IO) error {
	public, err := archive.NewIdentity(c.To)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(io.Out, public)
	return err
}

// RestoreCmd makes a data directory from a backup, or from a second copy.
type RestoreCmd struct {
	openFlags  `embed:""`
	filesFlags `embed:""`
	File       string `arg:"" optional:"" help:"The backup."`
	Replica    string `help:"Instead of a backup: the directory, or s3://…, that serve --replica kept."`
	Data       string `default:"${data}" help:"Data directory to make; it must be empty or absent."`
}

// Run implements the command: unpack, compare with the manifest, then check
// the hashes of the whole history.
func (c *RestoreCmd) Run(ctx context.Context, io *IO) error {
	from, err := c.restore(ctx, io)
	if err != nil {
		return err
	}
	if c.Files != "" { // the desk will look for its files there
		if err := c.move(ctx, io, blob.Config{Place: filepath.Join(c.Data, "blobs")}, blob.Config{Place: c.Files}); err != nil {
			return err
		}
	}
	s, err := store.Open(ctx, store.Config{Dir: c.Data, Files: c.Files})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // nothing is written
	if err := s.VerifyHistory(ctx); err != nil {
		return err
	}
	events, err := s.Position(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.Out, "復元しました。履歴 %d 件のハッシュを検証しました / Restored; the hashes of %d events are right: %s (%s)\n",
		events, events, c.Data, from)
	return err
}

// restore makes the directory and says from what.
func (c *RestoreCmd) restore(ctx context.Context, io *IO) (string, error) {
	switch {
	case (c.File == "") == (c.Replica == ""):
		return "", fault.New(fault.Invalid, "バックアップファイル、または --replica のどちらか一方を指定してください。", "Give either a backup file or --replica.")
	case c.Replica != "":
		files, err := c.filesKeys()
		if err := errors.Join(err, replicaSuits(c.Replica, io)); err != nil {
			return "", err
		}
		return c.Replica, replica.Restore(ctx, c.Replica, files, c.Data)
	}
	keys, err := c.keys()
	if err != nil {
		return "", err
	}
	m, err := archive.Restore(ctx, c.File, keys, c.Data, archive.Progress(percent(io)))
	fmt.Fprintln(io.Err)
	return "backup of " + m.Made.Format(time.RFC3339), err
}

// replicaSuits refuses what a second copy in an object store cannot be kept
// with: the library that writes it fails then, and does not say why.
func replicaSuits(place string, io *IO) error {
	if !blob.IsBucket(place) || io.Env("AWS_CA_BUNDLE") == "" {
		return nil
	}
	return fault.New(fault.Invalid, "環境変数 AWS_CA_BUNDLE は、オブジェクトストレージへの複製（--replica）では使用できません。設定を外し、代わりに SSL_CERT_FILE を指定してください。",
		"AWS_CA_BUNDLE must not be set in the environment with --replica s3://…. Unset it, and give SSL_CERT_FILE instead.").At("replica")
}
