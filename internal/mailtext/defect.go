package mailtext

// DefectKind names a departure from the standards that was mended.
type DefectKind string

// The kinds of defects.
const (
	HeaderMalformed    DefectKind = "header-malformed"    // a line that is no field was joined or skipped
	HeaderUnterminated DefectKind = "header-unterminated" // no empty line before the body
	HeaderTooLong      DefectKind = "header-too-long"     // the rest of the header was not looked at
	BoundaryMissing    DefectKind = "boundary-missing"    // a multipart without a usable boundary
	BoundaryUnclosed   DefectKind = "boundary-unclosed"   // the closing boundary is missing
	TransferMalformed  DefectKind = "transfer-malformed"  // damaged base64, uuencode or yEnc
	TransferUnknown    DefectKind = "transfer-unknown"    // an encoding that nobody knows; bytes kept as they are
	CharsetMended      DefectKind = "charset-mended"      // the charset was missing, unknown or wrong
	CharsetLoss        DefectKind = "charset-loss"        // some bytes could not be read; U+FFFD stands for them
	DateUnreadable     DefectKind = "date-unreadable"     // the Date field is missing or no date
	TooDeep            DefectKind = "too-deep"            // nesting beyond the limit was kept as an attachment
	TooManyParts       DefectKind = "too-many-parts"      // parts beyond the limit were left out
)

// Defect is one departure from the standards. Detail is English, for a log or
// a person who looks into a mail; it may be empty.
type Defect struct {
	Kind   DefectKind
	Detail string
}
