package agent

import (
	"mime"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestOnlyPicturesAndPlainTextOpenInTheBrowser(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for _, c := range []struct {
		claimed, data, kind string
		inline              bool
	}{
		{"image/png", png, "image/png", true},
		{"application/octet-stream", png, "image/png", true},
		{"image/jpg", "\xff\xd8\xff\xe0", "image/jpeg", true},
		{"image/png", "<script>alert(1)</script>", "application/octet-stream", false},
		{"image/svg+xml", "<svg onload=alert(1)>", "application/octet-stream", false},
		{"text/html", "<p>hello", "application/octet-stream", false},
		{"text/plain", "<script>alert(1)</script>", "text/plain; charset=utf-8", true},
		{"text/plain", "\x8a\xc4\x8d\xb8\x83\x8d\x83O\x82\xf0\x8am\x94F\x82\xb5\x82\xdc\x82\xb5\x82\xbd", "text/plain; charset=utf-8", true},
		{"text/plain", "\x7fELF\x00\x00", "application/octet-stream", false},
		{"application/octet-stream", "%PDF-1.4", "application/pdf", true},
		{"application/pdf", "<script>alert(1)</script>", "application/octet-stream", false},
		{"message/rfc822", "From: a@b.example\n\n<script>alert(1)</script>", "text/plain; charset=utf-8", true},
		{"message/rfc822", "\x00\x01", "message/rfc822", false},
	} {
		if kind, inline, _ := shownAs(desk.File{Type: c.claimed, Data: []byte(c.data)}); kind != c.kind || inline != c.inline {
			t.Errorf("%s %.12q: %s, inline %v", c.claimed, c.data, kind, inline)
		}
	}
}

func TestAFilesNameArrivesWholeAndMisleadsNobody(t *testing.T) {
	for in, want := range map[string]string{
		"report.pdf":                       "report.pdf",
		"障害 報告(1).xlsx":                    "障害 報告(1).xlsx",
		`../..\etc/passwd`:                 "_.._etc_passwd",
		"a\"; filename=evil.exe":           `a"; filename=evil.exe`,
		"invoice\u202efdp.exe":             "invoicefdp.exe",
		"a\r\nSet-Cookie: x=1":             "aSet-Cookie: x=1",
		"100%.txt":                         "100%.txt",
		"":                                 "attachment",
		strings.Repeat("長", 200) + ".docx": strings.Repeat("長", 65) + ".docx",
	} {
		got := disposition(in, false)
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != want {
			t.Errorf("%q became %s: %q, %v", in, got, params["filename"], err)
		}
		if strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q breaks the header", got)
		}
	}
}
