package cases

import (
	"maps"
	"reflect"
	"slices"
)

// Types are the names of all payloads.
func Types() []string { return slices.Sorted(maps.Keys(registry)) }

// TypeNamed is the Go type of one.
func TypeNamed(name string) reflect.Type { return registry[name] }
