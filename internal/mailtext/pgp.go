package mailtext

import "strings"

// This file knows OpenPGP written into a text (RFC 9580 sections 6 and 7).
// Nothing is verified or decrypted.

const (
	pgpSigned    = "-----BEGIN PGP SIGNED MESSAGE-----"
	pgpSignature = "-----BEGIN PGP SIGNATURE-----"
	pgpSignedEnd = "-----END PGP SIGNATURE-----"
)

// pgpBlocks are the blocks that are files, with the names that they get.
var pgpBlocks = [...]struct{ title, name, ctype string }{
	{"PGP MESSAGE-----", "encrypted.asc", "application/pgp-encrypted"},
	{"PGP PUBLIC KEY BLOCK-----", "key.asc", "application/pgp-keys"},
	{"PGP SIGNATURE-----", "signature.asc", "application/pgp-signature"},
}

// pgpFiles returns the armoured blocks of a text, each with its lines as sent.
func pgpFiles(text string) []Attachment {
	var out []Attachment
	for _, block := range pgpBlocks {
		begin, end := "-----BEGIN "+block.title, "-----END "+block.title
		for rest := text; ; {
			start := lineAt(rest, begin)
			if start < 0 {
				break
			}
			stop := lineAt(rest[start:], end)
			if stop < 0 {
				break
			}
			stop += start + len(end)
			out = append(out, newAttachment(block.name, block.ctype, "", false, []byte(rest[start:stop]+"\n")))
			rest = rest[stop:]
		}
	}
	return out
}

// lineAt returns where a line that is want, but for blanks after it, begins; -1 without one.
func lineAt(text, want string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], want)
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(want)
		line, _, _ := strings.Cut(text[from:], "\n")
		if (i == 0 || text[i-1] == '\n') && strings.Trim(line, " \t\r") == "" {
			return i
		}
	}
}

// dropArmour takes the armour off everything that is signed in a text: the
// head, the signature, and the dash before lines that begin with one. What is
// encrypted stays, for its place says that there is something to read.
func dropArmour(text string) string {
	var out strings.Builder
	for {
		start := lineAt(text, pgpSigned)
		if start < 0 {
			out.WriteString(text)
			return out.String()
		}
		body, after := signedText(text[start:])
		out.WriteString(text[:start] + body)
		text = after
	}
}

// signedText splits what is signed, from its first line on, into the text
// without armour and what follows. Without a signature it ends where the text
// does, or where another begins.
func signedText(text string) (body, after string) {
	_, body, _ = strings.Cut(text, "\n")
	for { // "Hash: SHA256", up to an empty line
		line, rest, more := strings.Cut(body, "\n")
		if name, _ := splitField([]byte(line)); strings.TrimSpace(line) != "" && name == "" {
			break
		}
		if body = rest; !more || strings.TrimSpace(line) == "" {
			break
		}
	}
	end, next := lineAt(body, pgpSignature), lineAt(body, pgpSigned)
	switch {
	case next >= 0 && (end < 0 || next < end):
		body, after = body[:next], body[next:]
	case end >= 0:
		if j := lineAt(body[end:], pgpSignedEnd); j >= 0 {
			after = body[end+j+len(pgpSignedEnd):]
		}
		body = body[:end]
	}
	return strings.TrimPrefix(strings.ReplaceAll("\n"+body, "\n- ", "\n"), "\n"), after
}
