package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// running is what this test binary has made.
var running struct {
	sync.Mutex
	cluster *Cluster
	err     error
	build   func(url string) error
	on      bool              // the second run of Both
	made    int               // databases
	free    []string          // databases that nobody uses now
	used    map[string]string // folder → database
}

// Both runs a package's tests twice: on SQLite, and on PostgreSQL where that
// is installed ([Database] then names one). Its result is for os.Exit. build
// (may be nil) fills the database that all others are copied from; it saves
// each test the making of its schema. With MADOGUCHI_REQUIRE=all PostgreSQL
// has to be there.
func Both(m *testing.M, build func(url string) error) int {
	running.build = build
	defer stop()
	code := m.Run()
	if code != 0 || listing() {
		return code
	}
	if Binaries() == "" {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			fmt.Println("FAIL: PostgreSQL is required (Debian: apt-get install postgresql)")
			return 1
		}
		fmt.Println("--- PostgreSQL is not installed: the tests ran on SQLite only")
		return code
	}
	fmt.Println("--- once more, on PostgreSQL")
	running.Lock()
	running.on = true
	running.Unlock()
	return m.Run()
}

// Once runs a package's tests a single time, and stops the server that they
// may have started with [Fresh].
func Once(m *testing.M) int {
	defer stop()
	return m.Run()
}

func stop() {
	running.Lock()
	defer running.Unlock()
	if running.cluster == nil {
		return
	}
	if err := running.cluster.Stop(); err != nil {
		fmt.Println("stop PostgreSQL:", err)
	}
	running.cluster = nil
}

// listing reports whether the binary was asked for something that a second
// run would only repeat.
func listing() bool {
	for _, arg := range os.Args[1:] {
		name, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch name {
		case "test.list", "test.fuzz", "test.fuzzworker":
			return true
		case "test.bench":
			return value != ""
		}
	}
	return false
}

// On reports whether the tests run on PostgreSQL now.
func On() bool {
	running.Lock()
	defer running.Unlock()
	return running.on
}

// Database returns the connection string of the database that belongs to a
// folder for the length of a test; empty while the tests run on SQLite.
func Database(t testing.TB, dir string) string {
	t.Helper()
	if !On() {
		return ""
	}
	return Fresh(t, dir)
}

// Fresh is [Database] for a test that needs PostgreSQL whatever the run: it is
// skipped where none is installed, and fails with MADOGUCHI_REQUIRE=all.
func Fresh(t testing.TB, dir string) string {
	t.Helper()
	url, release, err := Take(dir)
	switch {
	case err == nil:
		t.Cleanup(release)
		return url
	case Binaries() == "" && os.Getenv("MADOGUCHI_REQUIRE") != "all":
		t.Skip(err)
	}
	t.Fatal(err)
	return ""
}

// Take is [Fresh] outside of a test's own goroutine: what it returns belongs
// to the folder until release is called (a second call does nothing).
func Take(dir string) (url string, release func(), err error) {
	ctx := context.Background()
	running.Lock()
	defer running.Unlock()
	if err := start(ctx); err != nil {
		return "", nil, err
	}
	if name, mine := running.used[dir]; mine {
		return running.cluster.URL(name), func() {}, nil
	}
	var name string
	if n := len(running.free); n > 0 {
		name, running.free = running.free[n-1], running.free[:n-1]
		err = Empty(running.cluster.URL(name))
	} else {
		running.made++
		name = fmt.Sprintf("t%d", running.made)
		statement := "CREATE DATABASE " + name
		if running.build != nil {
			statement += " TEMPLATE built"
		}
		err = running.cluster.Exec(ctx, statement)
	}
	if err != nil {
		return "", nil, err
	}
	running.used[dir] = name
	return running.cluster.URL(name), func() {
		running.Lock()
		defer running.Unlock()
		if running.used[dir] == name {
			delete(running.used, dir)
			if running.build != nil { // any other may hold whatever its test made
				running.free = append(running.free, name)
			}
		}
	}, nil
}

// start makes the cluster, and in it the database to copy from.
func start(ctx context.Context) error {
	if running.cluster != nil || running.err != nil {
		return running.err
	}
	running.used = map[string]string{}
	if running.cluster, running.err = Start(ctx); running.err != nil {
		running.cluster = nil
		return running.err
	}
	if running.build != nil {
		built := running.cluster.URL("built")
		running.err = errors.Join(running.cluster.Exec(ctx, "CREATE DATABASE built"), running.build(built))
		if running.err == nil {
			running.err = Exec(ctx, built, keepInitial)
		}
	}
	return running.err
}

// keepInitial copies the rows that a new schema holds, and empty puts a
// database back to them: much quicker than making another.
const (
	keepInitial = `DO $$ DECLARE t record; BEGIN
		CREATE SCHEMA initial;
		FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'initial') LOOP
			EXECUTE format('CREATE TABLE initial.%I AS TABLE %I.%I', t.schemaname || '.' || t.tablename, t.schemaname, t.tablename);
		END LOOP;
	END $$`
	empty = `DO $$ DECLARE t record; BEGIN
		SET LOCAL session_replication_role = replica;
		FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'initial') LOOP
			EXECUTE format('DELETE FROM %I.%I', t.schemaname, t.tablename);
			EXECUTE format('INSERT INTO %I.%I SELECT * FROM initial.%I', t.schemaname, t.tablename, t.schemaname || '.' || t.tablename);
		END LOOP;
	END $$`
)

// Empty puts a database of [Both] back to what it held when it was made.
// Nobody may be using it.
func Empty(url string) error { return Exec(context.Background(), url, empty) }
