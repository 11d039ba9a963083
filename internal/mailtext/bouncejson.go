package mailtext

import (
	"encoding/json"
	"strings"
)

// sesNotice is what Amazon SES says by mail of a delivery, through SNS: JSON in
// the text, and a footer after it (SES developer guide, "Notification contents").
type sesNotice struct {
	NotificationType string `json:"notificationType"`
	EventType        string `json:"eventType"`
	Bounce           struct {
		BounceType        string         `json:"bounceType"`
		BouncedRecipients []sesRecipient `json:"bouncedRecipients"`
	} `json:"bounce"`
	DeliveryDelay struct {
		DelayedRecipients []sesRecipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Mail struct {
		CommonHeaders struct {
			MessageID string `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
}

type sesRecipient struct {
	EmailAddress   string `json:"emailAddress"`
	Action         string `json:"action"`
	Status         string `json:"status"`
	DiagnosticCode string `json:"diagnosticCode"`
}

// readJSONBounce reads a notice of that form and reports whether it was one.
func (m *Mail) readJSONBounce() bool {
	text := strings.ReplaceAll(strings.TrimSpace(m.Text), "!\n ", "") // sendmail's mark where it cut a long line
	if !strings.HasPrefix(text, "{") || !strings.Contains(text[:min(len(text), 1<<16)], "Type\"") {
		return false
	}
	var n sesNotice
	if json.NewDecoder(strings.NewReader(text)).Decode(&n) != nil {
		return false
	}
	recipients, action := n.Bounce.BouncedRecipients, "failed"
	if strings.EqualFold(n.Bounce.BounceType, "Transient") {
		action = "delayed"
	}
	if len(recipients) == 0 {
		recipients, action = n.DeliveryDelay.DelayedRecipients, "delayed"
	}
	kind := n.NotificationType + n.EventType
	switch {
	case strings.Contains(kind, "Bounce") || strings.Contains(kind, "DeliveryDelay"):
		m.Kind = Bounce
	case strings.Contains(kind, "Complaint") || strings.Contains(kind, "Delivery"):
		m.Kind = Report
	default:
		return false
	}
	if ids := MessageIDs(n.Mail.CommonHeaders.MessageID); len(ids) > 0 && strings.Contains(ids[0], "@") {
		m.OriginalMessageID = ids[0]
	}
	for _, r := range recipients {
		b := BounceRecipient{Recipient: r.EmailAddress, Status: statusCode(r.Status), Action: strings.ToLower(r.Action), Diagnostic: oneLine(r.DiagnosticCode)}
		if b.Action == "" {
			b.Action = action
		}
		if b.Status == "" {
			b.Status = statusIn(b.Diagnostic)
		}
		m.Bounces = append(m.Bounces, b)
	}
	m.mendStatuses()
	return true
}
