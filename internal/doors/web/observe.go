package web

import "net/http"

// Observe is told of a request that begins, and gives back what is to be told
// of its end: the status of the answer. The request then names its route
// ([http.Request.Pattern]).
type Observe func(*http.Request) (answered func(status int))

// observed reports each request that next answers, except open streams: they
// last as long as the page that listens.
func observed(next http.Handler, begin Observe) http.Handler {
	if begin == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered, seen := begin(r), &watched{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if seen.Header().Get("Content-Type") != "text/event-stream" {
			answered(seen.status)
		}
	})
}

// watched remembers the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *watched) WriteHeader(status int) {
	if !w.wrote && status >= http.StatusOK {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
