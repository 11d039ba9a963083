package charset

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// aliases maps a label without its punctuation to our name of the encoding.
var aliases = map[string]string{
	"utf8": "utf-8", "unicode11utf8": "utf-8", "unicode20utf8": "utf-8", "xutf8": "utf-8", "utf8mb4": "utf-8", "cesu8": "utf-8", "cp65001": "utf-8", "utf8mac": "utf-8", "utf": "utf-8", "unicodeutf8": "utf-8",
	"utf7": "utf-7", "unicode11utf7": "utf-7", "xunicode20utf7": "utf-7", "unicode20utf7": "utf-7", "csunicode11utf7": "utf-7", "cp65000": "utf-7",
	"utf16": "utf-16", "unicode": "utf-16", "ucs2": "utf-16be", "iso10646ucs2": "utf-16be", "utf16be": "utf-16be", "utf16le": "utf-16le", "unicodefffe": "utf-16be", "utf32": "utf-32", "ucs4": "utf-32be", "iso10646ucs4": "utf-32be", "utf32be": "utf-32be", "utf32le": "utf-32le",
	"usascii": "us-ascii", "ascii": "us-ascii", "ansix341968": "us-ascii", "ansix341986": "us-ascii", "iso646us": "us-ascii", "iso646irv1991": "us-ascii", "646": "us-ascii", "us": "us-ascii", "csascii": "us-ascii", "ibm367": "us-ascii", "cp367": "us-ascii", "7bit": "us-ascii", "isoir6": "us-ascii",

	"shiftjis": "shift_jis", "xshiftjis": "shift_jis", "sjis": "shift_jis", "xsjis": "shift_jis", "mskanji": "shift_jis", "csshiftjis": "shift_jis", "windows31j": "shift_jis", "xwindows31j": "shift_jis", "cswindows31j": "shift_jis", "cp932": "shift_jis", "xcp932": "shift_jis", "xmscp932": "shift_jis", "mscp932": "shift_jis", "ms932": "shift_jis", "xms932": "shift_jis", "ibm943": "shift_jis", "cp943": "shift_jis", "ibm943c": "shift_jis", "cp943c": "shift_jis", "xibm943": "shift_jis", "xibm943c": "shift_jis", "ibm932": "shift_jis", "windows932": "shift_jis", "sjiswin": "shift_jis", "sjisopen": "shift_jis", "sjismac": "shift_jis", "xmacjapanese": "shift_jis", "macjapanese": "shift_jis", "xsjiscp932": "shift_jis", "sjisdocomo": "shift_jis", "sjissoftbank": softBankSJIS, "sjiskddi": "shift_jis", "xsjisdocomo": "shift_jis", "xsjissoftbank": softBankSJIS, "xsjiskddi": "shift_jis", "xxshiftjis": "shift_jis", "jisshift": "shift_jis",
	"shiftjisx0213": "shift_jis-2004", "shiftjis2004": "shift_jis-2004", "sjis2004": "shift_jis-2004", "sjisx0213": "shift_jis-2004", "xsjis0213": "shift_jis-2004", "xsjisjisx0213": "shift_jis-2004",
	"eucjp": "euc-jp", "xeucjp": "euc-jp", "ujis": "euc-jp", "xujis": "euc-jp", "xeuc": "euc-jp", "euc": "euc-jp", "eucjpms": "euc-jp", "eucjpwin": "euc-jp", "cp51932": "euc-jp", "cseucpkdfmtjapanese": "euc-jp", "extendedunixcodepackedformatforjapanese": "euc-jp", "ibmeucjp": "euc-jp", "eucjpopen": "euc-jp", "eucjpascii": "euc-jp", "xeucjplinux": "euc-jp", "xeucjpopen": "euc-jp", "cp20932": "euc-jp", "windows51932": "euc-jp", "japaneseeuc": "euc-jp",
	"eucjisx0213": "euc-jis-2004", "eucjis2004": "euc-jis-2004", "eucx0213": "euc-jis-2004", "eucjp2004": "euc-jis-2004",
	"iso2022jp": "iso-2022-jp", "csiso2022jp": "iso-2022-jp", "iso2022jp1": "iso-2022-jp", "iso2022jp2": "iso-2022-jp", "csiso2022jp2": "iso-2022-jp", "iso2022jp3": "iso-2022-jp", "iso2022jp2004": "iso-2022-jp", "iso2022jpms": "iso-2022-jp", "iso2022jpext": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "cp50222": "iso-2022-jp", "cp50220raw": "iso-2022-jp", "xwindows50220": "iso-2022-jp", "xwindows50221": "iso-2022-jp", "xwindows50222": "iso-2022-jp", "windows50220": "iso-2022-jp", "windows50221": "iso-2022-jp", "xwindowsiso2022jp": "iso-2022-jp", "jis": "iso-2022-jp", "jis7": "iso-2022-jp", "xjis": "iso-2022-jp", "jisencoding": "iso-2022-jp", "csjisencoding": "iso-2022-jp", "junet": "iso-2022-jp", "iso2022": "iso-2022-jp", "isojp": "iso-2022-jp", "iso2022jpmobile": "iso-2022-jp", "iso2022jpkddi": "iso-2022-jp", "xiso2022jp": "iso-2022-jp", "iso2022jpms1": "iso-2022-jp", "cpiso2022jp": "iso-2022-jp", "jisx0201": "shift_jis", "jisx201": "shift_jis", "xjis0201": "shift_jis",

	"euckr": "euc-kr", "xeuckr": "euc-kr", "ksc5601": "euc-kr", "ksc56011987": "euc-kr", "ksc56011989": "euc-kr", "ksx1001": "euc-kr", "cp949": "euc-kr", "uhc": "euc-kr", "windows949": "euc-kr", "ms949": "euc-kr", "xwindows949": "euc-kr", "korean": "euc-kr", "cseuckr": "euc-kr", "csksc56011987": "euc-kr", "isoir149": "euc-kr", "ksc5601windows": "euc-kr", "5601": "euc-kr", "cp51949": "euc-kr", "ibm949": "euc-kr", "ibmeuckr": "euc-kr", "kseuckr": "euc-kr",
	"johab": "johab", "cp1361": "johab", "ms1361": "johab", "windows1361": "johab", "xjohab": "johab", "ksc56011992": "johab", "ksx1001johab": "johab",
	"iso2022kr": "iso-2022-kr", "csiso2022kr": "iso-2022-kr", "cp50225": "iso-2022-kr", "iso2022cn": "iso-2022-cn", "iso2022cnext": "iso-2022-cn", "csiso2022cn": "iso-2022-cn", "cp50227": "iso-2022-cn",
	"gb2312": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows936": "gb18030", "gb18030": "gb18030", "gb180302000": "gb18030", "gb180302005": "gb18030", "gb180302022": "gb18030", "euccn": "gb18030", "xeuccn": "gb18030", "gb231280": "gb18030", "csgb2312": "gb18030", "chinese": "gb18030", "isoir58": "gb18030", "csiso58gb231280": "gb18030", "gb": "gb18030", "cngb": "gb18030", "xgb": "gb18030", "gb23121980": "gb18030", "cp54936": "gb18030", "cp51936": "gb18030", "xmacchinesesimp": "gb18030", "gb2312charset": "gb18030", "cp20936": "gb18030", "gb18031": "gb18030", "gbk2312": "gb18030", "hzgb2312": "hz-gb-2312", "hz": "hz-gb-2312", "cp52936": "hz-gb-2312", "hzgb": "hz-gb-2312",
	"big5": "big5", "big5hkscs": "big5", "big5hkscs2001": "big5", "big5hkscs2004": "big5", "big5hkscs1999": "big5", "big5hkscs2008": "big5", "xbig5": "big5", "xxbig5": "big5", "cnbig5": "big5", "cp950": "big5", "ms950": "big5", "windows950": "big5", "csbig5": "big5", "big5eten": "big5", "xwindows950": "big5", "big52003": "big5", "big5tw": "big5", "big5et": "big5", "xmacchinesetrad": "big5", "cp951": "big5", "hkscsbig5": "big5", "eucbig5": "big5",

	"euctw": "euc-tw", "xeuctw": "euc-tw", "cns11643": "euc-tw", "eucdtw": "euc-tw", "ibmeuctw": "euc-tw", "chinesebig5": "big5",
	"viscii": "viscii", "xviscii": "viscii", "csviscii": "viscii", "viscii111": "viscii", "viscii11": "viscii", "ebcdicus": "ibm037", "ebcdiccpus": "ibm037",

	"iso88591": "windows-1252", "latin1": "windows-1252", "l1": "windows-1252", "cp1252": "windows-1252", "ansi": "windows-1252", "iso8859": "windows-1252", "isoir100": "windows-1252", "iso885911987": "windows-1252", "cp819": "windows-1252", "ibm819": "windows-1252", "8859": "windows-1252", "88591": "windows-1252", "iso81": "windows-1252", "isolatin1": "windows-1252", "xansi": "windows-1252", "latin": "windows-1252", "cp28591": "windows-1252", "westerneuropean": "windows-1252", "westeuropeanwindows": "windows-1252", "xuserdefinedcp1252": "windows-1252", "isoz88591": "windows-1252", "iso8859i": "windows-1252", "isot88591": "windows-1252", "iso8851": "windows-1252", "iso885910": "iso-8859-10", "iso8859111": "windows-1252",
	"latin2": "iso-8859-2", "latin3": "iso-8859-3", "latin4": "iso-8859-4", "latin5": "windows-1254", "latin6": "iso-8859-10", "latin7": "iso-8859-13", "latin8": "iso-8859-14", "latin9": "iso-8859-15", "latin0": "iso-8859-15", "latin10": "iso-8859-16", "iso88599": "windows-1254", "iso885911": "windows-874", "tis620": "windows-874", "tis6202533": "windows-874", "iso885911thai": "windows-874", "cp874": "windows-874", "ibm874": "windows-874", "xwindows874": "windows-874", "ms874": "windows-874", "thai": "windows-874", "dos874": "windows-874", "tis62025330": "windows-874", "macthai": "windows-874",
	"iso88598i": "iso-8859-8", "iso88598e": "iso-8859-8", "logical": "iso-8859-8", "visual": "iso-8859-8", "hebrew": "iso-8859-8", "greek": "iso-8859-7", "greek8": "iso-8859-7", "arabic": "iso-8859-6", "cyrillic": "iso-8859-5", "iso88596i": "iso-8859-6", "iso88596e": "iso-8859-6", "ecma114": "iso-8859-6", "asmo708": "iso-8859-6", "elot928": "iso-8859-7", "ecma118": "iso-8859-7",
	"koi8": "koi8-r", "koi8r": "koi8-r", "xkoi8r": "koi8-r", "koi": "koi8-r", "cskoi8r": "koi8-r", "koi8u": "koi8-u", "koi8ru": "koi8-u", "cp20866": "koi8-r", "cp21866": "koi8-u", "koi8rl": "koi8-r", "koir8": "koi8-r",
	"xmackorean": "euc-kr", "mackorean": "euc-kr", "xsjisjp": "shift_jis", "dosjapan": "shift_jis", "isoir87": "iso-2022-jp", "jisx0208": "iso-2022-jp", "iso2022jpesc": "iso-2022-jp", "iso88591windows31latin1": "windows-1252", "iso8859windows31latin1": "windows-1252",
	"xmacce": "mac-ce", "macce": "mac-ce", "maclatin2": "mac-ce", "xmaccentraleurroman": "mac-ce", "maccentraleurope": "mac-ce", "xmaccentraleurope": "mac-ce", "xmacgreek": "mac-greek", "macgreek": "mac-greek", "xmacturkish": "mac-turkish", "macturkish": "mac-turkish", "xmacicelandic": "mac-icelandic", "maciceland": "mac-icelandic", "xmaciceland": "mac-icelandic", "xmaccroatian": "mac-croatian", "maccroatian": "mac-croatian", "xmacromanian": "mac-romanian", "macromania": "mac-romanian", "xmacromania": "mac-romanian", "xmacarabic": "mac-arabic", "macarabic": "mac-arabic", "xmacfarsi": "mac-farsi", "macfarsi": "mac-farsi", "xmacthai": "windows-874", "xmachebrew": "windows-1255", "machebrew": "windows-1255",
	"hproman8": "hp-roman8", "roman8": "hp-roman8", "r8": "hp-roman8", "cshproman8": "hp-roman8", "kz1048": "kz-1048", "rk1048": "kz-1048", "strk10482002": "kz-1048", "ptcp154": "ptcp154", "pt154": "ptcp154", "cp154": "ptcp154", "cyrillicasian": "ptcp154", "koi8t": "koi8-t", "cp866u": "ibm1125", "ruscii": "ibm1125",
	"mac": "macintosh", "macroman": "macintosh", "xmacroman": "macintosh", "xmacintosh": "macintosh", "macintosh": "macintosh", "csmacintosh": "macintosh", "xmaccyrillic": "mac-cyrillic", "maccyrillic": "mac-cyrillic", "xmacukrainian": "mac-cyrillic", "macukrainian": "mac-cyrillic", "applemac": "macintosh", "xmac": "macintosh",
}

