package mailtext

import (
	"regexp"
	"slices"
	"strings"
)

// This file reads bounces in prose: those of mail systems that do not send the
// delivery status of RFC 3464 (qmail, Exim, old sendmail, Domino, Exchange,
// Courier, IMail, gateways, Japanese providers and carriers).

// bounceSubject matches the subjects of delivery failures and delays.
var bounceSubject = regexp.MustCompile(`(?i)(undeliver(ed|able)|bounce (notification|notice|message)|error (sending|delivering) (your|the) (e-?mail|mail|message)|non[- ]?deliver(y|able)|deliver(y|ed)? (status notification|failure|failed|error|problem|has failed|delayed|notification|report)|failed delivery|failure (notice|delivery)|fail(ed|ure) to deliver|(could|can|was|be) ?not (be )?deliver|cannot deliver|unable to deliver|returned (mail|to sender|message)|mail (delivery|system|status|could|returned|failure|error)|message (delivery|undeliverable|could not|delayed|not delivered|status)|(user|host|recipient|mailbox|account|address) (unknown|unavailable|not found|full|rejected)|unknown user|(mailbox|quota) (full|exceeded|is full|over)|warning: (could not|message|mail)|delayed mail|\[bounce\]|bounced (mail|message|e-?mail)|trouble delivering|undelivered|delivery delayed|still being retried|nicht zugestellt|unzustellbar|non (remis|distribu|recapitat)|no se (ha )?(pudo|puede) entregar|não entregue|недоставлен|не доставлен|rejected (mail|message|posting)|mail rejected|message rejected|notifica(ción|zione|tion).{0,20}(entrega|consegna|remise)|エラーメール|(配信|配達|送信|転送|送達)(不能|不可|エラー|失敗|できません|に失敗|できない|遅延|状態通知|状況通知|の失敗)|届けられません|送れませんでした|戻りメール|不達|宛先不明|退信|无法投递|無法傳送|投递失败|반송|전송 실패)`)

// bounceOpening matches sentences of bounces near the beginning of their text.
var bounceOpening = regexp.MustCompile(`(?i)(this is the (qmail|postfix|mail (delivery|transfer|system)|ironport|mailer|machine)|qmail-send program|this message was created automatically by (the )?mail|message that you sent could not be delivered|a message (from|that) (you sent|<[^>]*>)[\s\S]{0,80}(could not|has not been|was not) |(could|can|was|were|has|have|is|been) ?not (be |been |yet )*(deliver|sent|reach|accept)|un(able|deliver)[a-z]* (to )?(deliver|message|mail|to|for)|(delivery|sending|message)[^\n]{0,60} (has )?failed|following (recipient|address|user|destination|error)s?|original message (was received|follows)|did not reach|had (permanent|transient|delivery|fatal)|(permanent|transient|temporary|fatal) (delivery )?(error|failure)s?|returned (to (you|sender)|mail|unsent|because|for the)|transcript of session|reason for (the )?(failure|return|delivery)|mail ?box (is )?(full|exceed|quota|not found|unavailable|disabled)|(user|recipient|mailbox|account|address|host|domain)[^\n]{0,40} (unknown|unavailable|not (found|exist|listed|known)|does ?n[o']t exist|disabled|over quota|rejected)|no such (user|mailbox|recipient|account|person)|unknown (user|recipient|address|host|mailbox)|over(-| )?quota|quota exceeded|exceed(s|ed)? (the )?(allowed|quota|storage|maximum|size)|has been delayed|still (undelivered|trying)|will (keep|continue) (trying|to)|retry timeout|giving up|undeliverable|bounced|<<< ?[45]\d\d|said: ?[45]\d\d|[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}|(送信|配信|配達|お届け|転送|送達|届け)[^\n]{0,20}(できません|でき(な|ず)|されません|不能|不可|失敗|エラー|遅れ)|宛先[^\n]{0,20}(不明|見つかり|存在し|ありません)|受信者[^\n]{0,20}(に到達|見つかり|存在し)|メールボックス[^\n]{0,20}(容量|いっぱい|満杯|超過)|該当[^\n]{0,10}(ユーザ|アドレス)[^\n]{0,20}(いません|ありません|存在)|konnte nicht|nicht zugestellt|n'a pas pu|n'ont pas|no (se )?(ha )?(pudo|puede)|não (pôde|foi)|недоставлен|не (может быть|был[ао]? )?доставлен)`)

// machineWords matches what only a mail system writes; a person's text about a
// failed delivery has none of it.
var machineWords = regexp.MustCompile(`(?im)(this is the (qmail|postfix|mail|ironport|mailer)|qmail-send program|this message was created automatically by|this is an automatically generated|automatically[- ]generated (delivery|message|e-?mail)|the original message was received at|following addresses had|transcript of session|^(reporting-mta|final-recipient|diagnostic-code|remote-mta): |^\s*(>>>|<<<) |message (id|delivery)[^\n]{0,40}(failed|could not)|your (e-?mail |mail )?message[^\n]{0,120}(could not be|was not|cannot be|did not|has not been|been rejected|couldn't be)|(delivery|message) (to the following|has failed|failed)|following recipients?|(undeliver|un-deliver)able (mail|message)|mail delivery (failed|failure|system)|this is a (permanent|delivery)|自動(で|的に)[^\n]{0,20}(生成|送信|作成)|次の(受信者|宛先|あて先)|以下の(受信者|宛先|あて先|メールアドレス))`)

