package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
)

// keptConnector opens connections that keep the statements they have run:
// SQLite needs longer to prepare most of the store's questions than to answer
// them, and database/sql would prepare each anew.
type keptConnector struct {
	driver.Connector
	asked *atomic.Int64
}

// Connect implements [driver.Connector].
func (c keptConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	able, ok := conn.(readerConn)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver lacks what a kept connection needs"), conn.Close())
	}
	return &kept{readerConn: able, ready: map[string]driver.StmtQueryContext{}, asked: c.asked}, nil
}

// readerConn is what database/sql asks of the driver's connection.
type readerConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// kept is a connection with the statements that it has run. database/sql gives
// it to one query at a time and takes it back when the rows are closed, so no
// statement runs twice at once.
type kept struct {
	readerConn
	ready map[string]driver.StmtQueryContext
	asked *atomic.Int64
}

// QueryContext implements [driver.QueryerContext].
func (k *kept) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	k.asked.Add(1)
	if s, ok := k.ready[query]; ok {
		return s.QueryContext(ctx, args)
	}
	if len(k.ready) >= maxStatements {
		return k.readerConn.QueryContext(ctx, query, args)
	}
	prepared, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(driver.StmtQueryContext)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's statement takes no context"), prepared.Close())
	}
	k.ready[query] = s
	return s.QueryContext(ctx, args)
}

// Close implements [driver.Conn].
func (k *kept) Close() error {
	var errs []error
	for _, s := range k.ready {
		if c, ok := s.(driver.Stmt); ok {
			errs = append(errs, c.Close())
		}
	}
	k.ready = nil
	return errors.Join(append(errs, k.readerConn.Close())...)
}
