package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
)

// ContractShowCmd shows a contract in words.
type ContractShowCmd struct {
	Language
	Amendments
	File   string `arg:"" optional:"" help:"Contract file, - for standard input; without it, the shipped contract."`
	Source bool   `help:"Print the file itself, to start an own contract from."`
}

// Run prints the parties, hours, targets, criteria, what happens to contacts, and
// how the terms are read.
func (c *ContractShowCmd) Run(stdio *IO) error {
	name, data, err := readContract(c.File, stdio)
	if err != nil {
		return err
	}
	if c.Source {
		_, err = stdio.Out.Write(data)
		return err
	}
	k, err := contract.Load(name, data)
	if err != nil {
		return err
	}
	if k, err = c.over(k, stdio); err != nil {
		return err
	}
	var b strings.Builder
	c.parties(&b, k)
	c.amended(&b, k)
	c.hours(&b, k)
	if err := c.targets(&b, k); err != nil {
		return err
	}
	c.criteria(&b, k)
	c.rules(&b, k)
	c.readings(&b, k)
	_, err = fmt.Fprint(stdio.Out, b.String())
	return err
}

func (c *ContractShowCmd) parties(b *strings.Builder, k *contract.Contract) {
	fmt.Fprintf(b, "%s  (%s)\n%s / %s\n", k.Name().In(c.Lang), k.Ref(), k.Provider().In(c.Lang), k.Desk().In(c.Lang))
	fmt.Fprintf(b, "%s: %s\n", c.say("適用開始", "effective from"), k.Effective())
	var channels []string
	for _, ch := range k.Channels() {
		if ch.Enabled {
			channels = append(channels, ch.Label.In(c.Lang))
		}
	}
	fmt.Fprintf(b, "%s: %s\n", c.say("受付方法", "channels"), strings.Join(channels, c.say("、", ", ")))
}

// amended prints what one customer has beyond the contract.
func (c *ContractShowCmd) amended(b *strings.Builder, k *contract.Contract) {
	if len(k.Amendments()) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", c.say("お客様の個別条件", "Amendments of the customer"))
	for _, a := range k.Amendments() {
		fmt.Fprintf(b, "  %s  [%s]\n    %s\n", a.Name().In(c.Lang), a.Clause(), a.Agreed().In(c.Lang))
	}
	region, _ := k.Region(k.HomeRegion())
	plus := c.say("なし", "no")
	if k.SupportPlus() {
		plus = c.say("あり", "yes")
	}
	fmt.Fprintf(b, "  %s: %s  %s: %s\n", c.say("地域", "region"), region.Label.In(c.Lang), c.say("設定代行", "configuration work"), plus)
}

func (c *ContractShowCmd) hours(b *strings.Builder, k *contract.Contract) {
	fmt.Fprintf(b, "\n%s\n", c.say("営業時間", "Hours"))
	for _, r := range k.Regions() {
		fmt.Fprintf(b, "  %s  %s (%s)  %s\n", r.Label.In(c.Lang), wording.Week(k.Week(r.ID), c.Lang), k.Hours(r.ID).Location(), clauseList(r.Clauses))
	}
}

// rules prints what happens to a contact: the first line that fits decides.
func (c *ContractShowCmd) rules(b *strings.Builder, k *contract.Contract) {
	fmt.Fprintf(b, "\n%s\n", c.say("お問い合わせの扱い（上から順に、最初に当てはまるもの）", "What happens to a contact (the first that fits)"))
	for i, r := range k.Rules() {
		more := ""
		if r.AskToPhone {
			more += c.say("、お電話をお願いする", ", asked to phone")
		}
		if r.CallBack {
			more += c.say("、登録済みのご担当者へ折り返す", ", a registered contact is called back")
		}
		fmt.Fprintf(b, "  %2d. %s => %s%s  [%s]\n", i+1, r.When.In(c.Lang), r.Do.Label().In(c.Lang), more, clauseList(r.Clauses))
	}
}

// targets prints a table of priorities by metric and region.
func (c *ContractShowCmd) targets(b *strings.Builder, k *contract.Contract) error {
	fmt.Fprintf(b, "\n%s\n", c.say("目標", "Targets"))
	w := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	for _, p := range k.Priorities() {
		for _, m := range contract.Metrics() {
			for _, r := range k.Regions() {
				t, ok := k.Target(m, p.ID, r.ID)
				if !ok {
					continue
				}
				cal := t.CalendarName
				for _, named := range k.Calendars() {
					if named.ID == cal {
						cal = named.Name.In(c.Lang)
					}
				}
				fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", p.ID, m, r.ID, wording.Length(t.Business), cal, clauseList(t.Clauses))
			}
		}
	}
	return w.Flush()
}

func (c *ContractShowCmd) criteria(b *strings.Builder, k *contract.Contract) {
	fmt.Fprintf(b, "\n%s\n", c.say("優先度の基準", "Criteria of priorities"))
	for _, p := range k.Priorities() {
		fmt.Fprintf(b, "  %s\n", p.Label.In(c.Lang))
		for _, cr := range k.Criteria() {
			if cr.Priority == p.ID {
				fmt.Fprintf(b, "    %s  [%s]\n", cr.Question.In(c.Lang), cr.Clause)
			}
		}
	}
}

func (c *ContractShowCmd) readings(b *strings.Builder, k *contract.Contract) {
	fmt.Fprintf(b, "\n%s\n", c.say("条文の読み方", "How the terms are read"))
	for _, r := range k.Readings() {
		fmt.Fprintf(b, "  %s = %s\n    %s\n    %s\n", r.Name, r.Chosen, r.Question.In(c.Lang), r.Reason.In(c.Lang))
	}
}

func clauseList(ids []contract.ClauseID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, ", ")
}
