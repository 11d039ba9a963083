package engine

import (
	"github.com/jackc/pgx/v5/pgtype"
)

// tolerate lets readers ask for texts that PostgreSQL cannot hold, as whoever
// asks may type anything: they are asked for as [Storable] would keep them.
func tolerate(m *pgtype.Map) {
	for _, t := range []struct {
		name string
		oid  uint32
	}{{"text", pgtype.TextOID}, {"varchar", pgtype.VarcharOID}} {
		m.RegisterType(&pgtype.Type{Name: t.name, OID: t.oid, Codec: tolerant{pgtype.TextCodec{}}})
	}
}

type tolerant struct{ pgtype.TextCodec }

// PlanEncode implements [pgtype.Codec].
func (t tolerant) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(string); ok {
		return storableText{}
	}
	return t.TextCodec.PlanEncode(m, oid, format, value)
}

type storableText struct{}

// Encode implements [pgtype.EncodePlan].
func (storableText) Encode(value any, buf []byte) ([]byte, error) {
	s, _ := value.(string)
	return append(buf, Storable(s)...), nil
}
