package secret

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/terms/fault"
)

func TestWhatIsSealedIsOpenedAfterAStartOnlyWithTheSameKeyAndForTheSamePurpose(t *testing.T) {
	dir := t.TempDir()
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := b.Seal("dkim", []byte("a private key"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sealed, "private") {
		t.Error("the value can be read")
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open("dkim", sealed); err != nil || string(plain) != "a private key" {
		t.Errorf("after a start: %q, %v", plain, err)
	}
	if _, err := again.Open("link", sealed); !fault.Is(err, fault.Unavailable) {
		t.Errorf("for another purpose: %v", err)
	}
	other, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open("dkim", sealed); !fault.Is(err, fault.Unavailable) {
		t.Errorf("another desk: %v", err)
	}
	one, _ := b.MAC("link", "x")
	two, _ := other.MAC("link", "x")
	three, _ := b.MAC("dkim", "x")
	if bytes.Equal(one, two) || bytes.Equal(one, three) {
		t.Error("a digest is the same under another key or for another purpose")
	}
}

func TestTheKeyFileIsForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	for range 2 {
		if _, err := Open(dir); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if rights := info.Mode().Perm(); rights != 0o600 {
			t.Errorf("the key file has rights %o", rights)
		}
		if err := os.Chmod(path, 0o644); err != nil { // as a careless copy leaves it
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !fault.Is(err, fault.Invalid) {
		t.Errorf("a damaged key gave %v", err)
	}
}
