package sms

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pinbell/pinbell/smpp"
)

func TestSource(t *testing.T) {
	c, err := New(Config{Name: "a", SMPP: smpp.ClientConfig{Addr: "a:1"}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		from string
		want smpp.Address
		bad  bool
	}{
		{from: "", want: smpp.Address{}},
		{from: "Acme", want: smpp.Address{TON: 5, Addr: "Acme"}},
		{from: "Acme & Co.1", want: smpp.Address{TON: 5, Addr: "Acme & Co.1"}},
		{from: "12345", want: smpp.Address{TON: 3, Addr: "12345"}},
		{from: "+15550100", want: smpp.Address{TON: 1, NPI: 1, Addr: "15550100"}},
		{from: "818054695209", want: smpp.Address{TON: 1, NPI: 1, Addr: "818054695209"}},
		{from: "+1234567890123456", bad: true},
		{from: "twelve chars", bad: true},
		{from: "a_b", bad: true},
		{from: "a\nb", bad: true},
		{from: "Ünal", bad: true},
	}
	for _, tt := range tests {
		got, err := c.source(tt.from)
		if (err != nil) != tt.bad || got != tt.want {
			t.Errorf("%q: got %+v, %v", tt.from, got, err)
		}
	}
}

func TestReference(t *testing.T) {
	for in, want := range map[string]string{
		"00AB12": "ab12", "0000": "0", " 12 ": "12", "aB-Zx": "aB-Zx", "0b3c9f5e-1D2E": "0b3c9f5e-1D2E", "": "",
	} {
		if got := reference(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestGuess(t *testing.T) {
	var r recent
	r.add("1a2b", "15550100")
	r.add("16", "15550101")
	if got := r.guess("6699", "15550100"); got != "1a2b" {
		t.Errorf("decimal: got %q", got)
	}
	if got := r.guess("6699", "15550109"); got != "" {
		t.Errorf("another number: got %q", got)
	}
	if got := r.guess("10", "15550101"); got != "16" {
		t.Errorf("hexadecimal: got %q", got)
	}
	r.add("10", "15550101")
	if got := r.guess("10", "15550101"); got != "" {
		t.Errorf("known as given: got %q", got)
	}
	for range maxRecent {
		r.add("x", "1")
	}
	if len(r.to) != 1 {
		t.Errorf("remembers %d", len(r.to))
	}
}

func TestMeasure(t *testing.T) {
	if got, want := Measure("5 €"), (Count{Encoding: "gsm7", Segments: 1, Units: 4}); got != want {
		t.Errorf("got %+v", got)
	}
	if got, want := Measure("naïve"), (Count{Encoding: "ucs2", Segments: 1, Units: 5, Forced: 'ï'}); got != want {
		t.Errorf("got %+v", got)
	}
}

// An SMSC that takes 500 a second and says so to no one: most of it is used.
func TestPaceFindsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const allowed, seconds = 500, 60
		p := newPace(0)
		start := time.Now()
		var taken, refused int
		var second time.Duration
		budget := allowed
		for time.Since(start) < seconds*time.Second {
			if err := p.wait(context.Background()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(200 * time.Microsecond) // the network
			if now := time.Since(start).Truncate(time.Second); now != second {
				second, budget = now, allowed
			}
			if budget == 0 {
				refused++
				p.throttled()
				continue
			}
			budget--
			taken++
			p.accepted()
		}
		t.Logf("%d taken a second, %d refused", taken/seconds, refused)
		if share := float64(taken) / (allowed * seconds); share < 0.95 {
			t.Errorf("%.0f %% of the allowance", 100*share)
		}
	})
}

func TestPaceKeepsAConfiguredRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(10)
		start := time.Now()
		for range 21 {
			if err := p.wait(context.Background()); err != nil {
				t.Fatal(err)
			}
			p.accepted()
		}
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("21 segments in %v", got)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if p.wait(ctx) == nil {
			t.Error("did not wait")
		}
	})
}

func TestConverted(t *testing.T) {
	if got := converted("10"); !slices.Equal(got, []string{"16", "a"}) {
		t.Errorf("got %v", got)
	}
	if got := converted("x"); got != nil {
		t.Errorf("got %v", got)
	}
}
