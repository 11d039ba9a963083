package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/mailtext"
	"madoguchi/terms/fault"
)

// MailReadCmd prints what the mail reader makes of mails, one JSON object a
// line, in the order of the arguments. It needs no data directory.
type MailReadCmd struct {
	JSON  bool     `name:"json" help:"Print JSON, one object a line (the only form; accepted for clarity)."`
	Save  string   `name:"save" placeholder:"DIR" help:"Write the attachments' bytes below DIR and print where."`
	Files []string `arg:"" name:"file" help:"Files with one raw mail each; - is standard input."`
}

// mailJSON is one line of the output. A file that cannot be read has only file
// and error.
type mailJSON struct {
	File        string           `json:"file"`
	Error       string           `json:"error,omitempty"`
	From        string           `json:"from"`
	FromName    string           `json:"from_name"`
	To          []string         `json:"to"`
	Cc          []string         `json:"cc"`
	Subject     string           `json:"subject"`
	Date        string           `json:"date"`
	MessageID   string           `json:"message_id"`
	InReplyTo   []string         `json:"in_reply_to"`
	References  []string         `json:"references"`
	Text        string           `json:"text"`
	HTML        string           `json:"html"`
	Attachments []attachmentJSON `json:"attachments"`
	Kind        string           `json:"kind"`
	Bounce      []bounceJSON     `json:"bounce"`
	ReplyText   string           `json:"reply_text"`
	Signature   string           `json:"signature"`
	Defects     []string         `json:"defects"`
}

type attachmentJSON struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
	Path   string `json:"path,omitempty"`
}

type bounceJSON struct {
	Recipient string `json:"recipient"`
	Status    string `json:"status"`
	Action    string `json:"action"`
}

type errorJSON struct {
	File  string `json:"file"`
	Error string `json:"error"`
}

// Run prints one object for every file. A file that cannot be read gives an
// object with its error, and the others are still read.
func (c *MailReadCmd) Run(s *IO) error {
	out := bufio.NewWriter(s.Out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i, name := range c.Files {
		raw, err := readMailFile(s, name)
		if err != nil {
			if err := enc.Encode(errorJSON{name, err.Error()}); err != nil {
				return fmt.Errorf("write the result: %w", err)
			}
			continue
		}
		line, err := c.read(name, i, raw)
		if err != nil {
			return err
		}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func readMailFile(s *IO, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(s.In)
	}
	return os.ReadFile(name)
}

// read returns the object for one mail: a mailJSON, or an errorJSON for one
// that holds nothing. The error is for what stops the whole command.
func (c *MailReadCmd) read(name string, index int, raw []byte) (any, error) {
	m, err := mailtext.Read(raw)
	if err != nil {
		return errorJSON{name, fault.Public(err).EN}, nil
	}
	line := mailJSON{
		File: name, From: m.From.Addr, FromName: m.From.Name, To: addrs(m.To), Cc: addrs(m.Cc),
		Subject: m.Subject, MessageID: m.MessageID, InReplyTo: orEmpty(m.InReplyTo), References: orEmpty(m.References),
		Text: m.Text, HTML: m.HTML, Attachments: []attachmentJSON{}, Kind: string(m.Kind), Bounce: []bounceJSON{},
		ReplyText: m.ReplyText, Signature: m.Signature, Defects: []string{},
	}
	if m.Signature != "" { // the text after quote trimming; the signature is also told apart
		line.ReplyText = strings.TrimSpace(m.ReplyText + "\n\n" + m.Signature)
	}
	if !m.Date.IsZero() {
		line.Date = m.Date.Format(time.RFC3339)
	}
	for _, b := range m.Bounces {
		line.Bounce = append(line.Bounce, bounceJSON{b.Recipient, b.Status, b.Action})
	}
	for _, d := range m.Defects {
		line.Defects = append(line.Defects, strings.TrimSuffix(string(d.Kind)+": "+d.Detail, ": "))
	}
	for i, a := range m.Attachments {
		item := attachmentJSON{Name: a.Name, Type: a.Type, Size: len(a.Data), SHA256: a.SHA256}
		if c.Save != "" {
			if item.Path, err = saveAttachment(c.Save, index, i, a); err != nil {
				return nil, err
			}
		}
		line.Attachments = append(line.Attachments, item)
	}
	return line, nil
}

// saveAttachment writes one attachment under dir. Numbers keep equal names
// apart; nothing of the sender's name can lead out of dir.
func saveAttachment(dir string, mail, index int, a mailtext.Attachment) (string, error) {
	folder := filepath.Join(dir, fmt.Sprintf("%05d", mail+1))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fault.Wrap(fault.Invalid, err, "添付ファイルの保存先フォルダを作成できません。--save の指定を確認してください。", "The folder for attachments cannot be made. Check --save.").At("save")
	}
	path := filepath.Join(folder, fmt.Sprintf("%03d-%s", index+1, safeFileName(a.Name)))
	if err := os.WriteFile(path, a.Data, 0o644); err != nil {
		return "", fault.Wrap(fault.Invalid, err, "添付ファイルを保存できません。--save の指定と空き容量を確認してください。", "An attachment cannot be written. Check --save and the free space.").At("save")
	}
	return path, nil
}

// safeFileName makes a name that is one plain path element on any system: no
// separators, controls, reserved marks, leading dots or direction overrides, at
// most 120 bytes with its ending kept.
func safeFileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if name == "" {
		return "attachment"
	}
	const limit = 120
	if len(name) > limit {
		ext := filepath.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		stem := name[:limit-len(ext)]
		for !utf8.ValidString(stem) {
			stem = stem[:len(stem)-1]
		}
		name = stem + ext
	}
	return name
}

func addrs(list []mailtext.Address) []string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		if a.Addr != "" {
			out = append(out, a.Addr)
		}
	}
	return out
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
