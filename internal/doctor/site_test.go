package doctor_test

import (
	"context"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// setMail gives the desk its own address, as its first administrator does.
func setMail(ctx context.Context, a *app.App, mail string) error {
	token, err := a.Desk.FirstRunToken(ctx)
	if err != nil {
		return err
	}
	admin, err := a.Desk.FirstAdministrator(ctx, token, desk.NewAgent{Name: "管理者", Email: "a@desk.example", Language: "ja", Password: "correct horse battery"})
	if err != nil {
		return err
	}
	return a.Desk.SetSite(ctx, admin, desk.Site{Name: fault.Text{JA: "窓口", EN: "Desk"}, Prefix: "CS", Mail: mail})
}
