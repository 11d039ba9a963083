package desk_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// begin chooses a file.
func (b *bench) begin(who desk.Viewer, kind desk.ImportKind, file string) store.Import {
	b.t.Helper()
	i, err := b.BeginImport(b.ctx, who, kind, `C:\data\お客様.csv`, []byte(file))
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

func (b *bench) looked(id string) desk.ImportView {
	b.t.Helper()
	v, err := b.Import(b.ctx, b.sato, id)
	if err != nil {
		b.t.Fatal(err)
	}
	if v.Problem != nil {
		b.t.Fatal(v.Problem)
	}
	return v
}

// takeIn takes a file in, and returns what became of it.
func (b *bench) takeIn(kind desk.ImportKind, file string, exact bool) desk.ImportView {
	b.t.Helper()
	i := b.begin(b.sato, kind, file)
	v := b.looked(i.ID)
	v.Exact = exact
	if err := b.SetImport(b.ctx, b.sato, i.ID, v.ImportOptions); err != nil {
		b.t.Fatal(err)
	}
	if err := b.ApplyImport(b.ctx, b.sato, i.ID); err != nil {
		b.t.Fatal(err)
	}
	if err := b.ContinueImports(b.ctx); err != nil {
		b.t.Fatal(err)
	}
	return b.looked(i.ID)
}

// problems are the refused rows as a person reads them.
func problems(lang string, rows []desk.ImportPlanRow) []string {
	var out []string
	for _, r := range rows {
		for _, p := range r.Problems {
			out = append(out, fmt.Sprintf("%d [%s] %s", p.Line, p.Column, p.Text.In(lang)))
		}
	}
	return out
}

const twoCustomers = "お客様番号,会社名,会社名（英語）,フリガナ,地域,Support Plus,言語,ドメイン,電話番号,製品,販売店,利用開始日\r\n" +
	"C-2,緑商会,,ﾐﾄﾞﾘｼｮｳｶｲ,海外,○,日本語,midori.example;midori.test,０３－１２３４－５６７８,Access Control,販売パートナー株式会社,2026/4/1\r\n" +
	"C-1,販売パートナー株式会社,Partner,,国内,×,英語,partner.example,,,,\r\n"

func TestCustomersComeFromAFileOfExcel(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	excel := "\ufeff" + twoCustomers
	v := b.looked(b.begin(b.sato, desk.ImportOrganizations, excel).ID)
	if v.Encoding != sheet.UTF8 || v.Name != "お客様.csv" || v.Plan.Counts != (store.ImportCounts{New: 2}) || len(v.Plan.Left) != 0 {
		t.Errorf("the preview says %s %s %+v, left %q", v.Name, v.Encoding, v.Plan.Counts, v.Plan.Left)
	}
	if done := b.takeIn(desk.ImportOrganizations, excel, false); done.State != store.ImportApplied || done.Counts != (store.ImportCounts{New: 2}) || done.Done != 2 {
		t.Errorf("taken in: %+v", done.Import)
	}
	midori, partner := b.org("緑商会"), b.org("Partner")
	want := store.Organization{
		ID: midori.ID, NameJA: "緑商会", NameEN: "緑商会", Kana: "ミドリショウカイ", Contract: "hennge-one", Language: "ja", Domains: []string{"midori.example", "midori.test"},
		Phone: "03-1234-5678", Number: "+81312345678", Code: "C-2", Products: []string{"Access Control"}, Reseller: partner.ID, Started: "2026-04-01", Created: b.clock.UTC(), Updated: b.clock.UTC(),
	}
	if diff := cmp.Diff(want, midori); diff != "" {
		t.Errorf("(-want +registered):\n%s", diff)
	}
	terms, err := b.TermsOf(midori, b.clock)
	if err != nil || terms.HomeRegion() != "overseas" || !terms.SupportPlus() {
		t.Errorf("the contract of 緑商会 is %v, %v", terms, err)
	}
	// The same file once more changes nothing.
	again := b.looked(b.begin(b.sato, desk.ImportOrganizations, excel).ID)
	if again.Plan.Counts != (store.ImportCounts{Unchanged: 2}) {
		t.Errorf("once more: %+v %+v", again.Plan.Counts, again.Plan.Rows)
	}
	if err := b.ApplyImport(b.ctx, b.sato, again.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("nothing was taken in: %v", err)
	}
	// A changed row is shown by its columns, and region and plan become an amendment from today.
	changed := b.takeIn(desk.ImportOrganizations, strings.NewReplacer("海外", "国内", "○", "いいえ", "Access Control", "Access Control;Mail").Replace(twoCustomers), false)
	if changed.Counts != (store.ImportCounts{Changed: 1, Unchanged: 1}) {
		t.Errorf("changed: %+v", changed.Counts)
	}
	if terms, err = b.TermsOf(b.org("緑商会"), b.clock); err != nil || terms.HomeRegion() != "domestic" || terms.SupportPlus() {
		t.Errorf("the contract of 緑商会 is %v, %v", terms, err)
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "import.applied", Limit: 10})
	if err != nil || len(log) != 2 || !strings.Contains(log[1].Detail, "2 new, 0 changed") {
		t.Errorf("the audit says %+v, %v", log, err)
	}
}

