package compat_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

func TestForm(t *testing.T) {
	f := compat.NewForm(compat.FormParams(url.Values{
		"name": {"a"}, "several": {"a", "b"}, "low": {"0"}, "word": {"x"}, "fine": {"3"}, "maybe": {"perhaps"}, "url": {"http://a"}, "empty": {""},
	}), "step[1].")
	if got := f.Text("name"); got != "a" || f.Text("absent") != "" {
		t.Errorf("name is %q", got)
	}
	if got := []int{f.Number("fine", 1, 2, 4), f.Number("absent", 1, 2, 4), f.Number("empty", 1, 2, 4)}; !slices.Equal(got, []int{3, 1, 1}) {
		t.Errorf("numbers are %v", got)
	}
	if f.Err() != nil {
		t.Fatal(f.Err())
	}
	f.Text("several")
	f.Number("low", 1, 2, 4)
	f.Number("word", 1, 2, 4)
	f.Flag("maybe")
	f.URL("url", func(string) error { return errors.New("is not allowed") })
	f.URL("absent", func(string) error { return errors.New("is not asked for") })
	f.Add(nil)
	want := []compat.Field{
		{Name: "step[1].several", Detail: "want text"}, {Name: "step[1].low", Detail: "want 2 to 4"}, {Name: "step[1].word", Detail: "want a whole number"},
		{Name: "step[1].maybe", Detail: "want true or false"}, {Name: "step[1].url", Detail: "is not allowed"},
	}
	if got := compat.FaultOf(f.Err()).Fields; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestFormInvalid: a vendor has words of its own for what is wrong.
func TestFormInvalid(t *testing.T) {
	f := compat.NewForm(compat.FormParams(url.Values{"n": {"9"}}), "")
	f.Invalid = func(name, detail string) error { return errors.New(name + " is bad: " + detail) }
	f.Number("n", 0, 1, 8)
	f.Fault("m", "want %s", "more")
	var field *pinbell.FieldError
	if got := f.Err().Error(); got != "n is bad: want 1 to 8\nm is bad: want more" || errors.As(f.Err(), &field) {
		t.Errorf("got %q", got)
	}
}
