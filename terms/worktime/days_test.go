package worktime

import (
	"math/rand/v2"
	"testing"
)

func TestNthBitFindsEverySetBit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []uint64{1, 1 << 63, ^uint64(0), 0x8000000000000001, 0x5555555555555555}
	for range 2000 {
		words = append(words, r.Uint64()&r.Uint64(), r.Uint64()|r.Uint64())
	}
	for _, w := range words {
		n := 0
		for at := range 64 {
			if w>>at&1 == 0 {
				continue
			}
			if got := nthBit(w, n); got != at {
				t.Fatalf("bit %d of %#x: got %d, want %d", n, w, got, at)
			}
			n++
		}
	}
}
