package charset

import "testing"

// The rarer encodings of Chinese and Vietnamese, from their standards.
func TestTheRarerEncodingsAreRead(t *testing.T) {
	for name, c := range map[string]struct{ label, raw, want string }{
		"EUC-TW":                    {"euc-tw", "\xc4\xe3\xc5\xc6 ok", "中文 ok"},
		"EUC-TW in four bytes":      {"x-euc-tw", "\x8e\xa1\xc4\xe3\xc5\xc6", "中文"},
		"EUC-TW, plane 2":           {"EUC-TW", "\x8e\xa2\xa1\xa1", "乂"},
		"ISO-2022-CN, GB 2312":      {"iso-2022-cn", "\x1b$)A\x0eVPND\x0f ok", "中文 ok"},
		"ISO-2022-CN, CNS 11643":    {"iso-2022-cn", "\x1b$)G\x0eDcEF\x0f ok", "中文 ok"},
		"ISO-2022-CN, both":         {"iso-2022-cn-ext", "\x1b$)G\x0eDc\x0f\n\x1b$)A\x0eND\x0f", "中\n文"},
		"ISO-2022-CN, single shift": {"iso-2022-cn", "\x1b$*H\x1bN!!", "乂"},
		"VISCII":                    {"viscii", "Ti\xaang Vi\xaet c\xf3 d\xa4u", "Tiếng Việt có dấu"},
		"VISCII, low":               {"VISCII1.1-1", "\x02\x1e", "ẲỴ"},
		"EBCDIC":                    {"ebcdic-us", "\xc8\x85\x93\x93\x96", "Hello"},
		"Big5 by another name":      {"ChineseBig5", "\xa4\xa4\xa4\xe5", "中文"},
		"Shift_JIS of SoftBank":     {SoftBank, "\x82\xa0\xf9\x8b\xfb\xfc", "あ☀髙"},
	} {
		if got := Decode(c.label, "", []byte(c.raw)); got.Text != c.want {
			t.Errorf("%s: %q (%s), want %q", name, got.Text, got.Used, c.want)
		}
	}
}
