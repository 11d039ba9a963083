package contract_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// withoutTexts is a contract file as it was before a text with a default came:
// the lines from one key to the next one that it names are gone.
func withoutTexts(t *testing.T, from, to string) []byte {
	t.Helper()
	_, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	i, j := bytes.Index(file, []byte("\n  "+from+":")), bytes.Index(file, []byte("\n  "+to+":"))
	if i < 0 || j < i {
		t.Fatal("the file has no such texts")
	}
	return slices.Concat(file[:i], file[j:])
}

func TestAPublishedVersionGoesOnSayingWhatItSaidBeforeTheTextsCouldBeWritten(t *testing.T) {
	old, err := contract.Load("old.yaml", withoutTexts(t, "confirm.priority", "scope.refusal"))
	if err != nil {
		t.Fatal(err)
	}
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := contract.Load(name, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{contract.SayConfirmPriority, contract.SayConfirmSender, contract.SayConfirmPage, contract.SayConfirmUntil} {
		otherwise, ok := contract.DefaultText(key)
		if !ok || old.Say(key) != otherwise || fresh.Say(key) != otherwise {
			t.Errorf("%s: %q, shipped %q", key, old.Say(key).JA, fresh.Say(key).JA)
		}
	}
	if _, ok := contract.DefaultText(contract.SayAckOpening); ok {
		t.Error("a text that every file has needs no default")
	}
	if _, err := contract.Load("old.yaml", withoutTexts(t, "scope.refusal", "work.read-back")); err == nil {
		t.Error("a file without a text that has no default is a contract")
	}
}

func TestAFormWritesATextThatTheFileLeavesOut(t *testing.T) {
	file := withoutTexts(t, "confirm.priority", "scope.refusal")
	got, err := contract.Rewrite(file, contract.AddText(contract.SayConfirmPage, contract.Text{JA: "「確認」を\n押してください。", EN: `Press "Confirm".`}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"+  confirm.page:", `+    ja: "「確認」を\n押してください。"`, `+    en: "Press \"Confirm\"."`}
	if lines := differ(file, got); !slices.Equal(lines, want) {
		t.Errorf("changed\n%s", strings.Join(lines, "\n"))
	}
	c, err := contract.Load("new.yaml", got)
	if err != nil || c.Say(contract.SayConfirmPage).EN != `Press "Confirm".` {
		t.Error(err)
	}
	if _, err := contract.Rewrite(got, contract.AddText(contract.SayConfirmPage, contract.Text{JA: "別", EN: "other"})); err == nil {
		t.Error("a text was written twice")
	}
	for _, name := range contracts.Names() { // also where texts are written in braces
		_, file, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(file, []byte("confirm.until:")) {
			if _, err := contract.Rewrite(file, contract.AddText(contract.SayConfirmUntil, contract.Text{JA: "{until}", EN: "{until}"})); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
