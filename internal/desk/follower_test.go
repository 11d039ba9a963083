package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// hears lists what the person was told of cases that they follow, newest first.
func (b *bench) hears(who desk.Viewer) string {
	b.t.Helper()
	page, err := b.Notices(b.ctx, who, desk.NoticeQuery{Unread: true, Kinds: []notice.Kind{notice.Followed}})
	b.must(err)
	var out []string
	for _, r := range page.Rows {
		word := r.What
		if r.Hidden {
			word = "hidden"
		}
		if r.Times > 1 {
			word += "×" + string(rune('0'+r.Times))
		}
		out = append(out, word)
	}
	return strings.Join(out, " | ")
}

func (b *bench) follow(by desk.Viewer, id cases.ID, who desk.Viewer) {
	b.t.Helper()
	_, err := b.Follow(b.ctx, by, id, who.ID, true)
	b.must(err)
}

func TestWhoFollowsACaseHearsWhatOthersDo(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, watanabe := b.hire("伊藤", desk.Agent), b.hire("渡辺", desk.Supervisor)
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	b.follow(watanabe, c.ID, watanabe)
	b.wantTold(watanabe, "") // of one's own act
	hears := func(want string) {
		t.Helper()
		if got := b.hears(watanabe); got != want {
			t.Errorf("the follower hears %q, want %q", got, want)
		}
		b.must(b.ReadNoticesOf(b.ctx, watanabe, c.ID))
	}
	b.set("11-20 10:10:00")
	_, err := b.Note(b.ctx, ito, c.ID, "調べます。")
	b.must(err)
	hears("社内メモが追加されました")
	b.mail("yamada@aoba.example", "Re: 質問", "追加です。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	b.mail("yamada@aoba.example", "Re: 質問", "もう一つ。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	hears("お客様から連絡がありました×2")
	_, err = b.reply(b.of(c.ID), cases.InitialResponse, "yamada@aoba.example")
	b.must(err)
	hears("返信が送信されました、お客様の回答待ちになりました、担当が変わりました") // one act, one piece of news
	_, err = b.SetStatus(b.ctx, ito, c.ID, cases.Resolved, "済み")
	b.must(err)
	hears("解決になりました")
	_, err = b.SetStatus(b.ctx, watanabe, c.ID, cases.Open, "")
	b.must(err)
	hears("")
	// Whom an act concerns more nearly is told of that, and once.
	b.assign(b.of(c.ID), watanabe)
	b.wantTold(watanabe, "assigned")
	b.must(b.ReadNoticesOf(b.ctx, watanabe, c.ID))

	_, err = b.Follow(b.ctx, watanabe, c.ID, "", false)
	b.must(err)
	_, err = b.Note(b.ctx, ito, c.ID, "続けます。")
	b.must(err)
	hears("")
}

func TestAColleagueIsAddedAndToldInTheWayThatTheyChose(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, mori := b.hire("伊藤", desk.Agent), b.hire("森", desk.Agent)
	p := notice.Default()
	p.Ways = map[notice.Kind]notice.Ways{notice.Followed: {Mail: notice.Never}}
	b.must(b.SetNoticePreferences(b.ctx, mori, p))
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	b.follow(b.sato, c.ID, ito)
	b.follow(b.sato, c.ID, mori)
	if got := b.hears(ito); got != "あなたがフォローに追加されました" {
		t.Errorf("who was added hears %q", got)
	}
	b.wantTold(mori, "") // wants nothing of this
	if _, err := b.Follow(b.ctx, b.sato, c.ID, ito.ID, true); !fault.Is(err, fault.Conflict) {
		t.Errorf("added twice: %v", err)
	}
	v, err := b.View(b.ctx, ito, c.ID)
	b.must(err)
	if len(v.Followers) != 2 || v.Followers[0].Name != "伊藤" || v.Followers[0].Blind || len(v.MayFollow) != 1 || v.MayFollow[0].ID != b.sato.ID {
		t.Errorf("followers %+v, others %+v", v.Followers, v.MayFollow)
	}
}

func TestWhatIsFollowedIsASelectionOfTheQueue(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	ids := b.some(3)
	b.follow(ito, ids[1], ito)
	b.follow(ito, ids[2], b.sato)
	found := func(who desk.Viewer, query string) (got []cases.ID) {
		t.Helper()
		q, err := url.ParseQuery(query)
		b.must(err)
		sel, err := b.Select(b.ctx, who, q)
		b.must(err)
		if sel.Query() != query {
			t.Errorf("%s is written %s", query, sel.Query())
		}
		page, err := b.Queue(b.ctx, who, desk.QueueQuery{Selection: sel})
		b.must(err)
		n, err := b.Count(b.ctx, who, sel)
		b.must(err)
		for _, r := range page.Rows {
			got = append(got, r.ID)
		}
		if n.N != len(got) {
			t.Errorf("%s: %d counted, %d listed", query, n.N, len(got))
		}
		return got
	}
	if got := found(ito, "follower=me"); len(got) != 1 || got[0] != ids[1] {
		t.Errorf("followed by me: %v", got)
	}
	if got := found(ito, "follower=me,"+b.sato.ID); len(got) != 2 {
		t.Errorf("followed by one of us: %v", got)
	}
	if got := found(b.sato, "assignee=none&follower=me"); len(got) != 1 || got[0] != ids[2] {
		t.Errorf("followed, of nobody: %v", got)
	}
	view, err := b.ViewOf(b.ctx, ito, "followed")
	if err != nil || view.Query != "follower=me" {
		t.Errorf("the view of every desk: %+v %v", view, err)
	}
}

func TestSeveralCasesAreFollowedAtOnce(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	ids := b.some(3)
	b.follow(ito, ids[0], ito)
	b.set("11-20 10:01:00")
	v := b.bulk(ito, desk.BulkAct{Kind: desk.BulkFollow}, ids...)
	if v.Done != 2 || v.Refused != 1 { // one is followed already
		t.Fatalf("the batch: %+v", v)
	}
	b.must(b.UndoBatch(b.ctx, ito, v.ID))
	for i, want := range []bool{true, false, false} {
		if c := b.of(ids[i]); c.Follows(ito.ID) != want {
			t.Errorf("%d is followed after undoing: %+v", i, c.Followers)
		}
	}
	b.bulk(b.sato, desk.BulkAct{Kind: desk.BulkFollow, Agent: ito.ID}, ids[1], ids[2])
	if got := b.hears(ito); got != "あなたがフォローに追加されました×2" { // of one batch, once
		t.Errorf("who was added hears %q", got)
	}
}

func TestFollowersGoOnWithAMergeAndASplit(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	ids := b.some(2)
	b.follow(ito, ids[0], ito)
	_, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: ids[0], Into: ids[1], Reason: "同じ件"})
	b.must(err)
	if !b.of(ids[1]).Follows(ito.ID) {
		t.Error("the follower was lost in the merge")
	}
	if got := b.hears(ito); got != "ほかのケースに統合されました" {
		t.Errorf("the follower hears %q", got)
	}
	_, err = b.Unmerge(b.ctx, b.sato, ids[0])
	b.must(err)
	if b.of(ids[1]).Follows(ito.ID) || !b.of(ids[0]).Follows(ito.ID) {
		t.Error("undoing the merge did not bring the followers back")
	}

	b.mail("yamada@aoba.example", "Re: 質問", "別の件もお願いします。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	var second string
	for _, e := range b.history(ids[0]) {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			second = m.Message
		}
	}
	fresh, err := b.Split(b.ctx, b.sato, desk.SplitCommand{Case: ids[0], Messages: []string{second}, Reason: "別の件"})
	b.must(err)
	if !fresh.Follows(ito.ID) {
		t.Errorf("followers of the case that was split off: %+v", fresh.Followers)
	}
}

