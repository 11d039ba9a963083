package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// slowStore is how long an object store may take for what is small before
// somebody should look at it, and apart how far its clock may be.
const (
	slowStore = 500 * time.Millisecond
	apart     = 5 * time.Second
)

// files looks at the place of large mails and files, and at that of a second
// copy if it is an object store too.
func files(ctx context.Context, p Patient, tell func(Finding)) {
	if blob.IsBucket(p.Replica) {
		s, err := blob.Open(blob.Config{Place: p.Replica})
		if err == nil {
			bucket(ctx, p, s, "copy", tell)
		} else {
			tell(failed("copy", err, "複製先を開けません。", "The copy's place cannot be opened."))
		}
	} else if p.Replica != "" {
		copyPlace(p, tell)
	}
	ownFiles(ctx, p, tell)
}

// copyPlace looks whether a second copy can be written into its directory, or
// the directory be made.
func copyPlace(p Patient, tell func(Finding)) {
	dir, absent := p.Replica, false
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir {
			break
		}
		dir, absent = filepath.Dir(dir), true
	}
	if _, err := syncTime(dir, p.Now); err != nil {
		tell(good("copy", "複製先 "+p.Replica+" に書き込めません。", "The copy's place "+p.Replica+" cannot be written.").
			mend(Bad, "マウント、空き容量、権限を確認するか、--replica に別の場所を指定してください（"+err.Error()+"）。",
				"Check that it is mounted, its free space and permissions, or give another place with --replica ("+err.Error()+")."))
		return
	}
	if absent {
		tell(good("copy", "複製先 "+p.Replica+" はまだありません。", "The copy's place "+p.Replica+" does not exist yet.").
			mend(Odd, "madoguchi serve が作成します。別のディスクや共有の場合は、マウントされているかご確認ください。", "madoguchi serve makes it. If it is to be another disk or a share, see whether that is mounted."))
		return
	}
	tell(good("copy", "複製先 "+p.Replica+" に書き込めます。", "The copy's place "+p.Replica+" can be written."))
}

func ownFiles(ctx context.Context, p Patient, tell func(Finding)) {
	const part = "files"
	if keys := p.FilesKeys.IDs(); len(keys) > 0 {
		tell(good(part, fmt.Sprintf("ファイルは鍵 %s で暗号化されます（鍵ファイルに %d 個）。", keys[0], len(keys)),
			fmt.Sprintf("Files are encrypted with the key %s (%d in the key file).", keys[0], len(keys))))
	}
	if p.KeyFile != "" && within(p.Dir, p.KeyFile) {
		tell(good(part, "鍵ファイルがデータ保存先の中にあります。", "The key file lies in the data directory.").
			mend(Odd, "複製やバックアップに鍵が含まれないよう、別の場所に移してください。", "Move it elsewhere: a second copy or a backup would hold the key beside the files."))
	}
	if p.Files == "" {
		if p.Database != "" {
			tell(good(part, "返信に添付中のファイルは、アップロードしたノードにしかありません。", "Files that are attached to replies lie only on the node that took them.").
				mend(Odd, "複数のノードで運用する場合は、--files でオブジェクトストレージを指定してください。", "With several nodes give an object store with --files."))
		}
		if p.Thorough {
			everyFile(ctx, p, tell)
		}
		return
	}
	s, err := p.blobs()
	if err != nil {
		tell(failed(part, err, "ファイルの保存先を開けません。", "The place of the files cannot be opened."))
		return
	}
	if !bucket(ctx, p, s, part, tell) {
		return
	}
	if leftBehind(p.Dir) {
		tell(good(part, filepath.Join(p.Dir, "blobs")+" にもファイルがあります。", "There are files in "+filepath.Join(p.Dir, "blobs")+" too.").
			mend(Odd, "madoguchi copy --from "+p.Dir+" --to "+p.Dir+" --to-files … で移し、その後で削除してください。",
				"Move them with madoguchi copy --from "+p.Dir+" --to "+p.Dir+" --to-files …, then delete them."))
	}
	if p.Thorough {
		everyFile(ctx, p, tell)
	}
}

