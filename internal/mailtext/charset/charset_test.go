package charset

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestJapaneseEncodingsAreReadAsTheyAreSent(t *testing.T) {
	for _, c := range []struct{ name, label, bytes, want string }{
		{"JIS X 0208", "ISO-2022-JP", "\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"},
		{"JIS C 6226", "iso-2022-jp", "\x1b$@$3$s\x1b(J", "こん"},
		{"half-width kana by escape", "cp50221", "\x1b(I1234\x1b(B", "ｱｲｳｴ"},
		{"half-width kana by SO and SI", "cp50222", "\x0e1234\x0f", "ｱｲｳｴ"},
		{"half-width kana in 8 bits", "iso-2022-jp", "\xb1\xb2\x1b$B$3\x1b(B", "ｱｲこ"},
		{"NEC row 13", "iso-2022-jp-ms", "\x1b$B-!-j\x1b(B", "①㈱"},
		{"NEC-selected IBM extension", "cp50220", "\x1b$B|b\x1b(B", "髙"},
		{"JIS X 0212", "iso-2022-jp-1", "\x1b$(D0!\x1b(B", "丂"},
		{"JIS X 0213 plane 1", "iso-2022-jp-3", "\x1b$(O.!\x1b(B", "俱"},
		{"JIS X 0213 plane 2", "iso-2022-jp-2004", "\x1b$(P!!\x1b(B", "𠂉"},
		{"JIS X 0213 combining", "iso-2022-jp-2004", "\x1b$(Q$w\x1b(B", "か\u309a"},
		{"Latin-1 by single shift", "iso-2022-jp-2", "caf\x1b.A\x1bNi", "café"},
		{"Greek by single shift", "iso-2022-jp-2", "\x1b.F\x1bNa", "α"},
		{"GB 2312 in a Japanese text", "iso-2022-jp-2", "\x1b$A4s\x1b(B", "大"},
		{"a line that forgets to return to ASCII", "iso-2022-jp", "\x1b$B$3$s\nabc", "こん\nabc"},
		{"escapes that a gateway removed", "iso-2022-jp", "$B$3$s(B!", "こん!"},
		{"KDDI's emoji in JIS", "iso-2022-jp", "\x1b$Bu:uA\x1b(B", "⚠☀"},
		{"a carrier's emoji that Unicode has not", "iso-2022-jp", "\x1b$Bw)\x1b(B", "〓"},
		{"SoftBank's webcode", "iso-2022-jp", "a\x1b$Gj\x0fb", "a☀b"},
		{"SoftBank's webcode that nobody knows", "iso-2022-jp", "a\x1b$P~\x0fb", "a〓b"},
		{"docomo's emoji in Shift_JIS", "shift_jis", "\x8d\xa1\xf8\x9f\x93\xfa\xf9\x91", "今☀日❤"},
		{"KDDI's emoji in Shift_JIS", "x-sjis", "\xf6\x60\xf7\x62", "☀🔶"},
		{"CP932 IBM extension", "cp932", "\xfb\xfc\xed\x40", "髙纊"},
		{"CP932 user-defined", "windows-31j", "\xf0\x40", "\ue000"},
		{"Shift_JIS-2004", "shift_jisx0213", "\x87\x9f\xf0\x40", "俱𠂉"},
		{"EUC-JP with JIS X 0212", "eucJP-ms", "\xa4\xa2\x8f\xb0\xa1\x8e\xb1", "あ丂ｱ"},
		{"EUC-JIS-2004", "euc-jisx0213", "\xae\xa1\x8f\xa1\xa1", "俱𠂉"},
		{"EUC with a gaiji", "ujis", "\xad\xa1", "①"},
	} {
		if got := Decode(c.label, "", []byte(c.bytes)); got.Text != c.want || got.Bad != 0 {
			t.Errorf("%s: %q labelled %s = %q (%d bad), want %q", c.name, c.bytes, c.label, got.Text, got.Bad, c.want)
		}
	}
}

func TestOtherEncodingsAreReadAsTheyAreSent(t *testing.T) {
	for _, c := range []struct{ label, bytes, want string }{
		{"utf-7", "Hi Mom -+Jjo--!+-", "Hi Mom -☺-!+"},
		{"unicode-1-1-utf-7", "+ZeVnLIqe-", "日本語"},
		{"utf-16", "\xff\xfeB0", "あ"},
		{"utf-16be", "0B", "あ"},
		{"UTF-16", "\x00a\x00b", "ab"},
		{"utf-32le", "B0\x00\x00", "あ"},
		{"iso-2022-kr", "\x1b$)C\x0e0!\x0f!", "가!"},
		{"iso-2022-cn", "\x1b$)A\x0e4s\x0f!", "大!"},
		{"hz-gb-2312", "~{4s~}!", "大!"},
		{"ks_c_5601-1987", "\xb0\xa1", "가"},
		{"gb2312", "\xb4\xf3", "大"},
		{"GB18030", "\x81\x30\x81\x30", "\u0080"},
		{"big5-hkscs", "\xa4\x6a", "大"},
		{"x-x-big5", "\xa4\x6a", "大"},
		{"iso-8859-15", "\xa4", "€"},
		{"ISO_8859-2:1987", "\xb1", "ą"},
		{"latin1", "\xe9", "é"},
		{"koi8-r", "\xc1", "а"},
		{"cp1251", "\xe0", "а"},
		{"ibm850", "\x84", "ä"},
		{"cp437", "\x84", "ä"},
		{"tis-620", "\xa1", "ก"},
		{"macintosh", "\x8a", "ä"},
		{"\"utf-8\"", "あ", "あ"},
		{"charset=utf-8", "あ", "あ"},
		{"utf8", "\xef\xbb\xbfあ", "あ"},
		{"x-mac-ce", "\x8a", "ä"},
		{"x-mac-centraleurroman", "\x88", "ą"},
		{"x-mac-greek", "\xe1", "α"},
		{"x-mac-turkish", "\xdd", "ı"},
		{"x-mac-korean", "\xb0\xa1", "가"},
		{"cp737", "\x98", "α"},
		{"cp857", "\x8d", "ı"},
		{"cp1125", "\xa0", "а"},
		{"x-iso-8859-1", "\xe9", "é"},
		{"3Diso-8859-1", "\xe9", "é"},
		{"windows-1251http-equivcontent-type", "\xe0", "а"},
		{"koi8-u", "\xa6", "і"},
	} {
		if got := Decode(c.label, "", []byte(c.bytes)); got.Text != c.want {
			t.Errorf("%q labelled %s = %q, want %q", c.bytes, c.label, got.Text, c.want)
		}
	}
}