const peopleOfAoba = "担当者番号,会社名,氏名,氏名（ふりがな）,メールアドレス,メールアドレス2,メールアドレス（個人）,電話番号,携帯電話,優先度への合意,作業の指示,言語,備考\n" +
	"P-1,青葉商事株式会社,髙橋 直子,たかはし なおこ,takahashi@aoba.example,naoko＠aoba.example,naoko@home.example,０３（１２３４）５６７８ 内線１２,０９０－１２３４－５６７８,いいえ,○,,\"一行目\n二行目\"\n" +
	",Aoba Trading,山田,,yamada@aoba.example,,,,,,×,,\n"

func TestPeopleComeFromAFileWithSeveralAddressesAndNumbers(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	v := b.looked(b.begin(b.sato, desk.ImportContacts, peopleOfAoba).ID)
	if v.Plan.Counts != (store.ImportCounts{New: 1, Changed: 1}) {
		t.Fatalf("the preview says %+v %v", v.Plan.Counts, problems("ja", v.Plan.Rows))
	}
	if diff := cmp.Diff([]desk.ImportChange{{Column: fault.Text{JA: "作業の指示", EN: "May instruct work"}, Before: "はい", After: "いいえ"}}, v.Plan.Rows[1].Changes); diff != "" {
		t.Errorf("what changes of 山田: %s", diff)
	}
	b.takeIn(desk.ImportContacts, peopleOfAoba, false)
	c := b.person("takahashi@aoba.example")
	var said []string
	for _, a := range c.Addresses {
		said = append(said, fmt.Sprintf("%s %s %t %t %s", a.Addr, a.Kind, a.Main, a.Verified, a.How))
	}
	for _, p := range c.Phones {
		said = append(said, fmt.Sprintf("%s x%s %s %t", p.Shown, p.Ext, p.Kind, p.Main))
	}
	want := []string{
		"takahashi@aoba.example work true true registered", "naoko@aoba.example work false true registered", "naoko@home.example private false true registered",
		"03-1234-5678 x12 work true", "090-1234-5678 x mobile false",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	if c.Code != "P-1" || c.Name != "髙橋 直子" || c.Kana != "たかはし なおこ" || !c.MayNotAgree || c.MayNotInstruct || c.Language != "ja" || c.Note != "一行目\n二行目" {
		t.Errorf("髙橋 is %+v", c)
	}
	if again := b.looked(b.begin(b.sato, desk.ImportContacts, peopleOfAoba).ID); again.Plan.Counts != (store.ImportCounts{Unchanged: 2}) {
		t.Errorf("once more: %+v", again.Plan.Counts)
	}
	// What a file does not have stays, unless it is to be exactly as the file says.
	short := "担当者番号,会社名,氏名,メールアドレス,備考\nP-1,青葉商事株式会社,髙橋 直子,takahashi@aoba.example,\n"
	if v := b.looked(b.begin(b.sato, desk.ImportContacts, short).ID); v.Plan.Counts != (store.ImportCounts{Unchanged: 1}) {
		t.Errorf("a shorter file changes %+v", v.Plan.Rows)
	}
	b.takeIn(desk.ImportContacts, short, true)
	if c = b.person("takahashi@aoba.example"); len(c.Addresses) != 1 || c.Note != "" || len(c.Phones) != 2 || c.Kana == "" {
		t.Errorf("exactly as the file says: %+v", c)
	}
}

func TestEveryProblemIsSaidByLineAndColumnInTheReadersLanguage(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	file := "会社名;氏名;メール;TEL;言語;優先度への合意;タイムゾーン\n" +
		"青葉商事株式会社;;not an address;12;フランス語;たぶん;Mars\n" +
		"\n" +
		"知らない会社;鈴木;suzuki@x.example;;;;\n" +
		"ケストレル;\"田中\n太郎\";yamada@aoba.example;;;;\n" +
		"ケストレル;佐藤;support@desk.example;;;;\n" +
		"ケストレル;加藤;kato@kestrel.example;;;;\n" +
		"ケストレル;加藤;KATO@kestrel.example;;;;\n"
	v := b.looked(b.begin(b.sato, desk.ImportContacts, file).ID)
	want := []string{
		"2 [言語] 言語「フランス語」は「日本語」または「英語」で入力してください。",
		"2 [優先度への合意] 「たぶん」は「はい」または「いいえ」で入力してください。",
		"2 [メール] メールアドレス「not an address」の形が正しくありません。",
		"2 [TEL] 電話番号「12」の形が正しくありません。市外局番から（例: 03-1234-5678）、海外の番号は + と国番号から（例: +1 415-555-0100）入力してください。",
		"2 [氏名] お名前を入力してください。",
		"2 [タイムゾーン] タイムゾーン「Mars」は Asia/Tokyo、Europe/Berlin の形で入力してください。",
		"4 [会社名] お客様「知らない会社」は登録されていません。先に登録するか、会社名・お客様番号を確認してください。",
		"5 [メール] 「yamada@aoba.example」は、別のご担当者に登録されています。",
		"7 [メール] support@desk.example は窓口自身のアドレスです。",
		"9 [メール] 8 行目にも「kato@kestrel.example」があります。1 件につき 1 行にしてください。",
	}
	if diff := cmp.Diff(want, problems("ja", v.Plan.Rows)); diff != "" {
		t.Error(diff)
	}
	if en := problems("en", v.Plan.Rows); !strings.Contains(en[0], "Please write the language “フランス語” as Japanese or English.") {
		t.Errorf("in English: %q", en)
	}
	if v.Plan.Counts != (store.ImportCounts{New: 1, Refused: 5}) {
		t.Errorf("counts %+v", v.Plan.Counts)
	}
	done := b.takeIn(desk.ImportContacts, file, false)
	if done.Counts != (store.ImportCounts{New: 1, Refused: 5}) || len(done.Refused) != len(want) {
		t.Errorf("taken in %+v, refused %+v", done.Counts, done.Refused)
	}

	orgs := "会社名,契約,契約の版,地域,開始日,終了日,販売店,ドメイン\nA社,no-such,,,2026/13/1,,,\nB社,,2020-01-01,火星,2026-05-01,2026-04-01,どこか,x y\n"
	v = b.looked(b.begin(b.sato, desk.ImportOrganizations, orgs).ID)
	var columns []string
	for _, p := range problems("en", v.Plan.Rows) {
		columns = append(columns, strings.SplitAfter(p, "]")[0])
	}
	if diff := cmp.Diff([]string{"2 [契約]", "2 [開始日]", "3 [契約の版]", "3 [販売店]", "3 [地域]", "3 [終了日]", "3 [ドメイン]"}, columns); diff != "" {
		t.Error(diff)
	}
	if _, err := b.BeginImport(b.ctx, b.sato, desk.ImportContacts, "x.xlsx", []byte("PK\x03\x04")); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "CSV UTF-8") {
		t.Errorf("a workbook: %v", err)
	}
	unnamed := b.begin(b.sato, desk.ImportContacts, "a,b\n1,2\n")
	if v, err := b.Import(b.ctx, b.sato, unnamed.ID); err != nil || !strings.Contains(fault.Public(v.Problem).JA, "「氏名」の列がありません") || v.Plan != nil {
		t.Errorf("columns that nobody knows: %v %v", v.Problem, err)
	}
}

