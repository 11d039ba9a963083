package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/test/program"
)

// sizes are the desks that grow measures.
var sizes = flag.String("cases", "1000,100000", "sizes of the desks that grow measures, in cases; a million needs 10 GB and ten minutes to be written")

// grow measures what a desk costs as it grows: its start, its memory, every
// page, and telling open browsers.
func grow(ctx context.Context, scratch string) error {
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	return eachDesk(ctx, scratch, func(data string) error {
		h, err := moved(ctx, binary, scratch, data)
		if err != nil {
			return err
		}
		return measureDesk(binary, h)
	})
}

// makeDesks only writes the desks of -cases into the folder of -desks.
func makeDesks(ctx context.Context, scratch string) error {
	return eachDesk(ctx, scratch, func(string) error { return nil })
}

func eachDesk(ctx context.Context, scratch string, measure func(data string) error) error {
	for size := range strings.SplitSeq(*sizes, ",") {
		many, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		data, err := deskOf(ctx, scratch, many)
		if err == nil {
			err = measure(data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// desks is where desks made for measuring stay.
var desks = flag.String("desks", "", "folder in which the desks of grow and pages, and the index of search, are kept and found again; without it they are thrown away")

// deskOf is the data directory of a desk with so many cases: the one that is
// kept, or a new one. One that was broken off while it was made has no name yet.
func deskOf(ctx context.Context, scratch string, many int) (string, error) {
	if *desks != "" {
		scratch = *desks
	}
	data := filepath.Join(scratch, fmt.Sprintf("desk-%d", many))
	if _, err := os.Stat(data); err == nil {
		fmt.Printf("-- %d cases, as kept in %s\n", many, data)
		return data, nil
	}
	begun, made := time.Now(), data+"-making"
	if err := os.RemoveAll(made); err != nil {
		return "", err
	}
	if err := program.Furnish(ctx, made, customers); err != nil {
		return "", err
	}
	events, err := bulk(ctx, made, many, time.Now())
	if err != nil {
		return "", err
	}
	fmt.Printf("-- %d cases with %d events, written in %v\n", many, events, time.Since(begun).Round(time.Second))
	return data, os.Rename(made, data)
}

func measureDesk(binary string, h home) (err error) {
	// The index is made in the first run; the second start is what is measured.
	if err := settleIndex(binary, h); err != nil {
		return err
	}
	begun := time.Now()
	desk, err := h.start(binary)
	if err != nil {
		return err
	}
	started := time.Since(begun)
	defer func() { err = errors.Join(err, desk.Stop()) }()
	time.Sleep(2 * time.Second)
	fmt.Printf("started after %.0f ms; %d MB resident at rest\n", started.Seconds()*1000, desk.Resident()>>20)
	b, err := program.NewBrowser()
	if err != nil {
		return err
	}
	if err := b.SignIn(desk.HTTP, program.Admin, program.Password); err != nil {
		return err
	}
	paths, err := pagesOf(b, desk.HTTP)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := measurePage(b, desk, path, 200); err != nil {
			return err
		}
	}
	if err := fanOut(b, desk); err != nil {
		return err
	}
	fmt.Printf("%d MB resident after all of it\n", desk.Resident()>>20)
	return nil
}

// settleIndex runs the desk until its search index has followed all events.
func settleIndex(binary string, h home) (err error) {
	desk, err := h.start(binary)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Stop()) }()
	for {
		behind, err := gauge(desk.Ops, "madoguchi_search_lag_events")
		if err != nil || behind == 0 {
			return err
		}
		time.Sleep(time.Second)
	}
}

var (
	aCase     = regexp.MustCompile(`/cases/[0-9a-f-]{36}`)
	aCustomer = regexp.MustCompile(`/customers/[0-9a-f-]{36}`)
)

// pagesOf are the pages of the desk, with a case and a customer of it.
func pagesOf(b *program.Browser, host string) ([]string, error) {
	paths := []string{"/queue", "/queue?view=unassigned", "/queue?view=waiting", "/queue?view=done", "/queue/list", "/unidentified", "/customers", "/contract", "/sent", "/audit", "/search?q=%E3%83%AC%E3%83%9D%E3%83%BC%E3%83%88", "/palette?q=CS", "/notices", "/snippets", "/settings", "/agents", "/site"}
	for from, form := range map[string]*regexp.Regexp{"/queue": aCase, "/customers": aCustomer} {
		_, page, err := b.Get(host, from)
		if err != nil {
			return nil, err
		}
		if found := form.FindString(page); found != "" {
			paths = append(paths, found)
		}
	}
	return paths, nil
}

func measurePage(b *program.Browser, desk *program.Serving, path string, times int) error {
	ask := func() (int, error) {
		code, body, err := b.Get(desk.HTTP, path)
		if err == nil && code != http.StatusOK {
			err = fmt.Errorf("%s answered %d", path, code)
		}
		return len(body), err
	}
	for range 5 {
		if _, err := ask(); err != nil {
			return err
		}
	}
	cpu, err := gauge(desk.Ops, "process_cpu_seconds_total")
	if err != nil {
		return err
	}
	objects, err := gauge(desk.Ops, "go_memstats_mallocs_total")
	if err != nil {
		return err
	}
	database, err := server.processor()
	if err != nil {
		return err
	}
	var each []time.Duration
	size := 0
	for range times {
		at := time.Now()
		if size, err = ask(); err != nil {
			return err
		}
		each = append(each, time.Since(at))
	}
	cpuAfter, err := gauge(desk.Ops, "process_cpu_seconds_total")
	if err != nil {
		return err
	}
	after, err := gauge(desk.Ops, "go_memstats_mallocs_total")
	if err != nil {
		return err
	}
	databaseAfter, err := server.processor()
	if err != nil {
		return err
	}
	name := aCase.ReplaceAllString(aCustomer.ReplaceAllString(path, "/customers/…"), "/cases/…")
	fmt.Printf("%-42s %6.2f ms (p50) %6.2f ms (p95) %6.2f ms (p99); %5.2f ms of processor time, %5.2f of the database server's, %6.0f objects, %d kB\n", name,
		quantile(each, 0.5).Seconds()*1000, quantile(each, 0.95).Seconds()*1000, quantile(each, 0.99).Seconds()*1000,
		(cpuAfter-cpu)/float64(times)*1000, (databaseAfter-database).Seconds()/float64(times)*1000, (after-objects)/float64(times), size/1000)
	return nil
}

// openBrowsers listen when one case changes.
const openBrowsers = 500

// fanOut opens many browsers and measures how long after a mail's 250 the
// first, the middle and the last of them hears of its case.
func fanOut(b *program.Browser, desk *program.Serving) error {
	var all sync.WaitGroup
	heard := make(chan time.Time, openBrowsers)
	for range openBrowsers {
		stream, end, err := b.Listen(desk.HTTP, "/queue")
		if err != nil {
			return err
		}
		defer end()
		all.Go(func() {
			seen, buffer := "", make([]byte, 4096)
			for !strings.Contains(seen, "event: changed") {
				n, err := stream.Read(buffer)
				seen += string(buffer[:n])
				if err != nil {
					return
				}
			}
			heard <- time.Now()
		})
	}
	idle := desk.Resident()
	from, raw := letter("fan", 0, int(time.Now().UnixMilli()), "【至急】全員に届く") // new also on a desk that was kept
	peer := peersOf(1)[0]
	defer peer.Close()
	if err := peer.Deliver(desk.SMTP, from, program.Support, raw); err != nil {
		return err
	}
	begun := time.Now()
	var each []time.Duration
	for range openBrowsers {
		select {
		case at := <-heard:
			each = append(each, at.Sub(begun))
		case <-time.After(time.Minute):
			return fmt.Errorf("%d of %d browsers heard", len(each), openBrowsers)
		}
	}
	fmt.Printf("%d open browsers: told of a mail's case after %.0f ms (first), %.0f (half), %.0f (last); %d MB resident with them\n", openBrowsers,
		quantile(each, 0).Seconds()*1000, quantile(each, 0.5).Seconds()*1000, quantile(each, 1).Seconds()*1000, idle>>20)
	return nil
}

// gauge reads one number of the program's metrics.
func gauge(ops, name string) (float64, error) {
	answer, err := http.Get("http://" + ops + "/metrics")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("there is no metric %s", name)
}
