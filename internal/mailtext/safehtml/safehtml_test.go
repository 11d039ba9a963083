package safehtml

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

var said = Words{Quoted: "引用", Target: "実際のリンク先：", Image: "［画像］"}

// png is the beginning of a PNG: enough to be recognised as one.
var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

func clean(source string) Page {
	return Clean(source, Options{Words: said, Images: map[string][]byte{"logo@mail": png, "evil@mail": []byte("<svg onload=alert(1)>")}})
}

// harmless is the law: whatever came in, this is all that may come out.
func harmless(t *testing.T, source string, p Page, remote bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + p.HTML))
	if err != nil {
		t.Fatalf("%.200q: what came out cannot be parsed: %v", source, err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.CommentNode:
			t.Errorf("%.200q: a comment remains", source)
		case html.ElementNode:
			if n.Namespace != "" || !may[n.Data] {
				t.Errorf("%.200q: <%s> remains in %.300q", source, n.Data, p.HTML)
			}
			for _, a := range n.Attr {
				lawful(t, source, n.Data, a, remote)
			}
		}
	}
}

var may = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`html head body a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font
		h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr`) {
		m[name] = true
	}
	return m
}()

func lawful(t *testing.T, source, element string, a html.Attribute, remote bool) {
	t.Helper()
	v := strings.ToLower(strings.TrimSpace(a.Val))
	bad := false
	switch {
	case strings.HasPrefix(a.Key, "on"), a.Key == "id", a.Key == "name", a.Key == "action", a.Key == "srcset", a.Key == "background", a.Key == "formaction", a.Key == "ping":
		bad = true
	case a.Key == "href":
		bad = !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "mailto:") && !strings.HasPrefix(v, "tel:")
	case a.Key == "src":
		picture := strings.HasPrefix(v, "data:image/") && !strings.HasPrefix(v, "data:image/svg")
		bad = element != "img" || !picture && !(remote && (strings.HasPrefix(v, "https://") || strings.HasPrefix(v, "http://")))
	case a.Key == "class":
		bad = !strings.HasPrefix(v, "mg-")
	case a.Key == "style":
		for _, no := range []string{"url", "expression", "import", "position", "behavior", "-moz-binding", `\`, "z-index", "@", "image("} {
			bad = bad || strings.Contains(v, no)
		}
	}
	if bad {
		t.Errorf("%.200q: %s=%.200q remains on <%s>", source, a.Key, a.Val, element)
	}
}

func TestNothingHostileRemains(t *testing.T) {
	for _, source := range hostile(t) {
		harmless(t, source, clean(source), false)
		harmless(t, source, Clean(source, Options{Remote: true, Words: said}), true)
	}
}

// hostile reads the cases of testdata/hostile.txt, one after each "== " line;
// ␀ stands for the byte 0.
func hostile(t testing.TB) []string {
	t.Helper()
	file, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range strings.Split("\n"+string(file), "\n== ")[1:] {
		_, body, _ := strings.Cut(c, "\n")
		out = append(out, strings.ReplaceAll(body, "␀", "\x00"))
	}
	if len(out) < 80 {
		t.Fatalf("only %d hostile cases", len(out))
	}
	return out
}

func TestWhatAMailLooksLikeRemains(t *testing.T) {
	for source, want := range map[string]string{
		`<p style="color:#c00;font-weight:bold">至急</p>`:                           `<p style="color: #c00; font-weight: bold">至急</p>`,
		`<table bgcolor="#eee" cellpadding=4><tr><td align=right>1,240 名</table>`: `<td align="right">1,240 名</td>`,
		`<style>.n{color:red} td.n{font-weight:bold}</style><table><td class=n>x`: `<td style="color: red; font-weight: bold">x</td>`,
		`<style>@media print{p{display:none}} p{margin:0}</style><p>a`:            `<p style="margin: 0">a</p>`,
		`<ul><li>一<li>二</ul>`:                                                              `<ul><li>一</li><li>二</li></ul>`,
		`<font color=navy face="MS PGothic" size=2>x</font>`:                               `<font color="navy" face="MS PGothic" size="2">x</font>`,
		`<ruby>窓口<rt>まどぐち</rt></ruby>`:                                                     `<ruby>窓口<rt>まどぐち</rt></ruby>`,
		`<p style="font-family:'ＭＳ Ｐゴシック',sans-serif">x`:                                   `font-family: &#39;ｍｓ ｐゴシック&#39;,sans-serif`,
		`<b>unclosed <i>nested`:                                                            `<b>unclosed <i>nested</i></b>`,
		`<div style="position:fixed;top:0;color:red">x</div>`:                              `<div style="color: red">x</div>`,
		`<p style="background:url(https://t.example/x.png);color:red">x`:                   `<p style="color: red">x</p>`,
		`<o:p>&nbsp;</o:p>本文`:                                                              `本文`,
		`<p style="margin-left:-500px;text-align:center">x`:                                `<p style="text-align: center">x</p>`,
		`<p style="color:r\65 d;width:expression(alert(1))">x`:                             `<p>x</p>`,
		`<div style="font-size:14px !important">x</div>`:                                   `font-size: 14px`,
		`<img src="cid:logo@mail" alt="ロゴ" width=120>`:                                     `src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(png) + `"`,
		`<img src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(png) + `">`: `src="data:image/png;base64,`,
	} {
		if p := clean(source); !strings.Contains(p.HTML, want) {
			t.Errorf("%s\n became %s\n without %s", source, p.HTML, want)
		} else {
			harmless(t, source, p, false)
		}
	}
}

func TestALinkOpensElsewhereAndSaysWhere(t *testing.T) {
	p := clean(`<a href="https://www.aoba.example/help?x=1&y=2">こちら</a>`)
	for _, want := range []string{`href="https://www.aoba.example/help?x=1&amp;y=2"`, `title="https://www.aoba.example/help?x=1&amp;y=2"`, `target="_blank"`, `rel="noopener noreferrer nofollow"`} {
		if !strings.Contains(p.HTML, want) {
			t.Errorf("%s lacks %s", p.HTML, want)
		}
	}
	if strings.Contains(p.HTML, "mg-target") {
		t.Errorf("an honest link is marked: %s", p.HTML)
	}
	for source, host := range map[string]string{
		`<a href="https://evil.example/">https://bank.example/login</a>`:       "evil.example",
		`<a href="https://bank.example.evil.example/"><b>bank.example</b></a>`: "", // lies below what it names? no: it ends with evil.example
		`<a href="https://bank.example@evil.example/x">bank.example</a>`:       "evil.example",
		`<a href="//evil.example/x">www.bank.example</a>`:                      "evil.example",
		`<a href="https://xn--80ak6aa92e.example/">apple.example</a>`:          "xn--80ak6aa92e.example",
		`<a href="https://аррӏе.example/">apple.example</a>`:                   "xn--80ak6aa92e.example",
		`<a href="https://login.bank.example/">bank.example</a>`:               "",
		`<a href="https://www.bank.example/a/b">bank.example/a/b</a>`:          "",
		`<a href="https://anything.example/">ver. 1.2 の説明</a>`:                 "",
	} {
		p := clean(source)
		if source == `<a href="https://bank.example.evil.example/"><b>bank.example</b></a>` {
			host = "bank.example.evil.example"
		}
		if got := strings.Contains(p.HTML, "mg-target"); got != (host != "") || host != "" && !strings.Contains(p.HTML, said.Target+host) {
			t.Errorf("%s became %s", source, p.HTML)
		}
		if strings.Contains(p.HTML, "@evil") {
			t.Errorf("a misleading name before the host remains: %s", p.HTML)
		}
	}
	for _, source := range []string{`<a href="javascript:alert(1)">x</a>`, `<a href=" java&#10;script:alert(1)">x</a>`, `<a href="data:text/html,x">x</a>`, `<a href="/sign-out">x</a>`, `<a href="vbscript:x">x</a>`} {
		if p := clean(source); strings.Contains(p.HTML, "href") {
			t.Errorf("%s became %s", source, p.HTML)
		}
	}
}