func TestABatchIsTakenBackWhileNothingElseChangedIt(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	before := b.person("yamada@aoba.example")
	people := b.takeIn(desk.ImportContacts, peopleOfAoba, false)
	b.set("11-21 11:00:00")
	if err := b.UndoImport(b.ctx, b.sato, people.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.ContactByAddress(b.ctx, "takahashi@aoba.example"); !fault.Is(err, fault.NotFound) {
		t.Errorf("髙橋 is still there: %v", err)
	}
	after := b.person("yamada@aoba.example")
	before.Updated = after.Updated
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("山田 is not as before: %s", diff)
	}
	if err := b.UndoImport(b.ctx, b.sato, people.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone twice: %v", err)
	}

	customers := b.takeIn(desk.ImportOrganizations, twoCustomers, false)
	people = b.takeIn(desk.ImportContacts, "会社名,氏名,メール\n緑商会,緑川,midorikawa@midori.example\n青葉商事株式会社,小川,ogawa@aoba.example\n", false)
	if err := b.UndoImport(b.ctx, b.sato, customers.ID); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("customers with people were taken back: %v", err)
	}
	b.mail("ogawa@aoba.example", "質問です", "本文")
	if err := b.UndoImport(b.ctx, b.sato, people.ID); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "line 3 was") {
		t.Errorf("somebody with a case was taken back: %v", err)
	}
	if b.person("midorikawa@midori.example").Name != "緑川" {
		t.Error("a part of a batch was taken back")
	}
	b.set("11-29 11:00:01")
	if err := b.UndoImport(b.ctx, b.sato, people.ID); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "seven days") {
		t.Errorf("after a week: %v", err)
	}

	b.set("11-20 12:00:00")
	fresh := b.takeIn(desk.ImportOrganizations, strings.ReplaceAll(strings.ReplaceAll(twoCustomers, "緑商会", "赤商会"), "C-", "D-")+"D-9,販売パートナー株式会社,,,,,,,,,,\n", false)
	if err := b.UndoImport(b.ctx, b.sato, fresh.ID); err != nil {
		t.Errorf("customers that nobody used: %v", err)
	}
}

