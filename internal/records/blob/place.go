package blob

import (
	"net"
	"net/url"
	"strings"

	"madoguchi/terms/fault"
)

// Bucket says where a bucket is. The rights to it come from where programs of
// AWS look for them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the file of
// AWS_SHARED_CREDENTIALS_FILE (default ~/.aws/credentials), or the machine's role.
type Bucket struct {
	Name     string
	Prefix   string // of every object; "" or "…/"
	Endpoint string // https://host:port
	Region   string
	Virtual  bool // the bucket is named by the host, not by the path
}

const bucketScheme = "s3://"

// IsBucket reports whether a place is a bucket and no directory.
func IsBucket(place string) bool { return strings.HasPrefix(place, bucketScheme) }

// ParseBucket reads s3://BUCKET/PREFIX?region=…&endpoint=https://host:port.
// Without an endpoint it is AWS; with one the bucket is part of the path, as
// most other servers want it, unless path-style=false says otherwise. It fails
// with [fault.Invalid], also where the place holds a key.
func ParseBucket(place string) (Bucket, error) {
	wrong := func(err error) error {
		return fault.Wrap(fault.Invalid, err,
			"オブジェクトストレージは s3://バケット/接頭辞?region=リージョン&endpoint=https://ホスト:ポート の形で指定してください。",
			"Give an object store as s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST:PORT.").At("files")
	}
	u, err := url.Parse(place)
	if err != nil {
		return Bucket{}, wrong(nil) // the error would show what was given, which may hold a key
	}
	q := u.Query()
	if u.User != nil {
		return Bucket{}, fault.New(fault.Invalid,
			"アクセスキーは URL に書かず、環境変数 AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY で指定してください。",
			"Give the access key by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, not in the URL.").At("files")
	}
	b := Bucket{Name: u.Host, Prefix: strings.Trim(u.Path, "/"), Endpoint: q.Get("endpoint"), Region: q.Get("region"), Virtual: q.Get("path-style") == "false"}
	for name := range q {
		if name != "endpoint" && name != "region" && name != "path-style" {
			return Bucket{}, wrong(nil)
		}
	}
	if u.Scheme+"://" != bucketScheme || b.Name == "" || u.Port() != "" {
		return Bucket{}, wrong(nil)
	}
	if b.Prefix != "" {
		b.Prefix += "/"
	}
	if b.Region == "" {
		b.Region = "us-east-1"
	}
	if b.Endpoint == "" {
		b.Endpoint, b.Virtual = aws(b.Region), true
	}
	e, err := url.Parse(b.Endpoint)
	if err != nil || (e.Scheme != "https" && e.Scheme != "http") || e.Host == "" || strings.Trim(e.Path, "/") != "" || e.User != nil {
		return Bucket{}, wrong(err)
	}
	b.Endpoint = e.Scheme + "://" + e.Host
	return b, nil
}

// Elsewhere reports that the server is none of AWS.
func (b Bucket) Elsewhere() bool { return b.Endpoint != aws(b.Region) }

func aws(region string) string { return "https://s3." + region + ".amazonaws.com" }

// String names the bucket for people; it holds no secret.
func (b Bucket) String() string {
	return bucketScheme + b.Name + "/" + strings.TrimSuffix(b.Prefix, "/") + " (" + b.Endpoint + ")"
}

// Readable reports whether others on the way could read what is sent: no TLS,
// and not to this machine.
func (b Bucket) Readable() bool {
	u, err := url.Parse(b.Endpoint)
	if err != nil || u.Scheme == "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}
