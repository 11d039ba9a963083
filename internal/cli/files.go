package cli

import (
	"context"
	"fmt"

	"madoguchi/internal/records/blob"
)

// filesFlags say where large mails and files are kept, beside the database.
type filesFlags struct {
	Files        string `placeholder:"s3://…" help:"Large mails and files in an object store, which several nodes may share: s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST:PORT. The access key comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SHARED_CREDENTIALS_FILE. Without it: blobs/ in --data."`
	FilesKeyFile string `placeholder:"FILE" help:"File of the keys with which large mails and files are encrypted: a line of openssl rand -base64 32 each, the newest first. Keep it outside of --data. Without it they are not encrypted."`
}

// keys reads the key file, if there is one, and looks whether the place can
// be one.
func (f filesFlags) filesKeys() (keys *blob.Keys, err error) {
	if f.FilesKeyFile != "" {
		if keys, err = blob.ReadKeys(f.FilesKeyFile); err != nil {
			return nil, err
		}
	}
	if f.Files != "" {
		_, err = blob.ParseBucket(f.Files)
	}
	return keys, err
}

// bucket opens the place of the files, where it is not the data directory: nil
// then.
func (f filesFlags) bucket() (*blob.Store, error) {
	keys, err := f.filesKeys()
	if err != nil || f.Files == "" {
		return nil, err
	}
	return blob.Open(blob.Config{Place: f.Files, Keys: keys})
}

// move copies the files of one place that are not at the other, compares each
// with its hash, and says how many there were.
func (f filesFlags) move(ctx context.Context, io *IO, from, to blob.Config) error {
	keys, err := f.filesKeys()
	if err != nil {
		return err
	}
	from.Keys, to.Keys = keys, keys
	source := blob.OpenReading(from.Place, keys)
	if blob.IsBucket(from.Place) {
		if source, err = blob.Open(from); err != nil {
			return err
		}
	}
	target, err := blob.Open(to)
	if err != nil {
		return err
	}
	done, err := source.MirrorTo(ctx, target, percent(io))
	fmt.Fprintln(io.Err)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "ファイルを %d 個コピーしました（%d バイト。%d 個は既にありました） / %d files copied (%d bytes; %d were there)\n",
		done.Came, done.Bytes, done.There, done.Came, done.Bytes, done.There)
	return nil
}
