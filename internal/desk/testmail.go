package desk

import (
	"cmp"
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// TestSender sends a mail to the person who asks, by a sender as it was
// written, without keeping either. said is the words of the server that took
// it; the error says what failed and how to mend it.
func (d *Desk) TestSender(ctx context.Context, who Viewer, f SenderForm) (said string, err error) {
	if err := who.May(ManageMail); err != nil {
		return "", err
	}
	if err := d.checkSender(&f); err != nil {
		return "", err
	}
	password, err := d.passwordToTry(ctx, f)
	if err != nil {
		return "", err
	}
	if said, err = d.sendTest(ctx, who, f.Sender, password, testMail(who, f.Sender)); err != nil {
		return "", err
	}
	return said, d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "sender.tested", f.ID, f.Address+" → "+who.Email))
	})
}

// sendTest gives a mail to a sender's way at once, to the person who asks and
// to nobody else.
func (d *Desk) sendTest(ctx context.Context, who Viewer, s store.Sender, password string, m Outgoing) (said string, err error) {
	if d.trySender == nil {
		return "", fault.New(fault.Unavailable, "この窓口はメールを送信しません。", "This desk sends no mail.")
	}
	m.To, m.Cc, m.Automatic = []cases.Address{{Name: who.Name, Addr: who.Email}}, nil, true
	m.MessageID, m.Date = newID()+"@"+d.domain(), d.now()
	raw, err := d.compose(m)
	if err != nil {
		return "", err
	}
	return d.trySender(ctx, s, password, s.Address, who.Email, d.Sign(raw))
}

// passwordToTry is the one that was written, else the one that is kept, for
// the server that it was given for and for no other.
func (d *Desk) passwordToTry(ctx context.Context, f SenderForm) (string, error) {
	if f.Way != WayRelay || f.Username == "" {
		return "", nil
	}
	if f.Password == "" && f.ID != "" {
		old, err := d.store.Sender(ctx, f.ID)
		if err != nil {
			return "", err
		}
		if old.Host == f.Host && old.Username == f.Username {
			if f.Password, err = d.SenderPassword(old); err != nil {
				return "", err
			}
		}
	}
	if f.Password == "" {
		return "", fault.New(fault.Invalid, "パスワードを入力してください。", "Please give the password.").At("password")
	}
	return f.Password, nil
}

func testMail(who Viewer, s store.Sender) Outgoing {
	subject := fault.Text{JA: "【テスト】送信の設定を確認しました", EN: "[Test] Sending works"}
	body := fault.Text{
		JA: who.Name + " 様\n\nこれは、送信の設定を確認するためのテストメールです。\n\nこのメールが届いていれば、次の差出人でお客様へメールを送信できます。\n\n- 差出人名：" + s.NameJA + "（英語：" + s.NameEN + "）\n- アドレス：" + s.Address + "\n\n返信の必要はありません。",
		EN: "Dear " + who.Name + ",\n\nThis is a test of the settings for sending.\n\nSince it has reached you, customers can be written to as:\n\n- " + s.NameEN + " (in Japanese: " + s.NameJA + ")\n- " + s.Address + "\n\nThere is no need to answer.",
	}
	lang := cmp.Or(who.Language, "ja")
	return Outgoing{
		From: cases.Address{Name: s.Name(lang), Addr: s.Address}, Subject: subject.In(lang), Body: body.In(lang), Language: lang,
	}
}
