package search

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// messages is how many messages the benchmark indexes; a release is measured
// with 1000000.
var (
	messages = flag.Int("messages", 100_000, "how many messages BenchmarkFind indexes")
	postgres = flag.Bool("postgres", false, "BenchmarkFind indexes on PostgreSQL")
	kept     = flag.String("kept", "", "folder in which BenchmarkFind keeps its index and finds it again; without it the index is thrown away")
)

// place is where BenchmarkFind has its index: a folder, and on PostgreSQL a
// database. One that is kept is on a server that syncs.
func place(b *testing.B) (dir, url string) {
	b.Helper()
	dir = b.TempDir()
	if *kept == "" {
		if *postgres {
			url = postgrestest.Fresh(b, dir)
		}
		return dir, url
	}
	dir = filepath.Join(*kept, fmt.Sprintf("messages-%d", *messages))
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // another user runs PostgreSQL
		b.Fatal(err)
	}
	if !*postgres {
		return dir, ""
	}
	c, err := postgrestest.Durable(context.Background(), filepath.Join(dir, "postgresql"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Stop(); err != nil {
			b.Error(err)
		}
	})
	return dir, c.URL("postgres")
}

// BenchmarkFind asks queries of one to three words of an index full of
// Japanese and English messages, and reports the latencies and the size.
func BenchmarkFind(b *testing.B) {
	ctx := context.Background()
	dir, url := place(b)
	s, err := store.Open(ctx, store.Config{Dir: dir, Database: url})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the directory is thrown away
	x, err := Open(ctx, Config{Dir: dir, Database: url, Store: s, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // the directory is thrown away
	w := newWriter()
	if done := x.position(); done >= int64(*messages) {
		b.Logf("the index is kept; it has come to event %d and takes %.0f MB", done, float64(size(b, x, dir))/1e6)
	} else if done > 0 {
		b.Fatalf("the index in %s was broken off at event %d: delete that folder", dir, done)
	} else {
		begun, chars := time.Now(), w.fill(b, x, *messages)
		b.Logf("%d messages, %.0f characters each, indexed at %.0f /s; index %.0f MB",
			*messages, float64(chars)/float64(*messages), float64(*messages)/time.Since(begun).Seconds(), float64(size(b, x, dir))/1e6)
		settled(b, url)
	}

	for _, kind := range []struct {
		name  string
		query func() string
	}{
		{"one word", func() string { return w.query(1) }},
		{"two words", func() string { return w.query(2) }},
		{"three words", func() string { return w.query(3) }},
		{"in every message", func() string { return "お世話になっております" }},
		{"of one organization", func() string { return w.query(1) }},
		{"one state", func() string { return w.query(1) + " status:open" }},
		{"old ones", func() string { return w.query(1) + " before:2021-01-01" }},
		{"one kanji", func() string { return string([]rune(w.rare[w.zipf.Uint64()])[:1]) }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var took []time.Duration
			hits, begun := 0, processor()
			for b.Loop() {
				q, err := Parse(kind.query(), Options{Now: time.Now(), Zone: time.UTC, Prefix: "CS"})
				if err != nil {
					b.Fatal(err)
				}
				a := Ask{Query: q, Scope: store.Everyone(), Meant: Meant{Status: q.Status}, Limit: 20, Count: true}
				if kind.name == "of one organization" {
					a.Scope = store.Only(organization(w.r.IntN(organizations)))
				}
				start := time.Now()
				f, err := x.Find(ctx, a)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				hits += len(f.Hits)
			}
			b.ReportMetric(float64((processor()-begun).Microseconds())/1000/float64(len(took)), "cpu-ms/op")
			slices.Sort(took)
			at := func(p int) float64 { return float64(took[min(len(took)*p/100, len(took)-1)].Microseconds()) / 1000 }
			b.ReportMetric(at(50), "p50-ms")
			b.ReportMetric(at(95), "p95-ms")
			b.ReportMetric(at(100), "max-ms")
			b.ReportMetric(float64(hits)/float64(len(took)), "cases/page")
		})
	}
}

// size is what the index takes on the disk, in bytes.
func size(b *testing.B, x *Index, dir string) (n int64) {
	b.Helper()
	if x.db.Shared() {
		err := x.db.Readers().QueryRow(`SELECT SUM(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = 'madoguchi_search' AND c.relkind = 'r'`).Scan(&n)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	dir = filepath.Join(dir, "search")
	files, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		if i, err := f.Info(); err == nil {
			n += i.Size()
		}
	}
	return n
}

// settled leaves PostgreSQL as its own autovacuum does after a while.
func settled(b *testing.B, url string) {
	b.Helper()
	if url == "" {
		return
	}
	if err := postgrestest.Exec(context.Background(), url, "VACUUM (ANALYZE) madoguchi_search.words, madoguchi_search.docs, madoguchi_search.cases"); err != nil {
		b.Fatal(err)
	}
}

const organizations = 400

func organization(n int) string { return fmt.Sprintf("organization-%03d", n) }

// writer makes up messages: common words often, others seldom.
type writer struct {
	r       *rand.Rand
	common  []string
	rare    []string
	english []string
	zipf    *rand.Zipf
}

func newWriter() *writer {
	w := &writer{r: rand.New(rand.NewPCG(1, 2))}
	w.common = strings.Fields(`障害 請求 請求書 メール 受信 送信 設定 変更 管理者 権限 認証 多要素認証 パスワード 証明書 有効期限 期限切れ ドメイン レポート 一覧 画面 表示
		エラー 再現 手順 確認 対応 回答 添付 ファイル 資料 契約 更新 解約 見積 追加 削除 利用者 アカウント 同期 連携 サーバー 接続 遅延 復旧 原因 調査 報告 影響 範囲 緊急 至急 業務
		停止 暗号化 隔離 検知 誤検知 許可 拒否 ポリシー 端末 スマートフォン ブラウザー 拡張機能 アプリ ログイン ログ 監査 履歴 保存期間 検索 札幌 大阪 本社 支店 部署 異動 退職 入社`)
	w.english = strings.Fields(`error login certificate policy user report invoice billing mail delivery delayed quarantine attachment message server connection timeout
		administrator permission denied configure setting domain record update browser extension mobile device session token expired audit log export archive restore search index slow outage
		incident workaround reproduce steps screenshot tenant license renewal quote contract cancel address office branch department employee`)
	kanji := []rune("亜位井営衛液園温加価可果花荷画回海界外角岩器機記起喜希季規議客逆久休究球級居漁協境橋業局曲極区具君訓型景芸血結件建検限現減個護講康航鉱構港混査再妻祭細材財罪雑残氏史司試児治辞識質舎謝授種週修宿術述準序招承証条状常情織職神深進整精製税積績席接設絶祖素総造像則測属率損態団断築張停提程適統堂銅導得毒独任燃能破犯判版比肥非備評貧布婦富武復複仏編弁保墓報豊防貿暴務夢迷綿輸余預容略留領")
	for range 4000 {
		n := 2 + w.r.IntN(3)
		word := make([]rune, n)
		for i := range word {
			word[i] = kanji[w.r.IntN(len(kanji))]
		}
		w.rare = append(w.rare, string(word))
	}
	w.zipf = rand.NewZipf(w.r, 1.1, 8, uint64(len(w.rare)-1))
	return w
}

func (w *writer) word() string {
	if w.r.IntN(3) == 0 {
		return w.rare[w.zipf.Uint64()]
	}
	return w.common[min(w.r.IntN(len(w.common)), w.r.IntN(len(w.common)))]
}

func (w *writer) query(n int) string {
	list := make([]string, n)
	for i := range list {
		switch w.r.IntN(4) {
		case 0:
			list[i] = w.english[w.r.IntN(len(w.english))]
		case 1:
			list[i] = w.rare[w.zipf.Uint64()]
		default:
			list[i] = w.common[w.r.IntN(len(w.common))]
		}
	}
	return strings.Join(list, " ")
}

var endings = []string{"が発生しています。", "について教えてください。", "ができません。", "を確認しました。", "の件でご連絡いたしました。", "をお願いいたします。", "は以前から変わりありません。"}

func (w *writer) text() string {
	var b strings.Builder
	if w.r.IntN(4) == 0 {
		b.WriteString("Hello support,\n")
		for range 2 + w.r.IntN(8) {
			for range 6 + w.r.IntN(8) {
				b.WriteString(w.english[min(w.r.IntN(len(w.english)), w.r.IntN(len(w.english)))] + " ")
			}
			fmt.Fprintf(&b, "code %d.\n", w.r.IntN(100_000))
		}
		return b.String()
	}
	b.WriteString("いつもお世話になっております。" + w.word() + "の担当です。\n")
	for range 2 + w.r.IntN(10) {
		b.WriteString(w.word() + "の" + w.word() + "と" + w.word() + endings[w.r.IntN(len(endings))] + "\n")
	}
	b.WriteString("お手数をおかけいたしますが、よろしくお願いいたします。")
	return b.String()
}

// fill indexes cases of five messages each, spread over eight years.
func (w *writer) fill(b *testing.B, x *Index, n int) (chars int) {
	b.Helper()
	start := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	var events []store.Stored
	position := int64(0)
	put := func(id cases.ID, at time.Time, d cases.Data) {
		position++
		events = append(events, store.Stored{Position: position, Event: cases.Event{Case: id, At: at, Actor: cases.Actor{Name: "佐藤"}, Data: d}})
	}
	for i := 0; i < n; i += 5 {
		id, at := cases.ID(fmt.Sprintf("case-%07d", i)), start.Add(8*365*24*time.Hour/time.Duration(n)*time.Duration(i))
		from := cases.Address{Name: w.word(), Addr: fmt.Sprintf("p%d@c%d.example", w.r.IntN(9), i%organizations)}
		subject := w.word() + "の" + w.word()
		put(id, at, cases.Opened{Number: int64(i), Subject: subject, Organization: organization(i / 5 % organizations), OrgName: "株式会社" + w.rare[i/5%organizations], Person: from, Reception: at, Priority: "medium"})
		for range 3 {
			text := w.text()
			chars += len([]rune(text))
			put(id, at, cases.MessageReceived{From: from, Subject: subject, Text: text, Received: at})
		}
		for range 2 {
			text := w.text()
			chars += len([]rune(text))
			put(id, at, cases.Replied{To: []cases.Address{from}, Subject: "Re: " + subject, Text: text})
		}
		state := cases.Closed
		if i > n-n/50 && i%3 == 0 {
			state = cases.Open
		}
		put(id, at, cases.StatusChanged{To: state})
		if len(events) >= maxBatch {
			if err := x.apply(context.Background(), x.position(), events); err != nil {
				b.Fatal(err)
			}
			x.reach(position)
			events = events[:0]
		}
	}
	if len(events) > 0 {
		if err := x.apply(context.Background(), x.position(), events); err != nil {
			b.Fatal(err)
		}
	}
	return chars
}
