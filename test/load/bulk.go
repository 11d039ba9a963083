package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"madoguchi/contracts"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
)

// bulk writes the histories of many cases through the store, two years of
// receptions up to an instant, without the acts of the desk that would have
// led to them. That both lead to the same histories is what the test beside it
// holds. It returns how many events there are.
func bulk(ctx context.Context, dir string, many int, until time.Time) (events int64, err error) {
	s, err := store.Open(ctx, store.Config{Dir: dir, BatchTime: time.Second})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	known, err := registered(ctx, s)
	if err != nil {
		return 0, err
	}
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		return 0, err
	}
	con, err := contract.Load(name, file)
	if err != nil {
		return 0, err
	}
	r := recorder{con: con, id: newID, known: known}
	const batch = 500
	span := 730 * 24 * time.Hour
	begun := time.Now()
	for from := 0; from < many; from += batch {
		err := s.Write(ctx, func(tx *store.Tx) error {
			for i := from; i < min(from+batch, many); i++ {
				number, err := tx.NextNumber()
				if err != nil {
					return err
				}
				at := until.Add(-span + span/time.Duration(many)*time.Duration(i)).Truncate(time.Millisecond)
				history, err := r.record(storyOf(int(number-1), at), until)
				if err != nil {
					return err
				}
				if _, err := tx.Append(nil, history...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		if done := from + batch; done%100_000 == 0 {
			fmt.Fprintf(os.Stderr, "%d cases after %v\n", done, time.Since(begun).Round(time.Second))
		}
	}
	return s.Position(ctx)
}

// registered looks the senders of the stories up once.
func registered(ctx context.Context, s *store.Store) (func(addr string) (contact, organization, name string), error) {
	type person struct{ contact, organization, name string }
	all := map[string]person{}
	err := s.Write(ctx, func(tx *store.Tx) error {
		for i := range customers {
			addr := storySender(i)
			c, err := tx.ContactByAddress(addr)
			if err != nil {
				return err
			}
			all[addr] = person{c.ID, c.Organization, c.Name}
		}
		return nil
	})
	return func(addr string) (contact, organization, name string) {
		p := all[addr]
		return p.contact, p.organization, p.name
	}, err
}

func storySender(i int) string { return story{number: int64(i)}.sender() }

func newID() string { return uuid.Must(uuid.NewV7()).String() }
