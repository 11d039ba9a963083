package engine

import (
	"context"

	"madoguchi/terms/fault"
)

// newTable makes a table with as many bytes as a large mail has (256 KiB), and
// undoes it: the files of both, table and log, have to grow for it.
func newTable(c *Conn) error {
	ctx := context.Background()
	if _, err := c.ExecContext(ctx, `CREATE TABLE room AS SELECT repeat('x', 1024) AS text FROM generate_series(1, 256)`); err != nil {
		return Fault(err)
	}
	return errGivenBack
}

// fullServer is full for a disk that is not this machine's.
func fullServer(err error) error {
	return fault.Wrap(fault.Unavailable, withFull(err),
		"データベースサーバーのディスクに空き容量がないため、記録できません。PostgreSQL のデータとログ（pg_wal）の置き場所に容量を確保すると、自動的に再開します。",
		"There is no space left on the disk of the database's server to record this. Make room where PostgreSQL keeps its data and its log (pg_wal): recording resumes by itself then.")
}

// stoppedFull is for a server that said that its disk is full before it could
// not be used any more, as it does when its log finds no room.
func stoppedFull(err error) error {
	return fault.Wrap(fault.Unavailable, err,
		"データベースに接続できません。その前に、サーバーのディスクに空き容量がないと応答がありました。PostgreSQL のデータとログ（pg_wal）の置き場所に容量を確保し、PostgreSQL が起動していることを確認してください。接続できると自動的に再開します。",
		"The database cannot be reached; before that it said that the disk of its server is full. Make room where PostgreSQL keeps its data and its log (pg_wal), and see that PostgreSQL runs: work resumes by itself then.")
}