// singles are the encodings of one byte a character, by our name.
var singles = map[string]encoding.Encoding{
	"windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "windows-1252": charmap.Windows1252, "windows-1253": charmap.Windows1253, "windows-1254": charmap.Windows1254, "windows-1255": charmap.Windows1255, "windows-1256": charmap.Windows1256, "windows-1257": charmap.Windows1257, "windows-1258": charmap.Windows1258, "windows-874": charmap.Windows874,
	"iso-8859-2": charmap.ISO8859_2, "iso-8859-3": charmap.ISO8859_3, "iso-8859-4": charmap.ISO8859_4, "iso-8859-5": charmap.ISO8859_5, "iso-8859-6": charmap.ISO8859_6, "iso-8859-7": charmap.ISO8859_7, "iso-8859-8": charmap.ISO8859_8, "iso-8859-10": charmap.ISO8859_10, "iso-8859-13": charmap.ISO8859_13, "iso-8859-14": charmap.ISO8859_14, "iso-8859-15": charmap.ISO8859_15, "iso-8859-16": charmap.ISO8859_16,
	"koi8-r": charmap.KOI8R, "koi8-u": charmap.KOI8U, "macintosh": charmap.Macintosh, "mac-cyrillic": charmap.MacintoshCyrillic,
	"ibm437": charmap.CodePage437, "ibm850": charmap.CodePage850, "ibm852": charmap.CodePage852, "ibm855": charmap.CodePage855, "ibm858": charmap.CodePage858, "ibm860": charmap.CodePage860, "ibm862": charmap.CodePage862, "ibm863": charmap.CodePage863, "ibm865": charmap.CodePage865, "ibm866": charmap.CodePage866, "ibm037": charmap.CodePage037, "ibm1047": charmap.CodePage1047, "ibm1140": charmap.CodePage1140,
}

