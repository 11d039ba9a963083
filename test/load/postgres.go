package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// onPostgres says on which engine desks are measured.
var onPostgres = flag.Bool("postgres", false, "measure desks on PostgreSQL: a private server that syncs what it acknowledges, kept in the folder of -desks where there is one")

// home is where a desk has what it keeps.
type home struct {
	data     string // its data directory
	database string // empty: SQLite in the data directory
}

// flags are what the program needs beside the data directory.
func (h home) flags() []string {
	if h.database == "" {
		return nil
	}
	return []string{"--database=" + h.database}
}

// start starts the program on the desk, with metrics.
func (h home) start(binary string, flags ...string) (*program.Serving, error) {
	return program.Start(binary, h.data, append(append(h.flags(), "--log-level=error", "--ops=127.0.0.1:0"), flags...)...)
}

// newHome is where a new desk of a name can be made.
func newHome(ctx context.Context, scratch, name string) (home, error) {
	h := home{data: filepath.Join(scratch, name)}
	if !*onPostgres {
		return h, nil
	}
	c, err := server.running(ctx)
	if err != nil {
		return home{}, err
	}
	name = `"` + name + `"`
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if err := c.Exec(ctx, statement); err != nil {
			return home{}, err
		}
	}
	h.database = c.URL(name[1 : len(name)-1])
	return h, nil
}

// furnished is a new desk with its customers.
func furnished(ctx context.Context, scratch, name string) (home, error) {
	h, err := newHome(ctx, scratch, name)
	if err != nil {
		return home{}, err
	}
	return h, program.FurnishOn(ctx, h.data, h.database, customers)
}

// moved is the desk of a data directory, on PostgreSQL where that is asked for.
// Its copy is kept with the server.
func moved(ctx context.Context, binary, scratch, data string) (home, error) {
	if !*onPostgres {
		return home{data: data}, nil
	}
	if *desks != "" {
		scratch = *desks
	}
	name := filepath.Base(data)
	node := filepath.Join(scratch, name+"-node")
	if _, err := os.Stat(node); err == nil {
		c, err := server.running(ctx)
		if err != nil {
			return home{}, err
		}
		return home{node, c.URL(name)}, nil
	}
	h, err := newHome(ctx, scratch, name)
	if err != nil {
		return home{}, err
	}
	begun, making := time.Now(), node+"-making"
	if err := os.RemoveAll(making); err != nil {
		return home{}, err
	}
	copying := exec.CommandContext(ctx, binary, "copy", "--from", data, "--to", h.database, "--data", making)
	if out, err := copying.CombinedOutput(); err != nil {
		return home{}, fmt.Errorf("copy: %w\n%s", err, out)
	}
	fmt.Printf("copied to PostgreSQL in %v\n", time.Since(begun).Round(time.Second))
	if err := postgrestest.Exec(ctx, h.database, "VACUUM (ANALYZE)"); err != nil { // as its own autovacuum does after a while
		return home{}, err
	}
	h.data = node
	return h, os.Rename(making, node)
}

// server is the one server of a run of this program.
var server privateServer

type privateServer struct {
	sync.Mutex
	cluster *postgrestest.Cluster
	thrown  string // its folder, where it is not kept
}

func (s *privateServer) running(ctx context.Context) (_ *postgrestest.Cluster, err error) {
	s.Lock()
	defer s.Unlock()
	if s.cluster != nil {
		return s.cluster, nil
	}
	dir := ""
	if *desks != "" {
		dir = filepath.Join(*desks, "postgresql")
	} else if dir, err = os.MkdirTemp("", "pg"); err != nil {
		return nil, err
	} else {
		s.thrown = dir
	}
	s.cluster, err = postgrestest.Durable(ctx, dir)
	return s.cluster, err
}

// processor is the server's processor time so far; none where there is no server.
func (s *privateServer) processor() (time.Duration, error) {
	s.Lock()
	defer s.Unlock()
	if s.cluster == nil {
		return 0, nil
	}
	return s.cluster.Processor()
}

func (s *privateServer) stop() error {
	s.Lock()
	defer s.Unlock()
	var err error
	if s.cluster != nil {
		err = s.cluster.Stop()
	}
	if s.thrown != "" {
		err = errors.Join(err, os.RemoveAll(s.thrown))
	}
	return err
}
