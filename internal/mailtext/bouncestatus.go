package mailtext

import (
	"regexp"
	"strings"
)

var (
	enhanced   = regexp.MustCompile(`(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:$|[^\d.]|\.(?:\D|$))`)
	replyCode  = regexp.MustCompile(`(?:^|[\s:;("'<#-])([45]\d\d)(?:[ \-:;.)]|$)`)
	delayWords = regexp.MustCompile(`(?i)(delayed|\(?delay\)|^warning\b|could not send (mail|message) for (the )?past|will (keep|continue) (trying|to)|still (being retried|undelivered|trying)|not yet been delivered|has not (yet )?been delivered (yet|after)|you do not need to resend|do not (re)?send|warning message only|再送(信)?(を|の|処理を)?(試み(ます|続け|て(い|お))|します|(いた|致)します|されます|行い?ます|繰り返し|継続|続け)|遅延|再配信を(試み(ます|て(い|お))|します|行い?ます)|配送を(継続|続け))`)
)

// statusCode returns the enhanced status code at the start of a field.
func statusCode(s string) string {
	if m := enhanced.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// statusIn finds an enhanced status code in a server's answer, or makes one of
// its SMTP reply code.
func statusIn(s string) string {
	if len(s) > 1<<16 {
		s = s[:1<<16]
	}
	for _, m := range enhanced.FindAllStringSubmatch(s, 20) {
		if m[1][0] != '2' {
			return m[1]
		}
	}
	for _, m := range replyCode.FindAllStringSubmatchIndex(s, 50) {
		code := s[m[2]:m[3]]
		if code >= "400" && code <= "458" && code[1] <= '5' || code >= "500" && code <= "558" && code[1] <= '5' {
			return statusOfReply(code, s[m[1]:min(len(s), m[1]+200)])
		}
	}
	return ""
}

// statusOfReply turns an SMTP reply code and its text into a status.
func statusOfReply(code, text string) string {
	if s := statusByWords(text, code[0] == '4'); s != "" {
		return code[:1] + s[1:]
	}
	return code[:1] + ".0.0"
}

// reasons maps what mail systems say to a subject and detail of RFC 3463. The
// first that matches wins; class is 0 where the words say nothing of it.
var reasons = []struct {
	words  *regexp.Regexp
	class  byte
	detail string
}{
	{regexp.MustCompile(`(?i)(mail ?box|account|quota|disk|storage|inbox)[^\n]{0,40}(full|exceed|over|limit)|over(-| )?quota|quota (exceeded|full|violation)|exceed(s|ed)?[^\n]{0,20}(quota|storage|allowed size|mailbox)|insufficient (disk|storage)|容量[^\n]{0,10}(超|いっぱい|オーバー)|mailbox size|メールボックス[^\n]{0,20}(満|いっぱい|超)`), 0, "2.2"},
	{regexp.MustCompile(`(?i)(message|mail|size)[^\n]{0,40}(too (big|large|long)|exceeds?[^\n]{0,20}(size|limit|maximum))|サイズ[^\n]{0,15}(超|大き)`), '5', "3.4"},
	{regexp.MustCompile(`(?i)(user|recipient|address|mailbox|account|addressee|alias)[^\n]{0,60}(unknown|not? (be )?(found|listed|known|exist|match|valid|recogni)|n[o']t exist|doesn't exist|does not exist|no longer|invalid|undeliverable|not a valid|unavailable|rejected)|(unknown|no such|invalid|bad|nonexistent|unrouteable|illegal)[^\n]{0,12}(local|user|recipient|mailbox|address|account|person|destination)|not (a )?(known|valid|our) (user|customer|recipient|mailbox)|(isn't|is not) (in|listed|here|a known)|this user doesn't have a|ユーザ[^\n]{0,15}(存在|不明|いません|見つか)|アドレス[^\n]{0,15}(存在|不明|ありません|見つか)|宛先[^\n]{0,15}(存在|不明|見つか|ありません)`), '5', "1.1"},
	{regexp.MustCompile(`(?i)(host|domain|mx|name server|dns|servname)[^\n]{0,40}(unknown|not found|lookup|no such|does ?n[o']t exist|invalid|n[o']t known|couldn't be found|failed|error)|(unknown|no such|can't find|couldn't find|cannot find|bad)[^\n]{0,20}(host|domain)|no (mx|route|mail hosts)|all relevant mx records`), '5', "1.2"},
	{regexp.MustCompile(`(?i)(spam|junk|virus|blacklist|blocklist|block(ed)? |listed (at|by|in)|policy|reputation|banned|malware|prohibited|unsolicited)`), '5', "7.1"},
	{regexp.MustCompile(`(?i)(relay(ing)?[^\n]{0,20}(denied|not|prohibited)|not permitted to relay|access denied|not authori[sz]ed|authentication)`), '5', "7.1"},
	{regexp.MustCompile(`(?i)(retry (time|limit)|timed? ?out|expired|too long|giving up|delivery time|maximum (queue|retr|hop|time)|could not be delivered for|unable to connect|connection (refused|timed|was|lost|reset|dropped)|couldn't (establish|connect)|(host|server|network)[^\n]{0,20}(unreachable|down|not respond|busy)|no route to host|応答(が)?ありません)`), 0, "4.7"},
	{regexp.MustCompile(`(?i)(account|mailbox|user|service)[^\n]{0,40}(disabled|suspend|inactive|locked|closed|limited|expired)|利用(停止|制限)`), '5', "2.1"},
	{regexp.MustCompile(`(?i)(too many (hops|connections|recipients|received)|mail loop|loop(s|ing)? (back|detect))`), '5', "4.6"},
	{regexp.MustCompile(`(?i)(try again|temporar|greylist|graylist|deferred|later)`), '4', "4.0"},
}

// statusByWords derives a status from a text without codes; "" when the text
// says nothing. delayed makes an open class a temporary one.
func statusByWords(s string, delayed bool) string {
	if len(s) > 1<<14 {
		s = s[:1<<14]
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	for _, r := range reasons {
		if !r.words.MatchString(s) {
			continue
		}
		class := byte('5')
		if delayed || r.class == '4' {
			class = '4'
		}
		return string(class) + "." + r.detail
	}
	return ""
}
