package desk_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestTheAuditLogIsFoundByWhoWhatWhenAndWords(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	watanabe := b.hire("watanabe", desk.Supervisor)
	b.set("11-21 10:00:00")
	if _, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{JA: "夜間 100%"}, Permissions: []desk.Permission{desk.WorkCases}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.PutOrganization(b.ctx, watanabe, store.Organization{NameJA: "東雲メディカル", Language: "ja"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		q    store.AuditQuery
		want string
	}{
		"who":            {store.AuditQuery{Actor: watanabe.ID}, "organization.added"},
		"what":           {store.AuditQuery{Act: "role."}, "role.added"},
		"words":          {store.AuditQuery{Text: "東雲"}, "organization.added"},
		"a sign in them": {store.AuditQuery{Text: "100%"}, "role.added"},
		"when":           {store.AuditQuery{From: b.clock, To: b.clock.Add(time.Hour)}, "organization.added role.added"},
		"nothing":        {store.AuditQuery{Text: "%" + "x"}, ""},
		"before":         {store.AuditQuery{To: b.clock, Act: "organization.", Text: "青葉"}, "organization.added"},
	} {
		lines, _, err := b.AuditLog(b.ctx, b.sato, c.q)
		var got []string
		for _, l := range lines {
			got = append(got, l.Act)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s (%v)", name, got, c.want, err)
		}
	}
	if _, _, err := b.AuditLog(b.ctx, b.hire("agent", desk.Agent), store.AuditQuery{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent reads it: %v", err)
	}
}

func TestTheAuditLogLeavesAsTableAndAsLines(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	if _, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{JA: "=HYPERLINK(\"http://evil.example\")"}}); err != nil {
		t.Fatal(err)
	}
	var table, lines bytes.Buffer
	if err := b.ExportAudit(b.ctx, b.sato, store.AuditQuery{Act: "role."}, desk.AuditCSV, &table); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(table.String(), "\ufeffid,at,") {
		t.Errorf("Excel would not know the letters: %q", table.String()[:20])
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][6] != "'=HYPERLINK(\"http://evil.example\"): " || rows[1][3] != "佐藤" {
		t.Errorf("%q, %v", rows, err)
	}
	if err := b.ExportAudit(b.ctx, b.sato, store.AuditQuery{}, desk.AuditJSONLines, &lines); err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(lines.String()) {
		var l map[string]string
		if err := json.Unmarshal([]byte(line), &l); err != nil || l["id"] == "" {
			t.Errorf("%q: %v", line, err)
		}
		if n++; n == 1 && l["act"] != "audit.exported" {
			t.Errorf("the newest line is %q, not the export itself", l["act"])
		}
	}
	all, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Limit: 500})
	if err != nil || n != len(all) {
		t.Errorf("%d lines of %d, %v", n, len(all), err)
	}
	_, noExport := b.role("auditor", desk.SeeAllOrganizations, desk.SeeAudit)
	if err := b.ExportAudit(b.ctx, noExport, store.AuditQuery{}, desk.AuditCSV, &table); !fault.Is(err, fault.Forbidden) {
		t.Errorf("exported without the permission: %v", err)
	}
}
