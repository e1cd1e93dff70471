package pinbell_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

func TestKeyringSeal(t *testing.T) {
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		t.Fatal(err)
	}
	sealed := keys.Seal([]byte("+15551234567"), "row 1")
	if bytes.Contains(sealed, []byte("555")) {
		t.Error("sealed value shows the number")
	}
	plain, err := keys.Open(sealed, "row 1")
	if err != nil || string(plain) != "+15551234567" {
		t.Errorf("Open = %q, %v", plain, err)
	}
	if _, err := keys.Open(sealed, "row 2"); err == nil {
		t.Error("a sealed value opens in another row")
	}
	for n := range sealed {
		if _, err := keys.Open(sealed[:n], "row 1"); err == nil {
			t.Errorf("cut to %d bytes it opens", n)
		}
	}
}

func TestKeyringRotation(t *testing.T) {
	one := pinbell.NewKeyringText()
	two := one + strings.Replace(pinbell.NewKeyringText(), "1 ", "2 ", 1)
	before, err := pinbell.ParseKeyring(strings.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	after, err := pinbell.ParseKeyring(strings.NewReader("# rotated\n\n" + two))
	if err != nil {
		t.Fatal(err)
	}
	if after.Current() != 2 {
		t.Errorf("current key %d, want 2", after.Current())
	}
	if plain, err := after.Open(before.Seal([]byte("x"), ""), ""); err != nil || string(plain) != "x" {
		t.Errorf("what the old key sealed does not open: %v", err)
	}
	n, _ := pinbell.ParseNumber("+4915123456789", "")
	if !bytes.Equal(before.Index(n), after.Index(n)) {
		t.Error("rotation changes the index of numbers")
	}
	a, _ := before.Code(1, "vf_x", 0, 6)
	b, _ := after.Code(1, "vf_x", 0, 6)
	if !a.Matches(b) {
		t.Error("rotation changes the codes of the old key")
	}
}

func TestKeyringErrors(t *testing.T) {
	key := strings.Fields(pinbell.NewKeyringText())[1]
	for name, text := range map[string]string{
		"empty": "", "comment only": "# nothing\n", "no name": key, "bad name": "one " + key,
		"short": "1 AAAA", "not base64": "1 " + strings.Repeat("!", 44), "twice": "1 " + key + "\n1 " + key,
	} {
		if _, err := pinbell.ParseKeyring(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), key) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}
