package desk

import (
	"cmp"
	"context"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// How a mailbox's connection is protected, and how it is signed in to.
const (
	SecurityTLS      = "tls"
	SecurityStartTLS = "starttls"
	SecurityNone     = "none" // to this machine only

	WayPassword = "password"
	WayOAuth    = "oauth"
)

// MailboxForm is a mailbox as an administrator writes it. An empty secret
// keeps the one that is there.
type MailboxForm struct {
	store.Mailbox
	Password     string
	ClientSecret string
}

// MailboxState is what is known of a mailbox while the desk runs.
type MailboxState struct {
	Watching bool       // connected, all is taken
	Waiting  int        // mails that are still to be taken
	Contact  time.Time  // when the provider last answered; zero: not since the start
	Taken    int        // mails since the start
	Problem  fault.Text // why there is no connection
	Since    time.Time  // since when
}

// MailboxFound is what a test of the connection saw in one folder.
type MailboxFound struct {
	Folder        string
	Mails, Unseen int
}

// TryMailbox connects to a mailbox and looks into its folders, and takes
// nothing. The error says what failed and how to mend it.
type TryMailbox func(ctx context.Context, m store.Mailbox, password string, token MailboxToken) ([]MailboxFound, error)

// MailboxToken gives an access token; fresh: not one that was given before.
type MailboxToken func(ctx context.Context, fresh bool) (string, error)

// mailboxes is what the desk keeps of them in memory.
type mailboxes struct {
	mu        sync.Mutex
	list      []store.Mailbox
	addresses []string                           // that they stand for
	states    map[string]map[string]MailboxState // by mailbox and folder
	changed   chan struct{}
	tokens    tokens
}

func (d *Desk) loadMailboxes(ctx context.Context) error {
	list, err := d.store.ListMailboxes(ctx)
	if err != nil {
		return err
	}
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	d.boxes.list, d.boxes.addresses = list, nil
	for _, m := range list {
		d.boxes.addresses = append(d.boxes.addresses, m.Address)
	}
	if d.boxes.states == nil {
		d.boxes.states = map[string]map[string]MailboxState{}
	}
	return nil
}

// MailboxesChanged receives a value when the list of mailboxes changed.
func (d *Desk) MailboxesChanged() <-chan struct{} { return d.boxes.changed }

// WatchedMailboxes are those that are to be watched now, with their secrets
// still sealed.
func (d *Desk) WatchedMailboxes() []store.Mailbox {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.boxes.list), func(m store.Mailbox) bool { return m.Paused })
}

func (d *Desk) mailboxAddresses() []string {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	return d.boxes.addresses
}

// mailboxFor is the mailbox that stands for one of the addresses a mail was
// sent to, with or without a case's token in it.
func (d *Desk) mailboxFor(to []string) (store.Mailbox, bool) {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	for _, addr := range to {
		local, domain, _ := cutAddress(addr)
		local, _, _ = strings.Cut(local, "+")
		for _, m := range d.boxes.list {
			if l, dom, _ := cutAddress(m.Address); l == local && dom == domain {
				return m, true
			}
		}
	}
	return store.Mailbox{}, false
}

// FixedMailboxes names those that were given at the start and cannot be
// changed while the desk runs.
func (d *Desk) FixedMailboxes() []string { return d.fixed }

// Mailboxes lists them for an administrator, without secrets.
func (d *Desk) Mailboxes(ctx context.Context, who Viewer) ([]store.Mailbox, error) {
	if err := who.May(ManageMail); err != nil {
		return nil, err
	}
	return d.store.ListMailboxes(ctx)
}

// Mailbox returns one, for an administrator.
func (d *Desk) Mailbox(ctx context.Context, who Viewer, id string) (store.Mailbox, error) {
	if err := who.May(ManageMail); err != nil {
		return store.Mailbox{}, err
	}
	return d.store.Mailbox(ctx, id)
}

// MailboxState is the state of a mailbox over all its folders: trouble in one
// is shown before calm in the others.
func (d *Desk) MailboxState(id string) MailboxState {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	var sum MailboxState
	first := true
	for _, s := range d.boxes.states[id] {
		sum.Waiting += s.Waiting
		sum.Taken += s.Taken
		sum.Watching = s.Watching && (first || sum.Watching)
		first = false
		if s.Contact.After(sum.Contact) {
			sum.Contact = s.Contact
		}
		if s.Problem != (fault.Text{}) && (sum.Since.IsZero() || s.Since.Before(sum.Since)) {
			sum.Problem, sum.Since = s.Problem, s.Since
		}
	}
	return sum
}

// ReportMailbox records how a folder of a mailbox fares, for the screens.
func (d *Desk) ReportMailbox(id, folder string, change func(*MailboxState)) {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	if d.boxes.states[id] == nil {
		d.boxes.states[id] = map[string]MailboxState{}
	}
	s := d.boxes.states[id][folder]
	change(&s)
	d.boxes.states[id][folder] = s
}

