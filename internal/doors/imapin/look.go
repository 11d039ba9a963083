package imapin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"
)

// Folder is what a look into one folder of a mailbox found.
type Folder struct {
	Name   string
	Mails  int
	Unseen int
}

// Look connects as the watcher of cfg does, signs in and looks into the given
// folders, to tell a person whether the settings are right. Nothing is taken
// or marked. The error says what failed and how to mend it.
func Look(ctx context.Context, cfg Config, folders []string) ([]Folder, error) {
	w, err := New(cfg, nil, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	found, err := w.look(ctx, folders)
	if err != nil {
		return nil, w.Explain(err)
	}
	return found, nil
}

func (w *Watcher) look(ctx context.Context, folders []string) ([]Folder, error) {
	c, err := w.connect(ctx, nil)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	defer c.Close()
	var found []Folder
	err = w.within(ctx, c, func() error {
		if err := w.signIn(ctx, c); err != nil {
			return err
		}
		for _, name := range folders {
			w.cfg.Mailbox = name
			s, err := c.Status(name, &imap.StatusOptions{NumMessages: true, NumUnseen: true}).Wait()
			if err != nil {
				return missing(err)
			}
			found = append(found, Folder{Name: name, Mails: count(s.NumMessages), Unseen: count(s.NumUnseen)})
		}
		return c.Logout().Wait()
	})
	return found, err
}

func count(n *uint32) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

// missing tells a folder that is not there from other trouble.
func missing(err error) error {
	if no, ok := errors.AsType[*imap.Error](err); ok && no.Type == imap.StatusResponseTypeNo {
		return fmt.Errorf("%w: %w", errNoFolder, err)
	}
	return err
}