// multis are the encodings of several bytes a character that x/text reads well.
var multis = map[string]encoding.Encoding{
	"euc-kr": korean.EUCKR, "gb18030": simplifiedchinese.GB18030, "hz-gb-2312": simplifiedchinese.HZGB2312, "big5": traditionalchinese.Big5,
}

// softBankSJIS is Shift_JIS with the pictures of SoftBank's phones, whose codes
// other carriers use otherwise: who knows the sender asks for it by that name.
const softBankSJIS = "shift_jis-softbank"

// SoftBank is the label under which Shift_JIS of SoftBank's phones is read.
const SoftBank = "x-sjis-softbank"

// IsShiftJIS reports a label of Shift_JIS as Windows and phones write it.
func IsShiftJIS(label string) bool { return Canonical(label) == "shift_jis" }

// unlabelled are labels that say nothing (RFC 1428 and the habits of gateways).
var unlabelled = map[string]bool{"unknown8bit": true, "xunknown": true, "unknown": true, "default": true, "none": true, "8bit": true, "binary": true, "xuserdefined": true, "userdefined": true, "charset": true, "null": true, "auto": true, "defaultcharset": true, "xdefault": true, "defaultcharsetset": true, "autodetect": true, "japanese": true, "jaauto": true, "xjisautodetect": true, "jisautodetect": true, "xauto": true, "autoja": true, "unspecified": true, "any": true, "xgunk": true}

