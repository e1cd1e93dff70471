package pinbell_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// TestSecretsRedact shows every secret type through every way a value is
// printed by accident.
func TestSecretsRedact(t *testing.T) {
	code, err := pinbell.ParseCode("918273")
	if err != nil {
		t.Fatal(err)
	}
	number, err := pinbell.ParseNumber("+15551234567", "")
	if err != nil {
		t.Fatal(err)
	}
	key := pinbell.NewKeySecret()
	secrets := map[string]any{
		"918273": code, "your code": pinbell.NewText("your code 918273"),
		"5551234567": number, key.Reveal(): key,
	}
	for secret, v := range secrets {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			type wrapped struct{ V any }
			var log bytes.Buffer
			for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
				slog.New(h).Info("x", "v", v, "group", slog.GroupValue(slog.Any("v", v)), "in", wrapped{v})
			}
			for name, shown := range map[string]string{
				"slog": log.String(), "json": mustJSON(t, v), "json in a struct": mustJSON(t, wrapped{v}),
				"json map key": fmt.Sprint(map[string]any{"k": v}),
			} {
				if strings.Contains(shown, secret) || strings.Contains(shown, "918273") {
					t.Errorf("%s shows %s", name, shown)
				}
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%T%v", "%10v", "%08b"} {
				for _, arg := range []any{v, &v, wrapped{v}, []any{v}} {
					if shown := fmt.Sprintf(verb, arg); strings.Contains(shown, secret) || strings.Contains(shown, "918273") {
						t.Errorf("%s of %T shows %s", verb, arg, shown)
					}
				}
			}
		})
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCodesAreUniform draws a million digits of codes by both ways and tests
// each digit and each place by chi-square.
func TestCodesAreUniform(t *testing.T) {
	const n = 100_000
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]func() pinbell.Code{
		"random": func() pinbell.Code { return pinbell.RandomCode(6) },
		"derived": func() pinbell.Code {
			c, err := keys.Code(1, pinbell.NewVerificationID(time.Now()), 0, 6)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
	}
	for name, draw := range sources {
		t.Run(name, func(t *testing.T) {
			var count [6][10]int
			for range n {
				for place, digit := range draw().Reveal() {
					count[place][digit-'0']++
				}
			}
			for place := range count {
				chi := 0.0
				for _, seen := range count[place] {
					chi += math.Pow(float64(seen)-n/10, 2) / (n / 10)
				}
				// 9 degrees of freedom; 6 places twice: p = 0.00001 leaves the
				// whole test under one false alarm in 8,000 runs.
				if chi > 39.3 {
					t.Errorf("place %d: chi-square %.1f, counts %v", place, chi, count[place])
				}
			}
		})
	}
}

func TestParseCode(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"123456", "123456"}, {"012 345", "012345"}, {"000-000", "000000"}, {" 1 ", "1"}, {"1234567890", "1234567890"},
	} {
		got, err := pinbell.ParseCode(c.in)
		if err != nil || got.Reveal() != c.want {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", c.in, got.Reveal(), err, c.want)
		}
	}
	for _, in := range []string{"", "  ", "12345a", "１２３４５６", "12345678901", "123\n456", "1+1"} {
		if got, err := pinbell.ParseCode(in); err == nil {
			t.Errorf("ParseCode(%q) = %q, want an error", in, got.Reveal())
		} else if in != "" && strings.TrimSpace(in) != "" && strings.Contains(err.Error(), in) {
			t.Errorf("the error repeats the input: %v", err)
		}
	}
}

func TestCodeMatches(t *testing.T) {
	a, _ := pinbell.ParseCode("123456")
	b, _ := pinbell.ParseCode("123457")
	var none pinbell.Code
	if !a.Matches(a) || a.Matches(b) || a.Matches(none) || none.Matches(none) {
		t.Error("Matches is wrong")
	}
}

func TestDerivedCode(t *testing.T) {
	keys, err := pinbell.ParseKeyring(strings.NewReader("7 " + strings.Repeat("A", 43) + "=\n"))
	if err != nil {
		t.Fatal(err)
	}
	id := pinbell.VerificationID("vf_0123456789abcdefghjkmnpqrstvwxyz0123")
	first, err := keys.Code(7, id, 0, 6)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := keys.Code(7, id, 0, 6); !again.Matches(first) {
		t.Error("the same arguments give another code")
	}
	if other, _ := keys.Code(7, id, 1, 6); other.Matches(first) {
		t.Error("another generation gives the same code")
	}
	if _, err := keys.Code(8, id, 0, 6); err == nil {
		t.Error("a missing key gives a code")
	}
	if ten, _ := keys.Code(7, id, 0, 10); ten.Len() != 10 {
		t.Errorf("length %d, want 10", ten.Len())
	}
	// A fixed point: changing the derivation would orphan every live code.
	if want := "552444"; first.Reveal() != want {
		t.Errorf("derived code is %s, want %s", first.Reveal(), want)
	}
}
