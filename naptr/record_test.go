package naptr

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
)

func TestParseRecord(t *testing.T) {
	label := strings.Repeat("a", 63)
	longest := strings.Join([]string{label, label, label, strings.Repeat("b", 61)}, ".")
	// As dig shows it: 100 50 "s" "SIPS+D2T" "" _sips._tcp.sip.example.net.
	data := append([]byte{0, 100, 0, 50, 1, 's', 8}, "SIPS+D2T\x00\x05_sips\x04_tcp\x03sip\x07example\x03net\x00"...)
	want := Record{Order: 100, Preference: 50, Flags: "s", Services: "SIPS+D2T", Replacement: "_sips._tcp.sip.example.net"}
	got, err := parseRecord(data)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for end := range data {
		if got, err := parseRecord(data[:end]); err == nil {
			t.Errorf("%d bytes: %+v", end, got)
		}
	}
	for title, tc := range map[string]struct {
		name []byte
		want string
		ok   bool
	}{
		"root":             {[]byte{0}, "", true},
		"compressed":       {[]byte{0xC0, 12}, "", false},
		"label too long":   {append(append([]byte{64}, strings.Repeat("a", 64)...), 0), "", false},
		"longest":          {Record{Replacement: longest}.pack()[7:], longest, true},
		"too long":         {Record{Replacement: longest + "b"}.pack()[7:], "", false},
		"dot in a label":   {[]byte{3, 'a', '.', 'b', 0}, "", false},
		"line break":       {[]byte{3, 'a', '\n', 'b', 0}, "", false},
		"space":            {[]byte{1, ' ', 0}, "", false},
		"more after it":    {[]byte{1, 'a', 0, 0}, "", false},
		"without its end":  {[]byte{1, 'a'}, "", false},
		"label of nothing": {[]byte{3}, "", false},
	} {
		if got, ok := parseName(tc.name); got != tc.want && ok || ok != tc.ok {
			t.Errorf("%s: %q, %v", title, got, ok)
		}
	}
}

// What a record is read from is what it is written as.
func FuzzRecord(f *testing.F) {
	f.Add(overUDP.pack())
	f.Add(Record{Order: 1, Regexp: "!a!b!", Replacement: ""}.pack())
	f.Add([]byte{0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRecord(data)
		if err != nil {
			return
		}
		if packed := r.pack(); !bytes.Equal(packed, data) {
			t.Errorf("%+v: %x, from %x", r, packed, data)
		}
		if strings.Trim(r.Replacement, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" || len(r.Replacement) > 253 {
			t.Errorf("replacement %q", r.Replacement)
		}
	})
}

// Whatever comes, only an answer to the question is one, and what it says can
// be asked for.
func FuzzAnswer(f *testing.F) {
	asked := query{id: 0x1234, name: name}
	q := dnsmessage.Question{Name: dnsmessage.MustNewName(name), Type: typeNAPTR, Class: dnsmessage.ClassINET}
	for _, r := range []reply{
		{records: having(overUDP, overTCP)}, {aliases: [][2]string{{name, "a.test."}, {"a.test.", name}}}, {raw: [][]byte{{1}}},
		{header: code(dnsmessage.RCodeNameError)}, {header: dnsmessage.Header{Truncated: true}},
	} {
		r.header.ID = asked.id
		f.Add(r.pack(f, asked))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		a, ok := parseAnswer(msg, asked.id, q)
		if !ok {
			return
		}
		if _, again := parseAnswer(msg, asked.id+1, q); again {
			t.Error("an answer to any question")
		}
		if a.err != nil && (a.records != nil || a.alias != "") || a.records != nil && a.alias != "" {
			t.Errorf("%+v", a)
		}
		if _, err := dnsmessage.NewName(a.alias); err != nil {
			t.Error(err)
		}
		for _, r := range a.records {
			if got, err := parseRecord(r.pack()); err != nil || got != r {
				t.Errorf("%+v, %v", got, err)
			}
		}
	})
}