func TestPicturesOfOtherHostsWaitUntilAskedFor(t *testing.T) {
	const letter = `<img src="https://cdn.example/banner.png" alt="秋のご案内" width=600>` +
		`<img src="//cdn.example/b.png"><img src="https://t.example/open?id=1" width="1" height="1">` +
		`<img src="https://t.example/p.gif" style="display:none"><img src="http://192.168.0.1/reboot"><img src="http://localhost/x">`
	p := clean(letter)
	if p.Remote != 4 || p.Trackers != 2 || strings.Contains(p.HTML, "src=") {
		t.Errorf("%d elsewhere, %d trackers: %s", p.Remote, p.Trackers, p.HTML)
	}
	if !strings.Contains(p.HTML, "［画像］ 秋のご案内") {
		t.Errorf("nothing says that a picture is missing: %s", p.HTML)
	}
	p = Clean(letter, Options{Remote: true, Words: said})
	if strings.Count(p.HTML, "src=") != 2 || strings.Count(p.HTML, `referrerpolicy="no-referrer"`) != 2 || strings.Contains(p.HTML, "t.example") || strings.Contains(p.HTML, "192.168") || strings.Contains(p.HTML, "localhost") {
		t.Errorf("asked for, it became %s", p.HTML)
	}
}

func TestAFileThatIsNoPictureIsNotShownAsOne(t *testing.T) {
	p := clean(`<img src="cid:evil@mail"><img src="cid:nothing@mail" alt="図"><img src="data:image/png;base64,PHN2Zz4=">`)
	if strings.Contains(p.HTML, "src=") || len(p.Shown) != 0 {
		t.Errorf("%s, shown %v", p.HTML, p.Shown)
	}
	if p := clean(`<img src="cid:logo@mail">`); len(p.Shown) != 1 || p.Shown[0] != "logo@mail" {
		t.Errorf("shown: %v", p.Shown)
	}
	// A mail cannot name our placeholders.
	if p := clean(`<p>src="cid:mg-0"</p><img src="cid:mg-0"><img alt='src="cid:mg-0"' src="cid:logo@mail">`); strings.Count(p.HTML, "data:") != 1 {
		t.Errorf("a placeholder was planted: %s", p.HTML)
	}
}

