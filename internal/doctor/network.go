package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// screens looks whether a desk answers at the addresses, or could.
func screens(ctx context.Context, p Patient, tell func(Finding)) {
	if p.HTTP != "" && ready(ctx, p, tell) {
		return
	}
	for _, a := range []struct{ ja, en, addr string }{{"画面", "screens", p.HTTP}, {"メール受信", "incoming mail", p.SMTP}, {"監視", "probes and metrics", p.Ops}} {
		if a.addr == "" {
			continue
		}
		ln, err := net.Listen("tcp", a.addr)
		switch {
		case err == nil:
			_ = ln.Close()
			tell(good("network", a.ja+"のアドレス "+a.addr+" は使用できます。", "The address "+a.addr+" ("+a.en+") is free."))
		case errors.Is(err, syscall.EADDRINUSE):
			tell(good("network", a.ja+"のアドレス "+a.addr+" は他のプログラムが使用しています。", "The address "+a.addr+" ("+a.en+") is in use by another program.").
				mend(Bad, "そのプログラムを止めるか、別のアドレスを指定してください。", "Stop that program, or configure another address."))
		case errors.Is(err, syscall.EACCES):
			tell(good("network", a.ja+"のアドレス "+a.addr+" を使用する権限がありません。", "The address "+a.addr+" ("+a.en+") may not be used.").
				mend(Bad, "1024 未満のポートには権限（CAP_NET_BIND_SERVICE。deploy/madoguchi.service を参照）が必要です。権限を与えるか、別のポートを指定してください。",
					"Ports below 1024 need a right (CAP_NET_BIND_SERVICE, see deploy/madoguchi.service). Give it, or another port."))
		default:
			tell(good("network", a.ja+"のアドレス "+a.addr+" を使用できません。", "The address "+a.addr+" ("+a.en+") cannot be used.").
				mend(Bad, "このマシンのアドレスと、1 から 65535 までのポートを HOST:PORT の形で指定してください（"+err.Error()+"）。",
					"Give an address of this machine and a port from 1 to 65535 as HOST:PORT ("+err.Error()+")."))
		}
	}
}

// ready asks a desk that may be running whether it takes work.
func ready(ctx context.Context, p Patient, tell func(Finding)) bool {
	host, port, err := net.SplitHostPort(p.HTTP)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, p.Wait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false // nobody is there
	}
	defer res.Body.Close() //nolint:errcheck // only the status is read
	switch res.StatusCode {
	case http.StatusOK:
		tell(good("network", "窓口は稼働中で、受付できます（"+p.HTTP+"）。", "The desk is running and takes work ("+p.HTTP+")."))
	case http.StatusServiceUnavailable:
		tell(good("network", "窓口は稼働中ですが、受付できません（"+p.HTTP+"）。", "The desk is running but takes no work ("+p.HTTP+").").
			mend(Bad, "理由は /readyz とログをご確認ください。", "/readyz and the log tell the reason."))
	default:
		return false // another program
	}
	return true
}

// certificate looks at the certificate that is shown to who brings mail.
func certificate(_ context.Context, p Patient, tell func(Finding)) {
	if p.MailCert == "" {
		if p.SMTP != "" {
			tell(good("tls", "メール受信は暗号化（STARTTLS）に対応していません。", "Incoming mail is not offered STARTTLS.").
				mend(Odd, "--mail-cert と --mail-key に証明書と鍵を指定してください。", "Give a certificate and key with --mail-cert and --mail-key."))
		}
		return
	}
	cfg := p.MailTLS
	if cfg == nil || cfg.GetCertificate == nil {
		return
	}
	pair, err := cfg.GetCertificate(&tls.ClientHelloInfo{ServerName: p.Hostname})
	if err != nil || pair == nil {
		tell(failed("tls", errors.Join(err, os.ErrInvalid), "証明書を読み取れません。", "The certificate cannot be read."))
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		tell(failed("tls", err, "証明書を読み取れません。", "The certificate cannot be read."))
		return
	}
	left := leaf.NotAfter.Sub(p.Now())
	day := leaf.NotAfter.UTC().Format("2006-01-02")
	f := good("tls", p.MailCert+" は "+day+" まで有効です。", p.MailCert+" is valid until "+day+".")
	switch {
	case left <= 0:
		f = f.mend(Bad, "証明書の期限が切れています。更新してください。再起動は不要です。", "It has expired. Renew it; no restart is needed.")
	case left < 14*24*time.Hour:
		f = f.mend(Odd, "まもなく期限切れになります。更新してください。再起動は不要です。", "It expires soon. Renew it; no restart is needed.")
	}
	tell(f)
	if err := leaf.VerifyHostname(p.Hostname); err != nil {
		tell(good("tls", "証明書の名前が --hostname（"+p.Hostname+"）と一致しません。", "The certificate is not for --hostname ("+p.Hostname+").").
			mend(Odd, "一致する証明書を使用するか、--hostname を変更してください。", "Use one that is, or change --hostname."))
	}
}

