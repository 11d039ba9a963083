// Package doctor looks at an installation the way an experienced operator
// would, and says what is wrong and how to mend it.
//
// It owns the list of things worth looking at and the words about each. It
// changes nothing but a small file that it makes and removes, takes no lock,
// and may be used beside a running desk. It refuses to mend by itself.
//
// Start reading at [Examine]; each subject has a file of its name.
package doctor

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/app"
	"madoguchi/internal/doors/mailout"
	"madoguchi/terms/fault"
)

// Grade says how bad a finding is.
type Grade string

// The grades. A desk with a [Bad] finding does not run, or will lose work.
const (
	Good Grade = "good"
	Odd  Grade = "odd" // works, but an operator should know
	Bad  Grade = "bad"
)

// Finding is the result of one look.
type Finding struct {
	Part  string // "disk", "copy", "files", "database", "search", "clock", "contract", "network", "tls", "mail", "dns"
	Grade Grade
	What  fault.Text
	Mend  fault.Text // what to do; empty when good
}

// Patient is what is examined: the configuration with which the desk runs, or
// is to run. Its clock must be the machine's.
type Patient struct {
	app.Config
	Relay    *mailout.Relay // nil: none
	KeyFile  string         // of the keys of files; empty: none
	MailCert string         // PEM file of the incoming mail's certificate; empty: none
	Thorough bool           // verify the whole history too; reads everything
	Wait     time.Duration  // for each answer from the network
}

// patience is how long one look may take when [Patient.Wait] does not say.
const patience = 10 * time.Second

// Examine looks at everything and tells each finding as soon as it is known.
// It returns the worst grade. An ended context ends it with its error.
func Examine(ctx context.Context, p Patient, tell func(Finding)) (Grade, error) {
	if p.Wait == 0 {
		p.Wait = patience
	}
	if p.Now == nil {
		return Good, errors.New("the examination needs a clock")
	}
	worst := Good
	heard := func(f Finding) {
		if f.Grade == Bad || (f.Grade == Odd && worst == Good) {
			worst = f.Grade
		}
		tell(f)
	}
	for _, look := range []func(context.Context, Patient, func(Finding)){disk, files, database, clocks, contracts, screens, certificate, relay, dns} {
		if err := ctx.Err(); err != nil {
			return worst, err
		}
		look(ctx, p, heard)
	}
	return worst, ctx.Err()
}

func good(part, ja, en string) Finding {
	return Finding{Part: part, Grade: Good, What: fault.Text{JA: ja, EN: en}}
}

func (f Finding) mend(g Grade, ja, en string) Finding {
	f.Grade, f.Mend = g, fault.Text{JA: ja, EN: en}
	return f
}

// failed is a finding made of an error, whose own words say how to mend it
// where it has some.
func failed(part string, err error, ja, en string) Finding {
	f := Finding{Part: part, Grade: Bad, What: fault.Text{JA: ja, EN: en}}
	if said := (*fault.Error)(nil); errors.As(err, &said) {
		f.Mend = said.Text
	}
	if f.Mend.JA == "" {
		f.Mend = fault.Text{JA: "原因：" + err.Error(), EN: "Reason: " + err.Error()}
	}
	return f
}