func TestWhoLosesSightOfACaseHearsNothingOfItAnyMore(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	_, west := b.role("west", desk.WorkCases)
	aoba, kestrel := b.organization("Aoba"), b.organization("Kestrel")
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{aoba.ID}))
	west = b.again(west)
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	b.mail("jane@kestrel.example", "Question", "Hello.")
	other := b.last()

	// Nobody follows, or is added to, what they may not see.
	if _, err := b.Follow(b.ctx, west, other.ID, "", true); !fault.Is(err, fault.NotFound) {
		t.Errorf("followed another customer's case: %v", err)
	}
	if _, err := b.Follow(b.ctx, b.sato, other.ID, west.ID, true); !fault.Is(err, fault.Invalid) {
		t.Errorf("was added to another customer's case: %v", err)
	}
	if v, err := b.View(b.ctx, b.sato, other.ID); err != nil || len(v.MayFollow) != 1 {
		t.Errorf("offered to follow another customer's case: %+v %v", v.MayFollow, err)
	}
	if got := b.of(other.ID).Followers; len(got) != 0 {
		t.Errorf("followers: %+v", got)
	}

	b.follow(west, c.ID, west)
	_, err := b.Note(b.ctx, b.sato, c.ID, "一")
	b.must(err)
	if got := b.hears(west); got != "社内メモが追加されました" {
		t.Errorf("while they see it: %q", got)
	}
	b.must(b.ReadNoticesOf(b.ctx, west, c.ID))
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{kestrel.ID}))
	west = b.again(west)
	_, err = b.Note(b.ctx, b.sato, c.ID, "二")
	b.must(err)
	rows, _, err := b.store.Notices(b.ctx, store.NoticeQuery{Agent: west.ID, Unread: true})
	if err != nil || len(rows) != 0 {
		t.Errorf("told of what they may not see: %+v %v", rows, err)
	}
	if v, err := b.View(b.ctx, b.sato, c.ID); err != nil || len(v.Followers) != 1 || !v.Followers[0].Blind {
		t.Errorf("who follows and cannot see: %+v %v", v.Followers, err)
	}
	sel, err := b.Select(b.ctx, west, url.Values{"follower": {"me"}})
	b.must(err)
	if page, err := b.Queue(b.ctx, west, desk.QueueQuery{Selection: sel}); err != nil || len(page.Rows) != 0 {
		t.Errorf("the view of what is followed: %+v %v", page.Rows, err)
	}
	// Seen again, the follower hears again.
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{aoba.ID}))
	_, err = b.Note(b.ctx, b.sato, c.ID, "三")
	b.must(err)
	if got := b.hears(b.again(west)); got != "社内メモが追加されました" {
		t.Errorf("seen again: %q", got)
	}
}