// Canonical returns our name for a label, or "" when the label says nothing or
// names no encoding that we read. Case, punctuation, quotes, an "RFC 2231"
// language and a doubled "charset=" do not matter.
func Canonical(label string) string {
	switch label {
	case "utf-8", "UTF-8", "Utf-8":
		return "utf-8"
	case "us-ascii", "US-ASCII":
		return "us-ascii"
	case "iso-2022-jp", "ISO-2022-JP":
		return "iso-2022-jp"
	case "":
		return ""
	}
	key := squeeze(label)
	for _, prefix := range []string{"charset", "cs"} {
		if rest := strings.TrimPrefix(key, prefix); rest != key && rest != "" && aliases[key] == "" {
			key = rest
		}
	}
	if unlabelled[key] || key == "" {
		return ""
	}
	if name, ok := aliases[key]; ok {
		return name
	}
	if name := patterned(key); name != "" {
		return name
	}
	if name := glued(key); name != "" {
		return name
	}
	if len(key) > 40 {
		return ""
	}
	if e, err := ianaindex.MIME.Encoding(strings.TrimSpace(label)); err == nil && e != nil {
		for name, s := range singles {
			if s == e {
				return name
			}
		}
	}
	return ""
}

// patterned reads the numbered families: iso8859-N, windows-N, cpN, ibmN.
func patterned(key string) string {
	for _, f := range [...]struct{ prefix, name string }{
		{"iso8859", "iso-8859-"},
		{"8859", "iso-8859-"},
		{"xiso8859", "iso-8859-"},
		{"windows", "windows-"},
		{"win", "windows-"},
		{"xwindows", "windows-"},
		{"cp", "windows-"},
		{"xcp", "windows-"},
		{"mswin", "windows-"},
		{"xansicp", "windows-"},
		{"microsoftcp", "windows-"},
		{"windowscp", "windows-"},
		{"ansicp", "windows-"},
		{"cp", "ibm"},
		{"ibm", "ibm"},
		{"ibm0", "ibm"},
		{"ibm00", "ibm"},
		{"dos", "ibm"},
		{"cp0", "ibm"},
		{"ccsid00", "ibm"},
	} {
		rest, ok := strings.CutPrefix(key, f.prefix)
		if !ok || rest == "" {
			continue
		}
		if single(f.name + rest) {
			return f.name + rest
		}
		if alias := aliases["iso8859"+rest]; alias != "" && f.name == "iso-8859-" {
			return alias
		}
		// "iso-8859-2:1987", "iso_8859-15_1998"
		if n := len(rest); f.name == "iso-8859-" && n > 4 {
			if alias := aliases["iso8859"+rest[:n-4]]; alias != "" {
				return alias
			}
			if single(f.name + rest[:n-4]) {
				return f.name + rest[:n-4]
			}
		}
	}
	return ""
}

