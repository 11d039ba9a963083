package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"madoguchi/terms/fault"
)

// Keys encrypt or decrypt an archive. The zero value does neither.
type Keys struct {
	recipients []age.Recipient
	identities []age.Identity
}

// Passphrase makes keys from a secret that people keep, at least twelve
// characters long.
func Passphrase(secret string) (Keys, error) {
	if len([]rune(secret)) < 12 {
		return Keys{}, fault.New(fault.Invalid, "バックアップのパスフレーズは12文字以上にしてください。", "A backup's passphrase needs at least 12 characters.").At("passphrase")
	}
	to, err := age.NewScryptRecipient(secret)
	if err != nil {
		return Keys{}, err
	}
	from, err := age.NewScryptIdentity(secret)
	if err != nil {
		return Keys{}, err
	}
	return Keys{[]age.Recipient{to}, []age.Identity{from}}, nil
}

// To makes keys that encrypt for public keys ("age1…"). Whoever makes the
// backup cannot read it: the private key stays elsewhere.
func To(public ...string) (Keys, error) {
	var k Keys
	for _, p := range public {
		r, err := age.ParseX25519Recipient(strings.TrimSpace(p))
		if err != nil {
			return Keys{}, fault.Wrap(fault.Invalid, err,
				"公開鍵「"+p+"」を読み取れません。madoguchi backup key が表示した age1… を指定してください。",
				"The public key "+p+" cannot be read. Give the age1… that madoguchi backup key has printed.").At("recipient")
		}
		k.recipients = append(k.recipients, r)
	}
	return k, nil
}

// Identity reads a private key file, as [NewIdentity] writes it.
func Identity(file string) (Keys, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return Keys{}, fault.Wrap(fault.NotFound, err, "秘密鍵のファイル "+file+" を読み取れません。", "The private key's file "+file+" cannot be read.").At("identity")
	}
	ids, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil {
		return Keys{}, fault.Wrap(fault.Invalid, err,
			file+" は秘密鍵のファイルではありません（AGE-SECRET-KEY-1… の行が必要です）。",
			file+" is no private key: it needs a line AGE-SECRET-KEY-1….").At("identity")
	}
	return Keys{identities: ids}, nil
}

// NewIdentity makes a pair of keys: the private one goes into a new file that
// only its owner can read, the public one is returned.
func NewIdentity(file string) (public string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		if errors.Is(err, os.ErrExist) {
			return "", fault.Wrap(fault.Conflict, err, file+" は既に存在します。上書きはしません。", file+" exists already and is not overwritten.").At("to")
		}
		return "", unwritable(file, err)
	}
	_, err = io.WriteString(f, "# public key: "+id.Recipient().String()+"\n"+id.String()+"\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", unwritable(file, err)
	}
	return id.Recipient().String(), nil
}

// encrypt returns a writer that encrypts into w, if there are keys to.
func (k Keys) encrypt(w io.Writer) (io.WriteCloser, error) {
	if len(k.recipients) == 0 {
		return plain{w}, nil
	}
	return age.Encrypt(w, k.recipients...)
}

// ageMark begins every encrypted archive.
const ageMark = "age-encryption.org/"

// decrypt returns the archive's clear bytes.
func (k Keys) decrypt(r io.Reader) (io.Reader, error) {
	first := make([]byte, len(ageMark))
	n, err := io.ReadFull(r, first)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, damaged(err)
	}
	whole := io.MultiReader(bytes.NewReader(first[:n]), r)
	if string(first[:n]) != ageMark {
		return whole, nil
	}
	if len(k.identities) == 0 {
		return nil, fault.New(fault.Invalid,
			"このバックアップは暗号化されています。--identity に秘密鍵のファイル、または --passphrase-file にパスフレーズのファイルを指定してください。",
			"This backup is encrypted: give its private key's file with --identity, or the passphrase's file with --passphrase-file.")
	}
	clear, err := age.Decrypt(whole, k.identities...)
	if err != nil {
		if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
			return nil, fault.Wrap(fault.Forbidden, err, "このバックアップはその鍵では開けません。作成時の鍵を指定してください。", "That key does not open this backup. Give the one it was made for.")
		}
		return nil, damaged(err)
	}
	return clear, nil
}

// plain is a writer whose closing closes nothing.
type plain struct{ io.Writer }

// Close implements [io.Closer].
func (plain) Close() error { return nil }
