// Package contracts holds the contract files that ship with the product.
//
// It owns data only: one folder for each contract, with contract.yaml and the
// terms it executes. Reading and checking them is the work of package
// terms/contract. Start reading at hennge-one/contract.yaml.
package contracts

import "embed"

// Default is the name of the contract that is used when none is named.
const Default = "hennge-one"

// Files holds the folders of all shipped contracts.
//
//go:embed hennge-one example-europe
var Files embed.FS

// Read returns the contract file of a shipped contract by its folder's name,
// such as [Default], and the name that messages call it. The error wraps
// fs.ErrNotExist when there is no such contract.
func Read(name string) (file string, data []byte, err error) {
	file = name + "/contract.yaml"
	data, err = Files.ReadFile(file)
	return "contracts/" + file, data, err
}

// Names returns the folder names of the shipped contracts, the default first.
func Names() []string { return []string{Default, "example-europe"} }
