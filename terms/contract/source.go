package contract

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"madoguchi/terms/fault"
)

// MaxFileBytes is the size up to which a contract file is read: the shipped
// one needs a fifth of it, and whatever a file holds, reading it stays bounded.
const MaxFileBytes = 256 << 10

// MaxFileLines is the number of lines up to which a contract file is read; the
// shipped one needs an eighth. The YAML reader takes quadratic time in the
// entries of one mapping, and a block mapping has one a line at most.
const MaxFileLines = 6000

const (
	maxDepth = 16    // nesting of mappings and lists; the format needs 7
	maxNodes = 20000 // values of all kinds
)

// nodeKind is what a place of the file holds.
type nodeKind uint8

const (
	scalarNode nodeKind = iota
	mappingNode
	listNode
	emptyNode // "key:" with nothing after it, or an explicit null
)

// node is one value of the file with its position. Scalars are kept as they
// are written: whether "18:00" or "2026-04-01" is a text, a time or a date is
// the reader's business, not YAML's.
type node struct {
	kind         nodeKind
	file         string // empty: the file that is being read
	line, column int
	text         string  // scalar
	keys         []*node // mapping: scalars, in the file's order
	values       []*node // mapping: in step with keys; list: its items
}

// parseSource reads YAML into nodes. It returns nil after reporting, when the
// text cannot be read. Anchors, aliases, tags, merge keys, directives and
// several documents are refused: a contract says each thing once, where it is
// meant, and aliases are how a small file grows without bound.
func parseSource(ps *problems, data []byte) *node {
	if len(data) > MaxFileBytes {
		ps.add(0, 0, "", fmt.Sprintf("ファイルが大きすぎます。%d バイト以内にしてください。", MaxFileBytes),
			fmt.Sprintf("the file is too large; keep it within %d bytes", MaxFileBytes))
		return nil
	}
	if lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")); lines > MaxFileLines {
		ps.add(MaxFileLines+1, 1, "", fmt.Sprintf("行数が多すぎます（%d 行）。%d 行以内にしてください。", lines, MaxFileLines),
			fmt.Sprintf("the file has too many lines (%d); keep it within %d", lines, MaxFileLines))
		return nil
	}
	if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		ps.add(0, 0, "", "UTF-8 のテキストではありません。UTF-8 で保存し直してください。", "this is not UTF-8 text; save the file as UTF-8")
		return nil
	}
	tokens := lexer.Tokenize(string(data))
	if !acceptable(ps, tokens) {
		return nil
	}
	root, err := parseTokens(tokens)
	if err != nil {
		line, column, message := syntaxError(err)
		ps.add(line, column, "", "YAML として読めません（"+message+"）。字下げ、引用符、コロンの後の空白を確かめてください。",
			"this is not readable YAML ("+message+"); check the indentation, the quotes, and the space after each colon")
		return nil
	}
	if len(root.Docs) > 1 {
		ps.add(0, 0, "", "1 つのファイルに 1 つの文書だけを書いてください（--- で区切らないでください）。", "write one document in one file, without --- separators")
		return nil
	}
	if len(root.Docs) == 0 || root.Docs[0].Body == nil {
		ps.add(1, 1, "", "ファイルが空です。契約を書いてください（madoguchi contract show --source で見本を表示できます）。",
			"the file is empty; write the contract (madoguchi contract show --source prints an example)")
		return nil
	}
	b := &builder{ps: ps}
	n := b.build(root.Docs[0].Body, 0)
	if b.stopped {
		return nil
	}
	return n
}

