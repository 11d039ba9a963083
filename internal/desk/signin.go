package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"net/mail"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Limits on failed sign-ins in a window of time.
const (
	signInWindow     = 15 * time.Minute
	signInPerAccount = 10
	signInPerAddress = 50
)

// What attempts are counted against.
const (
	attemptAccount   = "account:"
	attemptAddress   = "address:"
	attemptAutomatic = "automatic:"

	attemptCase         = "acknowledged:"
	attemptAutomaticAll = "automatic-all"
)

// SignIn checks a mail address and a password and returns the person. Every
// refusal is [fault.Unsigned] with the same words, whichever was wrong; too
// many failures of one account or from one address are [fault.RateLimited].
func (d *Desk) SignIn(ctx context.Context, email, password, remote string) (Viewer, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	keys := map[string]int{attemptAccount + email: signInPerAccount, attemptAddress + remote: signInPerAddress}
	now := d.now()
	for key, most := range keys {
		n, err := d.store.Attempts(ctx, key, now.Add(-signInWindow))
		if err != nil {
			return Viewer{}, err
		}
		if n >= most {
			return Viewer{}, fault.New(fault.RateLimited, "サインインの失敗が続いたため、一時的に受け付けていません。15 分ほどおいてお試しください。",
				"Too many failed sign-ins. Please wait 15 minutes and try again.")
		}
	}
	a, err := d.store.AgentByEmail(ctx, email)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Viewer{}, err
	}
	if d.hashing.verify(a.PasswordHash, password) && !a.Disabled {
		who, err := d.viewer(ctx, a)
		if err == nil {
			err = d.ownWay(ctx, who)
		}
		return who, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		for key := range keys {
			if err := tx.AddAttempt(key, now, now.Add(-signInWindow)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Viewer{}, err
	}
	return Viewer{}, fault.New(fault.Unsigned, "メールアドレスまたはパスワードが正しくありません。", "The mail address or the password is not right.")
}

// Viewer returns the signed-in person as they are now; a disabled or removed
// account is [fault.Unsigned].
func (d *Desk) Viewer(ctx context.Context, id string) (Viewer, error) {
	a, err := d.store.Agent(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Viewer{}, err
	}
	if err != nil || a.Disabled {
		return Viewer{}, fault.New(fault.Unsigned, "サインインしてください。", "Please sign in.")
	}
	return d.viewer(ctx, a)
}

// viewer is a person with what they may do and see now.
func (d *Desk) viewer(ctx context.Context, a store.Agent) (Viewer, error) {
	r, err := d.rightsOf(ctx, a)
	if err != nil {
		return Viewer{}, err
	}
	sum := sha256.Sum256([]byte(a.PasswordHash)) // the hash is salted anew for every password
	return Viewer{
		ID: a.ID, Name: a.Name, Email: a.Email, Role: Role(a.Role), Language: a.Language, Theme: a.Theme, Shortcuts: a.Shortcuts,
		Credential: hex.EncodeToString(sum[:8]), rights: &r,
	}, nil
}

// settingFirstRun is followed by the hash of a one-time token that some node
// has printed; it opens nothing once there is a person.
const settingFirstRun = "first-run/"

// firstRun is the one-time token that makes the first administrator.
type firstRun struct {
	mu  sync.Mutex
	sum [sha256.Size]byte
	set bool
}

// FirstRunToken makes a new one-time token, to be printed on the console; the
// empty string when the desk has people already.
func (d *Desk) FirstRunToken(ctx context.Context) (string, error) {
	empty, err := d.Empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	token := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	d.firstRun.mu.Lock()
	defer d.firstRun.mu.Unlock()
	d.firstRun.sum, d.firstRun.set = sha256.Sum256([]byte(token)), true
	if d.store.Shared() { // whichever node is asked knows it
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			return tx.PutMark(settingFirstRun+hex.EncodeToString(d.firstRun.sum[:]), "")
		})
	}
	return token, err
}

// Empty reports whether the desk has nobody who could sign in.
func (d *Desk) Empty(ctx context.Context) (bool, error) {
	n, err := d.store.ListAgents(ctx)
	return len(n) == 0, err
}

// FirstAdministrator makes the first person of an empty desk against the
// one-time token.
func (d *Desk) FirstAdministrator(ctx context.Context, token string, p NewAgent) (Viewer, error) {
	d.firstRun.mu.Lock()
	defer d.firstRun.mu.Unlock()
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(token))))
	right := d.firstRun.set && subtle.ConstantTimeCompare(sum[:], d.firstRun.sum[:]) == 1
	if !right && d.store.Shared() {
		_, err := d.store.Setting(ctx, settingFirstRun+hex.EncodeToString(sum[:]))
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Viewer{}, err
		}
		right = err == nil
	}
	if !right {
		return Viewer{}, fault.New(fault.Forbidden, "ワンタイムトークンが正しくありません。サーバーの起動時に表示された文字列を入力してください。",
			"The one-time token is not right. Enter the one that the server printed when it started.").At("token")
	}
	empty, err := d.Empty(ctx)
	if err != nil {
		return Viewer{}, err
	}
	if !empty {
		return Viewer{}, fault.New(fault.Conflict, "最初の管理者は登録済みです。", "The first administrator exists already.")
	}
	p.Role = Administrator
	v, err := d.addAgent(ctx, Viewer{Name: "first run"}, p)
	if err == nil {
		d.firstRun.set = false
	}
	return v, err
}

func checkEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return "", fault.New(fault.Invalid, "メールアドレスを name@example.jp の形で入力してください。", "Please give a mail address in the form name@example.com.").At("email")
	}
	return s, nil
}
