package blob

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/minio/minio-go/v7"

	"madoguchi/terms/fault"
)

// dialer connects to the object store, or gives up in time.
func dialer() func(context.Context, string, string) (net.Conn, error) {
	return (&net.Dialer{Timeout: connects}).DialContext
}

// absent reports that there is no such object, in a bucket that is there.
func absent(err error) bool {
	return err != nil && minio.ToErrorResponse(err).Code == "NoSuchKey"
}

// present is err unless it only says that there is no such object.
func present(err error) error {
	if absent(err) {
		return nil
	}
	return err
}

// fault says what is wrong with the object store, and how to mend it. An ended
// context of the caller is passed on; one that only bounded the request is
// [fault.Unavailable].
func (b *bucket) fault(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return err
	}
	where := b.String()
	said := func(ja, en string) error {
		return fault.Wrap(fault.Unavailable, err, "オブジェクトストレージ "+where+" "+ja, "The object store "+where+" "+en).At("files")
	}
	switch code := minio.ToErrorResponse(err); {
	case code.Code == "NoSuchKey":
		return missing(err)
	case code.Code == "NoSuchBucket":
		return said("にバケット「"+b.Name+"」がありません。バケットを作成するか、--files を確認してください。",
			"has no bucket "+b.Name+". Make it, or check --files.")
	case code.Code == "InvalidAccessKeyId", code.Code == "SignatureDoesNotMatch", code.Code == "InvalidTokenId", code.Code == "ExpiredToken",
		code.Code == "XAdminUserNotFound": // versitygw's word for an unknown access key
		return said("がアクセスキーを受け付けません。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を確認してください。",
			"does not accept the access key. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
	case code.Code == "RequestTimeTooSkewed", code.Code == "RequestExpired":
		return said("の時計と、このマシンの時計がずれています。時刻を合わせてください。", "has another time than this machine. Set the clock right.")
	case code.StatusCode == http.StatusForbidden, code.StatusCode == http.StatusUnauthorized:
		return said("が操作を許可しません。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を確認し、バケットポリシーで s3:GetObject、s3:PutObject、s3:DeleteObject、s3:ListBucket を許可してください。",
			"does not allow it. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the bucket's policy must allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.")
	case code.StatusCode == http.StatusPreconditionFailed:
		return damaged(err) // it was replaced while it was read: the next reading finds the new one
	case code.StatusCode != 0 && code.StatusCode < http.StatusInternalServerError:
		return said(fmt.Sprintf("がエラーを返しました（%s）。", code.Code), fmt.Sprintf("answers with an error (%s).", code.Code))
	}
	return said("に接続できないか、応答がありません。接続先、ネットワーク、サーバーの状態を確認してください。",
		"cannot be reached, or does not answer. Check its address, the network, and the server.")
}

func tooLarge(size int64) error {
	return fault.New(fault.Invalid, "ファイルが大きすぎます（上限 5 GiB）。", fmt.Sprintf("The file is too large (%d bytes; at most 5 GiB).", size))
}
