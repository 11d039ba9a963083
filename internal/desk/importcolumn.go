package desk

import (
	"slices"
	"strings"

	"madoguchi/internal/notation"
	"madoguchi/terms/fault"
)

// ImportKind says what the rows of a file are.
type ImportKind string

// The kinds of files.
const (
	ImportOrganizations ImportKind = "organizations"
	ImportContacts      ImportKind = "contacts"
)

// ImportKinds are all of them.
var ImportKinds = []ImportKind{ImportOrganizations, ImportContacts}

// ImportColumn is something that a column of a file can say.
type ImportColumn struct {
	Key      string
	Name     fault.Text // as the files that the desk writes name it
	Hint     fault.Text // how a value is written; may be empty
	also     string     // other names by which it is known, blank-separated ("_" for a blank)
	Many     bool       // holds several values, one a line or with ; between; several columns may be this one
	Required bool       // a new record needs it
}

var organizationColumns = []ImportColumn{
	{Key: "code", Name: fault.Text{JA: "お客様番号", EN: "Customer number"}, Hint: fault.Text{JA: "基幹システムなどの番号。同じ番号のお客様は更新します。", EN: "From another system; a customer with the same number is changed."}, also: "code id key 顧客番号 顧客コード 顧客ID 取引先コード 会社コード 企業コード お客様コード お客様ID customer_code customer_id account_id external_id"},
	{Key: "name", Name: fault.Text{JA: "会社名", EN: "Name"}, Required: true, also: "会社名（日本語） 名称 企業名 顧客名 取引先名 お客様名 社名 法人名 name_(japanese) company company_name organization account_name customer"},
	{Key: "name_en", Name: fault.Text{JA: "会社名（英語）", EN: "Name (English)"}, also: "英語名 英文名 英語社名 name_in_english name_en english_name"},
	{Key: "kana", Name: fault.Text{JA: "ふりがな", EN: "Reading"}, also: "フリガナ カナ かな よみ 読み 会社名（ふりがな） 会社名カナ 会社名（カナ） kana furigana reading"},
	{Key: "contract", Name: fault.Text{JA: "契約", EN: "Contract"}, Hint: fault.Text{JA: "契約の名称または識別子。空欄の場合は既定の契約です。", EN: "Its name or identifier; empty: the usual one."}, also: "契約名 契約ID contract contract_id plan"},
	{Key: "contract_version", Name: fault.Text{JA: "契約の版", EN: "Contract version"}, Hint: fault.Text{JA: "現在適用中の版であることの確認に使います。", EN: "Checked against the version in force."}, also: "契約版 契約バージョン 版 contract_version version"},
	{Key: "region", Name: fault.Text{JA: "契約の地域", EN: "Region"}, Hint: fault.Text{JA: "国内、海外など。", EN: "As the contract names it."}, also: "地域 リージョン region"},
	{Key: "plus", Name: fault.Text{JA: "Support Plus", EN: "Support Plus"}, Hint: fault.Text{JA: "はい／いいえ、○／×", EN: "yes or no"}, also: "サポートプラス plus supportplus"},
	{Key: "language", Name: fault.Text{JA: "言語", EN: "Language"}, Hint: fault.Text{JA: "日本語または英語", EN: "Japanese or English"}, also: "対応言語 使用言語 language lang"},
	{Key: "domains", Name: fault.Text{JA: "メールのドメイン", EN: "Mail domains"}, Many: true, Hint: fault.Text{JA: "複数ある場合は「;」または改行で区切ります。", EN: "Several with ; or line breaks between."}, also: "ドメイン メールドメイン domain domains"},
	{Key: "phone", Name: fault.Text{JA: "電話番号", EN: "Telephone"}, also: "代表電話 電話 TEL phone telephone phone_number"},
	{Key: "products", Name: fault.Text{JA: "ご利用の製品", EN: "Products"}, Many: true, also: "製品 利用製品 サービス product products"},
	{Key: "reseller", Name: fault.Text{JA: "販売店", EN: "Reseller"}, Hint: fault.Text{JA: "登録済みの会社名またはお客様番号", EN: "A registered company's name or number."}, also: "代理店 パートナー 販売代理店 reseller partner"},
	{Key: "started", Name: fault.Text{JA: "利用開始日", EN: "Service began"}, Hint: fault.Text{JA: "2026-04-01 または 2026/4/1", EN: "2026-04-01"}, also: "開始日 契約開始日 started start start_date"},
	{Key: "ended", Name: fault.Text{JA: "契約終了日", EN: "Contract ends"}, Hint: fault.Text{JA: "2027-03-31 または 2027/3/31", EN: "2027-03-31"}, also: "終了日 満了日 ended end end_date"},
	{Key: "desk_phone", Name: fault.Text{JA: "ご案内する電話番号", EN: "Desk telephone told"}, also: "窓口の電話番号 desk_phone"},
	{Key: "desk_mail", Name: fault.Text{JA: "ご案内するメールアドレス", EN: "Desk address told"}, also: "窓口のメールアドレス desk_mail"},
	{Key: "note", Name: fault.Text{JA: "備考", EN: "Note"}, also: "メモ 摘要 note notes remarks memo comment"},
}