// parseTokens turns a panic of the parser on odd input into an error: a file
// under editing must never bring the desk down.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the text confuses the YAML reader: %v", r)
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// acceptable refuses by tokens, before anything recursive looks at the text.
func acceptable(ps *problems, tokens token.Tokens) bool {
	ok := true
	refuse := func(t *token.Token, ja, en string) {
		ps.add(t.Position.Line, t.Position.Column, "", ja, en)
		ok = false
	}
	flow, entries, entriesLine := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType:
			refuse(t, "アンカー（&）とエイリアス（*）は使えません。値をその場に書いてください。* や & で始まる文は引用符で囲んでください。",
				"anchors (&) and aliases (*) are not allowed: write the value where it is meant; quote a text that begins with * or &")
		case token.MergeKeyType:
			refuse(t, "マージキー（<<）は使えません。値をその場に書いてください。", "merge keys (<<) are not allowed: write the values where they are meant")
		case token.TagType:
			refuse(t, "タグ（!）は使えません。! で始まる文は引用符で囲んでください。", "tags (!) are not allowed: quote a text that begins with !")
		case token.DirectiveType:
			refuse(t, "ディレクティブ（%）は使えません。その行を削除してください。", "directives (%) are not allowed: remove the line")
		case token.MappingKeyType:
			refuse(t, "「? 」で始まるキーは使えません。「キー: 値」と書いてください。", "keys that begin with \"? \" are not allowed: write \"key: value\"")
		case token.InvalidType:
			refuse(t, "YAML として読めない文字があります（"+t.Error+"）。引用符と字下げを確かめてください。",
				"this is not readable YAML ("+t.Error+"); check quotes and indentation")
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType:
			if t.Position.Line != entriesLine {
				entries, entriesLine = 0, t.Position.Line
			}
			entries++
		default:
		}
		if flow > maxDepth || entries > maxDepth {
			refuse(t, "入れ子が深すぎます。契約の書式では 7 段までです。", "nested too deeply; the format needs no more than 7 levels")
		}
		if !ok && len(ps.list) >= 10 || flow > maxDepth || entries > maxDepth {
			return false
		}
	}
	return ok
}

// builder copies the parser's tree into nodes.
type builder struct {
	ps      *problems
	count   int
	stopped bool
}

func (b *builder) build(n ast.Node, depth int) *node {
	out := &node{line: 1, column: 1}
	if n == nil {
		out.kind = emptyNode
		return out
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		out.line, out.column = t.Position.Line, t.Position.Column
	}
	if b.stopped {
		return out
	}
	b.count++
	if depth > maxDepth || b.count > maxNodes {
		b.stopped = true
		b.ps.at(out, "", "入れ子が深すぎるか、項目が多すぎます（%d 段、%d 項目まで）。", "nested too deeply, or too many values (up to %d levels, %d values)", maxDepth, maxNodes)
		return out
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		out.kind = mappingNode
		for _, kv := range v.Values {
			b.pair(out, kv, depth)
		}
	case *ast.MappingValueNode:
		out.kind = mappingNode
		b.pair(out, v, depth)
	case *ast.SequenceNode:
		out.kind = listNode
		for _, item := range v.Values {
			out.values = append(out.values, b.build(item, depth+1))
		}
	case *ast.NullNode:
		out.kind = emptyNode
	case *ast.LiteralNode:
		out.text = v.Value.Value
	case *ast.StringNode:
		out.text = v.Value
	case ast.ScalarNode:
		out.text = v.GetToken().Value
	default:
		b.stopped = true
		b.ps.at(out, "", "ここには値、対応表（キー: 値）、または一覧（- ）を書いてください。", "write a value, a mapping (key: value) or a list (- item) here")
	}
	if out.kind == mappingNode && len(out.keys) > 0 {
		out.line, out.column = out.keys[0].line, out.keys[0].column
	}
	return out
}

func (b *builder) pair(out *node, kv *ast.MappingValueNode, depth int) {
	key := b.build(kv.Key, depth+1)
	value := b.build(kv.Value, depth+1)
	if value.kind == emptyNode {
		value.line, value.column = key.line, key.column
	}
	out.keys = append(out.keys, key)
	out.values = append(out.values, value)
}

// syntaxError takes the parser's error apart. Its own Error method is not used:
// it prints the source around the place, in quadratic time.
func syntaxError(err error) (line, column int, message string) {
	e, ok := errors.AsType[*yaml.SyntaxError](err)
	if !ok {
		return 0, 0, err.Error()
	}
	if e.Token != nil && e.Token.Position != nil {
		line, column = e.Token.Position.Line, e.Token.Position.Column
	}
	return line, column, e.Message
}

// tooLarge reports which fault kind a refused file deserves.
func tooLarge(data []byte) fault.Kind {
	if len(data) > MaxFileBytes {
		return fault.TooLarge
	}
	return fault.Invalid
}
