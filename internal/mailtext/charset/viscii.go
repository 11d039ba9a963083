package charset

import "strings"

// viscii are the characters of the bytes 80 to FF (RFC 1456).
var viscii = []rune("ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ")

// visciiLow are the six capitals that stand among the control characters.
var visciiLow = map[byte]rune{0x02: 'Ẳ', 0x05: 'Ẵ', 0x06: 'Ẫ', 0x14: 'Ỷ', 0x19: 'Ỹ', 0x1e: 'Ỵ'}

func decodeVISCII(b []byte) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	for _, c := range b {
		switch r, low := visciiLow[c]; {
		case c >= 0x80:
			out.WriteRune(viscii[c-0x80])
		case low:
			out.WriteRune(r)
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), 0
}
