package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/terms/fault"
)

// problem is an error as programs get it (RFC 9457).
type problem struct {
	Type   string   `json:"type" example:"about:blank"`
	Title  string   `json:"title" doc:"The kind in a few words"`
	Status int      `json:"status"`
	Detail string   `json:"detail" doc:"What happened and how to mend it, in Japanese or English by Accept-Language"`
	Kind   string   `json:"kind" doc:"Stable name of the kind: invalid, not_found, conflict, forbidden, unsigned, rate_limited, unavailable, too_large, internal"`
	Errors []detail `json:"errors,omitempty" doc:"The fields to blame"`

	retryAfter int // seconds; 0 says nothing
}

// detail is one field to blame.
type detail struct {
	Location string `json:"location" doc:"Such as body.from.address"`
	Message  string `json:"message"`
}

// Error implements [error].
func (p *problem) Error() string { return p.Detail }

// GetStatus implements [huma.StatusError].
func (p *problem) GetStatus() int { return p.Status }

// ContentType implements [huma.ContentTypeFilter].
func (p *problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements [huma.HeadersError].
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// answerTo says by which status, title and pause each kind is told.
var answerTo = map[fault.Kind]struct {
	status int
	title  fault.Text
	pause  int // seconds
}{
	fault.Internal:    {http.StatusInternalServerError, fault.Text{JA: "内部エラー", EN: "Internal error"}, 0},
	fault.Invalid:     {http.StatusUnprocessableEntity, fault.Text{JA: "入力の誤り", EN: "Invalid request"}, 0},
	fault.NotFound:    {http.StatusNotFound, fault.Text{JA: "見つかりません", EN: "Not found"}, 0},
	fault.Conflict:    {http.StatusConflict, fault.Text{JA: "競合", EN: "Conflict"}, 0},
	fault.Forbidden:   {http.StatusForbidden, fault.Text{JA: "権限がありません", EN: "Forbidden"}, 0},
	fault.Unsigned:    {http.StatusUnauthorized, fault.Text{JA: "トークンが必要です", EN: "A token is needed"}, 0},
	fault.RateLimited: {http.StatusTooManyRequests, fault.Text{JA: "リクエストが多すぎます", EN: "Too many requests"}, 1},
	fault.Unavailable: {http.StatusServiceUnavailable, fault.Text{JA: "一時的に利用できません", EN: "Temporarily unavailable"}, 5},
	fault.TooLarge:    {http.StatusRequestEntityTooLarge, fault.Text{JA: "サイズの上限を超えています", EN: "Too large"}, 0},
}

func problemOf(err error, lang string) *problem {
	kind := fault.KindOf(err)
	a := answerTo[kind]
	p := &problem{Type: "about:blank", Title: a.title.In(lang), Status: a.status, Detail: fault.Public(err).In(lang), Kind: kind.String(), retryAfter: a.pause}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Field != "" {
		where := "body."
		switch e.Field {
		case "Idempotency-Key":
			where = "header."
		case "cursor":
			where = "query."
		}
		p.Errors = []detail{{Location: where + e.Field, Message: p.Detail}}
	}
	return p
}

// fail makes a handler's error an answer. What is no fault of the caller is
// written to the log, where its cause is.
func (d *Door) fail(ctx context.Context, err error) error {
	lang, _ := ctx.Value(keyLanguage).(string)
	p := problemOf(err, lang)
	if p.Status == http.StatusInternalServerError {
		d.log.ErrorContext(ctx, "api", "token", clientOf(ctx).Name(), "error", err)
	}
	return p
}

// refuse answers before a request has reached its handler.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err, language(r))
	if p.Status == http.StatusInternalServerError {
		d.log.ErrorContext(r.Context(), "api", "error", err)
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // who does not read the answer is gone
}

// translate makes what the library says of a request that does not fit its
// description an answer of ours.
func translate(ctx huma.Context, _ string, body any) (any, error) {
	m, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	kind := fault.Invalid
	switch {
	case m.Status == http.StatusRequestEntityTooLarge:
		kind = fault.TooLarge
	case m.Status >= http.StatusInternalServerError:
		kind = fault.Internal
	}
	lang := "en"
	if said, ok := ctx.Context().Value(keyLanguage).(string); ok {
		lang = said
	}
	text := fault.Text{JA: "リクエストの形式が正しくありません。errors の各項目をご確認ください。", EN: "The request does not have the form that is described. See errors."}
	if kind != fault.Invalid {
		text = answerTo[kind].title
	}
	p := &problem{Type: "about:blank", Title: answerTo[kind].title.In(lang), Status: m.Status, Detail: text.In(lang), Kind: kind.String()}
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, detail{Location: e.Location, Message: e.Message})
	}
	return p, nil
}
