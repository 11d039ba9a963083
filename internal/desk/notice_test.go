package desk_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// told lists what stands in a person's list, newest first, as "kind×times".
func (b *bench) told(who desk.Viewer) string {
	b.t.Helper()
	page, err := b.Notices(b.ctx, who, desk.NoticeQuery{Unread: true})
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, r := range page.Rows {
		word := r.Kind
		if r.Times > 1 {
			word += "×" + string(rune('0'+r.Times))
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

func (b *bench) wantTold(who desk.Viewer, want string) {
	b.t.Helper()
	if got := b.told(who); got != want {
		b.t.Errorf("%s was told %q, want %q", who.Name, got, want)
	}
}

func (b *bench) assign(c *cases.Case, to desk.Viewer) *cases.Case {
	b.t.Helper()
	c, err := b.Assign(b.ctx, b.sato, c.ID, to.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestPeopleAreToldOfWhatConcernsThemAndNotOfTheirOwnActs(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	b.mail("yamada@aoba.example", "質問", "本文")
	b.wantTold(ito, "")
	c := b.assign(b.last(), ito)
	b.wantTold(ito, "assigned")
	b.wantTold(b.sato, "")

	b.set("11-20 10:30:00")
	for range 2 {
		b.mail("yamada@aoba.example", "Re: 質問", "追加です。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	}
	b.wantTold(ito, "answered×2 assigned")

	// Looking at the case is reading what was told of it.
	if err := b.ReadNoticesOf(b.ctx, ito, c.ID); err != nil {
		t.Fatal(err)
	}
	b.wantTold(ito, "")
	b.set("11-20 11:00:00")
	b.mail("yamada@aoba.example", "Re: 質問", "いかがでしょうか。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	b.wantTold(ito, "answered")
}

func TestATeamIsToldOfTheCaseThatItGets(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	other := b.hire("森", desk.Agent)
	team, err := b.PutTeam(b.ctx, b.sato, store.Team{NameJA: "基盤チーム", NameEN: "Platform", Members: []string{ito.ID, b.sato.ID}})
	if err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "質問", "本文")
	if _, err := b.AssignTeam(b.ctx, b.sato, b.last().ID, team.ID); err != nil {
		t.Fatal(err)
	}
	b.wantTold(ito, "team")
	b.wantTold(other, "")
	b.wantTold(b.sato, "") // gave it to them
}

func TestWhoeverLooksAfterTheDeskHearsOfMisses(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	watanabe := b.hire("渡辺", desk.Supervisor)
	ito := b.hire("伊藤", desk.Agent)
	b.mail("yamada@aoba.example", "質問", "本文") // medium: until 16:00
	b.assign(b.last(), ito)
	b.mail("yamada@aoba.example", "別の質問", "本文")
	warn := func(want int) {
		t.Helper()
		if n, err := b.Warn(b.ctx); n != want || err != nil {
			t.Errorf("%s: warned of %d, want %d: %v", b.clock.Format("15:04"), n, want, err)
		}
	}
	b.set("11-20 14:59:59")
	warn(0)
	b.set("11-20 15:00:00") // one business hour is left
	warn(2)
	warn(0)
	b.wantTold(ito, "at-risk assigned")
	b.wantTold(watanabe, "at-risk") // nobody has that case
	b.set("11-20 16:01:00")         // past what another node may still be writing
	for range 2 {
		if _, err := b.Sweep(b.ctx); err != nil {
			t.Fatal(err)
		}
	}
	b.wantTold(ito, "missed at-risk assigned")
	if got := b.told(watanabe); strings.Count(got, "missed") != 2 {
		t.Errorf("the supervisor was told %q", got)
	}
	b.wantTold(b.sato, "") // an administrator looks after the desk only where there is no supervisor
}

func TestTheLeadOfWarningsIsASetting(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文") // until 16:00
	site := b.Site()
	site.LeadMinutes = 120
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		t.Fatal(err)
	}
	b.set("11-20 14:00:00")
	if n, err := b.Warn(b.ctx); n != 1 || err != nil {
		t.Errorf("two hours before: %d %v", n, err)
	}
	// What is answered warns nobody.
	b.mail("yamada@aoba.example", "別の質問", "本文")
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	b.set("11-24 17:00:00")
	if n, err := b.Warn(b.ctx); n != 0 || err != nil {
		t.Errorf("after the answer: %d %v", n, err)
	}
}

func TestOneMailTellsWhatIsDueAndNothingTwice(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	p := notice.Default()
	p.Ways = map[notice.Kind]notice.Ways{notice.Assigned: {Browser: true, Mail: notice.Now}, notice.Answered: {Browser: true, Mail: notice.Now}}
	if err := b.SetNoticePreferences(b.ctx, ito, p); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b.mail("yamada@aoba.example", "質問", "本文")
		b.assign(b.last(), ito)
	}
	before := len(b.mails)
	mailed := func(want int) {
		t.Helper()
		for range 2 { // as two nodes would
			if _, err := b.MailNotices(b.ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(b.mails) - before; got != want {
			t.Errorf("%s: %d mails, want %d", b.clock.Format("15:04:05"), got, want)
		}
	}
	mailed(0) // what is read within two minutes is not mailed
	b.set("11-20 10:02:00")
	mailed(1)
	m := b.mails[len(b.mails)-1]
	if m.To[0].Addr != ito.Email || !m.Automatic || strings.Count(m.Body, "担当になりました") != 3 || !strings.Contains(m.Subject, "通知 3 件") {
		t.Errorf("the mail: %s\n%s", m.Subject, m.Body)
	}
	mailed(1)

	// The next one keeps its distance, and what was read is not in it.
	b.set("11-20 10:02:30")
	b.mail("yamada@aoba.example", "Re: 質問", "追加です。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	b.set("11-20 10:05:00")
	mailed(1)
	b.set("11-20 10:07:00")
	mailed(2)
}

func TestAMailOfANoticeThatFailsDisturbsNoCase(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	p := notice.Default()
	p.Ways = map[notice.Kind]notice.Ways{notice.Assigned: {Mail: notice.Now}}
	if err := b.SetNoticePreferences(b.ctx, ito, p); err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.assign(b.last(), ito)
	b.wantTold(ito, "") // only by mail
	b.set("11-20 10:05:00")
	if n, err := b.MailNotices(b.ctx); n != 1 || err != nil {
		t.Fatalf("%d mails: %v", n, err)
	}
	all, err := b.LeaseOutgoing(b.ctx, 10, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range all {
		if out.Case != "" {
			continue
		}
		if err := b.Settle(b.ctx, out, desk.Attempt{Relay: "test", Failed: []desk.Answer{{Recipient: ito.Email, Reply: "550 no such user"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if after := b.numbered(c.Number); after.Version != c.Version || len(after.Undelivered) > 0 {
		t.Errorf("the case moved: %+v", after)
	}
}

func TestReadingIsTakenBack(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	for range 3 {
		b.mail("yamada@aoba.example", "質問", "本文")
		b.assign(b.last(), ito)
	}
	b.set("11-20 10:10:00")
	at, err := b.ReadNotices(b.ctx, ito)
	if err != nil {
		t.Fatal(err)
	}
	b.wantTold(ito, "")
	if err := b.UnreadAgain(b.ctx, b.sato, at); err != nil { // somebody else's are theirs
		t.Fatal(err)
	}
	b.wantTold(ito, "")
	if err := b.UnreadAgain(b.ctx, ito, at); err != nil {
		t.Fatal(err)
	}
	b.wantTold(ito, "assigned assigned assigned")
}

func TestAStormIsToldInOne(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	watanabe := b.hire("渡辺", desk.Supervisor)
	const many = 230
	for range many {
		b.mail("yamada@aoba.example", "質問", "本文")
	}
	b.set("11-20 19:30:00")
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	rows, _, err := b.store.Notices(b.ctx, store.NoticeQuery{Agent: watanabe.ID, Limit: 500})
	if err != nil || len(rows) != 201 {
		t.Errorf("%d notices of %d misses: %v", len(rows), many, err)
	}
}

func TestABrokenMailboxIsToldOnceToThoseWhoCanMendIt(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, watanabe := b.hire("伊藤", desk.Agent), b.hire("渡辺", desk.Supervisor)
	box, err := b.PutMailbox(b.ctx, b.sato, desk.MailboxForm{
		Mailbox:  store.Mailbox{Address: "help@desk.example", Host: "imap.provider.example", Port: 993, Security: "tls", Username: "help", Way: "password"},
		Password: "secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	since := b.clock
	b.ReportMailbox(box.ID, "INBOX", func(s *desk.MailboxState) {
		s.Problem, s.Since = fault.Text{JA: "接続できません。", EN: "No connection."}, since
	})
	look := func(at string) {
		t.Helper()
		b.set(at)
		for range 2 {
			if err := b.TellTrouble(b.ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	look("11-20 10:04:00")
	b.wantTold(b.sato, "")
	look("11-20 10:05:00")
	look("11-20 11:00:00")
	b.wantTold(b.sato, "mailbox")
	b.wantTold(watanabe, "mailbox")
	b.wantTold(ito, "")
	page, err := b.Notices(b.ctx, b.sato, desk.NoticeQuery{})
	if err != nil || page.Rows[0].What != "help@desk.example" {
		t.Errorf("what is broken: %+v %v", page.Rows, err)
	}
}
