package mailtext_test

import (
	"os"
	"path/filepath"
	"testing"

	"madoguchi/internal/mailtext"
)

// corpus is a folder of mails that others wrote, read in place.
const corpus = "../../../shared/mail-corpus"

// corpusMails returns the raw mails of the corpus. Without the corpus the test
// is skipped, unless MADOGUCHI_REQUIRE=all says that everything must be there.
func corpusMails(t testing.TB) map[string][]byte {
	t.Helper()
	if _, err := os.Stat(corpus); err != nil {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatalf("the mail corpus is required: %v", err)
		}
		t.Skip("no mail corpus beside the repository")
	}
	paths, err := filepath.Glob(filepath.Join(corpus, "*", "*.eml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("the mail corpus is empty: %v", err)
	}
	out := map[string][]byte{}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(filepath.Dir(p))+"/"+filepath.Base(p)] = raw
	}
	return out
}

// BenchmarkCorpus reads every mail of the corpus once an operation; the goal is
// at least 3,000 mails per CPU-second.
func BenchmarkCorpus(b *testing.B) {
	mails := corpusMails(b)
	n := 0
	for b.Loop() {
		for _, raw := range mails {
			if _, err := mailtext.Read(raw); err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
}