// TestTheRegistryGoesOutAndComesInAgain holds that nothing is lost between the
// desk's own files: here, and in a desk that has nobody.
func TestTheRegistryGoesOutAndComesInAgain(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		b := newBench(t, "11-20 11:00:00")
		b.takeIn(desk.ImportOrganizations, twoCustomers, false)
		b.takeIn(desk.ImportContacts, peopleOfAoba, false)
		odd := b.person("jane@kestrel.example")
		odd.Name, odd.Note, odd.Archived = "=Jane", "-1\n+2", true
		odd.Addresses = append(odd.Addresses, store.ContactAddress{Addr: "j2@kestrel.example"})
		odd.Phones = []store.ContactPhone{{Shown: "+44 20 7946 0000 ext 12"}, {Shown: "090-0000-0000", Kind: "mobile", Main: true}}
		if _, err := b.PutContact(b.ctx, b.sato, odd); err != nil {
			t.Fatal(err)
		}
		files := map[desk.ImportKind]string{}
		for _, kind := range desk.ImportKinds {
			var file bytes.Buffer
			if err := b.ExportRegistry(b.ctx, b.sato, kind, lang, &file); err != nil {
				t.Fatal(err)
			}
			files[kind] = file.String()
			for _, exact := range []bool{false, true} {
				i := b.begin(b.sato, kind, file.String())
				v := b.looked(i.ID)
				v.Exact = exact
				if err := b.SetImport(b.ctx, b.sato, i.ID, v.ImportOptions); err != nil {
					t.Fatal(err)
				}
				if v = b.looked(i.ID); v.Plan.Counts.Unchanged != len(v.Plan.Rows) || len(v.Plan.Left) != 0 {
					t.Errorf("%s %s exact=%t would change the desk that wrote it: %+v %v, left %q", lang, kind, exact, v.Plan.Counts, problems("en", v.Plan.Rows), v.Plan.Left)
				}
			}
		}
		if !strings.Contains(files[desk.ImportContacts], "'=Jane") {
			t.Error("a name could be taken for a formula")
		}
		other := newBench(t, "11-20 11:00:00")
		for _, kind := range desk.ImportKinds {
			if done := other.takeIn(kind, files[kind], true); done.Counts.Refused > 0 || done.Counts.New == 0 {
				t.Errorf("%s %s in another desk: %+v %+v", lang, kind, done.Counts, done.Refused)
			}
			var file bytes.Buffer
			if err := other.ExportRegistry(other.ctx, other.sato, kind, lang, &file); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(files[kind], file.String()); diff != "" {
				t.Errorf("%s %s went out of another desk otherwise: %s", lang, kind, diff)
			}
		}
	}
}

