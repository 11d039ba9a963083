package smtpin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"madoguchi/terms/fault"
)

// Listen opens addr: "host:port" or "unix:/path". The error says what to
// change when the port is taken or needs a privilege.
func Listen(addr string) (net.Listener, error) {
	network, address := "tcp", addr
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		network, address = "unix", path
	}
	l, err := net.Listen(network, address)
	if network == "unix" && errors.Is(err, syscall.EADDRINUSE) && abandoned(address) {
		l, err = net.Listen(network, address)
	}
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Wrap(fault.Conflict, err,
			fmt.Sprintf("待ち受け先 %s は、すでに他のプログラムが使用しています。そのプログラムを止めるか、別の待ち受け先を設定してください。", addr),
			fmt.Sprintf("the address %s is in use by another program: stop that program, or configure another address", addr))
	case errors.Is(err, syscall.EACCES):
		return nil, fault.Wrap(fault.Forbidden, err,
			fmt.Sprintf("待ち受け先 %s を開く権限がありません。1024 以上のポートを設定するか、CAP_NET_BIND_SERVICE を与えてください。", addr),
			fmt.Sprintf("no permission to listen on %s: configure a port of 1024 or above, or grant CAP_NET_BIND_SERVICE", addr))
	default:
		return nil, fault.Wrap(fault.Invalid, err,
			fmt.Sprintf("待ち受け先 %q を開けません。「ホスト:ポート」または「unix:/パス」の形で指定してください。", addr),
			fmt.Sprintf("cannot listen on %q: give it as host:port or unix:/path", addr))
	}
}

// abandoned removes a socket file that a killed program left behind, and says
// whether it did. A socket that somebody answers on, and any other file, stay.
func abandoned(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSocket {
		return false
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = conn.Close() // only a question
		return false
	}
	return errors.Is(err, syscall.ECONNREFUSED) && os.Remove(path) == nil
}
