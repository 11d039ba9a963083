package web

import (
	"io/fs"
	"os"
	"regexp"
	"testing"
)

// A control named like a method of its form hides the method: a form with a
// control "remove" cannot be taken off the page, and whatever news came with
// it is lost.
func TestNoControlHidesAMethodOfItsForm(t *testing.T) {
	hides := regexp.MustCompile(`name="(remove|submit|reset|requestSubmit|closest|matches|parentNode|children)"|bulkTags\("remove"`)
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !regexp.MustCompile(`\.templ$`).MatchString(path) {
			return err
		}
		text, err := os.ReadFile(path)
		if found := hides.Find(text); found != nil {
			t.Errorf("%s: a control is %s", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
