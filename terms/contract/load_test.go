package contract_test

import (
	"errors"
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// edited returns the shipped file with one passage replaced.
func edited(t testing.TB, old, with string) []byte {
	t.Helper()
	_, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), old) < 1 {
		t.Fatalf("the shipped contract has no passage %q", old)
	}
	return []byte(strings.Replace(string(data), old, with, 1))
}

// A contract file with a mistake is refused, and the message says where it is
// and what to write instead, in both languages.
func TestMistakesAreRefusedWithPlaceAndMend(t *testing.T) {
	for _, m := range []struct{ name, old, with, en, ja string }{
		{"unknown key", "  desk: {", "  dessk: {", `there is no key "dessk" here; did you mean "desk"?`, "「desk」の誤りではありませんか"},
		{"missing key", "  zone: Asia/Tokyo\n  initial", "  initial", `"zone" is missing; write it`, "「zone」がありません"},
		{"key written twice", "  zone: Asia/Tokyo\n  initial", "  zone: Asia/Tokyo\n  zone: Asia/Tokyo\n  initial", `"zone" is written twice`, "2 回"},
		{"unknown format", "format: 1", "format: 2", "write 1", "1 と書いて"},
		{"unknown zone", "  zone: Asia/Tokyo\n  initial", "  zone: Asia/Tokio\n  initial", "unknown time zone", "タイムゾーン"},
		{"unknown priority", "initial-priority: medium", "initial-priority: middle", `"middle" is not defined under priorities`, "priorities にありません"},
		{"one language only", "name: {ja: 営業時間, en: business hours}", "name: {ja: 営業時間}", `"en" is missing`, "「en」がありません"},
		{"hours that are none", `mon: ["10:00-18:00"]`, `mon: ["10-18"]`, "not a time of day", "時刻"},
		{"holidays of an unknown country", "holidays: jp", "holidays: xx", "write one of: jp", "jp"},
		{"a closure that no year has", "12-29..01-03", "12-32..01-03", "not a yearly span", "毎年の期間"},
		{"a rank twice", "rank: 2", "rank: 3", "rank 3 is also that of", "rank 3"},
		{"unknown calendar", "calendar: business # \"except", "calendar: busines # \"except", `no calendar "busines"`, "calendars にありません"},
		{"a target that is no length", "within: 6h", "within: six hours", "not a length", "長さ"},
		{"a target twice", "{priority: low, within: 8h", "{priority: medium, within: 8h", "two targets for first_response", "2 つ"},
		{"a target missing", "      - {priority: low, within: 8h, clauses: [response.low]}\n", "", `no first_response target for region "domestic", priority "low"`, "目標がありません"},
		{"the more urgent waits longer", "within: 2h", "within: 7h", "contradiction", "矛盾"},
		{"unknown clause", "clauses: [mail.reception-24h]", "clauses: [mail.reception-24hours]", `did you mean "mail.reception-24h"?`, "clauses にありません"},
		{"clause twice", "  - id: hours.business-days\n", "  - id: hours.domestic\n", `clause "hours.domestic" is written twice`, "2 回"},
		{"unbound clause", "clauses: [response.facts-asked]\n  ask", "clauses: [response.targets]\n  ask", `clause "response.facts-asked" says it is bound to a rule, but no rule cites it`, "どの規則"},
		{"clause without its way of being kept", "    bound: rule\n    shown: [reply, onboarding, contract-page]", "    shown: [reply]", `"bound" is missing`, "「bound」がありません"},
		{"not executable without a reason", "    bound: text\n    shown: [contract-page]", "    bound: not-executable", `"reason" is missing`, "「reason」がありません"},
		{"said to be unexecuted, but cited", "bound: rule\n    shown: [reply, onboarding, contract-page]", "bound: not-executable\n    reason: {ja: まだ, en: later}", "but a rule cites it", "引用"},
		{"an open reading", "    chosen: next-opening\n", "", `the reading "phone.after-hours-start" is open; write chosen as one of [next-opening next-business-day]`, "選ばれていません"},
		{"a reading left blank", "    chosen: next-opening\n", "    chosen:\n", `is open; write chosen`, "選ばれていません"},
		{"a reading that is none of the alternatives", "chosen: next-opening", "chosen: same-morning", "write one of: next-opening, next-business-day", "next-opening"},
		{"a reading nobody knows", "- name: same-day", "- name: same-week", `"same-week" is not defined under readings`, "readings にありません"},
		{"a rule behind one that takes everything", "    - when: {hours: in}\n      do: receive\n", "    - do: receive\n", "no contact can reach this rule", "当てはまる問い合わせはありません"},
		{"conditions that exclude each other", "    - when: {agreed: true} #", "    - when: {agreed: true, judged: [low]} #", "no contact can reach this rule", "当てはまる問い合わせはありません"},
		{"a contact that nothing answers", "    - do: receive\n      tell: [mail.answer-in-hours]\n      clauses: [mail.reception-24h]\n", "", "no rule answers this contact: mail, domestic, out of hours", "どの規則にも当てはまらない"},
		{"an action that does not exist", "do: answer", "do: anser", `did you mean "answer"?`, "answer"},
		{"a placeholder nobody fills", "お急ぎの場合は、お電話にてご連絡ください（{phone}）", "お急ぎの場合は、お電話にてご連絡ください（{telephone}）", "not {telephone}", "{telephone}"},
		{"a text missing", "  work.verify:\n    ja: \"設定変更を実施いたしました。お客様ご自身にて、変更内容の動作検証を必ずお願いいたします。\"\n    en: \"We made the change. Please verify it yourself without fail.\"\n    clauses: [plus.customer-verifies]\n", "", `"work.verify" is missing`, "「work.verify」がありません"},
		{"anchor and alias", "desk: {ja: HENNGE One サポート窓口, en: HENNGE One support desk}", "desk: &d {ja: a, en: b}", "anchors (&) and aliases (*) are not allowed", "アンカー"},
		{"merge key", "  zone: Asia/Tokyo\n  initial", "  <<: {zone: Asia/Tokyo}\n  initial", "merge keys", "マージキー"},
		{"tag", "zone: Asia/Tokyo\n  initial", "zone: !!str Asia/Tokyo\n  initial", "tags (!) are not allowed", "タグ"},
		{"tab for indentation", "  zone: Asia/Tokyo\n  initial", "\tzone: Asia/Tokyo\n  initial", "not readable YAML", "YAML"},
	} {
		t.Run(m.name, func(t *testing.T) {
			_, err := contract.Load("my.yaml", edited(t, m.old, m.with))
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("loaded, or not refused as invalid: %v", err)
			}
			public := fault.Public(err)
			if !strings.Contains(public.EN, m.en) {
				t.Errorf("the message does not say %q:\n%s", m.en, public.EN)
			}
			if !strings.Contains(public.JA, m.ja) {
				t.Errorf("the Japanese message does not say %q:\n%s", m.ja, public.JA)
			}
			var problems contract.Problems
			if !errors.As(err, &problems) {
				t.Fatal("the cause is not the list of problems")
			}
			if p := problems[0]; p.File != "my.yaml" || p.Line < 1 || p.Column < 1 {
				t.Errorf("no place in the file: %+v", p)
			}
		})
	}
}

