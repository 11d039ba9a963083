// Package objectstore_test runs the built program with its files in a real
// object store, takes that away in every way that operators meet, and holds
// that nothing acknowledged is lost and that it says what is wrong.
//
// Start reading at [TestAnObjectStoreThatFails].
package objectstore_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/test/program"
	"madoguchi/test/s3test"
)

// site is a desk with one person at its screens.
type site struct {
	t       *testing.T
	binary  string
	data    string
	keyFile string
	serving *program.Serving
	browser *program.Browser
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, data: filepath.Join(t.TempDir(), "data"), keyFile: keyFile(t)}
	var err error
	if s.binary, err = program.Build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if err := program.Furnish(t.Context(), s.data, 10); err != nil {
		t.Fatal(err)
	}
	return s
}

func keyFile(t *testing.T) string {
	t.Helper()
	key := make([]byte, 32)
	rand.Read(key)
	path := filepath.Join(t.TempDir(), "files.key")
	if err := os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve starts the desk and signs in.
func (s *site) serve(flags ...string) {
	s.t.Helper()
	var err error
	if s.serving, err = program.Start(s.binary, s.data, append([]string{"--dns", "off", "--ops", "127.0.0.1:0"}, flags...)...); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.serving.Kill() }) //nolint:errcheck // it may have ended
	if s.browser, err = program.NewBrowser(); err != nil {
		s.t.Fatal(err)
	}
	if err := s.browser.SignIn(s.serving.HTTP, program.Admin, program.Password); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) stop() {
	s.t.Helper()
	if err := s.serving.Stop(); err != nil {
		s.t.Fatalf("%v\n%s", err, s.serving.Said())
	}
}

// letter is a mail with an attachment of so many random bytes.
func letter(subject string, n int) (raw, file []byte) {
	file = make([]byte, n)
	rand.Read(file)
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@company0.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"+
		"--x\r\nContent-Type: text/plain\r\n\r\nPlease look at it.\r\n--x\r\nContent-Type: audio/ogg; name=call.ogg\r\nContent-Disposition: attachment; filename=call.ogg\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		program.Customer(0), program.Support, subject, subject)
	for line := base64.StdEncoding.EncodeToString(file); line != ""; {
		k := min(76, len(line))
		b.WriteString(line[:k] + "\r\n")
		line = line[k:]
	}
	b.WriteString("--x--\r\n")
	return b.Bytes(), file
}

