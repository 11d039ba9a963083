package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"madoguchi/test/program"
)

// apiSpell is how long programs open cases in one run.
var apiSpell = flag.Duration("spell", 10*time.Second, "how long cases are opened by the API in one run")

// apiClients are how many programs open cases at a time.
var apiClients = flag.String("clients", "1,8,32", "how many clients open cases by the API, one measurement for each number")

// programs measures how many cases a second programs open, each with an
// Idempotency-Key of its own and answered when it is durable.
func programs(ctx context.Context, scratch string) error {
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	for number := range strings.SplitSeq(*apiClients, ",") {
		clients, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		var rates, costs, peaks []float64
		for i := range *runs {
			h, err := furnished(ctx, scratch, fmt.Sprintf("api-%d-%d", clients, i))
			if err != nil {
				return err
			}
			token, err := program.Token(ctx, h.data, h.database)
			if err != nil {
				return err
			}
			opened, cost, peak, err := submitCases(binary, h, token, clients)
			if err != nil {
				return err
			}
			rates, costs, peaks = append(rates, opened), append(costs, cost), append(peaks, peak)
		}
		fmt.Printf("%2d clients: %5.0f cases/s opened durably through HTTP; %4.2f ms of processor time a case, until it was acknowledged; at most %.0f MB resident\n", clients, median(rates), median(costs), median(peaks))
	}
	return nil
}

func submitCases(binary string, h home, token string, clients int) (opened, cost, peak float64, err error) {
	relay, err := program.OpenRelay(nil)
	if err != nil {
		return 0, 0, 0, err
	}
	defer relay.Close()
	served, err := h.start(binary, relay.Flag)
	if err != nil {
		return 0, 0, 0, err
	}
	var total atomic.Int64
	defer func() {
		peak = float64(served.Peak() >> 20)
		err = errors.Join(err, served.Stop())
		cost = served.Used().Seconds() * 1000 / float64(max(total.Load(), 1))
	}()
	asks := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: time.Minute}
	profiled := profile(served.Ops, fmt.Sprintf("api-%d", clients), *apiSpell)
	opened, err = rate(clients, *apiSpell, func(w, n int) error {
		body, err := json.Marshal(map[string]any{
			"channel": "mail", "from": map[string]string{"address": program.Customer((w*31 + n) % customers)},
			"subject": fmt.Sprintf("レポート %d-%d", w, n), "text": "レポートが一部表示されません。ご確認をお願いいたします。",
		})
		if err != nil {
			return err
		}
		r, err := http.NewRequest(http.MethodPost, "http://"+served.HTTP+"/api/v1/cases", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", fmt.Sprintf("%d-%d", w, n))
		res, err := asks.Do(r)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		said, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != http.StatusCreated {
			err = fmt.Errorf("opening a case answered %s: %s", res.Status, said)
		}
		total.Add(1)
		return err
	})
	if err = errors.Join(err, <-profiled); err != nil {
		return opened, 0, 0, err
	}
	// Customers get at most twenty acknowledgements a day, so it is no use to wait for as many as cases.
	for last := -1; last != relay.Count(); time.Sleep(2 * time.Second) {
		last = relay.Count()
	}
	return opened, 0, 0, nil
}
