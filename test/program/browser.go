package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Browser is a person at the screens, with a cookie jar. It sends forms as
// the pages do and follows no redirect. It belongs to one goroutine.
type Browser struct {
	http *http.Client
}

// NewBrowser returns a browser that nobody has signed in with.
func NewBrowser() (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Browser{http: &http.Client{
		Jar: jar, Timeout: patience, Transport: &http.Transport{ResponseHeaderTimeout: patience, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Get asks for a page. It returns the status and the body; an error means
// that no answer came.
func (b *Browser) Get(host, path string) (int, string, error) {
	return b.do(http.MethodGet, host, path, nil)
}

// Retry asks for a page and returns the status and when to ask again.
func (b *Browser) Retry(host, path string) (status int, after string, err error) {
	res, err := b.http.Get("http://" + host + path)
	if err != nil {
		return 0, "", err
	}
	return res.StatusCode, res.Header.Get("Retry-After"), res.Body.Close()
}

// Fetch asks for what is no page, with headers of its own, and returns the
// whole answer and its body.
func (b *Browser) Fetch(host, path string, headers map[string]string) (*http.Response, []byte, error) {
	r, err := http.NewRequest(http.MethodGet, "http://"+host+path, nil)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	res, err := b.http.Do(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(res.Body)
	return res, body, errors.Join(err, res.Body.Close())
}

// Upload sends a file by a form.
func (b *Browser) Upload(host, path, name string, data []byte) (int, string, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return 0, "", err
	}
	return b.send(http.MethodPost, host, path, w.FormDataContentType(), &form)
}

// Listen opens the stream of a page of the desk as its script does, naming what
// the page has seen. It ends when end is called.
func (b *Browser) Listen(host, page string) (stream io.Reader, end func(), err error) {
	_, text, err := b.Get(host, page)
	if err != nil {
		return nil, nil, err
	}
	_, rest, ok := strings.Cut(text, `hx-sse:connect="`)
	path, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		return nil, nil, fmt.Errorf("%s has no stream", page)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+path, nil)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	res, err := (&http.Client{Jar: b.http.Jar}).Do(r)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	if res.StatusCode != http.StatusOK {
		cancel()
		return nil, nil, errors.Join(fmt.Errorf("%s answered %d", path, res.StatusCode), res.Body.Close())
	}
	return res.Body, func() { cancel(); _ = res.Body.Close() }, nil
}

// Post sends a form.
func (b *Browser) Post(host, path string, form url.Values) (int, string, error) {
	return b.do(http.MethodPost, host, path, strings.NewReader(form.Encode()))
}

// SignIn signs a person in.
func (b *Browser) SignIn(host, mail, password string) error {
	code, page, err := b.Post(host, "/sign-in", url.Values{"mail": {mail}, "password": {password}})
	if err == nil && code != http.StatusSeeOther {
		err = fmt.Errorf("signing in answered %d: %s", code, Text(page))
	}
	return err
}

func (b *Browser) do(method, host, path string, body io.Reader) (int, string, error) {
	return b.send(method, host, path, "application/x-www-form-urlencoded", body)
}

func (b *Browser) send(method, host, path, kind string, body io.Reader) (int, string, error) {
	r, err := http.NewRequest(method, "http://"+host+path, body)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	res, err := b.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	return res.StatusCode, string(page), err
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	fields = regexp.MustCompile(`<input[^>]*>`)
	parts  = regexp.MustCompile(`(\w+)="([^"]*)"|\s(checked)\b`)
)

// Text is a page as people read it.
func Text(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

// Inputs are the values that a page's form would send: its hidden fields and
// what is checked.
func Inputs(page string) url.Values {
	v := url.Values{}
	for _, field := range fields.FindAllString(page, -1) {
		at := map[string]string{}
		for _, m := range parts.FindAllStringSubmatch(field, -1) {
			if m[3] != "" {
				at["checked"] = "checked"
				continue
			}
			at[m[1]] = html.UnescapeString(m[2])
		}
		_, checked := at["checked"]
		if at["name"] != "" && (at["type"] == "hidden" || checked) {
			v.Add(at["name"], at["value"])
		}
	}
	return v
}