func TestTextWithoutALabelIsGuessed(t *testing.T) {
	for _, c := range []struct {
		text string
		enc  encoding.Encoding
	}{
		{"お世話になっております。山田です。", japanese.ShiftJIS},
		{"お世話になっております。山田です。", japanese.EUCJP},
		{"お世話になっております。", japanese.ISO2022JP},
		{"件名：ログイン不可", japanese.ShiftJIS},
		{"障害報告", japanese.ShiftJIS},
		{"ご確認ください", japanese.EUCJP},
		{"안녕하세요. 로그인이 되지 않습니다.", korean.EUCKR},
		{"您好，我们的系统无法登录，请帮助。", simplifiedchinese.GBK},
		{"您好，我們的系統無法登入，請協助處理。", traditionalchinese.Big5},
		{"Здравствуйте, не могу войти в систему", charmap.Windows1251},
		{"Здравствуйте, не могу войти в систему", charmap.KOI8R},
		{"Здравствуйте, не могу войти в систему", charmap.ISO8859_5},
		{"Здравствуйте, не могу войти в систему", charmap.CodePage866},
		{"Доброго дня! Не можу увійти до системи, її не видно", charmap.KOI8U},
		{"Καλημέρα σας, δεν μπορώ να συνδεθώ στο σύστημα.", charmap.Windows1253},
		{"שלום רב, איני מצליח להתחבר למערכת", charmap.Windows1255},
		{"السلام عليكم، لا أستطيع الدخول إلى النظام", charmap.Windows1256},
		{"สวัสดีครับ ผมเข้าสู่ระบบไม่ได้ ช่วยตรวจสอบด้วยครับ", charmap.Windows874},
		{"Dzień dobry, nie mogę się zalogować. Proszę o pomoc, żaden użytkownik", charmap.ISO8859_2},
		{"Dobrý den, nemohu se přihlásit. Můj účet už nefunguje, od příštího týdne něco změníme", charmap.Windows1250},
		{"Merhaba, sisteme giriş yapamıyorum. Yardımcı olur musunuz, teşekkür ederim, değişiklik", charmap.Windows1254},
		{"您好，我们的系统无法登录。", simplifiedchinese.HZGB2312},
		{"Hello, the log is here\nyours", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"Größe und Übermaß für café à la carte", charmap.Windows1252},
		{"Información del año pasado", charmap.ISO8859_1},
	} {
		raw, err := c.enc.NewEncoder().String(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Decode("", "", []byte(raw)); got.Text != c.text {
			t.Errorf("%s was guessed to be %s: %q", c.text, got.Used, got.Text)
		}
	}
}

func TestALabelThatTheBytesContradictIsOverruled(t *testing.T) {
	const text = "ログインできません"
	for _, label := range []string{"iso-8859-1", "us-ascii", "shift_jis", "euc-jp", "iso-2022-jp", "windows-1251", "gb2312", "big5"} {
		if got := Decode(label, "", []byte(text)); got.Text != text || !got.Mended {
			t.Errorf("UTF-8 labelled %s = %q (mended: %v)", label, got.Text, got.Mended)
		}
	}
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"utf-8", "euc-jp", "iso-2022-jp", "us-ascii"} {
		if got := Decode(label, "", []byte(sjis)); got.Text != text {
			t.Errorf("Shift_JIS labelled %s = %q", label, got.Text)
		}
	}
}

func TestJohabIsRead(t *testing.T) {
	for in, want := range map[string]string{
		"\x88a\x90a": "가나", "\xd9j": "★", "\xf7\xd3 ok": "漢 ok", "\x88A": "ㄱ",
	} {
		if got := Decode("johab", "", []byte(in)); got.Text != want {
			t.Errorf("%q = %q, want %q", in, got.Text, want)
		}
	}
}

func TestBytesThatNothingExplainsAreCounted(t *testing.T) {
	got := Decode("utf-8", "", []byte("正常な文章\xff続き"))
	if got.Text != "正常な文章\uFFFD続き" || got.Bad != 1 {
		t.Errorf("Decode = %+v", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, label := range []string{"", "johab", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "shift_jis-2004", "euc-jisx0213", "utf-7", "utf-16", "utf-32", "iso-2022-kr", "gb18030", "big5", "hz", "koi8-r", "x-unknown"} {
		f.Add(label, "euc-jp", []byte("\x1b$B$\"\x1b(B\x82\xa0\xa4\xa2あ+MEI-~{4s~}"))
	}
	f.Fuzz(func(t *testing.T, label, hint string, b []byte) {
		if r := Decode(label, hint, b); !utf8.ValidString(r.Text) {
			t.Errorf("Decode(%q, %q, %q) is not UTF-8: %q", label, hint, b, r.Text)
		}
	})
}
