package ui

import (
	"net/http"

	"madoguchi/terms/fault"
)

// Frame is what a page of the desk needs from the door around it.
type Frame struct {
	Browser func(r *http.Request) string                           // names the browser, the same for all its tabs
	Secure  bool                                                   // browsers come over TLS only
	Page    func(r *http.Request, title, nav string) (Page, error) // the shell, with hours and counts
	Flash   func(r *http.Request, key string)                      // a text that the next page shows once
	Put     func(r *http.Request, name, value string)              // keeps a value in the session
	Pop     func(r *http.Request, name string) string              // takes it out again
	Session func(r *http.Request) string                           // the id of the session, which opens nothing
	// Passkeys reports whether they work at this address; else why says what to do.
	Passkeys func(r *http.Request) (here bool, why string)
	Status   func(fault.Kind) int        // the door's status of an error
	Renew    func(r *http.Request) error // keeps the person signed in under their new password
}
