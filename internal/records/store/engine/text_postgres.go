package engine

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// tolerant makes connections that ask for texts as [Storable] keeps them:
// whoever asks may type what PostgreSQL cannot hold.
type tolerant struct{ driver.Connector }

// Connect implements [driver.Connector].
func (t tolerant) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := t.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("the driver made a %T", c)
	}
	return tolerantConn{conn}, nil
}

type tolerantConn struct{ *stdlib.Conn }

// CheckNamedValue implements [driver.NamedValueChecker].
func (c tolerantConn) CheckNamedValue(v *driver.NamedValue) error {
	if s, ok := v.Value.(string); ok {
		v.Value = Storable(s)
	}
	return c.Conn.CheckNamedValue(v)
}
