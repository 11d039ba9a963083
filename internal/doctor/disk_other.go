//go:build !unix

package doctor

import "errors"

const posixModes = false

func freeSpace(string) (uint64, error) { return 0, errors.ErrUnsupported }
