package worktime

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"madoguchi/terms/fault"
)

func TestZoneDataVersionNamesTheEmbeddedArchive(t *testing.T) {
	const digest2025c = "8f55634d05f8bca1f7bc7c69c5933428c69357e0bdf565e5ba224e3f88ff12e8"
	sum := sha256.Sum256([]byte(zoneArchive))
	if got := hex.EncodeToString(sum[:]); got != digest2025c || ZoneDataVersion() != "2025c" {
		t.Errorf("archive %s is called %s: change version and digest together", got, ZoneDataVersion())
	}
}

func TestEveryEmbeddedZoneLoads(t *testing.T) {
	files, err := zoneFiles()
	if err != nil {
		t.Fatal(err)
	}
	zones := 0
	for name := range files {
		if name[len(name)-1] == '/' {
			continue
		}
		loc, err := LoadZone(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if loc.String() != name {
			t.Errorf("%s calls itself %s", name, loc)
		}
		zones++
	}
	if zones < 400 {
		t.Errorf("only %d zones are embedded", zones)
	}
}

func TestZonesThatMeanSomethingElseElsewhereAreRefused(t *testing.T) {
	for _, name := range []string{"", "Local", "JST+9", "Asia", "Asia/", "asia/tokyo", "../etc/localtime"} {
		if _, err := LoadZone(name); !fault.Is(err, fault.Invalid) {
			t.Errorf("LoadZone(%q) = %v, want a refusal", name, err)
		}
	}
}

func TestStretchesCoverTheYearsWithoutHoles(t *testing.T) {
	for _, name := range []string{"Asia/Tokyo", "Europe/Dublin", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Antarctica/Troll"} {
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		from, to := covered(loc)
		at := from
		for _, s := range stretches(loc, from, to) {
			if s.from != at || s.to <= s.from {
				t.Fatalf("%s: a stretch from %d to %d where %d was next", name, s.from, s.to, at)
			}
			for _, sec := range []int64{s.from, (s.from + s.to) / 2, s.to - 1} {
				if _, off := time.Unix(sec, 0).In(loc).Zone(); int64(off) != s.offset {
					t.Errorf("%s: offset %d at %d, the stretch says %d", name, off, sec, s.offset)
				}
			}
			at = s.to
		}
		if at != to {
			t.Errorf("%s: stretches end at %d, not %d", name, at, to)
		}
	}
}