func TestAroundTheClockMustRingSomebody(t *testing.T) {
	data := strings.ReplaceAll(string(edited(t, "format: 1", "format: 1")), "do: ring-on-call", "do: receive")
	_, err := contract.Load("my.yaml", []byte(data))
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Public(err).EN, `region "overseas" has top-priority around-the-clock, but a claim of "high" out of hours rings nobody`) {
		t.Errorf("got %v", err)
	}
}

// Several mistakes are told in one go, in the file's order.
func TestMistakesAreToldTogether(t *testing.T) {
	data := strings.Replace(string(edited(t, "within: 6h", "within: six")), "rank: 2", "rank: 3", 1)
	_, err := contract.Load("my.yaml", []byte(data))
	problems, ok := errors.AsType[contract.Problems](err)
	if !ok || len(problems) != 2 || problems[0].Line >= problems[1].Line {
		t.Errorf("got %v", err)
	}
}

func TestAPhraseIsQuotedVerbatim(t *testing.T) {
	name, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(name, data)
	if err != nil {
		t.Fatal(err)
	}
	high, _ := c.Clause("response.high")
	if len(high.Phrases) != 2 || high.Phrases[0] != "2 営業時間内の初期対応" {
		t.Errorf("phrases %q", high.Phrases)
	}
	wrong := strings.Replace(string(data), `phrases: ["2 営業時間内`, `phrases: ["２営業時間内`, 1)
	if _, err := contract.Load(name, []byte(wrong)); err == nil || !strings.Contains(err.Error(), "quote it verbatim") {
		t.Errorf("a phrase that does not stand in the clause was taken: %v", err)
	}
}