func TestQuotesAreFolded(t *testing.T) {
	for name, source := range map[string]string{
		"apple":      `<div>承知しました。</div><blockquote type="cite"><div>元の文</div></blockquote>`,
		"gmail":      `<div dir="ltr">承知しました。</div><br><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">2026年11月20日(金) 16:42 佐藤:</div><blockquote class="gmail_quote">元の文</blockquote></div>`,
		"thunder":    `<p>承知しました。</p><div class="moz-cite-prefix">On 2026/11/20, sato wrote:<br></div> <blockquote type="cite">元の文</blockquote>`,
		"outlook":    `<div><p>承知しました。</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>From:</b> 窓口</p></div></div><p>元の文</p></div>`,
		"outlookweb": `<div>承知しました。</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>差出人:</b> 窓口</div><div>元の文</div>`,
	} {
		p := clean(source)
		i, j := strings.Index(p.HTML, "<details"), strings.Index(p.HTML, "承知しました。")
		if i < 0 || j < 0 || j > i || strings.Contains(p.HTML, "open=") {
			t.Errorf("%s: the quote is not folded below the answer: %s", name, p.HTML)
		}
		if k := strings.Index(p.HTML, "元の文"); name != "outlook" && k < i {
			t.Errorf("%s: the quoted words stand outside: %s", name, p.HTML)
		}
		if n := strings.Count(p.HTML, "<details"); n != 1 {
			t.Errorf("%s: %d folds: %s", name, n, p.HTML)
		}
	}
	if p := clean(`<div>&nbsp;</div><blockquote type="cite">転送します</blockquote>`); !strings.Contains(p.HTML, "<details") || !strings.Contains(p.HTML, "open") {
		t.Errorf("a mail that is one quote is closed: %s", p.HTML)
	}
}

func TestColoursOfItsOwnAreNoticed(t *testing.T) {
	for source, want := range map[string]bool{`<p>plain`: false, `<p style="color:#333">x`: true, `<body bgcolor=white>x`: true, `<style>p{background:#fff}</style><p>x`: true, `<p style="text-align:left">x`: false} {
		if p := clean(source); p.Coloured != want {
			t.Errorf("%s: coloured %v", source, p.Coloured)
		}
	}
}

func TestTimeStaysInProportion(t *testing.T) {
	for name, source := range map[string]string{
		"deep":       strings.Repeat("<div>", 200_000) + "x",
		"unclosed":   strings.Repeat("<b><i><a href='https://x.example'>", 60_000),
		"tables":     strings.Repeat("<table><tr><td>", 60_000),
		"attributes": "<p " + strings.Repeat(`style="color:red" `, 60_000) + ">x",
		"long style": `<p style="` + strings.Repeat("color:red;", 100_000) + `">x`,
		"many rules": "<style>" + strings.Repeat("p,a,b{color:red}", 15_000) + "</style>" + strings.Repeat("<p><a><b>x</b></a></p>", 5_000),
		"quotes":     strings.Repeat(`<blockquote type="cite">`, 50_000) + "x",
		"links":      strings.Repeat(`<a href="https://a.example/">b.example</a>`, 30_000),
		"brackets":   strings.Repeat("<", 1_000_000),
		"entities":   strings.Repeat("&#x41;&amp;", 200_000),
	} {
		began := time.Now()
		p := clean(source)
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(source), took)
		} else {
			t.Logf("%s: %d → %d bytes in %v", name, len(source), len(p.HTML), took)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile(f) {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, source string, asked bool) {
		harmless(t, source, Clean(source, Options{Remote: asked, Words: said, Images: map[string][]byte{"logo@mail": png}}), asked)
	})
}
