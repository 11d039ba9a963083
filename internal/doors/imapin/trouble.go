package imapin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/emersion/go-imap/v2"

	"madoguchi/terms/fault"
)

// errNoFolder means that the provider has no folder of that name.
var errNoFolder = errors.New("no such folder")

// Explain says in both languages what is wrong with a mailbox and how to mend
// it. What is explained already stays as it is.
func (w *Watcher) Explain(err error) *fault.Error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e
	}
	host, port, _ := net.SplitHostPort(w.cfg.Addr)
	wrap := func(field, ja, en string) *fault.Error { return fault.Wrap(fault.Invalid, err, ja, en).At(field) }
	if errors.Is(err, errRefused) {
		if w.cfg.Token != nil {
			return wrap("oauth", "プロバイダーがサインインを拒否しました。「接続を許可する」から、もう一度許可してください。ユーザー名が許可したアカウントと同じかも確認してください。",
				"The provider refuses the sign-in. Please give the consent again, and make sure that the user name is the account that gave it.")
		}
		return wrap("password", "プロバイダーがサインインを拒否しました。ユーザー名とパスワードを確認してください。2 段階認証を使うアカウントでは、アプリ用のパスワード、または OAuth 2 が必要です。",
			"The provider refuses the sign-in. Please check user name and password. An account with two-step sign-in needs a password for apps, or OAuth 2.")
	}
	if errors.Is(err, errNoWay) {
		return wrap("way", "このプロバイダーは OAuth 2 でのサインイン（OAUTHBEARER・XOAUTH2）に対応していません。パスワードを使う設定に変更してください。",
			"This provider does not take OAuth 2 (OAUTHBEARER, XOAUTH2). Please sign in with a password instead.")
	}
	if errors.Is(err, errNoFolder) {
		return wrap("folders", "フォルダー「"+w.cfg.Mailbox+"」がありません。名前を確認してください（大文字と小文字、階層の区切りも区別されます）。",
			"There is no folder “"+w.cfg.Mailbox+"”. Please check its name, with upper and lower case and the separator of its levels.")
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return wrap("host", "サーバー「"+host+"」が見つかりません。名前の綴りを確認してください。", "There is no server named "+host+". Please check its spelling.")
	}
	if field, ja, en, ok := tlsTrouble(err, host, port); ok {
		return wrap(field, ja, en)
	}
	if nerr, ok := errors.AsType[*net.OpError](err); ok && nerr.Op == "dial" {
		ja, en := "サーバー "+w.cfg.Addr+" に接続できません。", "The server "+w.cfg.Addr+" cannot be reached. "
		if os.IsTimeout(err) {
			return wrap("host", ja+"応答がありません。ホスト名とポート、または途中のファイアウォールを確認してください。", en+"It does not answer: please check host and port, and the firewall in between.")
		}
		return wrap("port", ja+"ポート番号を確認してください（通常は TLS が 993、STARTTLS が 143）。", en+"Please check the port: usually 993 for TLS and 143 for STARTTLS.")
	}
	if no, ok := errors.AsType[*imap.Error](err); ok {
		return wrap("", "プロバイダーが次の理由で断りました："+no.Text, "The provider refused, with the words: "+no.Text)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return fault.Wrap(fault.Unavailable, err, "プロバイダーとの接続が切れました。自動的に再接続します。", "The connection to the provider broke. It is made again by itself.")
	}
	return fault.Wrap(fault.Unavailable, err, "プロバイダーとの通信が途中で終わりました。自動的に再接続します。続く場合は、接続の保護（TLS・STARTTLS）とポートの組み合わせを確認してください。",
		"The conversation with the provider ended early. It is made again by itself; if that goes on, please check that port and protection (TLS or STARTTLS) belong together.")
}

// tlsTrouble explains what goes wrong while a connection is being protected.
func tlsTrouble(err error, host, port string) (field, ja, en string, ok bool) {
	if e, is := errors.AsType[x509.HostnameError](err); is {
		names := strings.Join(e.Certificate.DNSNames, ", ")
		return "host", fmt.Sprintf("サーバーの証明書が「%s」のものではありません（証明書の名前：%s）。ホスト名を確認してください。", host, names),
			fmt.Sprintf("The server's certificate is not for %s (it is for %s). Please check the host name.", host, names), true
	}
	if _, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		return "host", "サーバーの証明書の発行元を確認できません。自社の認証局の場合は、このコンピューターに登録してください。",
			"The issuer of the server's certificate is not known. If it is your own authority, please register it on this machine.", true
	}
	if e, is := errors.AsType[x509.CertificateInvalidError](err); is && e.Reason == x509.Expired {
		return "host", "サーバーの証明書の有効期限が切れています。プロバイダーにお問い合わせください。", "The server's certificate has expired. Please ask the provider.", true
	}
	if _, is := errors.AsType[tls.RecordHeaderError](err); is {
		return "security", "ポート " + port + " は最初から TLS で保護されていません。接続の保護を STARTTLS にするか、ポートを 993 にしてください。",
			"Port " + port + " does not begin with TLS. Please choose STARTTLS, or port 993.", true
	}
	if errors.Is(err, errNoStartTLS) {
		return "security", "このサーバーは STARTTLS に対応していません。接続の保護を TLS（通常はポート 993）にしてください。",
			"This server does not offer STARTTLS. Please choose TLS, usually on port 993.", true
	}
	return "", "", "", false
}
