package contract_test

import "testing"

func TestOnlyAWholeSentenceAgrees(t *testing.T) {
	con := shipped(t)
	for text, want := range map[string]bool{
		"お世話になっております。\n対応優先度「高」に同意します。\nよろしくお願いいたします。": true,
		"対応優先度を「高」とすることに同意いたします":                       true,
		"優先度「高」に合意します！":                                true,
		"Hello,\nWe agree to priority High.\nRegards":  true,
		"I AGREE TO PRIORITY HIGH":                     true,
		"対応優先度「高」に同意します？":                              false,
		"対応優先度「高」に同意しますか。":                             false,
		"対応優先度「高」に同意しません。":                             false,
		"費用がかからなければ、対応優先度「高」に同意します。":                   false,
		"対応優先度「高」に同意しますが、条件があります。":                     false,
		"We do not agree to priority high.":            false,
		"Should we agree to priority high?":            false,
		"If it is free, we agree to priority high.":    false,
		"はい": false,
		"":   false,
	} {
		if got := con.Agrees("priority.high.agreed", text); got != want {
			t.Errorf("%q agrees: %v, want %v", text, got, want)
		}
	}
	if con.Agrees("priority.high.interruption", "対応優先度「高」に同意します") {
		t.Error("a criterion that needs no agreement was agreed to")
	}
}

func FuzzAgrees(f *testing.F) {
	con := shipped(f)
	f.Add("対応優先度「高」に同意します。")
	f.Fuzz(func(_ *testing.T, s string) { con.Agrees("priority.high.agreed", s) })
}
