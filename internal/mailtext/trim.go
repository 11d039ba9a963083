package mailtext

import (
	"regexp"
	"slices"
	"strings"
)

// splitReply splits a text into what its author wrote newly and the signature
// after that; quoted mails are left out. A text that is nothing but a quote (a
// forwarded mail without a word) is kept whole: something must be readable.
func splitReply(text string) (reply, signature string) {
	lines := strings.Split(dropEncodedFiles(dropArmour(text)), "\n")
	kept := unquote(lines)
	if blankLines(kept) {
		kept = lines
	}
	body, sig := cutSignature(kept)
	if blankLines(body) {
		body, sig = kept, nil
	}
	return tidy(body), tidy(sig)
}

// dropEncodedFiles removes uuencoded files from a text: they are attachments.
func dropEncodedFiles(text string) string {
	if !strings.Contains(text, "begin ") && !strings.Contains(text, "begin-base64 ") {
		return text
	}
	_, rest := extractUU([]byte(text))
	return string(rest)
}

// unquote removes quoted lines, the lines that introduce them, and everything
// after a separator below which only old mail stands.
func unquote(lines []string) []string {
	var out []string
	for i := 0; i < len(lines); {
		if isQuoted(lines[i]) {
			i++
			continue
		}
		if n := separator(lines, i); n > 0 {
			return out
		}
		if n := attribution(lines, i); n > 0 {
			if !quoteFollows(lines[i+n:]) {
				return out // the quote has no marks: the rest is old
			}
			i += n
			continue
		}
		out = append(out, lines[i])
		i++
	}
	return out
}

// isQuoted reports a line that a mailer marked as quoted.
func isQuoted(line string) bool {
	s := strings.TrimLeft(line, " \t\u3000")
	return strings.HasPrefix(s, ">") && len(line)-len(s) < 4 || strings.HasPrefix(s, "＞") || strings.HasPrefix(s, "|>") ||
		s != "" && s[0] >= 0x80 && strings.ContainsAny(s[:min(len(s), 60)], ">＞") && namedQuote.MatchString(s)
}

// namedQuote matches what some Japanese mailers put before each quoted line: the
// writer's name in Japanese, and the mark.
var namedQuote = regexp.MustCompile(`^[\p{Han}\p{Hiragana}\p{Katakana}ー]{1,8}(さん|様)?[>＞] `)

// quoteFollows reports whether the next line with text is quoted, or there is none.
func quoteFollows(lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			return isQuoted(l)
		}
	}
	return true
}

// original matches "-----Original Message-----" and its translations.
var original = regexp.MustCompile(`(?i)^[\s*_]*[-_=─ー－―]{2,}\s*(original[ -]?(message|mail|nachricht)|original appointment|ursprüngliche nachricht|originalnachricht|message (d'origine|original)|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|alkuperäinen viesti|исходное сообщение|пересланное сообщение|orijinal mesaj|원본 메시지|원본 메일|原始邮件|原始郵件|邮件原件|转发邮件信息|元のメッセージ|元のメール|元メール|オリジナルメッセージ|元の予定|転送(された)?メッセージ|転送メール|ここから転送|返信元(メール|メッセージ)?|forwarded (message|by|mail)|begin forwarded message|message transféré|mensaje reenviado|weitergeleitete nachricht|reply message|reply separator|返信元メッセージ|引用|quoted (text|message))[^\n]{0,60}?\s*[-_=─ー－―]*[\s*_]*$`)

// forwardLine matches announcements without rules.
var forwardLine = regexp.MustCompile(`(?i)^\s*(begin forwarded message|anfang der weitergeleiteten nachricht|début du message réexpédié|以下は転送されたメールです|転送されたメッセージ|転送開始|начало переадресованного сообщения)\s*[:：]?\s*$`)

