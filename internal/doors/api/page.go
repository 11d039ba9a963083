package api

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed style.css
var stylesheet []byte

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(stylesheet) // who does not read the answer is gone
}

// icon is the mark of the browser's tab.
func icon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f4591"/><path d="M7 13h18M10 13v9m6-9v9m6-9v9M7 22h18" stroke="#fff" stroke-width="2" fill="none"/></svg>`) // as above
}

// words of the page, which is for who writes programs.
var words = map[string]map[string]string{
	"ja": {
		"title": "API", "lead": "プログラムからケースを作成・参照するための窓口です。内容は契約に従って、メールで届いた場合と同じように扱われます。",
		"spec": "機械可読な定義（OpenAPI 3.1）", "auth": "認証", "auth-text": "管理者が「API トークン」の画面で発行したトークンを、Authorization: Bearer ヘッダーに指定します。",
		"twice": "二重登録の防止", "twice-text": "Idempotency-Key ヘッダーに一意の値を指定すると、同じ値での再送は 24 時間以上、最初と同じ回答になり、二重に登録されません。内容が異なる場合は 409 になります。",
		"errors": "エラー", "errors-text": "エラーは application/problem+json で返ります。Accept-Language が ja なら日本語です。429 と 503 には Retry-After が付きます。",
		"operations": "操作", "example": "例", "fields": "項目", "field": "名前", "type": "型", "meaning": "説明", "required": "必須",
	},
	"en": {
		"title": "API", "lead": "For programs that open and read cases. What they bring is handled by the contract as if it had come by mail.",
		"spec": "Machine-readable description (OpenAPI 3.1)", "auth": "Who calls", "auth-text": "Give a token, which an administrator makes on the page of API tokens, in the header Authorization: Bearer.",
		"twice": "Once, however often it is sent", "twice-text": "With a value of your own in the header Idempotency-Key, a request that is sent again gets the same answer for at least 24 hours and does nothing. With another body it is 409.",
		"errors": "Errors", "errors-text": "They are application/problem+json, in Japanese or English by Accept-Language. 429 and 503 carry Retry-After.",
		"operations": "Operations", "example": "Example", "fields": "Fields", "field": "Name", "type": "Type", "meaning": "Meaning", "required": "required",
	},
}

var layout = template.Must(template.New("api").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{{.T.title}} · Madoguchi</title><link rel="icon" type="image/svg+xml" href="/api/icon.svg"><link rel="stylesheet" href="/api/style.css"></head>
<body><main>
<h1>Madoguchi {{.T.title}} <small>v1</small></h1>
<p>{{.T.lead}}</p>
<p><a href="/api/openapi.json">{{.T.spec}}</a></p>
<h2>{{.T.auth}}</h2><p>{{index .T "auth-text"}}</p>
<h2>{{.T.twice}}</h2><p>{{index .T "twice-text"}}</p>
<h2>{{.T.errors}}</h2><p>{{index .T "errors-text"}}</p>
<h2>{{.T.example}}</h2>
<pre tabindex="0">curl -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: 4711" -H "Content-Type: application/json" \
  -d '{"channel": "mail", "from": {"address": "yamada@customer.example"}, "subject": "障害の連絡", "text": "ログインできません。"}' \
  {{.Base}}/api/v1/cases</pre>
<h2>{{.T.operations}}</h2>
{{$t := .T}}{{range .Ops}}<section id="{{.ID}}">
<h3><b>{{.Method}}</b> <code>{{.Path}}</code></h3>
<p lang="en"><strong>{{.Summary}}.</strong> {{.Text}}</p>
{{if .Fields}}<div class="scroll" tabindex="0" role="region" aria-label="{{.Summary}}"><table><thead><tr><th scope="col">{{$t.field}}</th><th scope="col">{{$t.type}}</th><th scope="col">{{$t.meaning}}</th></tr></thead><tbody>
{{range .Fields}}<tr><td><code>{{.Name}}</code>{{if .Required}} <small>{{$t.required}}</small>{{end}}</td><td>{{.Type}}</td><td lang="en">{{.Text}}</td></tr>
{{end}}</tbody></table></div>{{end}}
</section>
{{end}}
</main></body></html>`))

// operation is one for the page.
type operation struct {
	Method, Path, Summary, Text, ID string
	Fields                          []field
}

type field struct {
	Name, Type, Text string
	Required         bool
}

func (d *Door) page(w http.ResponseWriter, r *http.Request) {
	lang := language(r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	err := layout.Execute(w, struct {
		Lang, Base string
		T          map[string]string
		Ops        []operation
	}{lang, cmp.Or(d.desk.Site().Web, "http://"+r.Host), words[lang], d.operations()})
	if err != nil {
		d.log.ErrorContext(r.Context(), "api page", "error", err)
	}
}

// operations are read off the description, so that the page says what is true.
func (d *Door) operations() []operation {
	var list []operation
	for path, item := range d.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op == nil {
				continue
			}
			list = append(list, operation{Method: op.Method, Path: path, Summary: op.Summary, Text: op.Description, ID: op.OperationID, Fields: d.fields(op)})
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.Path+" "+b.Method, b.Path+" "+a.Method) })
	return list
}

func (d *Door) fields(op *huma.Operation) []field {
	var list []field
	for _, p := range op.Parameters {
		list = append(list, field{Name: p.Name + " (" + p.In + ")", Type: p.Schema.Type, Text: p.Description, Required: p.Required})
	}
	if op.RequestBody == nil {
		return list
	}
	s := op.RequestBody.Content["application/json"].Schema
	if s.Ref != "" {
		s = d.api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	for name, f := range s.Properties {
		kind := f.Type
		if f.Ref != "" {
			kind = "{name, address}"
		}
		list = append(list, field{Name: name, Type: kind, Text: f.Description, Required: slices.Contains(s.Required, name)})
	}
	slices.SortStableFunc(list, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return list
}
