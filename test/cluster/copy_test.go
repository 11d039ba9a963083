package cluster_test

import (
	"fmt"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// TestADeskMovesToPostgreSQLThoughTheCopyIsKilled moves a data directory with
// the command itself, killed in the middle, and goes on working there.
func TestADeskMovesToPostgreSQLThoughTheCopyIsKilled(t *testing.T) {
	binary := buildOnce(t)
	data := t.TempDir()
	if err := program.Furnish(t.Context(), data, 20); err != nil {
		t.Fatal(err)
	}
	const histories = 4000
	fill(t, data, histories)
	url := postgrestest.Fresh(t, t.TempDir())

	kills := 0
	for life := 1500 * time.Millisecond; ; life += 500 * time.Millisecond {
		cmd := exec.Command(binary, "copy", "--from", data, "--to", url, "--data", data)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v\n%s", err, said.String())
			}
			t.Logf("copied after %d kills: %s", kills, said.String()[strings.LastIndex(strings.TrimSpace(said.String()), "\n")+1:])
		case <-time.After(life):
			if kills == 4 {
				if err := <-ended; err != nil {
					t.Fatalf("%v\n%s", err, said.String())
				}
				break
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-ended
			kills++
			continue
		}
		break
	}
	if kills == 0 {
		t.Log("the machine was too quick: nothing was killed")
	}
	// A node without the desk's key is not let in, though it is the first.
	if _, err := program.Start(binary, t.TempDir(), "--database", url, "--dns", "off"); err == nil || !strings.Contains(err.Error(), "that the desk was copied from") {
		t.Errorf("a node with a key of its own: %v", err)
	}
	node, err := program.Start(binary, data, "--database", url, "--dns", "off")
	if err != nil {
		t.Fatal(err)
	}
	browser, err := program.NewBrowser()
	if err != nil {
		t.Fatal(err)
	}
	if err := browser.SignIn(node.HTTP, program.Admin, program.Password); err != nil {
		t.Fatal(err)
	}
	code, page, err := browser.Get(node.HTTP, "/queue")
	if err != nil || code != http.StatusOK || !strings.Contains(page, "レポート") {
		t.Errorf("the queue answers %d, %v", code, err)
	}
	finds := func(when string, host string) {
		t.Helper()
		within(t, 2*time.Minute, when+", the search finds a case by two characters", func() bool {
			code, page, err := browser.Get(host, "/search?q="+neturl.QueryEscape("表示"))
			return err == nil && code == http.StatusOK && strings.Contains(page, "/cases/case-")
		})
	}
	finds("after the copy", node.HTTP)
	if err := node.Stop(); err != nil {
		t.Errorf("%v\n%s", err, node.Said())
	}
	// The search index can be lost: rebuild makes it anew, as well as the rows.
	if err := postgrestest.Exec(t.Context(), url, `DELETE FROM madoguchi_search.words; DELETE FROM madoguchi_search.docs`); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "rebuild", "--data", data, "--database", url).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the rebuilt rows are the same") {
		t.Errorf("%v\n%s", err, out)
	}
	if node, err = program.Start(binary, data, "--database", url, "--dns", "off"); err != nil {
		t.Fatal(err)
	}
	finds("after a rebuild", node.HTTP)
	if err := node.Stop(); err != nil {
		t.Errorf("%v\n%s", err, node.Said())
	}
}

func TestACopyFromAnEmptyDatabaseMakesNothing(t *testing.T) {
	url, to := postgrestest.Fresh(t, t.TempDir()), filepath.Join(t.TempDir(), "new")
	out, err := exec.Command(buildOnce(t), "copy", "--from", url, "--to", to, "--data", t.TempDir()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "There is no desk at --from (PostgreSQL)") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a desk was made")
	}
	if err := postgrestest.Exec(t.Context(), url, `CREATE SCHEMA madoguchi`); err != nil {
		t.Errorf("the source was changed: %v", err)
	}
}

// fill gives a desk histories with little in them.
func fill(t *testing.T, data string, n int) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		for i := range n {
			number, err := tx.NextNumber()
			if err != nil {
				return err
			}
			person := cases.Address{Addr: fmt.Sprintf("p%d@example.jp", i)}
			_, err = tx.Append(
				nil,
				cases.Event{Case: cases.ID(fmt.Sprintf("case-%06d", i)), At: at, Contract: "hennge-one@1", Data: cases.Opened{Number: number, Subject: "レポート", Person: person, Language: "ja", Reception: at, Priority: "medium"}},
				cases.Event{At: at, Contract: "hennge-one@1", Data: cases.MessageReceived{Message: fmt.Sprint(i), From: person, Text: "表示されません", MessageID: fmt.Sprintf("%d@example.jp", i), Received: at, Joined: "new"}},
			)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