// returnedMark matches the lines below which a bounce returns the mail.
var returnedMark = regexp.MustCompile(`(?i)^[\s\-=*_#+]*((below (this line )?is a copy of the|this is a copy of (the|your)|(the )?(body|headers?) of (the|your) (original )?(message|mail)|a copy of (the|your) (original )?(message|mail)|included is a copy|start of (returned|original) (message|mail)|headers? of the (original|returned)|以下(は|に)?(元の|送信|お送り)|ここから(下は)?[^\n]{0,20}(メール|メッセージ)|エラーメールの内容|元のメッセージ|元のメール|送信されたメール|オリジナルメール)[^\n]{0,80}|((the )?(original|returned|bounced|undelivered|unsent|forwarded|your)( mail| e-?mail)? ?(message|mail)?|message|mail)( (follows|headers?( follows?)?|text( follows)?|info|information|body|begins?|contents?|below|is (attached|below|included))){0,2}(original message|)[\s\-=*_#+.:]*)$`)

// headerStart matches the first fields of a mail returned without an announcement.
var headerStart = regexp.MustCompile(`^(Received|Return-Path|Message-I[Dd]|MIME-Version|X-[A-Za-z-]+|DKIM-Signature|Delivered-To): `)

// readForeignBounce recognises a bounce in prose and reads its recipients.
func (m *Mail) readForeignBounce(root *part) bool {
	h := m.Header
	failed := addressesIn(h.Get("X-Failed-Recipients"))
	declared := root.ctype == "multipart/report" && strings.EqualFold(root.params["report-type"], "delivery-status")
	score := 0
	if m.Auto.Daemon {
		score += 3
	}
	if m.Auto.NullSender {
		score += 2
	}
	if len(failed) > 0 {
		score += 5
	}
	if declared {
		score += 5
	}
	subject := bounceSubject.MatchString(m.Subject) && !answered(m.Subject)
	if subject {
		score += 3
	}
	if score == 0 {
		return false // ordinary mail, without a look at its text
	}
	head, _ := splitReturned(m.Text)
	opening := bounceOpening.MatchString(head[:min(len(head), 3000)])
	if opening {
		score += 2
	}
	if !m.Auto.Daemon && !m.Auto.NullSender && !declared && len(failed) == 0 && !machineWords.MatchString(head[:min(len(head), 3000)]) {
		return false // a person who writes about a bounce
	}
	if score < 5 || !subject && !opening && !declared && len(failed) == 0 {
		return false
	}
	if m.Auto.OutOfOffice && !m.Auto.Daemon && !subject && !declared && len(failed) == 0 {
		return false
	}
	if !m.Auto.Daemon && !m.Auto.NullSender && len(failed) == 0 && m.isList() {
		return false
	}
	if strings.Contains(strings.ToLower(m.Text), "final-recipient:") && m.readDeliveryStatus([]byte(m.Text)) {
		m.mendStatuses() // RFC 3464 in a part that does not say so
		m.Kind = Bounce
		return true
	}
	m.Kind = Bounce
	if len(failed) == 0 {
		failed = m.failedRecipients(root, head)
	}
	m.Bounces = m.foreignRecipients(failed, head)
	return true
}

