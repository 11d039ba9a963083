package mailtext

import (
	"regexp"
	"strings"
)

// deviceLine matches what phones and mailers append by themselves.
var deviceLine = regexp.MustCompile(`(?i)^\s*(sent from (my|mail|outlook|yahoo|the|a|an|samsung)\b.{0,60}|get outlook for .{1,40}|sent (via|with|using) .{1,60}|(私の)?(iPhone|iPad|Android|スマートフォン|携帯|Xperia|Galaxy)[^。]{0,20}から送信(されました)?。?|(iPhone|iPad|Android)(用|版)?.{0,20}から送信.{0,10}|(ドコモ|au|ソフトバンク|docomo|softbank|楽天モバイル)の.{1,20}から送信(されました)?。?|Windows ?(10|11)? ?(版|用)の.{1,20}から送信(されました)?。?|Outlook for (iOS|Android|Mac)(<.*>)?( ?を(入手|取得)(する)?)?|(iOS|Android|Mac) ?版 ?Outlook.{0,80}(入手|取得).{0,4}|Yahoo!?メール.{0,20}から送信.{0,10}|von meinem .{1,30} gesendet.?|envoyé (de|depuis) mon .{1,30}|enviado (desde|do) mi?eu? .{1,30}|inviato da(l mio)? .{1,30}|отправлено с .{1,30}|(sendt fra|skickat från) min .{1,30}|verzonden (met|vanaf|via) .{1,30}|wysłano z .{1,40}|lähetetty .{1,40}(lta|stä|sta|ltä)|从我的.{1,20}发送|從我的.{1,20}傳送|나의 .{1,20}에서 보냄)\s*$`)

// contactLine matches the lines that Japanese and other business signatures
// are made of.
var contactLine = regexp.MustCompile(`(?i)(tel|fax|電話|携帯|mobile|phone|e-?mail|メール|mail|url|https?://|〒|住所)\s*[:：.／/]?|株式会社|有限会社|合同会社|[\w.+-]+@[\w-]+\.[\w.-]+`)

// reachLine matches a line by which its writer is reached: below a rule and
// beside a name one of them is enough for a signature.
var reachLine = regexp.MustCompile(`(?i)(tel|fax|電話|携帯|mobile|phone|内線)\s*[:：.／/]?\s*[+(（0-9０-９]|〒|^\s*(e-?mail|mail|メール)?\s*[:：]?\s*[\w.+-]+@[\w-]+\.[\w.-]+\s*$`)

// listRule matches the rule that mailing lists put above their footer.
var listRule = regexp.MustCompile(`^_{30,}\s*$`)

// cutSignature splits lines into a text and the signature at its end.
func cutSignature(lines []string) (body, signature []string) {
	for i := tailStart(lines); i < len(lines); i++ {
		t := lines[i]
		if i > 0 && (t == "-- " || t == "--" || t == "--\u00a0" || t == "—" || t == "__" || listRule.MatchString(t)) {
			return lines[:i], lines[i:]
		}
	}
	if i := boxStart(lines); i > 0 {
		return lines[:i], lines[i:]
	}
	last := len(lines)
	for last > 0 && strings.TrimSpace(lines[last-1]) == "" {
		last--
	}
	if last > 0 && deviceLine.MatchString(lines[last-1]) {
		return lines[:last-1], lines[last-1:]
	}
	return lines, nil
}

// tailStart returns where the last 16 lines with text begin: what is longer is
// no signature.
func tailStart(lines []string) int {
	n, i := 0, len(lines)
	for i > 0 && n < 16 {
		i--
		if strings.TrimSpace(lines[i]) != "" {
			n++
		}
	}
	return i
}

// boxStart finds a signature between or below ruled lines at the end of a text:
// a rule with lines of contact data after it, or with a name and one way to
// reach it. It returns 0 for none.
func boxStart(lines []string) int {
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	start := max(0, end-16)
	for i := start; i < end; i++ {
		if !isRule(lines[i]) {
			continue
		}
		contacts, reached, named, says := 0, false, false, false
		for _, l := range lines[i:end] {
			if contactLine.MatchString(l) {
				contacts++
			} else if !isRule(l) && strings.TrimSpace(l) != "" {
				named = true
			}
			reached = reached || reachLine.MatchString(l)
			says = says || saysSomething(l)
		}
		if !says && (contacts >= 2 || reached && named && end-i <= 8) {
			return i
		}
	}
	return 0
}

// saysSomething reports a line that belongs to a message, or to a form that
// carries one between rules, rather than to a signature.
func saysSomething(line string) bool {
	return strings.Contains(line, "。") || strings.Contains(line, "内容") || strings.Contains(line, "件名") || strings.Contains(line, "お問い合わせ") || strings.Contains(line, "お問合せ") || strings.Contains(line, "ご質問") || strings.HasSuffix(strings.TrimSpace(line), "?") || strings.HasSuffix(line, "？")
}

// isRule reports a line drawn with one or two kinds of marks.
func isRule(line string) bool {
	s := strings.TrimSpace(line)
	if len(s) < 8 {
		return false
	}
	marks, other := 0, 0
	for _, r := range s {
		if strings.ContainsRune("-=_*~+#/:.･・‥…─━═＝－ー‐―＿＊＋◆◇■□●○☆★※｡ﾟ'/\\|┃│┏┓┗┛┌┐└┘ 　", r) {
			marks++
		} else {
			other++
		}
	}
	return other == 0 && marks >= 6
}