// relay asks the relay as far as signing in; no mail is sent.
func relay(ctx context.Context, p Patient, tell func(Finding)) {
	if p.Relay == nil {
		tell(good("mail", "送信メールの中継サーバーが未設定です。", "No relay is set for outgoing mail.").
			mend(Odd, "--relay を指定するまで、返信は送信待ちのままになります。", "Until --relay is given, replies wait in the outbox."))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, p.Wait)
	defer cancel()
	if err := p.Relay.Check(ctx); err != nil {
		tell(good("mail", "中継サーバー "+p.Relay.Name()+" に接続できません。", "The relay "+p.Relay.Name()+" does not let us in.").
			mend(Bad, "--relay のホスト、ポート、ユーザー名と、パスワードを確認してください（"+err.Error()+"）。",
				"Check host, port, user and password of --relay ("+err.Error()+")."))
		return
	}
	tell(good("mail", "中継サーバー "+p.Relay.Name()+" に接続し、認証できました。", "The relay "+p.Relay.Name()+" takes our mail."))
}

// dns looks whether the desk's own mail domain can be found and answered.
func dns(ctx context.Context, p Patient, tell func(Finding)) {
	if p.Names == nil {
		tell(good("dns", "DNS への問い合わせは無効です（--dns off）。", "The DNS is not asked (--dns off).").
			mend(Odd, "送信者の確認（SPF・DKIM・DMARC）は行われません。", "Nothing is found out about senders (SPF, DKIM, DMARC)."))
		return
	}
	domain := ownDomain(ctx, p)
	if domain == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, p.Wait)
	defer cancel()
	for _, one := range []struct {
		name string
		look func() mailauth.Finding
	}{
		{"MX " + domain, func() mailauth.Finding { return mailauth.CheckMX(ctx, p.Names, domain, "") }},
		{"SPF " + domain, func() mailauth.Finding { return mailauth.CheckSPF(ctx, p.Names, domain, nil) }},
		{"DMARC " + domain, func() mailauth.Finding { return mailauth.CheckDMARC(ctx, p.Names, domain) }},
	} {
		f := good("dns", one.name+" があります。", one.name+" is there.")
		switch one.look().State {
		case mailauth.Missing:
			f = good("dns", one.name+" がありません。", one.name+" is missing.").
				mend(Odd, "画面「送信ドメイン認証」（/mail-auth）に、公開するレコードが表示されます。", "The page Mail authentication (/mail-auth) shows the record to publish.")
		case mailauth.Failed:
			f = good("dns", one.name+" を確認できません。", one.name+" could not be looked up.").
				mend(Odd, "ネームサーバーに接続できるかご確認ください（--dns）。", "See whether the name server can be reached (--dns).")
		}
		tell(f)
	}
}

// ownDomain is the domain of the desk's own address, once somebody has set it.
func ownDomain(ctx context.Context, p Patient) string {
	r, err := store.OpenReading(ctx, store.Config{Dir: p.Dir, Database: p.Database})
	if err != nil {
		return "" // said before
	}
	defer r.Close() //nolint:errcheck // nothing was written
	text, err := r.Setting(ctx, desk.SettingSite)
	if fault.Is(err, fault.NotFound) || err != nil {
		return ""
	}
	var s desk.Site
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return ""
	}
	_, domain, _ := strings.Cut(s.Mail, "@")
	if domain == "localhost" || fmt.Sprint(net.ParseIP(strings.Trim(domain, "[]"))) != "<nil>" {
		return ""
	}
	return domain
}
