package names

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/doors/names/zonetest"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t *testing.T, z zonetest.Zone) (*Resolver, *zonetest.Server, *clock) {
	s := zonetest.Serve(t, z)
	c := &clock{time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)}
	return New(Config{Server: s.Addr, Now: c.now, Timeout: 200 * time.Millisecond}), s, c
}

func TestALongRecordComesInOnePieceAndIsAskedForOnce(t *testing.T) {
	long := "v=DKIM1; k=rsa; p=" + strings.Repeat("A", 380)
	r, s, c := open(t, zonetest.Zone{TXT: map[string][]string{"k1._domainkey.aoba.example": {long}}})
	for range 3 {
		txt, err := r.LookupTXT(context.Background(), "K1._domainkey.Aoba.example.")
		if err != nil || len(txt) != 1 || txt[0] != long {
			t.Fatalf("got %q, %v", txt, err)
		}
	}
	if n := s.Asked(); n != 1 {
		t.Errorf("the server was asked %d times for the same record", n)
	}
	c.at = c.at.Add(6 * time.Minute)
	s.Set(zonetest.Zone{TXT: map[string][]string{"k1._domainkey.aoba.example": {"changed"}}})
	if txt, err := r.LookupTXT(context.Background(), "k1._domainkey.aoba.example"); err != nil || txt[0] != "changed" {
		t.Errorf("an old answer is still given: %q, %v", txt, err)
	}
}

func TestWhatDoesNotExistIsToldApartFromAServerThatFails(t *testing.T) {
	r, _, _ := open(t, zonetest.Zone{Fail: map[string]bool{"broken.example": true}})
	_, err := r.LookupTXT(context.Background(), "nothing.example")
	if e, ok := errors.AsType[*net.DNSError](err); !ok || !e.IsNotFound {
		t.Errorf("a name that does not exist gave %v", err)
	}
	_, err = r.LookupTXT(context.Background(), "broken.example")
	if e, ok := errors.AsType[*net.DNSError](err); !ok || e.IsNotFound || !e.IsTemporary {
		t.Errorf("a failing server gave %v", err)
	}
}

func TestASilentServerIsLeftAloneForAWhileAndAskedAgainLater(t *testing.T) {
	r, s, c := open(t, zonetest.Zone{TXT: map[string][]string{"a.example": {"x"}}})
	s.Silence(true)
	for range patience {
		if _, err := r.LookupTXT(context.Background(), "a.example"); err == nil {
			t.Fatal("a silent server gave an answer")
		}
	}
	asked := s.Asked()
	if _, err := r.LookupTXT(context.Background(), "b.example"); err == nil || s.Asked() != asked {
		t.Errorf("the server was asked although it is silent (%d, then %d questions), error %v", asked, s.Asked(), err)
	}
	s.Silence(false)
	c.at = c.at.Add(31 * time.Second)
	if txt, err := r.LookupTXT(context.Background(), "a.example"); err != nil || txt[0] != "x" {
		t.Errorf("after the rest: %q, %v", txt, err)
	}
}

func TestForgettingShowsARecordThatWasJustPublished(t *testing.T) {
	r, s, _ := open(t, zonetest.Zone{})
	if _, err := r.LookupTXT(context.Background(), "a.example"); err == nil {
		t.Fatal("there should be nothing yet")
	}
	s.Set(zonetest.Zone{TXT: map[string][]string{"a.example": {"x"}}})
	r.Forget()
	if txt, err := r.LookupTXT(context.Background(), "a.example"); err != nil || txt[0] != "x" {
		t.Errorf("after forgetting: %q, %v", txt, err)
	}
}

func TestReservedNamesAreNotAskedInThePublicDNS(t *testing.T) {
	r := New(Config{Now: time.Now})
	for _, name := range []string{"aoba.example", "mx.desk.test", "localhost"} {
		_, err := r.LookupMX(context.Background(), name)
		if e, ok := errors.AsType[*net.DNSError](err); !ok || !e.IsNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
