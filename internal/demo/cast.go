package demo

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	terms "madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// deskMail is the example desk's address; .example is nobody's (RFC 2606).
const (
	deskDomain = "madoguchi.example"
	deskMail   = "support@" + deskDomain
)

// cast is everybody who takes part, found by the keys of the week's files.
type cast struct {
	week *week
	desk *desk.Desk

	viewers map[string]desk.Viewer
	orgs    map[string]store.Organization
	known   map[string]store.Contact
	writers map[string]writer
	admin   desk.Viewer
	marks   marks
	teams   map[string]string // ids
}

// writer is somebody of a customer who writes mail.
type writer struct {
	contact
	org  organization
	addr string
}

func newCast(w *week, d *desk.Desk) *cast {
	c := &cast{
		week: w, desk: d, viewers: map[string]desk.Viewer{}, orgs: map[string]store.Organization{},
		known: map[string]store.Contact{}, writers: map[string]writer{},
	}
	for _, o := range w.Organizations {
		for _, p := range o.People {
			c.writers[p.Key] = writer{contact: p, org: o, addr: p.Mail + "@" + o.Domain}
		}
	}
	return c
}

// enter adds everybody by the acts that an administrator has for it, some
// days before the week began.
func (c *cast) enter(ctx context.Context, clock *Clock, now time.Time, password, contract string) error {
	clock.Stand(now.AddDate(0, 0, -30))
	if err := c.enterDesk(ctx, password); err != nil {
		return err
	}
	con, err := c.desk.Contracts().InForce(contract, now)
	if err != nil {
		return err
	}
	s := c.desk.Site()
	s.Name = fault.Text{JA: con.Desk().JA, EN: con.Desk().EN}
	s.Mail, s.Phone, s.Dashboard = deskMail, "03-0000-0100", "https://status."+deskDomain+"/"
	s.Web = "https://support." + deskDomain
	if err := c.desk.SetSite(ctx, c.admin, s); err != nil {
		return err
	}
	for _, o := range c.week.Organizations {
		if err := c.enterOrganization(ctx, o, contract); err != nil {
			return fmt.Errorf("%s: %w", o.Key, err)
		}
	}
	if err := c.enterMarks(ctx); err != nil {
		return err
	}
	return c.enterHouse(ctx)
}

func (c *cast) enterDesk(ctx context.Context, password string) error {
	for _, admin := range []bool{true, false} {
		for _, p := range c.week.Desk {
			if (desk.Role(p.Role) == desk.Administrator) != admin {
				continue
			}
			a := desk.NewAgent{Name: p.Name, Email: p.address(), Role: desk.Role(p.Role), Language: p.Language, Password: password}
			v, err := c.addPerson(ctx, a)
			if err != nil {
				return fmt.Errorf("%s: %w", p.Key, err)
			}
			c.viewers[p.Key] = v
		}
	}
	return nil
}

// addPerson makes the first person by the one-time token, as a new
// installation does, and the others in that person's name.
func (c *cast) addPerson(ctx context.Context, a desk.NewAgent) (desk.Viewer, error) {
	if c.admin.ID != "" {
		return c.desk.AddAgent(ctx, c.admin, a)
	}
	token, err := c.desk.FirstRunToken(ctx)
	if err != nil {
		return desk.Viewer{}, err
	}
	c.admin, err = c.desk.FirstAdministrator(ctx, token, a)
	return c.admin, err
}

func (c *cast) enterOrganization(ctx context.Context, o organization, contract string) error {
	org, err := c.desk.AddOrganization(ctx, c.admin, store.Organization{
		NameJA: cmp.Or(o.JA, o.EN), NameEN: o.EN, Kana: o.Kana, Contract: contract,
		Language: o.Language, Domains: []string{o.Domain}, Phone: o.Phone, Note: o.Note,
	}, desk.Opening{Region: terms.RegionID(o.Region), SupportPlus: o.Plus})
	if err != nil {
		return err
	}
	c.orgs[o.Key] = org
	for _, p := range o.People {
		known, err := c.desk.PutContact(ctx, c.admin, store.Contact{
			Organization: org.ID, Name: p.Name, Language: o.Language, Title: p.Title, Phones: []store.ContactPhone{{Shown: p.Tel, Main: true}},
			Addresses: []store.ContactAddress{{Addr: p.Mail + "@" + o.Domain, Verified: true}},
		})
		if err != nil {
			return err
		}
		c.known[p.Key] = known
	}
	return nil
}

// find looks up the people of the desk in a directory that has them already.
func (c *cast) find(ctx context.Context) error {
	all, err := c.desk.Agents(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		for _, p := range c.week.Desk {
			if p.address() != a.Email {
				continue
			}
			v, err := c.desk.Viewer(ctx, a.ID)
			if fault.Is(err, fault.Unsigned) {
				continue // somebody disabled them in the meantime
			}
			if err != nil {
				return err
			}
			c.viewers[p.Key] = v
			if v.Role == desk.Administrator {
				c.admin = v
			}
		}
	}
	return nil
}

func (c *cast) resetPasswords(ctx context.Context, password string) error {
	for _, p := range c.week.Desk {
		v, ok := c.viewers[p.Key]
		if !ok {
			continue
		}
		if err := c.desk.ResetPassword(ctx, c.admin, v.ID, password); err != nil {
			return err
		}
	}
	return nil
}

// people are those who can sign in, as the desk knows them now.
func (c *cast) people() []Person {
	var out []Person
	for _, p := range c.week.Desk {
		if v, ok := c.viewers[p.Key]; ok {
			out = append(out, Person{Key: p.Key, Name: v.Name, Mail: v.Email, Role: string(v.Role), Language: v.Language})
		}
	}
	return out
}

func (p Person) address() string { return p.Mail + "@" + deskDomain }