var contactColumns = []ImportColumn{
	{Key: "code", Name: fault.Text{JA: "担当者番号", EN: "Contact number"}, Hint: fault.Text{JA: "基幹システムなどの番号。同じ番号のご担当者は更新します。", EN: "From another system; a contact with the same number is changed."}, also: "担当者コード 担当者ID code id key contact_id contact_code external_id"},
	{Key: "organization_code", Name: fault.Text{JA: "お客様番号", EN: "Customer number"}, also: "顧客番号 顧客コード 顧客ID 取引先コード 会社コード 企業コード お客様コード お客様ID customer_code customer_id account_id"},
	{Key: "organization", Name: fault.Text{JA: "会社名", EN: "Customer"}, Hint: fault.Text{JA: "登録済みの会社名。お客様番号があれば不要です。", EN: "As registered; not needed beside the customer's number."}, also: "名称 企業名 顧客名 取引先名 お客様名 社名 法人名 company company_name organization account_name account"},
	{Key: "name", Name: fault.Text{JA: "氏名", EN: "Name"}, Required: true, also: "お名前 名前 担当者名 ご担当者名 ご担当者 担当者 name full_name contact_name"},
	{Key: "family_name", Name: fault.Text{JA: "姓", EN: "Family name"}, Hint: fault.Text{JA: "氏名の列がない場合に、姓・名の列から作ります。", EN: "Where there is no column for the whole name."}, also: "名字 苗字 family_name last_name surname"},
	{Key: "given_name", Name: fault.Text{JA: "名", EN: "Given name"}, also: "given_name first_name"},
	{Key: "kana", Name: fault.Text{JA: "氏名（ふりがな）", EN: "Reading of the name"}, also: "ふりがな フリガナ カナ かな 氏名カナ 氏名（カナ） 氏名フリガナ お名前（カナ） kana furigana reading"},
	{Key: "title", Name: fault.Text{JA: "部署・役職", EN: "Department, title"}, also: "部署 役職 所属 部署名 title department job_title role"},
	{Key: "language", Name: fault.Text{JA: "言語", EN: "Language"}, Hint: fault.Text{JA: "日本語または英語。空欄の場合はお客様の言語です。", EN: "Japanese or English; empty: the customer's."}, also: "対応言語 使用言語 language lang"},
	{Key: "zone", Name: fault.Text{JA: "タイムゾーン", EN: "Time zone"}, Hint: fault.Text{JA: "Asia/Tokyo など", EN: "As Asia/Tokyo."}, also: "時間帯 zone timezone time_zone"},
	{Key: "mail.work", Name: fault.Text{JA: "メールアドレス", EN: "Mail addresses"}, Many: true, Hint: fault.Text{JA: "複数ある場合は「;」または改行で区切ります。1 件目を主に使います。", EN: "Several with ; or line breaks between; the first is the main one."}, also: "メール E-mail EMail Mail メールアドレス（勤務先） 電子メール mail email mail_address email_address address"},
	{Key: "mail.private", Name: fault.Text{JA: "メールアドレス（個人）", EN: "Mail addresses (private)"}, Many: true, also: "個人メール private_email"},
	{Key: "mail.shared", Name: fault.Text{JA: "メールアドレス（共有）", EN: "Mail addresses (shared)"}, Many: true, also: "共有メール メーリングリスト shared_email"},
	{Key: "mail.unverified", Name: fault.Text{JA: "メールアドレス（未確認）", EN: "Mail addresses (not verified)"}, Many: true, Hint: fault.Text{JA: "ご本人のものと確認できていないアドレス", EN: "Not known to be theirs."}, also: "未確認メール"},
	{Key: "mail.main", Name: fault.Text{JA: "主に使うメールアドレス", EN: "Main mail address"}, also: "代表メールアドレス main_mail"},
	{Key: "phone.work", Name: fault.Text{JA: "電話番号", EN: "Telephone"}, Many: true, Hint: fault.Text{JA: "代表番号。内線は「内線 12」のように続けます。", EN: "Of the switchboard; an extension as “ext 12”."}, also: "電話 代表 代表電話 TEL 勤務先電話 電話番号（代表） phone telephone phone_number work_phone"},
	{Key: "phone.mobile", Name: fault.Text{JA: "携帯電話", EN: "Mobile"}, Many: true, also: "携帯 携帯番号 携帯電話番号 電話番号（携帯） mobile mobile_phone cell cell_phone"},
	{Key: "phone.direct", Name: fault.Text{JA: "直通電話", EN: "Direct line"}, Many: true, also: "直通 直通番号 電話番号（直通） direct direct_phone"},
	{Key: "phone.fax", Name: fault.Text{JA: "ファクス", EN: "Fax"}, Many: true, also: "FAX FAX番号 ファックス ファクシミリ fax_number"},
	{Key: "phone.main", Name: fault.Text{JA: "主に使う電話番号", EN: "Main telephone"}, also: "main_phone"},
	{Key: "agree", Name: fault.Text{JA: "優先度への合意", EN: "May agree to priorities"}, Hint: fault.Text{JA: "はい／いいえ、○／×。空欄の場合は「はい」です。", EN: "yes or no; empty: yes"}, also: "合意権限 優先度合意 対応優先度への合意 合意可否 may_agree agree"},
	{Key: "instruct", Name: fault.Text{JA: "作業の指示", EN: "May instruct work"}, Hint: fault.Text{JA: "はい／いいえ、○／×。空欄の場合は「はい」です。", EN: "yes or no; empty: yes"}, also: "作業指示 指示権限 設定代行の作業指示 指示可否 may_instruct instruct"},
	{Key: "archived", Name: fault.Text{JA: "退職・異動", EN: "No contact any more"}, Hint: fault.Text{JA: "現在の担当者でない場合は「はい」", EN: "yes for who left"}, also: "退職 異動 終了 archived left inactive"},
	{Key: "note", Name: fault.Text{JA: "備考", EN: "Note"}, also: "メモ 摘要 note notes remarks memo comment"},
}