func TestATemplateIsUnderstoodByTheDeskThatGaveIt(t *testing.T) {
	for _, kind := range desk.ImportKinds {
		for _, lang := range []string{"ja", "en"} {
			var file bytes.Buffer
			if err := desk.ImportTemplate(kind, lang, &file); err != nil {
				t.Fatal(err)
			}
			table, err := sheet.Read(file.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			for i, key := range desk.GuessColumns(kind, table.Head) {
				if want := desk.ImportColumns(kind); key == "" || !containsColumn(want, key, table.Head[i], lang) {
					t.Errorf("%s %s: the heading %q is taken for %q", kind, lang, table.Head[i], key)
				}
			}
		}
	}
	b := newBench(t, "11-20 11:00:00")
	for _, kind := range desk.ImportKinds {
		var file bytes.Buffer
		if err := desk.ImportTemplate(kind, "ja", &file); err != nil {
			t.Fatal(err)
		}
		if done := b.takeIn(kind, file.String(), false); done.Counts != (store.ImportCounts{New: 1}) {
			t.Errorf("%s: the row of the template is refused: %+v", kind, done.Refused)
		}
	}
}

func containsColumn(list []desk.ImportColumn, key, name, lang string) bool {
	for _, c := range list {
		if c.Key == key && c.Name.In(lang) == name {
			return true
		}
	}
	return false
}

func TestWhoMayNotSeeACustomerNeitherImportsNorLearnsOfThem(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	role, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{EN: "west"}, Permissions: []desk.Permission{desk.WorkCases, desk.EditCustomers, desk.EditContacts, desk.Export}})
	if err != nil {
		t.Fatal(err)
	}
	west, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: "西", Email: "west@desk.example", Role: role.ID, Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SetSights(b.ctx, b.sato, west.ID, []string{b.org("Kestrel").ID}); err != nil {
		t.Fatal(err)
	}
	if west, err = b.Viewer(b.ctx, west.ID); err != nil {
		t.Fatal(err)
	}
	v, err := b.Import(b.ctx, west, b.begin(west, desk.ImportContacts, "会社名,氏名,メール\n青葉商事株式会社,鈴木,s@aoba.example\nケストレル,鈴木,yamada@aoba.example\nケストレル,鈴木,s@kestrel.example\n").ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Plan.Counts != (store.ImportCounts{New: 1, Refused: 2}) || strings.Contains(strings.Join(problems("ja", v.Plan.Rows), ""), "山田") {
		t.Errorf("west sees %+v %v", v.Plan.Counts, problems("ja", v.Plan.Rows))
	}
	if v, err = b.Import(b.ctx, west, b.begin(west, desk.ImportOrganizations, "会社名\n青葉商事株式会社\n").ID); err != nil || v.Plan.Counts.Refused != 1 {
		t.Errorf("west adds customers: %+v, %v", v.Plan, err)
	}
	var file bytes.Buffer
	if err := b.ExportRegistry(b.ctx, west, desk.ImportContacts, "ja", &file); err != nil || strings.Contains(file.String(), "aoba") || !strings.Contains(file.String(), "Jane") {
		t.Errorf("west exports %q, %v", file.String(), err)
	}
	mine := b.begin(b.sato, desk.ImportContacts, peopleOfAoba)
	if _, err := b.Import(b.ctx, west, mine.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("west sees another's file: %v", err)
	}
	other := b.second()
	if err := b.ApplyImport(b.ctx, other, mine.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("another person took the file in: %v", err)
	}
	agent, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: "伊藤", Email: "ito@desk.example", Role: desk.Agent, Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.BeginImport(b.ctx, agent, desk.ImportContacts, "x.csv", []byte(peopleOfAoba)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent imports: %v", err)
	}
	if err := b.ExportRegistry(b.ctx, agent, desk.ImportContacts, "ja", &file); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent exports: %v", err)
	}
}