// ForgetMailbox drops the state of a mailbox that is not watched any more.
func (d *Desk) ForgetMailbox(id string) {
	d.boxes.mu.Lock()
	defer d.boxes.mu.Unlock()
	delete(d.boxes.states, id)
}

// PutMailbox adds a mailbox, or changes it; its watching follows at once.
// Only an administrator may.
func (d *Desk) PutMailbox(ctx context.Context, who Viewer, f MailboxForm) (store.Mailbox, error) {
	if err := who.May(ManageMail); err != nil {
		return store.Mailbox{}, err
	}
	if err := d.checkMailbox(&f); err != nil {
		return store.Mailbox{}, err
	}
	act := "mailbox.changed"
	if f.ID == "" {
		f.ID, f.Created, act = newID(), d.now(), "mailbox.added"
	}
	f.Updated = d.now()
	var kept store.Mailbox
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		m, err := d.withSecret(tx, f)
		if err != nil {
			return err
		}
		kept = m
		if err := tx.PutMailbox(m); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, m.ID, m.Address+" "+m.Username+"@"+m.Host))
	})
	if err != nil {
		return store.Mailbox{}, err
	}
	d.boxes.tokens.forget(f.ID)
	return kept, d.mailboxesChanged(ctx)
}

// withSecret seals what was written over what is there.
func (d *Desk) withSecret(tx *store.Tx, f MailboxForm) (store.Mailbox, error) {
	m := f.Mailbox
	var s mailboxSecret
	if old, err := tx.Mailbox(m.ID); err == nil {
		m.Paused, m.Secret, m.Created = old.Paused, old.Secret, old.Created
		if s, err = d.openMailbox(old); err != nil && f.Password == "" && f.ClientSecret == "" {
			return m, err
		}
		if old.Username != m.Username || old.Consent != m.Consent {
			s.Refresh = "" // another account, or another who answers for it: its consent is needed
		}
	} else if !fault.Is(err, fault.NotFound) {
		return m, err
	}
	s.Password, s.Client = cmp.Or(f.Password, s.Password), cmp.Or(f.ClientSecret, s.Client)
	if m.Way == WayPassword {
		s.Client, s.Refresh = "", ""
		if s.Password == "" {
			return m, fault.New(fault.Invalid, "パスワードを入力してください。", "Please give the password.").At("password")
		}
	} else {
		s.Password = ""
	}
	var err error
	m.Secret, err = d.sealMailbox(s)
	return m, err
}

// PauseMailbox stops watching a mailbox, or goes on where it stopped.
func (d *Desk) PauseMailbox(ctx context.Context, who Viewer, id string, paused bool) error {
	act := "mailbox.resumed"
	if paused {
		act = "mailbox.paused"
	}
	return d.changeMailbox(ctx, who, id, act, func(tx *store.Tx, m store.Mailbox) error {
		m.Paused, m.Updated = paused, d.now()
		return tx.PutMailbox(m)
	})
}

// RemoveMailbox forgets a mailbox and its secret. The mail stays where it is,
// here and with the provider.
func (d *Desk) RemoveMailbox(ctx context.Context, who Viewer, id string) error {
	return d.changeMailbox(ctx, who, id, "mailbox.removed", func(tx *store.Tx, m store.Mailbox) error { return tx.DropMailbox(m.ID) })
}

func (d *Desk) changeMailbox(ctx context.Context, who Viewer, id, act string, change func(*store.Tx, store.Mailbox) error) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Mailbox(id)
		if err != nil {
			return err
		}
		if err := change(tx, m); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, m.ID, m.Address+" "+m.Username+"@"+m.Host))
	})
	if err != nil {
		return err
	}
	return d.mailboxesChanged(ctx)
}

