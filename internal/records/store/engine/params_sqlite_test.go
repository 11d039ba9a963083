package engine

import "testing"

func TestParametersInOrderBecomePlain(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`: `INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		`SELECT a FROM t WHERE b = $1 AND c IN ($2,$3)`:                  `SELECT a FROM t WHERE b = ? AND c IN (?,?)`,
		`SELECT '$1', "$2" FROM t WHERE b = $1`:                          `SELECT '$1', "$2" FROM t WHERE b = ?`,
		`SELECT 'it''s $9' FROM t WHERE b = $1`:                          `SELECT 'it''s $9' FROM t WHERE b = ?`,
		// used twice, out of order, from another number, beside others: as they are
		`SELECT a FROM t WHERE b = $1 OR c = $1`:   `SELECT a FROM t WHERE b = $1 OR c = $1`,
		`UPDATE t SET a = $2 WHERE b = $1`:         `UPDATE t SET a = $2 WHERE b = $1`,
		`SELECT a FROM t WHERE b = $2`:             `SELECT a FROM t WHERE b = $2`,
		`SELECT a FROM t WHERE b = $10`:            `SELECT a FROM t WHERE b = $10`,
		`SELECT a FROM t WHERE b = $1 AND c = ?`:   `SELECT a FROM t WHERE b = $1 AND c = ?`,
		"SELECT a -- it's $7\nFROM t WHERE b = $1": "SELECT a -- it's $7\nFROM t WHERE b = $1",
		`SELECT a FROM t WHERE b = $name`:          `SELECT a FROM t WHERE b = $name`,
		`SELECT a - $1 FROM t`:                     `SELECT a - ? FROM t`,
	} {
		if got := inOrder(query); got != want {
			t.Errorf("%s became %s, want %s", query, got, want)
		}
	}
}
