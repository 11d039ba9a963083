package desk

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/mailauth"
	"madoguchi/terms/fault"
)

// MailRecord is a DNS record that a domain of the desk should have, so that its
// mail arrives and is believed.
type MailRecord struct {
	Kind  string // dkim, spf, dmarc or mx
	Host  string // where it stands
	Type  string // TXT or MX
	Value string // what should stand there
	Key   *DKIMKey

	Found *mailauth.Finding // what stands there; nil: not looked yet
}

// MailRecords lists what is to be published. Only an administrator may.
func (d *Desk) MailRecords(who Viewer) ([]MailRecord, error) {
	keys, err := d.DKIMKeys(who)
	if err != nil {
		return nil, err
	}
	domains, trust := d.MailDomains(), d.MailTrust()
	var out []MailRecord
	for _, k := range keys {
		if slices.Contains(domains, k.Domain) || k.State == DKIMActive {
			out = append(out, MailRecord{Kind: "dkim", Host: k.Host(), Type: "TXT", Value: k.Record(), Key: &k})
		}
	}
	for _, domain := range domains {
		out = append(
			out,
			MailRecord{Kind: "spf", Host: domain, Type: "TXT", Value: "v=spf1 " + strings.Join(trust.sends(), " ") + " ~all"},
			MailRecord{Kind: "dmarc", Host: "_dmarc." + domain, Type: "TXT", Value: "v=DMARC1; p=quarantine; rua=mailto:" + d.Site().Mail},
		)
	}
	mx := MailRecord{Kind: "mx", Host: domains[0], Type: "MX"}
	if trust.Receives != "" {
		mx.Value = "10 " + trust.Receives + "."
	}
	return append(out, mx), nil
}

// TestMailRecords looks what stands in the DNS now, not what was kept of it.
func (d *Desk) TestMailRecords(ctx context.Context, who Viewer) ([]MailRecord, error) {
	records, err := d.MailRecords(who)
	if err != nil {
		return nil, err
	}
	if d.names == nil {
		return records, fault.New(fault.Unavailable, "この窓口は DNS に問い合わせない設定です（--dns off）。", "This desk asks no DNS (--dns off).")
	}
	d.forgetNames()
	trust := d.MailTrust()
	for i := range records {
		r := &records[i]
		var f mailauth.Finding
		switch r.Kind {
		case "dkim":
			f = mailauth.CheckKey(ctx, d.names, r.Host, r.Key.Algorithm, r.Key.Public)
		case "spf":
			f = mailauth.CheckSPF(ctx, d.names, r.Host, trust.sends())
		case "dmarc":
			f = mailauth.CheckDMARC(ctx, d.names, strings.TrimPrefix(r.Host, "_dmarc."))
		case "mx":
			f = mailauth.CheckMX(ctx, d.names, r.Host, trust.Receives)
		}
		r.Found = &f
	}
	return records, nil
}

// forgetNames drops what is kept of the DNS, where it is kept.
func (d *Desk) forgetNames() {
	if kept, ok := d.names.(interface{ Forget() }); ok {
		kept.Forget()
	}
}
