package ui

import "net/http"

// Frame is what a page of the desk needs from the door around it.
type Frame struct {
	Page  func(r *http.Request, title, nav string) (Page, error) // the shell, with hours and counts
	Flash func(r *http.Request, key string)                      // a text that the next page shows once
	Renew func(r *http.Request) error                            // keeps the person signed in under their new password
}
