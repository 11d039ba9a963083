package internal_test

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// Whatever is particular to a provider stands in its contract file: no shipped
// Go file names a provider, or one of its clauses, priorities or texts. The
// code gets at a clause by what it does: the target's, the text's, the
// channel's, the region's (see package terms/contract).
func TestNoCodeKnowsAProvider(t *testing.T) {
	clauses := map[string]string{}
	var names []string
	for _, name := range contracts.Names() {
		file, data, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.Load(file, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, clause := range c.Clauses() {
			clauses[string(clause.ID)] = name
		}
		company, _, _ := strings.Cut(c.Provider().EN, " ")
		names = append(names, strings.ToLower(company))
	}
	// Names of readings and texts are the program's own, and two are spelled as a clause is.
	for _, r := range contract.Readings() {
		delete(clauses, r)
	}
	for _, s := range shipped(t) {
		if s.pkg == "contracts" {
			continue // the folders' names
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true // the parser has refused it already
			}
			if of := clauses[text]; of != "" {
				t.Errorf("%s: %q is a clause of %s: ask the contract for the clauses of what is done (SayClauses, TargetClauses, Channel.Clauses …)", s.at(lit.Pos()), text, of)
			}
			for _, name := range names {
				if strings.Contains(strings.ToLower(text), name) {
					t.Errorf("%s: %q names a provider: it belongs in a contract file", s.at(lit.Pos()), text)
				}
			}
			return true
		})
	}
}