// ImportColumns are what the columns of a file of a kind can say.
func ImportColumns(kind ImportKind) []ImportColumn {
	if kind == ImportContacts {
		return contactColumns
	}
	return organizationColumns
}

// column finds a column by its key.
func (k ImportKind) column(key string) (ImportColumn, bool) {
	all := ImportColumns(k)
	if i := slices.IndexFunc(all, func(c ImportColumn) bool { return c.Key == key }); i >= 0 {
		return all[i], true
	}
	return ImportColumn{}, false
}

// GuessColumns says what the columns of a file probably are, by their headings
// in either language: a key for each, empty for one that is not known.
func GuessColumns(kind ImportKind, head []string) []string {
	out := make([]string, len(head))
	taken := map[string]bool{}
	for i, h := range head {
		for _, c := range ImportColumns(kind) {
			if !c.named(h) || taken[c.Key] && !c.Many {
				continue
			}
			out[i], taken[c.Key] = c.Key, true
			break
		}
	}
	return out
}

// named reports whether a heading is one of the column's names; a number at
// the end of one that holds several values is not compared.
func (c ImportColumn) named(heading string) bool {
	heading = headingForm(heading)
	if heading == "" {
		return false
	}
	if c.Many {
		if short := strings.TrimRight(heading, "0123456789"); short != "" {
			heading = short
		}
	}
	names := append(strings.Fields(c.also), c.Key, c.Name.JA, c.Name.EN)
	return slices.ContainsFunc(names, func(n string) bool { return headingForm(n) == heading })
}

// headingForm is a heading without what people write in several ways.
func headingForm(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", ".", "", "・", "", "(", "", ")", "", "*", "", ":", "", "　", "").Replace(notation.Fold(s))
}
