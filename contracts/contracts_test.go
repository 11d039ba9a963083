package contracts_test

import (
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
