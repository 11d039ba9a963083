package agent

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/desk"
	"madoguchi/internal/mailtext"
	"madoguchi/terms/fault"
)

// filePolicy is the Content-Security-Policy of a customer's file: whatever it
// is, it runs nothing, loads nothing, and is of no origin.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

// pdfPolicy is that of a PDF. Browsers show one in a viewer of their own, in a
// process of its own, and refuse to in a sandbox.
const pdfPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"

// Mail hands out the original mail behind a message, as a file.
func (p *Pages) Mail(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	raw, err := p.desk.Original(r.Context(), who, caseID(r), r.PathValue("message"))
	if err != nil {
		return err
	}
	return handOver(w, r, r.PathValue("message")+".eml", "message/rfc822", false, raw, r.PathValue("message"))
}

// Attachment hands out one file of a mail. Pictures and plain text open in
// the browser; everything else is saved.
func (p *Pages) Attachment(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "添付ファイルが見つかりません。", "There is no such attachment.")
	}
	f, err := p.desk.Attachment(r.Context(), who, caseID(r), r.PathValue("message"), n)
	if err != nil {
		return err
	}
	f.Name = cmp.Or(f.Name, "attachment-"+strconv.Itoa(n))
	return handOut(w, r, f)
}

// handOut hands out a file: to be looked at where a browser can do that
// safely, else (or when the address asks for it with ?save) to be saved as it
// came.
func handOut(w http.ResponseWriter, r *http.Request, f desk.File) error {
	name := f.Name
	if r.URL.Query().Has("save") {
		return handOver(w, r, name, "application/octet-stream", false, f.Data, f.SHA256)
	}
	kind, inline, data := shownAs(f)
	if !strings.Contains(name, ".") {
		name += endings[kind]
	}
	mark := f.SHA256
	if kind == plainUTF8 {
		mark += "-utf-8" // which is other bytes
	}
	return handOver(w, r, name, kind, inline, data, mark)
}

// handOver answers with the bytes, or with the ranges of them that are asked
// for (RFC 9110, 14). The mark tells these bytes from all others that the
// address could answer with: who goes on with what they have of it asks with
// If-Range, and gets the rest or all of it.
func handOver(w http.ResponseWriter, r *http.Request, name, kind string, inline bool, data []byte, mark string) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name, inline))
	h.Set("Content-Security-Policy", filePolicy)
	if kind == "application/pdf" {
		h.Set("Content-Security-Policy", pdfPolicy)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	if mark != "" {
		h.Set("ETag", `"`+mark+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}

// endings names files that their sender did not name.
var endings = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "application/pdf": ".pdf", plainUTF8: ".txt"}

const plainUTF8 = "text/plain; charset=utf-8"

// shownAs is the media type under which a file is handed out, whether a browser
// may open it, and the bytes. What the sender claims decides nothing by itself:
// a picture or a PDF is what its first bytes say. A text in another charset is
// handed out in UTF-8, for browsers would guess, and a mail as the text that it
// says; saved, each is as it came.
func shownAs(f desk.File) (kind string, inline bool, data []byte) {
	switch seen := http.DetectContentType(f.Data); seen {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf":
		return seen, true, f.Data
	}
	if textual(f) {
		if text, ok := mailtext.PlainText(f.Data); ok {
			return plainUTF8, true, []byte(text)
		}
	}
	if f.Type == "message/rfc822" || strings.EqualFold(path.Ext(f.Name), ".eml") {
		if text, ok := mailtext.MailFile(f.Data); ok {
			return plainUTF8, true, []byte(text)
		}
		return "message/rfc822", false, f.Data
	}
	return "application/octet-stream", false, f.Data
}

// textual reports a file that its sender or its name says is a text to be read
// as it stands: no page, no picture, no script that a browser would run.
func textual(f desk.File) bool {
	switch f.Type {
	case "text/plain", "text/csv", "text/x-log", "text/markdown", "text/tab-separated-values", "application/json", "text/plain; charset=utf-8":
		return true
	}
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".txt", ".log", ".csv", ".tsv", ".md", ".json", ".yaml", ".yml", ".ini", ".conf":
		return true
	}
	return false
}

// maxFileName is the longest file name that is passed on, in bytes; file
// systems take 255.
const maxFileName = 200

// disposition is the Content-Disposition of a file (RFC 6266), with the name
// in ASCII and, where that is not all of it, in UTF-8 (RFC 8187).
func disposition(name string, inline bool) string {
	name = fileName(name)
	out := "attachment"
	if inline {
		out = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	out += `; filename="` + plain + `"`
	if plain != name {
		// PathEscape leaves a few signs that RFC 8187 does not allow bare.
		out += "; filename*=UTF-8''" + strings.NewReplacer("+", "%2B", "'", "%27", "(", "%28", ")", "%29", "*", "%2A", "=", "%3D", ":", "%3A", "@", "%40", "&", "%26", "$", "%24", "!", "%21", ",", "%2C", ";", "%3B").Replace(url.PathEscape(name))
	}
	return out
}

// fileName is a sender's file name without what could mislead: paths,
// control characters, and marks that turn the direction of writing around
// (so that "exe.pdf" is not shown for "fdp.exe").
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\' || r == utf8.RuneError:
			return '_'
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if len(name) > maxFileName {
		// The ending says what the file is: keep it.
		end := ""
		if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 16 {
			end = name[i:]
		}
		name = strings.ToValidUTF8(name[:maxFileName-len(end)], "") + end
	}
	return cmp.Or(name, "attachment")
}
