package ui

import "net/http"

// Own is the address of a page of ours as the browser of a request reaches it.
func Own(r *http.Request, secure bool, path string) string {
	if secure || r.TLS != nil {
		return "https://" + r.Host + path
	}
	return "http://" + r.Host + path
}
