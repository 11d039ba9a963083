// Package fault gives every error a kind and a message that may be shown to
// an outsider.
//
// It owns the small set of kinds that each door maps to its own protocol
// (a page, problem+json, an SMTP reply, an exit code). It refuses to carry
// secrets or internals in the public message: the cause is kept for the log
// and is reachable only through [errors.Unwrap].
//
// Start reading at [Error].
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure happened, independent of any protocol.
type Kind uint8

// The kinds. The zero value is Internal, so an error that nobody classified
// is never shown as the user's mistake.
const (
	Internal    Kind = iota // our defect, or a part of the machine failed
	Invalid                 // the input is wrong; the message says how to mend it
	NotFound                // it does not exist, or the asker may not know that it does
	Conflict                // it changed meanwhile, or exists already
	Forbidden               // signed in, but not allowed
	Unsigned                // not signed in
	RateLimited             // too many attempts; try again later
	Unavailable             // try again later: disk full, database away, stopping
	TooLarge                // over a size limit that the message names
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "forbidden", "unsigned", "rate_limited", "unavailable", "too_large"}

// String returns the kind's stable machine name, for logs and problem+json.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Text is one message in the two languages that every screen has.
type Text struct{ JA, EN string }

// In returns the message in the language tag given ("ja" or "en"); any other
// tag gets English.
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// Error is a classified failure.
type Error struct {
	Kind  Kind
	Text  Text   // safe for outsiders
	Field string // the input's name when one field is to blame, else empty
	Cause error  // for the log only; may be nil
}

// New returns an error of a kind with its outside message in Japanese and English.
func New(k Kind, ja, en string) *Error {
	return &Error{Kind: k, Text: Text{JA: ja, EN: en}}
}

// Wrap is New with the cause kept for the log.
func Wrap(k Kind, cause error, ja, en string) *Error {
	return &Error{Kind: k, Text: Text{JA: ja, EN: en}, Cause: cause}
}

// At names the input field to blame and returns e.
func (e *Error) At(field string) *Error { e.Field = field; return e }

// Error is the log's line: kind, English message, cause.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Text.EN
	if e.Field != "" {
		s = e.Kind.String() + " (" + e.Field + "): " + e.Text.EN
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first classified error in err's chain, and
// Internal for an unclassified one. KindOf(nil) is Internal too: do not ask.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a classified error of kind k.
func Is(err error, k Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == k
}

// Public returns what an outsider may read of err: its own text when it is
// classified, else a plain apology without any detail.
func Public(err error) Text {
	if e, ok := errors.AsType[*Error](err); ok && e.Text.EN != "" {
		return e.Text
	}
	return Text{
		JA: "処理中に問題が発生しました。時間をおいて再度お試しください。",
		EN: "Something went wrong on our side. Please try again in a moment.",
	}
}