func (d *Desk) mailboxesChanged(ctx context.Context) error {
	// The change is durable already; that the browser went away must not hide it.
	if err := d.loadMailboxes(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	wake(d.boxes.changed)
	d.live.Publish("")
	return nil
}

// TryMailbox connects to a mailbox as it was written, without keeping it, and
// says what was found there. Only an administrator may.
func (d *Desk) TryMailbox(ctx context.Context, who Viewer, f MailboxForm) ([]MailboxFound, error) {
	if err := who.May(ManageMail); err != nil {
		return nil, err
	}
	if err := d.checkMailbox(&f); err != nil {
		return nil, err
	}
	if d.tryMailbox == nil {
		return nil, fault.New(fault.Unavailable, "この窓口はメールボックスを監視していません。", "This desk watches no mailboxes.")
	}
	secret := mailboxSecret{Password: f.Password}
	if f.ID != "" {
		old, err := d.store.Mailbox(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		kept, err := d.openMailbox(old)
		if err != nil && f.Password == "" {
			return nil, err
		}
		// A stored secret is for the server it was given for, and for no other
		// that somebody writes into the form afterwards.
		if old.Host == f.Host && old.Username == f.Username {
			secret.Password = cmp.Or(f.Password, kept.Password)
		}
	}
	if f.Way == WayOAuth {
		return d.tryMailbox(ctx, f.Mailbox, "", func(ctx context.Context, fresh bool) (string, error) { return d.MailboxToken(ctx, f.ID, fresh) })
	}
	if secret.Password == "" {
		return nil, fault.New(fault.Invalid, "パスワードを入力してください。", "Please give the password.").At("password")
	}
	return d.tryMailbox(ctx, f.Mailbox, secret.Password, nil)
}

func (d *Desk) checkMailbox(f *MailboxForm) error {
	f.Name, f.Host, f.Username, f.Product = strings.TrimSpace(f.Name), strings.ToLower(strings.TrimSpace(f.Host)), strings.TrimSpace(f.Username), strings.TrimSpace(f.Product)
	f.Address = strings.ToLower(strings.TrimSpace(f.Address))
	if a, err := mail.ParseAddress(f.Address); err != nil || a.Address != f.Address {
		return fault.New(fault.Invalid, "このメールボックスが受け取る窓口のアドレスを support@example.jp の形で入力してください。", "Please give the desk's address that this mailbox stands for, in the form support@example.com.").At("address")
	}
	f.Name = cmp.Or(f.Name, f.Address)
	if f.Host == "" || strings.ContainsAny(f.Host, " /:@") && !strings.HasPrefix(f.Host, "[") {
		return fault.New(fault.Invalid, "受信サーバーの名前を imap.example.jp の形で入力してください。", "Please give the server's name in the form imap.example.com.").At("host")
	}
	if f.Port < 1 || f.Port > 65535 {
		return fault.New(fault.Invalid, "ポート番号を 1 から 65535 の数字で入力してください（通常は 993）。", "Please give the port as a number from 1 to 65535, usually 993.").At("port")
	}
	if !slices.Contains([]string{SecurityTLS, SecurityStartTLS, SecurityNone}, f.Security) {
		return fault.New(fault.Invalid, "接続の保護を選んでください。", "Please choose how the connection is protected.").At("security")
	}
	if f.Security == SecurityNone && f.Host != "localhost" && f.Host != "127.0.0.1" && f.Host != "[::1]" {
		return fault.New(fault.Invalid, "保護しない接続は、このコンピューター上のサーバーにだけ使えます。TLS か STARTTLS を選んでください。", "A connection without protection is for a server on this machine only. Please choose TLS or STARTTLS.").At("security")
	}
	if f.Username == "" {
		return fault.New(fault.Invalid, "ユーザー名を入力してください（多くの場合はメールアドレスです）。", "Please give the user name, often the mail address.").At("username")
	}
	f.Folders = tidyLines(f.Folders)
	if len(f.Folders) == 0 {
		f.Folders = []string{"INBOX"}
	}
	if len(f.Folders) > 20 {
		return fault.New(fault.Invalid, "フォルダーは 20 個までです。", "A mailbox may have 20 folders at most.").At("folders")
	}
	if f.Sender != "" {
		if _, ok := d.SenderByID(f.Sender); !ok {
			return fault.New(fault.Invalid, "送信者を選び直してください。", "Please choose the sender again.").At("sender")
		}
	}
	if f.Language != "" && f.Language != "ja" && f.Language != "en" {
		return fault.New(fault.Invalid, "言語を選んでください。", "Please choose the language.").At("language")
	}
	switch f.Way {
	case WayPassword:
		f.Consent = store.Consent{}
		return nil
	case WayOAuth:
		return f.checkConsent()
	}
	return fault.New(fault.Invalid, "サインインの方法を選んでください。", "Please choose how to sign in.").At("way")
}

func (f *MailboxForm) checkConsent() error {
	c := &f.Consent
	c.ClientID = strings.TrimSpace(c.ClientID)
	if c.ClientID == "" {
		return fault.New(fault.Invalid, "プロバイダーに登録したクライアント ID を入力してください。", "Please give the client id that you registered with the provider.").At("client_id")
	}
	if known, ok := Consents[c.Provider]; ok {
		c.AuthURL, c.TokenURL, c.Scope = known.AuthURL, known.TokenURL, known.Scope
		return nil
	}
	c.Provider = "other"
	for field, address := range map[string]string{"auth_url": c.AuthURL, "token_url": c.TokenURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u) {
			return fault.New(fault.Invalid, "URL を https:// から入力してください。", "Please give the address, beginning with https://.").At(field)
		}
	}
	return nil
}

func loopback(u *url.URL) bool {
	return u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}

// tidyLines drops blanks, empty lines and repetitions.
func tidyLines(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