// glued reads a label with something stuck to it: the "3D" of a header that was
// quoted-printable, or the next word.
func glued(key string) string {
	if rest, ok := strings.CutPrefix(key, "3d"); ok {
		if name := aliases[rest]; name != "" {
			return name
		}
		return patterned(rest)
	}
	for n := min(len(key)-1, 20); n >= 4; n-- {
		if key[n] >= '0' && key[n] <= '9' { // a longer number is another encoding
			continue
		}
		if name := aliases[key[:n]]; name != "" {
			return name
		}
		if name := patterned(key[:n]); name != "" {
			return name
		}
	}
	return ""
}

// single reports an encoding of one byte a character.
func single(name string) bool {
	if _, ok := singles[name]; ok {
		return true
	}
	return singleIndex(name) >= 0
}

// Wide reports a label of an encoding whose ASCII takes several bytes.
func Wide(label string) bool { return wide(Canonical(label)) }

// squeeze keeps the letters and digits of a label, in lower case, up to the
// first character that cannot belong to one.
func squeeze(label string) string {
	var out []byte
	for i := 0; i < len(label) && i < 64; i++ {
		switch c := label[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			out = append(out, c)
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c == '*' || c == ';' || c == ',' || c == '(':
			if len(out) > 0 {
				return string(out)
			}
		}
	}
	return string(out)
}

// shifting names the encodings in which ASCII bytes may mean something else.
func shifting(name string) bool {
	switch name {
	case "utf-7", "hz-gb-2312", "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "viscii":
		return true
	}
	return wide(name)
}

func wide(name string) bool {
	return strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32")
}

func multiByte(name string) bool { return !single(name) && name != "viscii" }

// lookup returns the decoder of one of our names.
func lookup(name string) decoder {
	if e, ok := singles[name]; ok {
		return table(e)
	}
	if e, ok := multis[name]; ok {
		return table(e)
	}
	if i := singleIndex(name); i >= 0 {
		return singleByte(i)
	}
	switch name {
	case "shift_jis":
		return decodeShiftJIS
	case "shift_jis-2004":
		return decodeShiftJIS2004
	case "euc-jp":
		return decodeEUCJP
	case "johab":
		return decodeJohab
	case "euc-jis-2004":
		return decodeEUCJIS2004
	case "iso-2022-jp":
		return decodeISO2022JP
	case "iso-2022-kr":
		return decodeISO2022KR
	case "iso-2022-cn":
		return decodeISO2022CN
	case "euc-tw":
		return decodeEUCTW
	case "viscii":
		return decodeVISCII
	case softBankSJIS:
		return decodeShiftJISSoftBank
	case "utf-7":
		return decodeUTF7
	case "utf-16", "utf-16be", "utf-16le":
		return func(b []byte) (string, int) { return decodeUTF16(name, b) }
	case "utf-32", "utf-32be", "utf-32le":
		return func(b []byte) (string, int) { return decodeUTF32(name, b) }
	}
	return table(charmap.Windows1252)
}

// table adapts an encoding of x/text.
func table(e encoding.Encoding) decoder {
	return func(b []byte) (string, int) {
		out, err := e.NewDecoder().Bytes(b)
		if err != nil {
			return string(out) + "\uFFFD", 1
		}
		s := string(out)
		return s, strings.Count(s, "\uFFFD")
	}
}
