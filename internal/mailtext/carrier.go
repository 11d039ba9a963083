package mailtext

import (
	"bytes"
	"regexp"
	"strings"

	"madoguchi/internal/mailtext/charset"
)

// fromSoftBank reports a mail of one of SoftBank's phones (J-PHONE's and
// Vodafone's before them, and Disney's): in Shift_JIS the Japanese carriers use
// the same codes for different pictures, and only the sender tells which. The
// author's address decides; of one elsewhere, the relay that it left by.
func (h Header) fromSoftBank() bool {
	for _, a := range h.addresses("From") {
		_, domain, _ := strings.Cut(strings.ToLower(a.Addr), "@")
		switch {
		case softBankHost.MatchString(domain):
			return true
		case otherCarrier.MatchString(domain):
			return false
		}
	}
	for _, name := range [...]string{"Return-Path", "Received"} {
		for _, f := range h.fields {
			if strings.EqualFold(f.name, name) && softBankHost.Match(bytes.ToLower(f.value[:min(len(f.value), 500)])) {
				return true
			}
		}
	}
	return false
}

var (
	softBankHost = regexp.MustCompile(`(^|[\s@.(<])(softbank\.ne\.jp|vodafone\.ne\.jp|i\.softbank\.jp|disney\.ne\.jp|jp-[a-z]\.ne\.jp)($|[\s>;)\]])`)
	otherCarrier = regexp.MustCompile(`(^|\.)(docomo\.ne\.jp|ezweb\.ne\.jp|au\.com|ido\.ne\.jp|willcom\.com|pdx\.ne\.jp|ymobile\.ne\.jp|emnet\.ne\.jp)$`)
)

// wordLabel matches the label of an encoded-word.
var wordLabel = regexp.MustCompile(`=\?([A-Za-z0-9_-]{4,20})\?`)

// speaksShiftJIS reports a mail with a part, or words in its header, that call
// themselves Shift_JIS.
func (p *part) speaksShiftJIS() bool {
	for _, f := range p.header.fields {
		if !bytes.Contains(f.value, []byte("=?")) {
			continue
		}
		for _, m := range wordLabel.FindAllSubmatch(f.value[:min(len(f.value), 2000)], 4) {
			if charset.IsShiftJIS(string(m[1])) {
				return true
			}
		}
	}
	for _, q := range p.all() {
		if charset.IsShiftJIS(q.params["charset"]) {
			return true
		}
	}
	return false
}

// asSoftBank has every text of the mail that calls itself Shift_JIS read with
// SoftBank's pictures. Mails inside the mail have senders of their own.
func (p *part) asSoftBank() {
	for _, q := range p.all() {
		if charset.IsShiftJIS(q.params["charset"]) {
			q.params["charset"] = charset.SoftBank
		}
		for i, f := range q.header.fields {
			if bytes.Contains(f.value, []byte("=?")) {
				q.header.fields[i].value = wordLabel.ReplaceAllFunc(f.value, func(b []byte) []byte {
					if charset.IsShiftJIS(string(b[2 : len(b)-1])) {
						return []byte("=?" + charset.SoftBank + "?")
					}
					return b
				})
			}
		}
	}
}
