package cli

import (
	"errors"
	"io"
	"os"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ContractFile names the contract that a command works with.
type ContractFile struct {
	Contract string `name:"contract" placeholder:"FILE" help:"Contract file; without it, the shipped contract."`
}

// load reads the contract named, or the shipped one.
func (c ContractFile) load(stdio *IO) (*contract.Contract, error) {
	name, data, err := readContract(c.Contract, stdio)
	if err != nil {
		return nil, err
	}
	return contract.Load(name, data)
}

// readContract returns a contract file's name and text: path's, standard
// input's for "-", the shipped one's for "". It reads at most one byte more
// than a contract may have.
func readContract(path string, stdio *IO) (name string, data []byte, err error) {
	switch path {
	case "":
		return contracts.Read(contracts.Default)
	case "-":
		data, err = io.ReadAll(io.LimitReader(stdio.In, contract.MaxFileBytes+1))
		return "<stdin>", data, err
	}
	f, err := os.Open(path)
	if err != nil {
		kind := fault.Invalid
		if errors.Is(err, os.ErrNotExist) {
			kind = fault.NotFound
		}
		return path, nil, fault.Wrap(kind, err, "契約ファイル "+path+" を開けません。パスと権限を確かめてください。", "the contract file "+path+" cannot be opened; check its path and permissions")
	}
	data, err = io.ReadAll(io.LimitReader(f, contract.MaxFileBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return path, nil, fault.Wrap(fault.Invalid, err, "契約ファイル "+path+" を読めません。", "the contract file "+path+" cannot be read")
	}
	return path, data, nil
}

// Language is the language of a command's answer.
type Language struct {
	Lang string `enum:"ja,en" default:"en" help:"Language of the answer: ja or en."`
}

func (l Language) say(ja, en string) string { return contract.Text{JA: ja, EN: en}.In(l.Lang) }
