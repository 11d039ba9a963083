package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/doctor"
	"madoguchi/internal/doors/mailout"
	"madoguchi/terms/fault"
)

// DoctorCmd examines an installation: it takes the flags of serve.
type DoctorCmd struct {
	ServeCmd `embed:""`
	Thorough bool `help:"Verify the hashes of the whole history too."`
	JSON     bool `name:"json" help:"Print one JSON object a finding."`
}

// Run implements the command. It ends with exit code 1 when something is bad.
func (c *DoctorCmd) Run(ctx context.Context, io *IO) error {
	p, err := c.patient(io)
	if err != nil {
		return err
	}
	print := c.plain(io)
	if c.JSON {
		print = func(f doctor.Finding) {
			both := func(t fault.Text) map[string]string { return map[string]string{"ja": t.JA, "en": t.EN} }
			line, err := json.Marshal(map[string]any{"part": f.Part, "grade": f.Grade, "what": both(f.What), "mend": both(f.Mend)})
			if err == nil { // words always have a JSON form
				fmt.Fprintln(io.Out, string(line))
			}
		}
	}
	worst, err := doctor.Examine(ctx, p, print)
	if err != nil {
		return err
	}
	if worst == doctor.Bad {
		return fault.New(fault.Unavailable, "対処が必要な項目があります。", "Something needs to be mended.")
	}
	return nil
}

// patient reads what would be run. A flag that serve would refuse is an error
// here too, with the same words.
func (c *DoctorCmd) patient(io *IO) (doctor.Patient, error) {
	cfg, err := c.config(io)
	if err != nil {
		return doctor.Patient{}, err
	}
	cfg.Ops, cfg.Replica, cfg.Now = c.Ops, c.Replica, time.Now
	carrier, relayErr := c.relay()
	if err := errors.Join(relayErr, replicaSuits(c.Replica, io), c.apply(&cfg)); err != nil {
		return doctor.Patient{}, err
	}
	r, _ := carrier.(*mailout.Relay)
	return doctor.Patient{Config: cfg, Relay: r, MailCert: c.MailCert, KeyFile: c.FilesKeyFile, Thorough: c.Thorough}, nil
}

// plain prints a finding for people, in both languages.
func (c *DoctorCmd) plain(io *IO) func(doctor.Finding) {
	marks := map[doctor.Grade]string{doctor.Good: "○ ok ", doctor.Odd: "△ note", doctor.Bad: "× bad "}
	return func(f doctor.Finding) {
		fmt.Fprintf(io.Out, "%s %-8s %s / %s\n", marks[f.Grade], f.Part, f.What.JA, f.What.EN)
		if f.Mend.JA != "" {
			fmt.Fprintf(io.Out, "                 → %s\n                 → %s\n", f.Mend.JA, f.Mend.EN)
		}
	}
}