// headerLabels are the names of the fields that mailers print above a quoted
// mail, in lower case; sender says that it names the author or the time.
var headerLabels = map[string]bool{
	"from": true, "sent": true, "date": true, "to": false, "cc": false, "bcc": false, "subject": false, "reply-to": false, "sent by": true, "importance": false,
	"差出人": true, "送信日時": true, "送信者": true, "送信元": true, "日時": true, "日付": true, "宛先": false, "件名": false, "写し": false, "ｃｃ": false, "送信": true, "発信者": true, "受信者": false, "題名": false, "発信日時": true, "差出人アドレス": true, "送信済み": true, "送信日付": true, "受信日時": true, "送信日": true,
	"von": true, "gesendet": true, "datum": true, "an": false, "betreff": false,
	"de": true, "envoyé": true, "date d'envoi": true, "à": false, "objet": false, "envoyé par": true,
	"enviado": true, "enviado el": true, "fecha": true, "para": false, "asunto": false, "enviada em": true, "assunto": false, "data": true,
	"da": true, "inviato": true, "a": false, "oggetto": false, "van": true, "verzonden": true, "aan": false, "onderwerp": false,
	"fra": true, "sendt": true, "til": false, "emne": false, "från": true, "skickat": true, "till": false, "ämne": false,
	"od": true, "wysłano": true, "do": false, "temat": false, "от": true, "отправлено": true, "дата": true, "кому": false, "тема": false,
	"发件人": true, "发送时间": true, "收件人": false, "主题": false, "抄送": false, "日期": true, "寄件者": true, "寄件日期": true, "收件者": false, "主旨": false, "副本": false,
	"보낸 사람": true, "보낸 날짜": true, "받는 사람": false, "제목": false, "날짜": true,
}

// separator reports how many lines at i are a separator below which everything
// is old; 0 for none.
func separator(lines []string, i int) int {
	s := strings.TrimSpace(lines[i])
	if s == "" {
		return 0
	}
	ruled := strings.Trim(s, "_-=─━ ") == ""
	if !ruled && len(s) < 200 && (strings.ContainsAny(s[:1], "-_=*") || startsWithDash(s)) && original.MatchString(s) {
		return 1
	}
	if !ruled && len(s) < 100 && forwardLine.MatchString(s) {
		return 1
	}
	if ruled && len(s) > 10 { // a rule, then a header block
		j := i + 1
		for j < len(lines) && j < i+3 && strings.TrimSpace(lines[j]) == "" {
			j++
		}
		if j < len(lines) && headerBlock(lines, j) {
			return j - i
		}
		return 0
	}
	if headerBlock(lines, i) {
		return 1
	}
	return 0
}

// startsWithDash reports a beginning with one of the wide dashes of rules.
func startsWithDash(s string) bool {
	for _, r := range s {
		return strings.ContainsRune("─ー－―", r)
	}
	return false
}

// headerBlock reports the fields that Outlook and others print above a quoted
// mail: at least three labels in the next lines, the first naming its author or
// time.
func headerBlock(lines []string, i int) bool {
	label, ok := headerLabel(lines[i])
	if !ok || !headerLabels[label] {
		return false
	}
	seen := map[string]bool{label: true}
	for j := i + 1; j < len(lines) && j < i+12; j++ {
		if strings.TrimSpace(lines[j]) == "" && len(seen) >= 2 {
			break
		}
		if l, ok := headerLabel(lines[j]); ok {
			seen[l] = true
		}
	}
	return len(seen) >= 3
}

// headerLabel returns a line's label when it is one of headerLabels.
func headerLabel(line string) (string, bool) {
	s := strings.Trim(line, " \t\u3000\u00a0*_•■")
	i := strings.IndexAny(s, ":：")
	if i < 1 || i > 40 {
		return "", false
	}
	label := strings.ToLower(strings.Trim(strings.ReplaceAll(s[:i], "\u3000", ""), " *_\u00a0[]【】"))
	_, ok := headerLabels[label]
	return label, ok
}

// verbs are what "… wrote:" is in the languages of mailers.
var verbs = []string{"wrote", "writes", "schrieb", "a écrit", "écrit", "escribió", "escribio", "escreveu", "ha scritto", "scritto", "skrev", "schreef", "napisał", "napsal", "написал", "пишет", "kirjoitti", "yazdı", "写道", "寫道", "のメール", "書きました", "さんからのメッセージ", "さんは書", "作成:", "작성", "wrote on", "schreef op", "said", "さんの発言", "からのメール", "のメッセージ"}

var (
	japaneseDate = regexp.MustCompile(`^[(（]?\s*(20\d\d|19\d\d)\s*[年/.\-]\s*\d{1,2}\s*[月/.\-]\s*\d{1,2}\s*日?`)
	clockTime    = regexp.MustCompile(`\d{1,2}\s*[:：時]\s*\d{2}`)
	yahooLine    = regexp.MustCompile(`^---+ ?(On|Le|El|Am) .{4,120}$`)
)

