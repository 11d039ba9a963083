package contracts_test

import (
	"regexp"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

func TestShippedContractsLoad(t *testing.T) {
	for _, name := range contracts.Names() {
		file, data, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.Load(file, data)
		if err != nil {
			t.Fatalf("%s does not load:\n%v", name, err)
		}
		if c.ID() != name {
			t.Errorf("the contract in folder %q calls itself %q", name, c.ID())
		}
	}
}

// halfWidth matches marks of English writing beside Japanese.
var halfWidth = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー々」』】）][ ]?[:!?,(]|[:!?,)][ ]?[\p{Han}\p{Hiragana}\p{Katakana}「『【（]`)

func TestWhatCustomersReadInJapaneseHasFullWidthMarks(t *testing.T) {
	for _, name := range contracts.Names() {
		file, data, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.Load(file, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range contract.Keys() {
			if ja := c.Say(key).JA; halfWidth.MatchString(ja) {
				t.Errorf("%s says in %s with half-width marks: %s", name, key, ja)
			}
		}
	}
}