func TestAnErasureTakesPeopleOutOfImportsToo(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	kobayashi := b.second()
	b.takeIn(desk.ImportContacts, peopleOfAoba, false)
	b.takeIn(desk.ImportContacts, strings.ReplaceAll(peopleOfAoba, "髙橋 直子", "髙橋 尚子"), false)
	waits := b.begin(b.sato, desk.ImportContacts, peopleOfAoba)
	c := b.person("takahashi@aoba.example")
	e, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: c.ID, Basis: "gdpr-17", Reason: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideErasure(b.ctx, kobayashi, e.ID, true); err != nil {
		t.Fatal(err)
	}
	if i, err := b.store.Import(b.ctx, waits.ID); err != nil || i.State != store.ImportDropped {
		t.Errorf("the file that waited is %s, %v", i.State, err)
	}
	b.nowhere("takahashi", "髙橋", "naoko")
}

// TestManyPeopleAreTakenInPartByPart holds for a file of several parts; with
// MADOGUCHI_IMPORT_ROWS=10000 it also tells how long each step takes.
func TestManyPeopleAreTakenInPartByPart(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	var file strings.Builder
	file.WriteString("担当者番号,会社名,氏名,メールアドレス,電話番号\n")
	n := 500
	if s := os.Getenv("MADOGUCHI_IMPORT_ROWS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		fmt.Fprintf(&file, "P-%d,青葉商事株式会社,担当 %d,p%d@aoba.example,03-1234-%04d\n", i, i, i, i)
	}
	begun := time.Now()
	i := b.begin(b.sato, desk.ImportContacts, file.String())
	if v := b.looked(i.ID); v.Plan.Counts.New != n {
		t.Fatalf("the preview says %+v", v.Plan.Counts)
	}
	t.Logf("looked at after %v", time.Since(begun))
	if err := b.ApplyImport(b.ctx, b.sato, i.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.ContinueImports(b.ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("taken in after %v", time.Since(begun))
	if v := b.looked(i.ID); v.Done != n || v.Counts.New != n {
		t.Errorf("taken in: %+v", v.Import)
	}
	if v := b.looked(b.begin(b.sato, desk.ImportContacts, file.String()).ID); v.Plan.Counts.Unchanged != n {
		t.Errorf("once more: %+v", v.Plan.Counts)
	}
	t.Logf("looked at again after %v", time.Since(begun))
	if err := b.UndoImport(b.ctx, b.sato, i.ID); err != nil {
		t.Fatal(err)
	}
	t.Logf("taken back after %v", time.Since(begun))
}

// FuzzImport holds that no file makes an import fail otherwise than with words.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{twoCustomers, peopleOfAoba, "会社名,氏名\nケストレル,\"a\nb\"\n", "name,phone,started\n=1,+,2026/99/99\n", "code\n-\n", "sep=;\nname;reseller\na;b\nb;a\n"} {
		f.Add(seed, true)
	}
	b := newBench(f, "11-20 11:00:00")
	f.Fuzz(func(t *testing.T, file string, exact bool) {
		table, err := sheet.Read([]byte(file))
		if err != nil {
			return
		}
		for _, kind := range desk.ImportKinds {
			plan, err := b.PlanImport(t.Context(), b.sato, kind, table, desk.ImportOptions{Columns: desk.GuessColumns(kind, table.Head), Exact: exact})
			if err != nil && !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			if err == nil && len(plan.Rows) != len(table.Rows) {
				t.Fatalf("%d rows, %d planned", len(table.Rows), len(plan.Rows))
			}
		}
	})
}