// attribution reports how many lines at i introduce a quoted mail ("On …,
// … wrote:", 「2026年11月20日(金) 16:42 山田 <…>:」); 0 for none.
func attribution(lines []string, i int) int {
	first := strings.TrimSpace(lines[i])
	if first == "" || len(first) > 400 {
		return 0
	}
	if firstTextQuoted(lines[i+1:]) && politeLine.MatchString(first) {
		return 1
	}
	if !colonEnds(lines[i:min(i+4, len(lines))]) {
		return 0
	}
	joined := ""
	for n := 1; n <= 4 && i+n <= len(lines); n++ {
		s := strings.TrimSpace(lines[i+n-1])
		if s == "" || isQuoted(s) && (n == 1 || strings.TrimRight(s, ":：") != ">") || len(joined)+len(s) > 500 { // ">:" ends a folded address
			break
		}
		joined = strings.TrimSpace(joined + " " + s)
		end := strings.TrimRight(joined, " \u00a0")
		if !strings.HasSuffix(end, ":") && !strings.HasSuffix(end, "：") {
			continue
		}
		if !introduces(end, n, lines[i+n:]) || n > 1 && opensAttribution(strings.TrimSpace(lines[i+1])) && attribution(lines, i+1) == n-1 {
			return 0 // or it starts a line further down
		}
		return n
	}
	return 0
}

// colonEnds reports whether one of some lines ends with a colon, as an
// attribution of several lines does: most texts have none.
func colonEnds(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool {
		s := strings.TrimSpace(line)
		return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
	})
}

// politeLine matches attributions of Japanese mailers that end without a colon
// or name no verb: 「"山田"<…>さんのメール（2026年11月20日16:42）より」.
var politeLine = regexp.MustCompile(`^.{1,80}(さん|様|氏)(の|から|より)?[、,]?\s*(メール|メッセージ)?\s*[（(、,]?\s*(19|20)\d\d\s*[年/.-].{2,30}\d{1,2}\s*[:：時]\s*\d{2}.{0,10}(より|から|[:：])\s*$`)

// introduces reports whether a text that ends with a colon is an attribution.
func introduces(s string, n int, after []string) bool {
	if japaneseDate.MatchString(s) && clockTime.MatchString(s) {
		// A sentence that begins with a date introduces no mail, unless it says so.
		return !sentence.MatchString(s) || says(s) || firstTextQuoted(after)
	}
	if n == 1 && strings.Contains(s, "@") && clockTime.MatchString(s) && firstTextQuoted(after) {
		return true // in a language that needs no verb
	}
	if !says(s) {
		return false
	}
	lower := strings.ToLower(s)
	if yahooLine.MatchString(s) {
		return true
	}
	dated := strings.ContainsAny(lower, "0123456789") && (clockTime.MatchString(s) || strings.Contains(lower, "@") || hasDay(lower))
	if dated && (opensAttribution(s) || n == 1 && strings.Contains(lower, "@")) {
		return true
	}
	if dated && n == 2 && strings.Contains(lower, "@") && firstTextQuoted(after) {
		return true // folded
	}
	// "Yamada wrote:" counts when a quote stands right below.
	return n == 1 && len(s) < 120 && len(after) > 0 && firstTextQuoted(after)
}

// sentence matches the end of a Japanese sentence before a colon.
var sentence = regexp.MustCompile(`(ました|ます|です|でした|した|ません|ください)\s*[:：]$`)

// says reports one of the verbs near the end of a line.
func says(s string) bool {
	tail := strings.ToLower(s)
	if len(tail) > 160 {
		tail = tail[len(tail)-160:]
	}
	for _, v := range verbs {
		if strings.Contains(tail, v) {
			return true
		}
	}
	return false
}

// opensAttribution reports a beginning that dated attributions have.
func opensAttribution(s string) bool {
	if s == "" {
		return false
	}
	lower := strings.ToLower(s[:min(len(s), 16)])
	for _, start := range [...]string{"on ", "am ", "le ", "el ", "em ", "il ", "den ", "op ", "w dniu ", "at ", "in ", "*on ", "\"", "<", "(", "（"} {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	return lower[0] >= '0' && lower[0] <= '9'
}

func firstTextQuoted(lines []string) bool {
	for i, l := range lines {
		if strings.TrimSpace(l) != "" {
			return isQuoted(l)
		}
		if i > 1 {
			break
		}
	}
	return false
}

// hasDay reports a year or a date with slashes or dots.
func hasDay(s string) bool { return dayPattern.MatchString(s) }

var dayPattern = regexp.MustCompile(`(19|20)\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2}`)

func blankLines(lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			return false
		}
	}
	return true
}

// tidy joins lines without blanks at their ends and with at most one empty
// line in a row.
func tidy(lines []string) string {
	var out strings.Builder
	empty := 0
	for _, l := range lines {
		l = strings.TrimRight(l, " \t\u00a0")
		if l == "" {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n\n"[:1+min(empty, 1)])
		}
		empty = 0
		out.WriteString(l)
	}
	return out.String()
}
