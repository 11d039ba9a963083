package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestAPersonsDataIsGivenToThemAndErasedByTwo(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada", "ogawa")
	b := o.signedIn("sato@desk.example")
	contact := linkTo(t, b.get("/customers/"+org.ID), "yamada")

	a := b.post(contact + "/export")
	if a.code != http.StatusOK || a.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("answered %d %s", a.code, a.header.Get("Content-Type"))
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
	}
	if !strings.Contains(files["person.json"], "yamada@aoba.example") || !strings.Contains(files["index.html"], "青葉商事株式会社") || strings.Contains(files["person.json"], "ogawa") {
		t.Errorf("the export has %v", files)
	}

	b.get(contact+"/erase").says(t, "元に戻せません")
	if a = b.post(contact+"/erase", "basis", "appi-35"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason answered %d", a.code)
	}
	if a = b.post(contact+"/erase", "basis", "appi-35", "reason", "受付票 12", "originals", "yes"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get("/erasures").says(t, "yamada", "実行待ち", "受付票 12")
	b.get(contact).says(t, "個人情報の削除を依頼")
}

func TestAnAgentMayNeitherEraseNorExport(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada", "ogawa")
	contact := linkTo(t, o.signedIn("sato@desk.example").get("/customers/"+org.ID), "yamada")
	o.hire("鈴木", "suzuki@desk.example", desk.Agent, "ja")
	b := o.signedIn("suzuki@desk.example")
	b.get(contact).says(t, "yamada@aoba.example")
	for _, path := range []string{contact + "/export", contact + "/erase", "/customers/" + org.ID + "/erase", "/customers/" + org.ID + "/letter"} {
		if a := b.post(path, "basis", "appi-35", "reason", "x", "way", "paper"); a.code != http.StatusForbidden {
			t.Errorf("%s answered %d", path, a.code)
		}
	}
	for _, path := range []string{contact + "/erase", "/erasures", "/customers/" + org.ID + "/erase"} {
		if a := b.get(path); a.code != http.StatusForbidden {
			t.Errorf("%s answered %d", path, a.code)
		}
	}
}
