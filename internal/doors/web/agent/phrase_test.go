package agent

import (
	"strings"
	"testing"
)

func TestTheTermsStayVerbatimWhereTheyAreMarked(t *testing.T) {
	const text = "高 2 営業時間内の初期対応、およびサービス復旧を最優先とする対応。"
	marked := 0
	var whole strings.Builder
	for _, p := range boundPieces(text, []string{"サービス復旧を最優先とする対応", "2 営業時間内の初期対応"}) {
		whole.WriteString(p.Text)
		if p.Bound {
			marked++
		}
	}
	if whole.String() != text || marked != 2 {
		t.Errorf("%q, %d marked", whole.String(), marked)
	}
	if all := boundPieces(text, nil); len(all) != 1 || !all[0].Bound {
		t.Errorf("without phrases %v", all)
	}
}
