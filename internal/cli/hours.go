package cli

import (
	"fmt"
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// HoursCmd says whether the desk is open.
type HoursCmd struct {
	Language
	ContractFile
	At     string `placeholder:"TIME" help:"Instant, as 2026-11-20T19:30+09:00, or 2026-11-20T19:30 on the contract's clock; now without it."`
	Region string `help:"Region of the customer's contract; the first one without it."`
}

// Run prints whether the desk is open, until when, and the next opening.
func (c *HoursCmd) Run(stdio *IO) error {
	k, err := c.load(stdio)
	if err != nil {
		return err
	}
	region, err := regionOf(k, c.Region)
	if err != nil {
		return err
	}
	at := time.Now()
	if c.At != "" {
		if at, err = parseInstant(c.At, k.Zone()); err != nil {
			return err
		}
	}
	cal := k.Hours(region)
	say := func(t time.Time) string { return wording.Instant(t, at, k.Zone(), c.Lang) }
	if cal.IsOpen(at) {
		until, err := cal.NextClose(at)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdio.Out, c.say("%s 営業時間内（%s まで、あと %s）\n", "%s in business hours (until %s, %s left)\n"), say(at), say(until), wording.Remaining(until.Sub(at)))
		return err
	}
	next, err := cal.NextOpen(at)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdio.Out, c.say("%s 営業時間外（次の営業開始 %s）\n", "%s out of business hours (next opening %s)\n"), say(at), say(next))
	return err
}

// regionOf returns the region named, or that of the amendments, or the
// contract's first.
func regionOf(k *contract.Contract, name string) (contract.RegionID, error) {
	if name == "" {
		return k.HomeRegion(), nil
	}
	if _, ok := k.Region(contract.RegionID(name)); !ok {
		var ids string
		for _, r := range k.Regions() {
			ids += " " + string(r.ID)
		}
		return "", fault.New(fault.Invalid, "地域「"+name+"」はこの契約にありません。次のどれかを指定してください:"+ids, "the contract has no region "+name+"; give one of:"+ids).At("--region")
	}
	return contract.RegionID(name), nil
}

// parseInstant reads an instant with an offset, or without one as the wall
// clock of zone shows it; seconds may be left out.
func parseInstant(s string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "日時「"+s+"」を読み取れません。2026-11-20T19:30+09:00 のように指定してください。",
		s+" is not an instant; write it as 2026-11-20T19:30+09:00")
}
