package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"madoguchi/terms/fault"
)

// The texts of the product, Japanese and English side by side, by subject.
// A test holds that every key has both and that every key used exists.
var texts = merged(
	adminTexts,
	bulkTexts,
	approvalTexts,
	amendmentTexts,
	apiTokenTexts,
	calendarTexts,
	caseTexts,
	chooserTexts,
	clockTexts,
	confirmTexts,
	contractDraftTexts,
	contractTexts,
	galleryTexts,
	mailTexts,
	mailboxTexts,
	mailTrustTexts,
	markTexts,
	followTexts,
	mergeTexts,
	scheduleTexts,
	macroTexts,
	linkTexts,
	importTexts,
	retentionTexts,
	distributionTexts,
	splitTexts,
	forecastTexts,
	noticeTexts,
	taskTexts,
	staffTexts,
	wallTexts,
	outsideTexts,
	paletteTexts,
	priorityTexts,
	queueTexts,
	registryTexts,
	searchTexts,
	senderTexts,
	mailTextTexts,
	letterTexts,
	peopleTexts,
	shellTexts,
	simulationTexts,
	snippetTexts,
	roleTexts,
	signinTexts, passkeyTexts, providerTexts,
	togetherTexts,
	viewTexts,
)

func merged(tables ...map[string]fault.Text) map[string]fault.Text {
	all := map[string]fault.Text{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// T returns the text of a key in the viewer's language, with args filled in
// as by fmt. An unknown key is returned as it is, so that a page still reads.
func T(ctx context.Context, key string, args ...any) string {
	return TL(Of(ctx).Lang, key, args...)
}

// TL is T for a given language.
func TL(lang Lang, key string, args ...any) string {
	t, ok := texts[key]
	if !ok {
		return key
	}
	s := t.In(string(lang))
	if len(args) > 0 {
		return fmt.Sprintf(s, args...)
	}
	return s
}

// Has reports whether a key has a text: for keys made of values (a status, a
// channel) that a newer event may bring.
func Has(key string) bool { _, ok := texts[key]; return ok }

// Keys returns the keys with a prefix, sorted.
func Keys(prefix string) []string {
	var out []string
	for key := range texts {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// Either returns the Japanese or the English value by the viewer's language,
// falling back to the one that is not empty.
func Either(ctx context.Context, ja, en string) string {
	if (Of(ctx).Lang == JA && ja != "") || en == "" {
		return ja
	}
	return en
}

// Piece is a stretch of a text; a named one was a hole in it.
type Piece struct{ Name, Text string }

// Pieces cuts a text at its {holes} and fills them with the pairs of name and
// value, so that a template can mark the parts that a script keeps current.
func Pieces(ctx context.Context, key string, pairs ...string) []Piece {
	s := T(ctx, key)
	var out []Piece
	for {
		before, rest, ok := strings.Cut(s, "{")
		if before != "" {
			out = append(out, Piece{Text: before})
		}
		if !ok {
			return out
		}
		name, after, _ := strings.Cut(rest, "}")
		p := Piece{Name: name}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				p.Text = pairs[i+1]
			}
		}
		out, s = append(out, p), after
	}
}