// answered reports a subject of a person's answer or forward.
func answered(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(subject))
	for _, p := range [...]string{"re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "tr:", "re：", "fw："} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// splitReturned splits a bounce's text into its own words and the returned mail.
func splitReturned(text string) (own, returned string) {
	pos := 0
	for rest := text; rest != ""; {
		line, next, _ := strings.Cut(rest, "\n")
		if pos > 0 && len(line) < 200 && (returnedMark.MatchString(line) || headerStart.MatchString(line)) {
			return text[:pos], text[pos:]
		}
		pos += len(rest) - len(next)
		rest = next
	}
	return text, ""
}

// quotedMessageID finds the returned mail's identifier in a bounce's text.
func quotedMessageID(text string) string {
	for rest := text; rest != ""; {
		line, next, _ := strings.Cut(rest, "\n")
		rest = next
		line = strings.TrimLeft(line, "> \t")
		if len(line) > 11 && strings.EqualFold(line[:11], "message-id:") {
			value := line[11:]
			if strings.TrimSpace(value) == "" {
				value, _, _ = strings.Cut(next, "\n")
			}
			if id := first(MessageIDs(value)); id != "" {
				return id
			}
		}
	}
	return ""
}

var addressPattern = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]`)

// addressesIn returns the addresses in a text, each once, in order.
func addressesIn(s string) []string {
	var out []string
	seen := map[string]bool{}
	for _, a := range addressPattern.FindAllString(s, 200) {
		a = strings.Trim(a, ".'")
		if key := strings.ToLower(a); !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}

// besides matches the addresses that a bounce mentions besides those that
// failed: of the mail's own header, of its sender, of whom to ask.
var besides = regexp.MustCompile(`(?im)((?:^[ \t>]*(?:message-id|from|sender|reply-to|return-path|references|in-reply-to|subject|in: +mail\s+from)[ \t]*:|\((?:generated|expanded) from\b)[^\n<@]{0,60}|mail from[ \t]*:|(?:contact|assistance|ask|please (?:send|e-?mail|write))[^\n@]{0,60}|お問い?合わせ(?:先)?(?:は|：|:)?)[ \t]*<?[^\s<>()@]+@[^\s<>()]+>?|<?[^\s<>()@]+@[^\s<>()]+>?[ \t]*\n?(?:へ|まで|に)(?:ご連絡|お?問い?合わせ)`)

// failedRecipients finds whom a bounce in prose is about: addresses in its own
// words, else those that the returned mail was for. A bounce's own sender and
// receiver are meant only when it names nobody else.
func (m *Mail) failedRecipients(root *part, own string) []string {
	var far, bare, self, aside []string
	named := addressesIn(besides.ReplaceAllString(own, " "))
	for _, a := range addressesIn(own) {
		switch {
		case strings.EqualFold(a, m.From.Addr):
		case !slices.Contains(named, a):
			aside = append(aside, a)
		case m.isOwnAddress(a):
			self = append(self, a)
		case strings.Contains(a[strings.LastIndexByte(a, '@'):], "."):
			far = append(far, a)
		default: // without a full domain: server talk, unless there is nothing else
			bare = append(bare, a)
		}
	}
	for _, found := range [...][]string{far, bare, m.returnedTo(root), self, aside} {
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// returnedTo lists the recipients of the mail that a bounce returns, in its
// text or as a part.
func (m *Mail) returnedTo(root *part) []string {
	var headers []Header
	if _, returned := splitReturned(m.Text); returned != "" {
		h, _ := parseHeader([]byte(strings.TrimLeft(returned[strings.IndexByte(returned, '\n')+1:], "\n")), func(Defect) {})
		headers = append(headers, h)
	}
	for _, p := range root.all() {
		switch {
		case p.mail != nil:
			headers = append(headers, p.mail.header)
		case p.ctype == "text/rfc822-headers" || p.ctype == "message/rfc822-headers":
			h, _ := parseHeader(p.content(func(Defect) {}), func(Defect) {})
			headers = append(headers, h)
		}
	}
	for _, h := range headers {
		var out []string
		for _, a := range h.addresses("To") {
			if strings.Contains(a.Addr, "@") {
				out = append(out, a.Addr)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// foreignRecipients says of each recipient of a bounce in prose what became of it.
func (m *Mail) foreignRecipients(failed []string, own string) []BounceRecipient {
	words := own
	if strings.TrimSpace(words) == "" {
		words = m.Text
	}
	delayed := delayWords.MatchString(m.Subject + "\n" + words)
	out := make([]BounceRecipient, 0, len(failed))
	for _, a := range failed {
		near := around(words, a)
		status := statusIn(near)
		if status == "" {
			status = statusByWords(near, delayed)
		}
		if status == "" {
			status = statusIn(words)
		}
		if status == "" {
			status = statusByWords(m.Subject+"\n"+words, delayed)
		}
		if status == "" {
			status = map[bool]string{false: "5.0.0", true: "4.0.0"}[delayed]
		}
		out = append(out, BounceRecipient{Recipient: a, Status: status, Action: outcome(status, delayed), Diagnostic: oneLine(near)})
	}
	if len(out) == 0 {
		status := statusIn(words)
		if status == "" {
			status = statusByWords(m.Subject+"\n"+words, delayed)
		}
		if status == "" {
			status = map[bool]string{false: "5.0.0", true: "4.0.0"}[delayed]
		}
		out = append(out, BounceRecipient{Status: status, Action: outcome(status, delayed)})
	}
	return out
}

// outcome says what a bounce in prose means: a temporary status is a delay only
// while the mail system goes on trying; once it has given up, the mail is lost.
func outcome(status string, delayed bool) string {
	if delayed && strings.HasPrefix(status, "4.") {
		return "delayed"
	}
	return "failed"
}

// isOwnAddress reports addresses of the bounce's own sender and receiver, and
// of mail systems, which a bounce mentions besides those that failed.
func (m *Mail) isOwnAddress(a string) bool {
	if daemonAddress(a) || strings.EqualFold(a, m.From.Addr) {
		return true
	}
	for _, to := range m.To {
		if strings.EqualFold(a, to.Addr) {
			return true
		}
	}
	return false
}

// around returns the lines from a recipient's mention up to the next empty
// line but one, at most 1,000 bytes.
func around(s, addr string) string {
	i := strings.Index(s, addr)
	if i < 0 {
		return ""
	}
	s = s[i:min(len(s), i+1000)]
	if j := strings.Index(s, "\n\n"); j >= 0 {
		if k := strings.Index(s[j+2:], "\n\n"); k >= 0 {
			return s[:j+2+k]
		}
	}
	return s
}