// bucket asks an object store for what a desk needs of it, and reports whether
// it does that.
func bucket(ctx context.Context, p Patient, s *blob.Store, part string, tell func(Finding)) bool {
	bounded, cancel := context.WithTimeout(ctx, 3*p.Wait)
	defer cancel()
	h, err := s.Probe(bounded, p.Now)
	if err != nil {
		tell(failed(part, err, "オブジェクトストレージを利用できません。", "The object store cannot be used."))
		return false
	}
	f := good(part, fmt.Sprintf("%v に書き込み、読み取り、削除ができます（書き込みに %v）。", h.Where, h.Took.Round(time.Millisecond)),
		fmt.Sprintf("%v can be written, read and deleted in (a write takes %v).", h.Where, h.Took.Round(time.Millisecond)))
	if h.Took > slowStore {
		f = f.mend(Odd, "大きなメールの受信や複製はこの時間を待ちます。より近いオブジェクトストレージをご検討ください。", "Taking large mails, and a copy, wait for this. Consider a nearer object store.")
	}
	tell(f)
	for _, odd := range []struct {
		is             bool
		ja, en, jm, em string
	}{
		{
			h.Ahead.Abs() > apart, fmt.Sprintf("オブジェクトストレージの時計との差は %v です。", h.Ahead), fmt.Sprintf("Its clock is %v ahead of this machine's.", h.Ahead),
			"15 分以上ずれると要求が拒否されます。時刻を合わせてください。", "Requests are refused when they are 15 minutes apart. Set the clocks right.",
		},
		{
			h.Where.Readable(), "オブジェクトストレージへの通信が暗号化されていません（http）。", "What is sent to the object store can be read on the way (http).",
			"endpoint に https:// を指定してください。", "Give the endpoint as https://.",
		},
		{
			h.Versioned, "バケットのバージョニングが有効です。削除した個人情報が旧バージョンとして残ります。", "The bucket keeps versions: personal data that is erased stays as older ones.",
			"旧バージョンを期限付きで削除するライフサイクルルールを設定してください（docs/operating.md）。", "Add a lifecycle rule that expires noncurrent versions (docs/operating.md).",
		},
	} {
		if odd.is {
			tell(good(part, odd.ja, odd.en).mend(Odd, odd.jm, odd.em))
		}
	}
	return true
}

// blobs opens the place of the files, without changing anything in a data
// directory that a desk may be running on.
func (p Patient) blobs() (*blob.Store, error) {
	if p.Files == "" {
		return blob.OpenReading(filepath.Join(p.Dir, "blobs"), p.FilesKeys), nil
	}
	return blob.Open(blob.Config{Place: p.Files, Keys: p.FilesKeys})
}

// leftBehind reports whether a data directory holds files.
func leftBehind(dir string) bool {
	some, err := filepath.Glob(filepath.Join(dir, "blobs", "??", "??", "*"))
	return err == nil && len(some) > 0
}

// everyFile reads every file that the records name, and compares it with its
// hash.
func everyFile(ctx context.Context, p Patient, tell func(Finding)) {
	const part = "files"
	s, err := p.blobs()
	if err != nil {
		tell(failed(part, err, "ファイルの保存先を開けません。", "The place of the files cannot be opened."))
		return
	}
	r, err := store.OpenReading(ctx, store.Config{Dir: p.Dir, Database: p.Database})
	if err != nil {
		return // the look at the database has said it
	}
	defer r.Close() //nolint:errcheck // nothing was written
	names, err := r.BlobNames(ctx)
	if err != nil {
		tell(failed(part, err, "履歴を読み取れません。", "The records cannot be read."))
		return
	}
	var gone, broken []string
	for _, sum := range names {
		switch err := s.Verify(ctx, sum); {
		case err == nil:
		case fault.Is(err, fault.NotFound):
			gone = append(gone, sum)
		case fault.Is(err, fault.Internal):
			broken = append(broken, sum)
		default:
			tell(failed(part, err, "ファイルを読み取れません。", "A file cannot be read."))
			return
		}
	}
	if len(gone)+len(broken) == 0 {
		tell(good(part, fmt.Sprintf("ファイル %d 個を読み取り、すべてハッシュと一致しました。", len(names)), fmt.Sprintf("All %d files were read and agree with their hashes.", len(names))))
		return
	}
	for _, bad := range []struct {
		list   []string
		ja, en string
	}{{gone, "見つからないファイル", "missing"}, {broken, "壊れたファイル", "damaged"}} {
		if n := len(bad.list); n > 0 {
			tell(good(part, fmt.Sprintf("%s：%d 個（%s）", bad.ja, n, few(bad.list)), fmt.Sprintf("%d files are %s (%s).", n, bad.en, few(bad.list))).
				mend(Bad, "バックアップから blobs/ の同名のファイルを取り出し、madoguchi copy --to-files でコピーしてください。壊れたファイルは先に削除してください。",
					"Take the files of these names out of a backup's blobs/ and copy them with madoguchi copy; delete damaged ones first."))
		}
	}
}

func few(list []string) string {
	if len(list) > 3 {
		return strings.Join(list[:3], ", ") + ", …"
	}
	return strings.Join(list, ", ")
}

// within reports whether a file lies in a directory.
func within(dir, file string) bool {
	abs, err := filepath.Abs(file)
	root, err2 := filepath.Abs(dir)
	if err != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(root, abs)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(os.PathSeparator))
}
