package worktime

import (
	"os"
	"path/filepath"
	"testing"
)

// readShared reads a file of the folder beside the repository that holds the
// shared vectors. Without that folder a test is skipped, unless
// MADOGUCHI_REQUIRE=all says that everything must be there.
func readShared(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	b, err := os.ReadFile(filepath.Join(dir, "..", "shared", filepath.FromSlash(name)))
	if err != nil {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the shared vectors are not beside the repository: %v", err)
	}
	return string(b)
}
