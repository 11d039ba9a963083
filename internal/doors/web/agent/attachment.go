package agent

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// filePolicy is the Content-Security-Policy of a customer's file: whatever it
// is, it runs nothing, loads nothing, and is of no origin.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

// Mail hands out the original mail behind a message, as a file.
func (p *Pages) Mail(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	raw, err := p.desk.Original(r.Context(), who, caseID(r), r.PathValue("message"))
	if err != nil {
		return err
	}
	return handOut(w, r.PathValue("message")+".eml", "message/rfc822", false, raw)
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
	kind, inline := shownAs(f)
	return handOut(w, cmp.Or(f.Name, "attachment-"+strconv.Itoa(n)+endings[kind]), kind, inline, f.Data)
}

func handOut(w http.ResponseWriter, name, kind string, inline bool, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name, inline))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err := w.Write(data)
	return err
}

// endings names files that their sender did not name.
var endings = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "text/plain; charset=utf-8": ".txt"}

// shownAs is the media type under which a file is handed out, and whether a
// browser may open it. What the sender claims decides nothing by itself: a
// picture is what its first bytes say, and text is what is declared as plain
// text and is valid UTF-8 (in another charset, browsers would guess).
func shownAs(f desk.File) (kind string, inline bool) {
	switch seen := http.DetectContentType(f.Data); seen {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return seen, true
	}
	if f.Type == "text/plain" && utf8.Valid(f.Data) {
		return "text/plain; charset=utf-8", true
	}
	if f.Type == "application/pdf" || f.Type == "message/rfc822" {
		return f.Type, false
	}
	return "application/octet-stream", false
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
