package oidc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Test implements [desk.Providers]: what it says of a provider, step by step,
// up to the first thing that is wrong.
func (p *Providers) Test(ctx context.Context, s store.Provider, secret, back string) []desk.Finding {
	p.forget(s.Issuer)
	at, m, err := p.provider(ctx, s.Issuer, published)
	if err != nil {
		return []desk.Finding{{Text: whyNot(s.Issuer, err)}}
	}
	said := []desk.Finding{good("ID プロバイダーの公開情報を読み取りました（"+s.Issuer+"）。", "What the provider publishes was read ("+s.Issuer+").")}
	if len(m.Challenges) > 0 && !slices.Contains(m.Challenges, "S256") {
		return append(said, bad("この ID プロバイダーは PKCE（S256）に対応していないため、利用できません。", "This provider does not know PKCE with S256, without which the desk does not sign in."))
	}
	if err := p.keys(ctx, m.Keys); err != nil {
		return append(said, bad("署名の鍵（"+m.Keys+"）を読み取れません。ID プロバイダーの管理者に確認してください。", "The keys of its signatures ("+m.Keys+") cannot be read. Please ask who keeps the provider."))
	}
	said = append(said, good("署名の鍵を読み取りました。", "The keys of its signatures were read."))
	// A code that nobody was given: a provider that knows the client refuses the
	// code, another one the client.
	_, err = config(at, s, secret, back).Exchange(p.with(ctx), "madoguchi-test", oauth2.VerifierOption(strings.Repeat("x", 43)))
	if no, answered := errors.AsType[*oauth2.RetrieveError](err); answered {
		switch code(no) {
		case "invalid_client", "unauthorized_client":
			return append(said, bad("クライアント ID またはクライアント シークレットが正しくありません。ID プロバイダーの登録内容と見比べてください。", "The client id or its secret is wrong. Please compare them with what the provider shows."))
		case "invalid_grant":
			said = append(said, good("クライアント ID とシークレットは正しい組み合わせです。", "The client id and its secret are right."))
		default:
			said = append(said, unsure("クライアント ID とシークレットは、この ID プロバイダーでは事前に確認できません（"+no.Response.Status+"）。", "With this provider the client id and its secret cannot be tried beforehand ("+no.Response.Status+")."))
		}
	} else {
		return append(said, bad("トークンのアドレス（"+m.Token+"）に接続できません。ネットワークを確認してください。", "Its address for tokens ("+m.Token+") cannot be reached. Please check the network."))
	}
	return append(said, p.mayComeBack(ctx, s, back))
}

// mayComeBack asks for a sign-in that shows no page: a provider that knows our
// address sends the browser back there with a refusal.
func (p *Providers) mayComeBack(ctx context.Context, s store.Provider, back string) desk.Finding {
	to, err := p.Address(ctx, s, back, desk.Flow{State: "madoguchi-test", Nonce: "madoguchi-test", Verifier: strings.Repeat("x", 43)})
	if err != nil {
		return desk.Finding{Text: fault.Public(err)}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, to+"&prompt=none", nil)
	if err != nil {
		return desk.Finding{Text: fault.Public(unreachable(err))}
	}
	res, err := p.client.Do(r)
	if err != nil {
		return bad("サインイン画面のアドレスに接続できません。", "Its address for signing in cannot be reached.")
	}
	_ = res.Body.Close() // nothing of it is read
	switch went := res.Header.Get("Location"); {
	case strings.HasPrefix(went, back):
		return good("戻り先のアドレス（"+back+"）は登録されています。", "It knows the address to come back to ("+back+").")
	case res.StatusCode >= http.StatusBadRequest:
		return bad("戻り先のアドレス（リダイレクト URI）が ID プロバイダーに登録されていません。"+back+" を登録してください。", "The provider does not know the address to come back to. Please register "+back+" there as a redirect URI.")
	}
	return unsure("戻り先のアドレス（"+back+"）の登録は、実際のサインインで確認してください。", "Whether it knows the address to come back to ("+back+") shows when somebody signs in.")
}

func (p *Providers) keys(ctx context.Context, at string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	res, err := p.client.Do(r)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}

// whyNot says why a provider's own description could not be read.
func whyNot(issuer string, err error) fault.Text {
	host := issuer
	if u, e := url.Parse(issuer); e == nil {
		host = u.Host
	}
	dns, noName := errors.AsType[*net.DNSError](err)
	_, badCert := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	why := err.Error()
	switch {
	case errors.Is(err, errForbidden):
		return fault.Text{JA: host + " は、このサーバー自身の内部アドレスを指しているため、接続しません。発行者の URL を確認してください。", EN: host + " points to an address inside this machine, where the desk does not connect. Please check the issuer."}
	case noName && dns.IsNotFound:
		return fault.Text{JA: host + " という名前のサーバーが見つかりません。発行者の URL の綴りを確認してください。", EN: "There is no server of the name " + host + ". Please check the spelling of the issuer."}
	case badCert || unknown:
		return fault.Text{JA: host + " の TLS 証明書を確認できません。証明書の期限と発行元を確認してください。", EN: "The TLS certificate of " + host + " cannot be checked. Please look at its dates and who issued it."}
	case strings.Contains(why, "did not match"):
		return fault.Text{JA: "発行者の URL が、ID プロバイダーの名乗る発行者と一致しません。末尾の「/」を含め、同じ文字列を入力してください。", EN: "The provider names itself otherwise than the issuer given here. Please enter the very same text, a final “/” included."}
	case strings.Contains(why, "is not https"):
		return fault.Text{JA: "ID プロバイダーの公開情報に https:// でないアドレスがあります。ID プロバイダーの管理者に確認してください。", EN: "The provider publishes an address that does not begin with https://. Please ask who keeps it."}
	case strings.Contains(why, "404") || strings.Contains(why, "invalid character") || strings.Contains(why, "unmarshal"):
		return fault.Text{JA: host + " に OpenID Connect の公開情報（/.well-known/openid-configuration）がありません。発行者の URL を確認してください。", EN: "There is no OpenID Connect description (/.well-known/openid-configuration) at this issuer. Please check it."}
	}
	return fault.Text{JA: host + " に接続できません。URL と、この窓口のサーバーから外部への通信が許可されているかを確認してください。", EN: host + " cannot be reached. Please check the address, and whether this server may connect there."}
}

func good(ja, en string) desk.Finding {
	return desk.Finding{OK: true, Text: fault.Text{JA: ja, EN: en}}
}
func bad(ja, en string) desk.Finding { return desk.Finding{Text: fault.Text{JA: ja, EN: en}} }
func unsure(ja, en string) desk.Finding {
	return desk.Finding{OK: true, Unsure: true, Text: fault.Text{JA: ja, EN: en}}
}
