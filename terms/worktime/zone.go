package worktime

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"madoguchi/terms/fault"
)

// zoneArchive is the zone archive of the Go distribution (lib/time/zoneinfo.zip,
// public domain), copied here by zonedata/update.sh. time.LoadLocation asks the
// host first, so the same contract could answer differently on two machines;
// a recorded deadline must not.
//
//go:embed zonedata/zoneinfo.zip
var zoneArchive string

// zoneDataVersion is the IANA release inside zoneArchive; zone_test.go pins it to the archive's digest.
const zoneDataVersion = "2025c"

// ZoneDataVersion returns the IANA time-zone release that every calendar uses,
// such as "2025c". Record it with each decision: a replay under another
// release may legitimately differ.
func ZoneDataVersion() string { return zoneDataVersion }

// zoneFiles indexes the embedded archive by zone name, once.
var zoneFiles = sync.OnceValues(func() (map[string]*zip.File, error) {
	r, err := zip.NewReader(strings.NewReader(zoneArchive), int64(len(zoneArchive)))
	if err != nil {
		return nil, fmt.Errorf("read the embedded zone archive: %w", err)
	}
	files := make(map[string]*zip.File, len(r.File))
	for _, f := range r.File {
		files[f.Name] = f
	}
	return files, nil
})

// LoadZone returns an IANA zone ("Asia/Tokyo", "UTC") from the embedded zone
// data, never from the host. "Local" and the empty name are refused, because
// they mean something else on each machine.
func LoadZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	files, err := zoneFiles()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "タイムゾーンのデータを読み込めません。", "the time-zone data cannot be read")
	}
	f, ok := files[name]
	if !ok || strings.HasSuffix(name, "/") {
		return nil, invalid("zone",
			fmt.Sprintf("タイムゾーン %q は存在しません。「Asia/Tokyo」のような IANA の名称を指定してください。", name),
			fmt.Sprintf("unknown time zone %q: give an IANA name such as \"Asia/Tokyo\"", name))
	}
	data, err := readZone(f)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "タイムゾーンのデータを読み込めません。", "the time-zone data cannot be read")
	}
	loc, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "タイムゾーンのデータを読み込めません。", "the time-zone data cannot be read")
	}
	return loc, nil
}

func readZone(f *zip.File) (data []byte, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := r.Close(); err == nil {
			err = cerr
		}
	}()
	return io.ReadAll(r)
}

// stretch is a run of UTC seconds [from, to) during which the zone keeps one offset.
type stretch struct {
	from, to int64
	offset   int64 // wall clock minus UTC, seconds
}

// stretches returns the constant-offset runs that cover [from, to), merging
// changes of mere abbreviation.
func stretches(loc *time.Location, from, to int64) []stretch {
	var out []stretch
	for at := from; at < to; {
		t := time.Unix(at, 0).In(loc)
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		until := to
		if !end.IsZero() && end.Unix() < to {
			// On 31 December of a leap year Go (1.26) gives the end of a rule-based
			// run as that day's midnight, which is not ahead: go on by the hour.
			if until = end.Unix(); until <= at {
				until = min(at+3600, to)
			}
		}
		if n := len(out); n > 0 && out[n-1].offset == int64(offset) {
			out[n-1].to = until
		} else {
			out = append(out, stretch{from: at, to: until, offset: int64(offset)})
		}
		at = until
	}
	return out
}
