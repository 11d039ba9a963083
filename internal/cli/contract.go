package cli

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ContractCmd groups the commands about contract files.
type ContractCmd struct {
	Check   ContractCheckCmd   `cmd:"" help:"Check a contract file and print what keeps each clause."`
	Show    ContractShowCmd    `cmd:"" help:"Show what a contract says."`
	Explain ContractExplainCmd `cmd:"" help:"Explain one clause: its text, what keeps it, how it is read."`
	Schema  ContractSchemaCmd  `cmd:"" help:"Print the JSON Schema of contract files, for editors."`
	Diff    ContractDiffCmd    `cmd:"" help:"Show what differs between two contract files."`

	Simulate ContractSimulateCmd `cmd:"" help:"Replay the desk's recorded history under another contract file and show what would differ."`
}

// ContractCheckCmd checks a file. A wrong file is the error, with every
// problem's file, line, column and mend.
type ContractCheckCmd struct {
	Language
	Amendments
	File string `arg:"" optional:"" help:"Contract file, - for standard input; without it, the shipped contract."`
}

// Run prints the binding of every clause.
func (c *ContractCheckCmd) Run(stdio *IO) error {
	k, err := ContractFile{c.File, c.Amendments}.load(stdio)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdio.Out, 0, 4, 2, ' ', 0)
	count := map[contract.How]int{}
	for _, clause := range k.Clauses() {
		count[clause.Binding.How]++
		fmt.Fprintf(w, "%s\t%s\t%s\n", clause.ID, clause.Binding.How, c.kept(clause.Binding))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdio.Out, c.say(
		"\n%s（%s）: 誤りはありません。条文 %d: 規則 %d、表示 %d、実行対象外 %d、未対応 %d。読み方 %d 件、すべて選択済み。\n",
		"\n%s (%s): no mistakes. %d clauses: %d kept by rules, %d shown, %d not executable, %d not yet. %d readings, all chosen.\n",
	),
		k.Name().In(c.Lang), k.Ref(), len(k.Clauses()), count[contract.ByRule], count[contract.ByText], count[contract.NotExecutable], count[contract.NotYet], len(k.Readings()))
	return err
}

func (c *ContractCheckCmd) kept(b contract.Binding) string {
	parts := strings.Join(b.Places, ", ")
	if b.Reason.EN != "" {
		parts = strings.TrimPrefix(parts+"; "+b.Reason.In(c.Lang), "; ")
	}
	if len(b.Shown) == 0 {
		return parts
	}
	var shown []string
	for _, s := range b.Shown {
		shown = append(shown, s.In(c.Lang))
	}
	return strings.TrimPrefix(parts+c.say("；表示: ", "; shown: ")+strings.Join(shown, c.say("、", ", ")), c.say("；", "; "))
}

// ContractExplainCmd explains one clause.
type ContractExplainCmd struct {
	Language
	ContractFile
	Clause string `arg:"" help:"Clause id, such as response.medium."`
}

// Run prints the clause's text, its reading aid and what keeps it.
func (c *ContractExplainCmd) Run(stdio *IO) error {
	k, err := c.load(stdio)
	if err != nil {
		return err
	}
	clause, ok := k.Clause(contract.ClauseID(c.Clause))
	if !ok {
		return fault.New(fault.NotFound, "条文「"+c.Clause+"」はこの契約にありません。madoguchi contract check で一覧を表示できます。",
			"the contract has no clause "+c.Clause+"; madoguchi contract check lists them")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", clause.ID, strings.TrimSpace(clause.Number+" "+clause.Section.In(c.Lang)))
	ruling, aid := clause.JA, clause.EN
	if k.Language() == "en" {
		ruling, aid = clause.EN, clause.JA
	}
	fmt.Fprintf(&b, "\n%s\n", indent(ruling))
	if c.Lang != k.Language() {
		fmt.Fprintf(&b, "\n%s\n", indent(aid))
	}
	fmt.Fprintf(&b, "\n%s: %s\n", c.say("この条文を守るもの", "kept by"), cmp.Or((&ContractCheckCmd{Language: c.Language}).kept(clause.Binding), string(clause.Binding.How)))
	for _, r := range k.Readings() {
		for _, id := range r.Clauses {
			if id == clause.ID {
				c.reading(&b, r)
			}
		}
	}
	_, err = fmt.Fprint(stdio.Out, b.String())
	return err
}

func (c *ContractExplainCmd) reading(b *strings.Builder, r contract.Reading) {
	fmt.Fprintf(b, "\n%s: %s\n", r.Name, r.Question.In(c.Lang))
	for _, a := range r.Alternatives {
		mark := "( )"
		if a.ID == r.Chosen {
			mark = "(x)"
		}
		fmt.Fprintf(b, "  %s %s: %s\n", mark, a.ID, a.Meaning.In(c.Lang))
	}
	fmt.Fprintf(b, "  %s: %s\n", c.say("理由", "reason"), r.Reason.In(c.Lang))
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// ContractSchemaCmd prints the JSON Schema.
type ContractSchemaCmd struct {
	Amendment bool `help:"Of amendments instead."`
}

// Run prints the schema that editors check and complete contract files with.
func (c *ContractSchemaCmd) Run(stdio *IO) error {
	of := contract.Schema
	if c.Amendment {
		of = contract.AmendmentSchema
	}
	schema, err := of()
	if err != nil {
		return err
	}
	_, err = stdio.Out.Write(append(schema, '\n'))
	return err
}

// ContractDiffCmd compares two files.
type ContractDiffCmd struct {
	Language
	Amendments
	Old string `arg:"" help:"The older contract file."`
	New string `arg:"" optional:"" help:"The newer contract file; without it, the older one with its amendments."`
}

// Help says what is compared.
func (c *ContractDiffCmd) Help() string {
	return "With two files and --amendment, both are compared as that customer has them. With one file, what its amendments change is shown."
}

// Run prints one line for each difference: ~ changed, - removed, + added.
func (c *ContractDiffCmd) Run(stdio *IO) error {
	old, next, err := c.both(stdio)
	if err != nil {
		return err
	}
	changes := contract.Compare(old, next)
	var b strings.Builder
	for _, change := range changes {
		switch {
		case change.New == "":
			fmt.Fprintf(&b, "- %s: %s\n", change.Path, line(change.Old))
		case change.Old == "":
			fmt.Fprintf(&b, "+ %s: %s\n", change.Path, line(change.New))
		default:
			fmt.Fprintf(&b, "~ %s: %s -> %s\n", change.Path, line(change.Old), line(change.New))
		}
	}
	if len(changes) == 0 {
		b.WriteString(c.say("違いはありません。\n", "no difference\n"))
	}
	_, err = fmt.Fprint(stdio.Out, b.String())
	return err
}

func (c *ContractDiffCmd) both(stdio *IO) (old, next *contract.Contract, err error) {
	if c.New == "" {
		if len(c.Amendment) == 0 {
			return nil, nil, fault.New(fault.Invalid, "比べるファイルを 2 つ指定するか、1 つと --amendment を指定してください。", "give two files to compare, or one and --amendment")
		}
		if old, err = (ContractFile{Contract: c.Old}).load(stdio); err != nil {
			return nil, nil, err
		}
		next, err = c.over(old, stdio)
		return old, next, err
	}
	if old, err = (ContractFile{c.Old, c.Amendments}).load(stdio); err != nil {
		return nil, nil, err
	}
	next, err = ContractFile{c.New, c.Amendments}.load(stdio)
	return old, next, err
}

func line(s string) string { return strings.ReplaceAll(s, "\n", " ") }
