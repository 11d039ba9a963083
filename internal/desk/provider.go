package desk

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

const purposeProvider = "identity-provider"

// ProviderForm is an identity provider as an administrator writes it. An empty
// secret keeps the one that is there, unless it is another client's.
type ProviderForm struct {
	store.Provider
	NewSecret string
}

// mayProvide refuses who may do less than an administrator: whoever names an
// identity provider can have anybody signed in.
func (d *Desk) mayProvide(ctx context.Context, who Viewer) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return err
	}
	return who.mayMake(roles, Administrator, Administrator)
}

// Providers lists the identity providers, for an administrator.
func (d *Desk) Providers(ctx context.Context, who Viewer) ([]store.Provider, error) {
	if err := d.mayProvide(ctx, who); err != nil {
		return nil, err
	}
	return d.store.Providers(ctx)
}

// Provider returns one, for an administrator.
func (d *Desk) Provider(ctx context.Context, who Viewer, id string) (store.Provider, error) {
	if err := d.mayProvide(ctx, who); err != nil {
		return store.Provider{}, err
	}
	return d.store.Provider(ctx, id)
}

// PutProvider adds an identity provider or changes it.
func (d *Desk) PutProvider(ctx context.Context, who Viewer, f ProviderForm) (store.Provider, error) {
	if err := d.checkProvider(ctx, who, &f); err != nil {
		return f.Provider, err
	}
	act := "provider.changed"
	if f.ID == "" {
		f.ID, f.Created, act = newID(), d.now(), "provider.added"
	}
	f.Updated = d.now()
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutProvider(f.Provider); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, f.ID, f.Issuer+" "+f.ClientID))
	})
	if fault.Is(err, fault.Conflict) {
		err = fault.Wrap(fault.Conflict, err, "この発行者は登録済みです。", "This issuer is registered already.").At("issuer")
	}
	return f.Provider, err
}

// RemoveProvider forgets an identity provider; its people sign in by what they
// have at the desk.
func (d *Desk) RemoveProvider(ctx context.Context, who Viewer, id string) error {
	p, err := d.Provider(ctx, who, id)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropProvider(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "provider.removed", id, p.Issuer))
	})
}

// TestProvider asks a provider about everything that can be known before
// somebody signs in by it; back is where browsers would come back to.
func (d *Desk) TestProvider(ctx context.Context, who Viewer, f ProviderForm, back string) ([]Finding, error) {
	if err := d.checkProvider(ctx, who, &f); err != nil {
		return nil, err
	}
	if d.providers == nil {
		return nil, noProviders()
	}
	secret, err := d.providerSecret(f.Provider)
	if err != nil {
		return nil, err
	}
	return d.providers.Test(ctx, f.Provider, secret, back), nil
}

func (d *Desk) providerSecret(p store.Provider) (string, error) {
	if p.Secret == "" || d.secrets == nil {
		return "", nil
	}
	raw, err := d.secrets.Open(purposeProvider, p.Secret)
	return string(raw), err
}

// CheckIssuer refuses an address that is not https; http is for this machine
// only, to try things out.
func CheckIssuer(raw string) error {
	u, err := url.Parse(raw)
	if err == nil && u.Host != "" && u.User == nil && u.Fragment == "" {
		ip, perr := netip.ParseAddr(u.Hostname())
		local := u.Hostname() == "localhost" || perr == nil && ip.IsLoopback()
		if u.Scheme == "https" || u.Scheme == "http" && local {
			return nil
		}
	}
	return fault.New(fault.Invalid, "発行者の URL を https://login.example.jp の形で入力してください。", "Please give the issuer in the form https://login.example.com.").At("issuer")
}

func (d *Desk) checkProvider(ctx context.Context, who Viewer, f *ProviderForm) error {
	if err := d.mayProvide(ctx, who); err != nil {
		return err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return err
	}
	f.Issuer, f.ClientID, f.Claim, f.Scopes = strings.TrimSpace(f.Issuer), strings.TrimSpace(f.ClientID), strings.TrimSpace(f.Claim), strings.TrimSpace(f.Scopes)
	f.LabelJA, f.LabelEN = strings.TrimSpace(f.LabelJA), strings.TrimSpace(f.LabelEN)
	if f.LabelJA == "" || f.LabelEN == "" {
		return fault.New(fault.Invalid, "サインイン画面に表示する名称を、日本語と英語で入力してください。", "Please give the name on the sign-in page in Japanese and English.").At("label_ja")
	}
	if err := CheckIssuer(f.Issuer); err != nil {
		return err
	}
	if f.ClientID == "" {
		return fault.New(fault.Invalid, "クライアント ID を入力してください。", "Please give the client id.").At("client_id")
	}
	for i, domain := range f.Domains {
		f.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(domain), "@"))
		if !strings.Contains(f.Domains[i], ".") || strings.ContainsAny(f.Domains[i], "@/ ") {
			return fault.New(fault.Invalid, "メールのドメインを example.jp の形で、1 行に 1 つ入力してください。", "Please give mail domains in the form example.com, one a line.").At("domains")
		}
	}
	if len(f.Domains) == 0 && (f.Role != "" || f.OnlyWay) {
		return fault.New(fault.Invalid, "未登録の方の自動登録、またはほかの方法の禁止には、メールのドメインの指定が必要です。", "To register unknown persons, or to allow no other way, please give the mail domains.").At("domains")
	}
	if (f.Claim == "") != (len(f.Roles) == 0) {
		return fault.New(fault.Invalid, "クレームの名前と「値=役割」の行は、両方入力してください。", "Please give both, the claim and its lines “value=role”.").At("roles")
	}
	given := []string{}
	for _, r := range f.Roles {
		given = append(given, r.Role)
	}
	if f.Role != "" {
		given = append(given, f.Role)
	}
	for _, id := range given {
		if !slices.ContainsFunc(roles, func(r RoleView) bool { return string(r.ID) == id }) {
			return fault.New(fault.Invalid, "役割「"+id+"」はありません。", "There is no role “"+id+"”.").At("roles")
		}
	}
	var old store.Provider
	if f.ID != "" {
		if old, err = d.store.Provider(ctx, f.ID); err != nil {
			return err
		}
		f.Created = old.Created
	}
	f.Secret = ""
	switch {
	case f.NewSecret != "" && d.secrets == nil:
		return fault.New(fault.Unavailable, "鍵ファイルがないため、シークレットを保存できません。", "There is no key file, so no secret can be kept.")
	case f.NewSecret != "":
		f.Secret, err = d.secrets.Seal(purposeProvider, []byte(f.NewSecret))
		return err
	case old.Issuer == f.Issuer && old.ClientID == f.ClientID:
		f.Secret = old.Secret // never sent to another server
	}
	return nil
}
