package engine

import "github.com/jackc/pgx/v5/pgtype"

// Vector is a value of PostgreSQL's type tsvector, as the driver sends it
// without a notation that the server would have to read. Its lexemes stand in
// the order of their bytes, each once, and a lexeme's places in ascending order: at
// most 255, from 1 to 16,383; a Vector that breaks this is refused by the server.
type (
	Vector = pgtype.TSVector
	Lexeme = pgtype.TSVectorLexeme
	Place  = pgtype.TSVectorPosition
)
