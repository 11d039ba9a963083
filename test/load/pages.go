package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"madoguchi/test/program"
)

// pageTimes is how often pages asks for each address.
const pageTimes = 50

// routePattern finds the pages that a signed-in person can open in the program's text.
var routePattern = regexp.MustCompile(`signed\("GET (/[^"]*)"`)

// pages measures every page of desks of -cases that an administrator can open
// without naming a thing, the pages of a case, a customer and a person, and the
// queue narrowed and sorted in every way that its form offers. It does not wait
// for the search index.
func pages(ctx context.Context, scratch string) error {
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	return eachDesk(ctx, scratch, func(data string) (err error) {
		h, err := moved(ctx, binary, scratch, data)
		if err != nil {
			return err
		}
		begun := time.Now()
		desk, err := h.start(binary)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, desk.Stop()) }()
		fmt.Printf("started after %.0f ms\n", time.Since(begun).Seconds()*1000)
		b, err := program.NewBrowser()
		if err != nil {
			return err
		}
		if err := b.SignIn(desk.HTTP, program.Admin, program.Password); err != nil {
			return err
		}
		paths, err := everyPage(b, desk.HTTP)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := measurePage(b, desk, path, pageTimes); err != nil {
				return err
			}
		}
		fmt.Printf("%d MB resident after all of it\n", desk.Resident()>>20)
		return nil
	})
}

// notAsked are addresses that answer with a stream, need something named in
// them, or leave the desk.
var notAsked = []string{"/events", "/find", "/numbers", "/mailboxes/consent", "/audit/export", "/customers/export", "/contract/drafts/new"}

func everyPage(b *program.Browser, host string) ([]string, error) {
	files, err := filepath.Glob("internal/doors/web/routes*.go")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, errors.New("run it in the project's folder: the pages are read from internal/doors/web"))
	}
	var paths []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range routePattern.FindAllStringSubmatch(string(text), -1) {
			path := m[1]
			if strings.Contains(path, "{") || slices.Contains(notAsked, path) || slices.Contains(paths, path) {
				continue
			}
			code, _, err := b.Get(host, path)
			if err != nil {
				return nil, err
			}
			if code != http.StatusOK {
				fmt.Printf("%-60s answers %d by itself\n", path, code)
				continue
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for from, form := range map[string]*regexp.Regexp{"/queue": aCase, "/customers": aCustomer} {
		_, page, err := b.Get(host, from)
		if err != nil {
			return nil, err
		}
		if found := form.FindString(page); found != "" {
			paths = append(paths, found)
		}
	}
	paths = append(paths, "/search?q="+url.QueryEscape("レポート"), "/palette?q=CS", "/numbers?q=03")
	narrow := []string{"", "status=waiting", "status=on_hold", "status=resolved,closed", "priority=high", "priority=low", "assignee=me", "assignee=none", "assignee=me,none", "organization=none", "region=overseas", "channel=phone", "target=breached", "target=at-risk", "target=on-time", "target=resting", "target=none", "target=missed", "fresh=yes", "from=2026-11-01", "priority=high&assignee=none&target=missed", "status=new&organization=none&channel=mail"}
	for _, sort := range []string{"", "priority", "received", "oldest", "updated"} {
		for _, n := range narrow {
			paths = append(paths, "/queue/list?view=all&"+n+"&sort="+sort)
		}
	}
	return paths, nil
}
