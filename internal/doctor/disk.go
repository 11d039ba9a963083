package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// What a disk should have left, and how long it may take to make a small write
// durable: each mail and each act waits for it.
const (
	roomLow   = 2 << 30
	roomNone  = 200 << 20
	slowSync  = 30 * time.Millisecond
	syncTries = 7
)

func disk(_ context.Context, p Patient, tell func(Finding)) {
	info, err := os.Stat(p.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		tell(good("disk", p.Dir+" はまだありません。", p.Dir+" does not exist yet.").
			mend(Odd, "madoguchi serve の初回起動時に作成されます。", "The first start of madoguchi serve makes it."))
		return
	case err != nil:
		tell(failed("disk", err, p.Dir+" を確認できません。", p.Dir+" cannot be looked at."))
		return
	case !info.IsDir():
		tell(good("disk", p.Dir+" はディレクトリではありません。", p.Dir+" is no directory.").
			mend(Bad, "--data に別の場所を指定してください。", "Give another place with --data."))
		return
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && posixModes {
		tell(good("disk", fmt.Sprintf("%s は他のユーザーからも読み取れます（%04o）。", p.Dir, mode), fmt.Sprintf("Other users can look into %s (mode %04o).", p.Dir, mode)).
			mend(Odd, "chmod 0700 "+p.Dir+" を実行してください。", "Run chmod 0700 "+p.Dir+"."))
	}
	took, err := syncTime(p.Dir, p.Now)
	if err != nil {
		tell(failed("disk", err, p.Dir+" に書き込めません。", p.Dir+" cannot be written.").
			mend(Bad, "空き容量と権限を確認してください（"+err.Error()+"）。", "Check its free space and permissions ("+err.Error()+")."))
		return
	}
	f := good("disk", fmt.Sprintf("書き込みの確定に %v かかります（%d 回の中央値）。", took.Round(10*time.Microsecond), syncTries),
		fmt.Sprintf("A small write becomes durable in %v (median of %d).", took.Round(10*time.Microsecond), syncTries))
	if took > slowSync {
		f = f.mend(Odd, "受信と返信の速さはこの時間で決まります。より速いディスクをご検討ください。", "Taking mail and answering are as fast as this. Consider a faster disk.")
	}
	tell(f)
	room, err := freeSpace(p.Dir)
	if err != nil {
		return // this system does not tell
	}
	f = good("disk", fmt.Sprintf("空き容量は %.1f GB です。", float64(room)/(1<<30)), fmt.Sprintf("%.1f GB are free.", float64(room)/(1<<30)))
	switch {
	case room < roomNone:
		f = f.mend(Bad, "空き容量がなくなると、新しいメールを受け付けられません。ディスクを広げてください。", "Without room no new mail is taken. Enlarge the disk.")
	case room < roomLow:
		f = f.mend(Odd, "早めにディスクを広げてください。", "Enlarge the disk soon.")
	}
	tell(f)
}

// syncTime measures how long a small durable write takes in a directory.
func syncTime(dir string, now func() time.Time) (_ time.Duration, err error) {
	f, err := os.CreateTemp(dir, "doctor-*.part")
	if err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, f.Close(), os.Remove(filepath.Join(dir, filepath.Base(f.Name()))))
	}()
	var took []time.Duration
	for range syncTries {
		begun := now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, now().Sub(begun))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
