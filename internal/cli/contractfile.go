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
	Amendments
}

// Amendments names what one customer has agreed beyond the contract.
type Amendments struct {
	Amendment []string `name:"amendment" sep:"none" placeholder:"FILE" help:"An amendment that lies over the contract; may be given several times, the later one counts."`
}

// load reads the contract named, or the shipped one, with its amendments.
func (c ContractFile) load(stdio *IO) (*contract.Contract, error) {
	name, data, err := readContract(c.Contract, stdio)
	if err != nil {
		return nil, err
	}
	k, err := contract.Load(name, data)
	if err != nil {
		return nil, err
	}
	return c.over(k, stdio)
}

// over lays the amendments over a contract.
func (a Amendments) over(k *contract.Contract, stdio *IO) (*contract.Contract, error) {
	var list []*contract.Amendment
	for _, path := range a.Amendment {
		name, data, err := readFile(path, stdio)
		if err != nil {
			return nil, err
		}
		amendment, err := contract.LoadAmendment(name, data)
		if err != nil {
			return nil, err
		}
		list = append(list, amendment)
	}
	return k.With(list...)
}

// readContract returns a contract file's name and text: path's, standard
// input's for "-", the shipped one's for "".
func readContract(path string, stdio *IO) (name string, data []byte, err error) {
	if path == "" {
		return contracts.Read(contracts.Default)
	}
	return readFile(path, stdio)
}

// readFile returns a file's name and text, standard input's for "-". It reads
// at most one byte more than a contract may have.
func readFile(path string, stdio *IO) (name string, data []byte, err error) {
	if path == "-" {
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
