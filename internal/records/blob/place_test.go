package blob_test

import (
	"strings"
	"testing"

	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

func TestWhereABucketIs(t *testing.T) {
	for _, c := range []struct {
		place    string
		want     blob.Bucket
		readable bool
	}{
		{"s3://desk?region=ap-northeast-1", blob.Bucket{Name: "desk", Endpoint: "https://s3.ap-northeast-1.amazonaws.com", Region: "ap-northeast-1", Virtual: true}, false},
		{"s3://desk/files/?endpoint=https://minio.example:9000", blob.Bucket{Name: "desk", Prefix: "files/", Endpoint: "https://minio.example:9000", Region: "us-east-1"}, false},
		{"s3://desk/a/b?endpoint=http://10.0.0.1:7070&path-style=false", blob.Bucket{Name: "desk", Prefix: "a/b/", Endpoint: "http://10.0.0.1:7070", Region: "us-east-1", Virtual: true}, true},
		{"s3://desk?endpoint=http://127.0.0.1:7070", blob.Bucket{Name: "desk", Endpoint: "http://127.0.0.1:7070", Region: "us-east-1"}, false},
	} {
		got, err := blob.ParseBucket(c.place)
		if err != nil || got != c.want || got.Readable() != c.readable {
			t.Errorf("%s: %+v, readable %v, %v", c.place, got, got.Readable(), err)
		}
	}
	for _, place := range []string{
		"s3://", "s3:///prefix", "s3://desk:9000/x", "s3://desk?endpoint=minio:9000", "s3://desk?endpoint=https://minio/path", "s3://desk?regoin=x",
		"s3://desk?endpoint=https://key:hidden@minio", "s3://key:hidden@desk", "s3://desk%zzhidden",
	} {
		_, err := blob.ParseBucket(place)
		if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", place, err)
		}
	}
}
