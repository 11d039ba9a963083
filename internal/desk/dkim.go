package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// DKIMKey is a key that signs the desk's mail. Its private half is sealed and
// never leaves the desk.
type DKIMKey struct {
	Selector  string // of its DNS record; never used again for another key
	Domain    string
	Algorithm string // [mailauth.RSA] or [mailauth.Ed25519]
	Public    string // as it stands in the DNS
	Sealed    string // the private half
	State     DKIMState
	Made      time.Time
	Ended     time.Time // when another took its place; its record must stay until [DKIMKey.Needed]
}

// DKIMState says what a key is for at present.
type DKIMState string

// The states of a key.
const (
	DKIMNew     DKIMState = "new"     // its record is being published; it signs nothing yet
	DKIMActive  DKIMState = "active"  // signs every mail of its domain
	DKIMRetired DKIMState = "retired" // signs no more; mail that it signed is still on its way
)

// dkimOverlap is how long a retired key's record must stay published: mail may
// wait five days for its receiver (RFC 5321 4.5.4.1), and be looked at later.
const dkimOverlap = 14 * 24 * time.Hour

// Needed is until when a retired key's record must stay published.
func (k DKIMKey) Needed() time.Time { return k.Ended.Add(dkimOverlap) }

// Host is the name of the key's record.
func (k DKIMKey) Host() string { return k.Selector + "._domainkey." + k.Domain }

// Record is what stands there.
func (k DKIMKey) Record() string { return mailauth.KeyRecord(k.Algorithm, k.Public) }

const (
	settingDKIM = "dkim-keys"
	purposeDKIM = "dkim"
)

// loadDKIM reads the keys.
func (d *Desk) loadDKIM(ctx context.Context) error {
	raw, err := d.store.Setting(ctx, settingDKIM)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var keys []DKIMKey
	if err := json.Unmarshal([]byte(raw), &keys); err != nil {
		return err
	}
	d.dkim.Store(&keys)
	return nil
}

func (d *Desk) dkimKeys() []DKIMKey {
	if have := d.dkim.Load(); have != nil {
		return *have
	}
	return nil
}

// DKIMKeys returns the keys without their private halves, newest first.
func (d *Desk) DKIMKeys(who Viewer) ([]DKIMKey, error) {
	if err := who.May(ManageMail); err != nil {
		return nil, err
	}
	keys := slices.Clone(d.dkimKeys())
	slices.Reverse(keys)
	for i := range keys {
		keys[i].Sealed = ""
	}
	return keys, nil
}

// MailDomains are the domains in whose name mail leaves: that of the desk's
// own address first, then those of the senders.
func (d *Desk) MailDomains() []string {
	domains := []string{d.domain()}
	d.senders.mu.RLock()
	defer d.senders.mu.RUnlock()
	for _, s := range d.senders.list {
		if _, domain, ok := cutAddress(s.Address); ok && !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	return domains
}

// MakeDKIMKey makes a key for one of the [Desk.MailDomains]; the empty domain
// is that of the desk's own address. It signs nothing before [Desk.UseDKIMKey].
func (d *Desk) MakeDKIMKey(ctx context.Context, who Viewer, algorithm, domain string) (DKIMKey, error) {
	if err := who.May(ManageMail); err != nil {
		return DKIMKey{}, err
	}
	domain = cmp.Or(domain, d.domain())
	if !slices.Contains(d.MailDomains(), domain) {
		return DKIMKey{}, fault.New(fault.Invalid, "窓口がメールを送信するドメインを選んでください。", "Please choose a domain in whose name the desk sends mail.").At("domain")
	}
	if algorithm != mailauth.RSA && algorithm != mailauth.Ed25519 {
		return DKIMKey{}, fault.New(fault.Invalid, "鍵の方式（RSA・Ed25519）を選んでください。", "Please choose the kind of key: RSA or Ed25519.").At("algorithm")
	}
	if d.secrets == nil {
		return DKIMKey{}, fault.New(fault.Unavailable, "鍵ファイルがないため、署名の鍵を作成できません。", "There is no key file, so no signing key can be kept.")
	}
	private, public, err := mailauth.NewKey(algorithm)
	if err != nil {
		return DKIMKey{}, err
	}
	sealed, err := d.secrets.Seal(purposeDKIM, private)
	if err != nil {
		return DKIMKey{}, err
	}
	var made DKIMKey
	err = d.changeDKIM(ctx, who, "dkim.made", func(keys []DKIMKey) ([]DKIMKey, string, error) {
		now := d.now()
		made = DKIMKey{Domain: domain, Algorithm: algorithm, Public: public, Sealed: sealed, State: DKIMNew, Made: now}
		day := "desk" + now.UTC().Format("20060102")
		for n := 1; ; n++ {
			made.Selector = fmt.Sprintf("%s-%d", day, n)
			if !slices.ContainsFunc(keys, func(k DKIMKey) bool { return k.Selector == made.Selector }) {
				break
			}
		}
		return append(keys, made), made.Host(), nil
	})
	made.Sealed = ""
	return made, err
}

// UseDKIMKey lets a key sign; the one of the same domain and algorithm that
// signed until now is retired, its record stays needed for a while. The key's
// record must stand in the DNS, unless the person has looked elsewhere
// (unseen): a signature without its record is worse than none.
func (d *Desk) UseDKIMKey(ctx context.Context, who Viewer, selector string, unseen bool) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	key, err := d.dkimKey(selector)
	if err != nil {
		return err
	}
	if !unseen {
		if d.names == nil {
			return fault.New(fault.Unavailable, "この窓口は DNS に問い合わせない設定です（--dns off）。公開済みであることを別の方法で確認したうえで、「確認せずに使用する」を選んでください。",
				"This desk asks no DNS (--dns off). Make sure elsewhere that the record is published, then choose to use the key without the test.").At("unseen")
		}
		d.forgetNames()
		if f := mailauth.CheckKey(ctx, d.names, key.Host(), key.Algorithm, key.Public); f.State != mailauth.Found {
			return fault.New(fault.Conflict, "レコード "+key.Host()+" がまだ DNS で確認できません。公開してしばらく待ってから、もう一度お試しください。",
				"The record "+key.Host()+" does not stand in the DNS yet. Publish it, wait a little, and try again.").At("unseen")
		}
	}
	return d.changeDKIM(ctx, who, "dkim.used", func(keys []DKIMKey) ([]DKIMKey, string, error) {
		for i := range keys {
			k := &keys[i]
			switch {
			case k.Selector == selector && k.State != DKIMNew:
				return nil, "", fault.New(fault.Conflict, "この鍵は既に使用されています。", "That key is in use already, or was.")
			case k.Selector == selector:
				k.State = DKIMActive
			case k.State == DKIMActive && k.Domain == key.Domain && k.Algorithm == key.Algorithm:
				k.State, k.Ended = DKIMRetired, d.now()
			}
		}
		return keys, key.Host(), nil
	})
}