// deliver hands a mail over and returns the code of a refusal, 250 for none.
func deliver(t *testing.T, smtp string, raw []byte) int {
	t.Helper()
	peer := program.Peer{Name: "peer"}
	defer peer.Close()
	err := peer.Deliver(smtp, program.Customer(0), program.Support, raw)
	if code := (*textproto.Error)(nil); errors.As(err, &code) {
		return code.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return 250
}

var (
	caseLink  = regexp.MustCompile(`/cases/([0-9a-f-]{36})`)
	draftLink = regexp.MustCompile(`/cases/[0-9a-f-]{36}/draft/files/[0-9a-f-]{36}`)
	fileLink  = regexp.MustCompile(`/cases/[0-9a-f-]{36}/mails/[0-9a-f-]{36}/files/1`)
)

// caseOf waits for the case of a mail and returns its address.
func caseOf(t *testing.T, b *program.Browser, host, subject string) string {
	t.Helper()
	for range 200 {
		_, page, err := b.Get(host, "/queue")
		if err != nil {
			t.Fatal(err)
		}
		if at := strings.Index(page, subject); at >= 0 {
			if m := caseLink.FindAllString(page[:at], -1); m != nil {
				return m[len(m)-1]
			}
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Fatalf("%s is in no case", subject)
	return ""
}

// attachmentOf returns the address of the file of a case's first mail.
func attachmentOf(t *testing.T, b *program.Browser, host, path string) string {
	t.Helper()
	_, page, err := b.Get(host, path)
	m := fileLink.FindString(page)
	if err != nil || m == "" {
		t.Fatalf("no attachment on %s, %v", path, err)
	}
	return m
}

// command runs the program and returns what it said and whether it succeeded.
func (s *site) command(args ...string) (string, bool) {
	s.t.Helper()
	return program.Run(s.t.Context(), s.binary, args...)
}

func TestAnObjectStoreThatFails(t *testing.T) {
	server := s3test.Start(t, "desk")
	gate := s3test.OpenGate(t, server.Addr)
	s := newSite(t)
	files := []string{"--files", s3test.PlaceAt(gate.Addr, "desk", "files"), "--files-key-file", s.keyFile}
	s.serve(files...)
	host := s.serving.HTTP

	raw, file := letter("large-1", 600_000)
	if code := deliver(t, s.serving.SMTP, raw); code != 250 {
		t.Fatalf("refused with %d\n%s", code, s.serving.Said())
	}
	first := caseOf(t, s.browser, host, "large-1")
	attachment := attachmentOf(t, s.browser, host, first)
	whole, body, err := s.browser.Fetch(host, attachment, nil)
	if err != nil || whole.StatusCode != 200 || !bytes.Equal(body, file) {
		t.Fatalf("%v, %d bytes, %v", whole, len(body), err)
	}
	ranges(t, s.browser, host, attachment, whole.Header.Get("ETag"), file)
	lying := object(t, server.Files("desk"))
	if b, err := os.ReadFile(lying); err != nil || bytes.Contains(b, []byte("Please look at it")) {
		t.Errorf("the object can be read: %v", err)
	}

	// Away: small mail is taken, large mail and files get an answer that says to try again.
	gate.Shut(true)
	big, _ := letter("large-2", 600_000)
	small, _ := letter("small-1", 1000)
	if code := deliver(t, s.serving.SMTP, big); code != 451 {
		t.Errorf("a large mail gets %d", code)
	}
	if code := deliver(t, s.serving.SMTP, small); code != 250 {
		t.Errorf("a small mail gets %d", code)
	}
	code, page, err := s.browser.Upload(host, first+"/draft/files", "log.txt", []byte("log"))
	if err != nil || code != 503 || !strings.Contains(page, "127.0.0.1") {
		t.Errorf("a file of a reply gets %d, %v: %s", code, err, program.Text(page))
	}
	if code, after, err := s.browser.Retry(host, attachment); err != nil || code != 503 || after == "" {
		t.Errorf("an attachment gets %d, Retry-After %q, %v", code, after, err)
	}
	caseOf(t, s.browser, host, "small-1")
	out, ok := s.command(append([]string{"doctor", "--data", s.data, "--dns", "off"}, files...)...)
	if ok || !strings.Contains(out, "cannot be reached") || !strings.Contains(out, "接続できない") {
		t.Errorf("doctor says:\n%s", out)
	}

	// Back, but slow: taken all the same; and a kill loses nothing of it.
	gate.Shut(false)
	gate.Slow(150 * time.Millisecond)
	if code := deliver(t, s.serving.SMTP, big); code != 250 {
		t.Errorf("a large mail gets %d from a slow object store", code)
	}
	if err := s.serving.Kill(); err != nil {
		t.Fatal(err)
	}
	gate.Slow(0)
	s.serve(files...)
	host = s.serving.HTTP
	caseOf(t, s.browser, host, "large-2")
	if got, body, err := s.browser.Fetch(host, attachment, nil); err != nil || !bytes.Equal(body, file) {
		t.Errorf("after a restart: %v, %d bytes, %v", got.Status, len(body), err)
	}
	if code, _, err := s.browser.Upload(host, first+"/draft/files", "log.txt", []byte("log")); err != nil || code >= 400 {
		t.Errorf("a file of a reply gets %d, %v", code, err)
	}
	if _, page, err := s.browser.Get(s.serving.Ops, "/metrics"); err != nil || !strings.Contains(page, `madoguchi_object_store_seconds_count{request="put",result="done"} `) {
		t.Errorf("no metric of the object store: %v", err)
	}

	// Cut short: said where it is asked for, and by the doctor.
	doctor := append([]string{"doctor", "--thorough", "--data", s.data, "--dns", "off", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, files...)
	if out, _ := s.command(doctor...); !strings.Contains(out, "files were read and agree") || !strings.Contains(out, "can be written, read and deleted in") {
		t.Errorf("doctor says:\n%s", out)
	}
	if err := os.Truncate(lying, 100_000); err != nil {
		t.Fatal(err)
	}
	if got, _, err := s.browser.Fetch(host, attachment, nil); err != nil || got.StatusCode != 500 {
		t.Errorf("a damaged attachment: %v, %v", got.Status, err)
	}
	if out, ok := s.command(doctor...); ok || !strings.Contains(out, "1 files are damaged ("+filepath.Base(lying)) {
		t.Errorf("doctor says:\n%s", out)
	}
	s.stop()
}

// ranges holds what RFC 9110 says of parts.
func ranges(t *testing.T, b *program.Browser, host, path, tag string, file []byte) {
	t.Helper()
	if tag == "" {
		t.Error("a file has no ETag")
	}
	for _, c := range []struct {
		name    string
		headers map[string]string
		code    int
		want    []byte
	}{
		{"a part", map[string]string{"Range": "bytes=100000-100099"}, 206, file[100_000:100_100]},
		{"the end", map[string]string{"Range": "bytes=-500"}, 206, file[len(file)-500:]},
		{"going on with the same", map[string]string{"Range": "bytes=590000-", "If-Range": tag}, 206, file[590_000:]},
		{"going on with another", map[string]string{"Range": "bytes=590000-", "If-Range": `"other"`}, 200, file},
		{"behind the end", map[string]string{"Range": "bytes=600000-"}, 416, nil},
	} {
		res, body, err := b.Fetch(host, path, c.headers)
		if err != nil || res.StatusCode != c.code || (c.want != nil && !bytes.Equal(body, c.want)) {
			t.Errorf("%s: %d, %d bytes, %v", c.name, res.StatusCode, len(body), err)
		}
	}
	res, body, err := b.Fetch(host, path, map[string]string{"Range": "bytes=0-9,100-109"})
	if err != nil || res.StatusCode != 206 || !strings.HasPrefix(res.Header.Get("Content-Type"), "multipart/byteranges") || !bytes.Contains(body, file[100:110]) {
		t.Errorf("two parts: %d %s, %v", res.StatusCode, res.Header.Get("Content-Type"), err)
	}
}

// object returns the path of the largest object of a bucket.
func object(t *testing.T, dir string) (path string) {
	t.Helper()
	largest := int64(-1)
	err := filepath.Walk(dir, func(at string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && info.Size() > largest {
			path, largest = at, info.Size()
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatal("no object", err)
	}
	return path
}

func TestAWronglyNamedObjectStoreIsSaid(t *testing.T) {
	server := s3test.Start(t, "desk")
	s := newSite(t)
	examine := func(files string, words ...string) {
		t.Helper()
		out, ok := s.command("doctor", "--data", s.data, "--dns", "off", "--files", files)
		if ok {
			t.Errorf("%s: it finds nothing bad", files)
		}
		for _, w := range words {
			if !strings.Contains(out, w) {
				t.Errorf("%s: nothing says %q:\n%s", files, w, out)
			}
		}
	}
	examine(server.Place("elsewhere", ""), "バケット「elsewhere」がありません", "has no bucket elsewhere. Make it")
	examine("s3://key:hidden@desk", "AWS_SECRET_ACCESS_KEY")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	examine(server.Place("desk", ""), "アクセスキーを受け付けません", "does not accept the access key")

	// A desk starts all the same, says so, and takes small mail.
	s.serve("--files", server.Place("desk", ""))
	small, _ := letter("small", 1000)
	if code := deliver(t, s.serving.SMTP, small); code != 250 {
		t.Errorf("a small mail gets %d", code)
	}
	large, _ := letter("large", 600_000)
	if code := deliver(t, s.serving.SMTP, large); code != 451 {
		t.Errorf("a large mail gets %d", code)
	}
	s.stop()
	if said := s.serving.Said(); !strings.Contains(said, "see madoguchi doctor") || strings.Contains(said, "a-secret-of-the-tests-only") {
		t.Errorf("the log says:\n%s", said)
	}
}
