package mailout

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"os"

	"madoguchi/terms/fault"
)

// Explain says in both languages why a relay could not be asked, and how to
// mend it.
func Explain(err error, cfg RelayConfig) *fault.Error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e
	}
	host, port, _ := net.SplitHostPort(cfg.Addr)
	wrap := func(field, ja, en string) *fault.Error { return fault.Wrap(fault.Invalid, err, ja, en).At(field) }
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return wrap("host", "サーバー「"+host+"」が見つかりません。名前の綴りを確認してください。", "There is no server named "+host+". Please check its spelling.")
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return wrap("host", "サーバーの証明書が「"+host+"」のものではありません。ホスト名を確認してください。", "The server's certificate is not for "+host+". Please check the host name.")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return wrap("host", "サーバーの証明書の発行元を確認できません。自社の認証局の場合は、このコンピューターに登録してください。",
			"The issuer of the server's certificate is not known. If it is your own authority, please register it on this machine.")
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return wrap("security", "ポート "+port+" は最初から TLS で保護されていません。接続の保護を STARTTLS にするか、ポートを 465 にしてください。",
			"Port "+port+" does not begin with TLS. Please choose STARTTLS, or port 465.")
	}
	if errors.Is(err, errNoStartTLS) {
		return wrap("security", "このサーバーは STARTTLS に対応していません。接続の保護を TLS（通常はポート 465）にしてください。", "This server does not offer STARTTLS. Please choose TLS, usually on port 465.")
	}
	if errors.Is(err, errNoAuth) {
		return wrap("username", "このサーバーは、使える方法でのサインインに対応していません。送信用のポート（587・465）を使うか、ユーザー名を空にしてください。",
			"This server offers no way to sign in that the desk knows. Please use the port for submission (587, 465), or leave the user name empty.")
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		if reply.Code == 535 || reply.Code == 534 || reply.Code == 530 {
			return wrap("password", "サーバーがサインインを拒否しました。ユーザー名とパスワードを確認してください。2 段階認証を使うアカウントでは、アプリ用のパスワードが必要です。",
				"The server refuses the sign-in. Please check user name and password. An account with two-step sign-in needs a password for apps.")
		}
		said := line(reply.Error())
		return wrap("", "サーバーが次の理由で断りました："+said, "The server refused, with the words: "+said)
	}
	if nerr, ok := errors.AsType[*net.OpError](err); ok && nerr.Op == "dial" {
		if os.IsTimeout(err) {
			return wrap("host", "サーバー "+cfg.Addr+" の応答がありません。ホスト名とポート、または途中のファイアウォールを確認してください。",
				"The server "+cfg.Addr+" does not answer. Please check host and port, and the firewall in between.")
		}
		return wrap("port", "サーバー "+cfg.Addr+" に接続できません。ポート番号を確認してください（通常は STARTTLS が 587、TLS が 465）。",
			"The server "+cfg.Addr+" cannot be reached. Please check the port: usually 587 for STARTTLS and 465 for TLS.")
	}
	return fault.Wrap(fault.Invalid, err, "サーバーとの通信が途中で終わりました。接続の保護（STARTTLS・TLS）とポートの組み合わせを確認してください。",
		"The conversation with the server ended early. Please check that port and protection belong together.").At("security")
}

// Why a relay could not be asked.
var (
	errNoStartTLS = errors.New("the relay does not offer STARTTLS; nothing was sent. Use a port that does, or set the relay's security to tls or none")
	errNoAuth     = errors.New("the relay offers no way to sign in that the desk knows")
)
