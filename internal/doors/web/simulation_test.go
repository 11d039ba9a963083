package web

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
)

// shorter is the shipped contract with three hours instead of six.
func shorter(t *testing.T) string {
	t.Helper()
	_, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(file), "within: 6h", "within: 3h", 1)
}

// simulating carries simulations out until the test ends.
func (o *office) simulating() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.desk.RunSimulations(ctx) }()
	o.t.Cleanup(func() {
		stop()
		o.must(<-done)
	})
}

// ended waits for a simulation's end.
func (o *office) ended(id string) desk.Simulation {
	o.t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		s, err := o.desk.Simulation(context.Background(), o.admin, id)
		o.must(err)
		if !s.Open() {
			return s
		}
	}
	o.t.Fatal("the simulation does not end")
	return desk.Simulation{}
}

func TestASupervisorSimulatesAPastedContract(t *testing.T) {
	o, caseID := openCase(t)
	o.simulating()
	b := o.signedIn("sato@desk.example")
	if page := b.get("/contract/simulate"); page.code != http.StatusOK || !strings.Contains(page.body, "契約の試算") {
		t.Fatalf("%d %s", page.code, page.body)
	}
	sent := b.post("/contract/simulate", "text", shorter(t))
	where := sent.header.Get("Location")
	if sent.code != http.StatusSeeOther || !strings.HasPrefix(where, "/contract/simulate/") {
		t.Fatalf("answered %d %s\n%s", sent.code, where, sent.body)
	}
	id := strings.TrimPrefix(where, "/contract/simulate/")
	o.ended(id)
	page := b.get(where)
	for _, want := range []string{"過去 90 日で試算", "/cases/" + caseID, "1 件に違いがあります（全 1 件）", "もう一度実行", "目標ごとの違い"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the result does not say %q:\n%s", want, page.body)
		}
	}
	if strings.Contains(page.body, "hx-trigger=\"every") {
		t.Error("an ended simulation is asked for again")
	}
	again := b.post("/contract/simulate", "text", shorter(t))
	if again.header.Get("Location") != where {
		t.Errorf("the same text has another place: %s", again.header.Get("Location"))
	}
}

func TestAnUploadedContractIsSimulated(t *testing.T) {
	o, _ := openCase(t)
	o.simulating()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "新しい契約.yaml")
	o.must(err)
	_, err = part.Write([]byte(shorter(t)))
	o.must(err)
	o.must(form.WriteField("text", "something else"))
	o.must(form.Close())
	b := o.signedIn("sato@desk.example")
	a := b.do(http.MethodPost, "/contract/simulate", &body, "Content-Type", form.FormDataContentType())
	if a.code != http.StatusSeeOther || a.header.Get("Location") != "/contract/simulate/"+desk.SimulationID([]byte(shorter(t))) {
		t.Fatalf("answered %d %s\n%s", a.code, a.header.Get("Location"), a.body)
	}
}

func TestAWrongContractIsSaidWithItsPlace(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	wrong := b.post("/contract/simulate", "text", strings.Replace(shorter(t), "within: 3h", "within: soon", 1))
	if wrong.code != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "contract.yaml:") || !strings.Contains(wrong.body, "within: soon") {
		t.Errorf("answered %d\n%s", wrong.code, wrong.body)
	}
	if nothing := b.post("/contract/simulate", "text", " "); nothing.code != http.StatusUnprocessableEntity || !strings.Contains(nothing.body, "契約ファイルを選ぶか") {
		t.Errorf("answered %d\n%s", nothing.code, nothing.body)
	}
	if large := b.post("/contract/simulate", "text", strings.Repeat("a", 300<<10)); large.code != http.StatusUnprocessableEntity || !strings.Contains(large.body, "262144") {
		t.Errorf("answered %d\n%.2000s", large.code, large.body)
	}
	if a := b.get("/contract/simulate/nothing"); a.code != http.StatusNotFound {
		t.Errorf("answered %d", a.code)
	}
}

func TestAPublishedVersionIsSimulatedFromItsPage(t *testing.T) {
	o, _ := openCase(t)
	b := o.signedIn("sato@desk.example")
	if page := b.get("/contract"); !strings.Contains(page.body, "試算を実行") {
		t.Errorf("the contract offers no simulation:\n%s", page.body)
	}
	a := b.post("/contract/simulate", "version", "hennge-one@2026-04-01")
	where := a.header.Get("Location")
	waiting := b.get(where)
	if !strings.Contains(waiting.body, "hx-trigger=\"every") || !strings.Contains(waiting.body, where+"/cancel") {
		t.Errorf("nobody carries it out, so it waits and can be cancelled:\n%s", waiting.body)
	}
	if a := b.post(where + "/cancel"); a.code != http.StatusSeeOther {
		t.Errorf("answered %d", a.code)
	}
	o.simulating()
	if page := b.get(where); strings.Contains(page.body, "hx-trigger=\"every") {
		t.Errorf("it was cancelled:\n%s", page.body)
	}
	b.post("/contract/simulate", "version", "hennge-one@2026-04-01")
	if s := o.ended(strings.TrimPrefix(where, "/contract/simulate/")); s.State != desk.SimulationDone || s.Report.Totals.Differ != 0 {
		t.Errorf("%+v", s)
	}
	if page := b.get("/contract"); !strings.Contains(page.body, "違いはありません") {
		t.Errorf("the contract's page does not show the result:\n%s", page.body)
	}
	back := b.post("/contract/simulate", "version", "hennge-one@2026-04-01", "back", "/contract?version=hennge-one%402026-04-01")
	if got := back.header.Get("Location"); got != "/contract?version=hennge-one%402026-04-01#simulation" {
		t.Errorf("it goes back to %s", got)
	}
	for _, elsewhere := range []string{"https://elsewhere.example/contract", "//elsewhere.example/contract", "/sign-out", "/contractor", "\\elsewhere"} {
		if got := b.post("/contract/simulate", "version", "hennge-one@2026-04-01", "back", elsewhere).header.Get("Location"); !strings.HasPrefix(got, "/contract/simulate/") {
			t.Errorf("%s leads to %s", elsewhere, got)
		}
	}
	if a := b.post("/contract/simulate", "version", "hennge-one@none"); a.code != http.StatusNotFound {
		t.Errorf("answered %d", a.code)
	}
}

func TestAnAgentMayNotSimulate(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("ito@desk.example")
	for _, path := range []string{"/contract/simulate", "/contract/simulate/x"} {
		if a := b.get(path); a.code != http.StatusForbidden {
			t.Errorf("%s answered %d", path, a.code)
		}
	}
	if a := b.post("/contract/simulate", "text", shorter(t)); a.code != http.StatusForbidden {
		t.Errorf("answered %d", a.code)
	}
	if page := b.get("/contract"); page.code != http.StatusOK || strings.Contains(page.body, "過去 90 日で試算") {
		t.Errorf("answered %d, and offers what is refused", page.code)
	}
}
