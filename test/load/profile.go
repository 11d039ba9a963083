package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profile has a running program write down where its processor time goes, for
// as long as said, into the folder that -profiles names; without it nothing
// happens. The channel gives the outcome once.
func profile(ops, name string, during time.Duration) <-chan error {
	done := make(chan error, 1)
	if *profiles == "" {
		done <- nil
		return done
	}
	go func() {
		done <- keepProfile(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", ops, int(during.Seconds())), filepath.Join(*profiles, name+".pprof"))
	}()
	return done
}

func keepProfile(from, file string) (err error) {
	answer, err := http.Get(from)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", from, answer.Status)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, answer.Body)
	return err
}
