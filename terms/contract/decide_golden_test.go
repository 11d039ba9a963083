package contract_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"madoguchi/terms/contract"
)

var update = flag.Bool("update", false, "write testdata anew")

// The full decision table of the shipped contract, as a person reads it: every
// channel, hour, region, claim, judgement, agreement and emergency. A change of
// the file or of the code that changes any answer shows here as a line.
func TestDecisionTable(t *testing.T) {
	c := shipped(t)
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) {
			got := decisionTable(t, c, lang)
			file := "testdata/decisions." + lang + ".txt"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			if len(gotLines) != len(wantLines) {
				t.Fatalf("%d lines, want %d (go test -update ./terms/contract writes them anew)", len(gotLines), len(wantLines))
			}
			for i := range gotLines {
				if gotLines[i] != wantLines[i] {
					t.Errorf("line %d\n got %s\nwant %s", i+1, gotLines[i], wantLines[i])
				}
			}
		})
	}
}

type claim struct {
	priority  contract.PriorityID
	criterion contract.ClauseID
}

func decisionTable(t *testing.T, c *contract.Contract, lang string) string {
	var b strings.Builder
	say := func(ja, en string) string { return contract.Text{JA: ja, EN: en}.In(lang) }
	label := func(p contract.PriorityID) string {
		v, ok := c.Priority(p)
		if !ok {
			return say("―", "-")
		}
		return v.Label.In(lang)
	}
	mark := func(v bool, ja, en string) string {
		if v {
			return say(ja, en)
		}
		return say("―", "-")
	}
	claims := []claim{{}, {priority: "low"}, {priority: "medium"}, {priority: "high"}, {"high", "priority.high.interruption"}, {"high", "priority.high.agreed"}}
	for _, channel := range []contract.ChannelID{"phone", "mail", "portal"} {
		for _, hours := range []string{"2026-11-24 11:00", "2026-11-22 03:00"} {
			for _, region := range c.Regions() {
				for _, cl := range claims {
					for _, judged := range []contract.PriorityID{"", "low", "medium", "high"} {
						for bits := range 8 {
							in := contract.Contact{
								Channel: channel, At: at(t, c, hours), Region: region.ID, Claim: cl.priority, ClaimCriterion: cl.criterion,
								Judgement: judged, Known: bits&1 == 0, Agreed: bits&2 != 0, Emergency: bits&4 != 0,
							}
							if in.Agreed && (judged == "low" || judged == "medium" || cl.priority == "low" || cl.priority == "medium") {
								continue // no agreement on High while a side says otherwise
							}
							if !in.Known && (judged != "" || in.Agreed) {
								continue // an unknown caller is identified before anyone agrees or judges
							}
							d := c.Decide(in)
							ch, _ := c.Channel(channel)
							claimed := label(cl.priority)
							if cl.criterion != "" {
								k, _ := c.Criterion(cl.criterion)
								claimed += say("（", " (") + k.Label.In(lang) + say("）", ")")
							}
							runs := label(d.Priority)
							if d.Provisional {
								runs += say("（暫定）", " (provisional)")
							}
							var told []string
							for _, s := range d.Tell {
								told = append(told, string(s.Clause))
							}
							if d.AskToPhone {
								told = append(told, say("電話番号", "phone number"))
							}
							fmt.Fprintf(&b, "%s | %s %s | %s | %s %s | %s %s | %s | %s | %s => %s | %s | %s | %s\n",
								ch.Label.In(lang), hours, mark(d.InHours, "営業時間内", "in hours"), region.Label.In(lang),
								say("申告", "claim"), claimed, say("判断", "judged"), label(judged),
								mark(in.Agreed, "合意", "agreed"), mark(in.Emergency, "緊急", "emergency"), mark(!in.Known, "未登録", "unknown"),
								d.Do.Label().In(lang), runs, d.SupportStarts.In(c.Zone()).Format("01-02 15:04"), strings.Join(told, " "))
						}
					}
				}
			}
		}
	}
	return b.String()
}