// RetireDKIMKey stops signing with a key.
func (d *Desk) RetireDKIMKey(ctx context.Context, who Viewer, selector string) error {
	return d.endDKIM(ctx, who, "dkim.retired", selector, func(k DKIMKey, keys []DKIMKey) ([]DKIMKey, error) {
		if k.State != DKIMActive {
			return nil, fault.New(fault.Conflict, "この鍵は使用中ではありません。", "That key is not in use.")
		}
		for i := range keys {
			if keys[i].Selector == selector {
				keys[i].State, keys[i].Ended = DKIMRetired, d.now()
			}
		}
		return keys, nil
	})
}

// DropDKIMKey forgets a key that signs nothing. One that did is kept while
// mail that it signed may still be looked at.
func (d *Desk) DropDKIMKey(ctx context.Context, who Viewer, selector string) error {
	return d.endDKIM(ctx, who, "dkim.dropped", selector, func(k DKIMKey, keys []DKIMKey) ([]DKIMKey, error) {
		if k.State == DKIMActive || k.State == DKIMRetired && d.now().Before(k.Needed()) {
			return nil, fault.New(fault.Conflict, "この鍵で署名したメールがまだ配送中の可能性があるため、削除できません。", "Mail signed with this key may still be on its way, so it cannot be removed yet.")
		}
		return slices.DeleteFunc(keys, func(k DKIMKey) bool { return k.Selector == selector }), nil
	})
}

func (d *Desk) endDKIM(ctx context.Context, who Viewer, act, selector string, change func(DKIMKey, []DKIMKey) ([]DKIMKey, error)) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	return d.changeDKIM(ctx, who, act, func(keys []DKIMKey) ([]DKIMKey, string, error) {
		i := slices.IndexFunc(keys, func(k DKIMKey) bool { return k.Selector == selector })
		if i < 0 {
			return nil, "", noSuchKey()
		}
		host := keys[i].Host()
		after, err := change(keys[i], keys)
		return after, host, err
	})
}

func noSuchKey() error {
	return fault.New(fault.NotFound, "その鍵はありません。", "There is no such key.")
}

func (d *Desk) dkimKey(selector string) (DKIMKey, error) {
	for _, k := range d.dkimKeys() {
		if k.Selector == selector {
			return k, nil
		}
	}
	return DKIMKey{}, noSuchKey()
}

// changeDKIM changes the keys in one transaction with its line in the audit
// record, which names the record and never a key.
func (d *Desk) changeDKIM(ctx context.Context, who Viewer, act string, change func([]DKIMKey) ([]DKIMKey, string, error)) error {
	d.dkimTurn.Lock()
	defer d.dkimTurn.Unlock()
	keys, host, err := change(slices.Clone(d.dkimKeys()))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(settingDKIM, string(raw)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, host, ""))
	})
	if err == nil {
		d.dkim.Store(&keys)
	}
	return err
}

// Sign puts the signatures of the desk's domain above an outgoing mail. A mail
// that cannot be signed goes out unsigned, with a word in the log: a customer
// who waits for an answer is worse off without it.
func (d *Desk) Sign(raw []byte) []byte {
	var keys []mailauth.SigningKey
	domain := mailauth.FromDomain(raw)
	for _, k := range d.dkimKeys() {
		if k.State != DKIMActive || k.Domain != domain || d.secrets == nil {
			continue
		}
		private, err := d.secrets.Open(purposeDKIM, k.Sealed)
		if err != nil {
			d.log.Error("mail goes out without a signature: its key cannot be opened", "record", k.Host(), "error", err)
			continue
		}
		keys = append(keys, mailauth.SigningKey{Domain: k.Domain, Selector: k.Selector, Private: private})
	}
	if len(keys) == 0 {
		return raw
	}
	signed, err := mailauth.Sign(raw, keys)
	if err != nil {
		d.log.Error("mail goes out without a signature", "domain", domain, "error", err)
		return raw
	}
	return signed
}
