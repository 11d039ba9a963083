package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

// The person who is signed in, and the address customers write to.
const (
	Admin    = "sato@desk.example"
	Password = "a long enough phrase"
	Support  = "support@localhost"
)

// Customer is the address of a registered person, counted from 0: ten people
// to a company.
func Customer(i int) string { return fmt.Sprintf("person%d@company%d.example", i, i/10) }

// Furnish prepares a data directory: an administrator, Sato, and the given
// number of registered customers. No program may be using it.
func Furnish(ctx context.Context, dir string, customers int) (err error) {
	return FurnishOn(ctx, dir, "", customers)
}

// FurnishOn is Furnish for a desk whose records are on PostgreSQL.
func FurnishOn(ctx context.Context, dir, database string, customers int) (err error) {
	a, err := started(ctx, dir, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	token, err := a.Desk.FirstRunToken(ctx)
	if err != nil {
		return err
	}
	admin, err := a.Desk.FirstAdministrator(ctx, token, desk.NewAgent{Name: "佐藤", Email: Admin, Language: "ja", Password: Password})
	if err != nil {
		return err
	}
	var org store.Organization
	for i := range customers {
		if i%10 == 0 {
			org, err = a.Desk.PutOrganization(ctx, admin, store.Organization{
				NameJA: fmt.Sprintf("会社%d", i/10), Language: "ja", Domains: []string{fmt.Sprintf("company%d.example", i/10)},
			})
			if err != nil {
				return err
			}
		}
		_, err = a.Desk.PutContact(ctx, admin, store.Contact{
			Organization: org.ID, Name: fmt.Sprintf("担当%d", i), Language: "ja", Addresses: []store.ContactAddress{{Addr: Customer(i), Verified: true}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func started(ctx context.Context, dir, database string) (*app.App, error) {
	return app.Start(ctx, app.Config{Dir: dir, Database: database, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler)})
}

// Token makes a token of the programming interface for a desk that [Furnish]
// prepared: it may do everything, and as often as any may.
func Token(ctx context.Context, dir, database string) (token string, err error) {
	return TokenOf(ctx, dir, database, desk.MostPerSecond)
}

// TokenOf is Token with a rate of requests in a second.
func TokenOf(ctx context.Context, dir, database string, perSecond int) (token string, err error) {
	a, err := started(ctx, dir, database)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	admin, err := a.Desk.SignIn(ctx, Admin, Password, "127.0.0.1")
	if err != nil {
		return "", err
	}
	token, _, err = a.Desk.MakeAPIToken(ctx, admin, desk.TokenForm{Name: "test", Scopes: desk.APIScopes, PerSecond: perSecond})
	return token, err
}
