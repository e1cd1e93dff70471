package naptr

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	overUDP = Record{Order: 10, Preference: 50, Flags: "s", Services: "SIP+D2U", Replacement: "_sip._udp.sip.test"}
	overTCP = Record{Order: 10, Preference: 60, Flags: "S", Services: "SIP+D2T", Regexp: "", Replacement: "_sip._tcp.sip.test"}
)

const name = "sip.test."

func having(records ...Record) map[string][]Record { return map[string][]Record{name: records} }

func code(c dnsmessage.RCode) dnsmessage.Header { return dnsmessage.Header{RCode: c} }

func TestLookup(t *testing.T) {
	t.Parallel()
	long := Record{Services: strings.Repeat("x", 255), Regexp: "!^.*$!sip:x@sip.test!", Replacement: ""}
	for title, tc := range map[string]struct {
		replies []reply
		want    []Record
		err     string
	}{
		"two":             {[]reply{{records: having(overUDP, overTCP)}}, []Record{overUDP, overTCP}, ""},
		"long fields":     {[]reply{{records: having(long)}}, []Record{long}, ""},
		"none":            {[]reply{{}}, nil, ""},
		"no such name":    {[]reply{{header: code(dnsmessage.RCodeNameError)}}, nil, ""},
		"another's":       {[]reply{{records: map[string][]Record{"else.test.": {overUDP}}}}, nil, ""},
		"server failure":  {[]reply{{header: code(dnsmessage.RCodeServerFailure)}}, nil, "misbehaving"},
		"refused":         {[]reply{{header: code(dnsmessage.RCodeRefused)}}, nil, "misbehaving"},
		"not implemented": {[]reply{{header: code(dnsmessage.RCodeNotImplemented)}}, nil, "misbehaving"},
		"alias": {[]reply{{aliases: [][2]string{{name, "a.test."}, {"a.TEST.", "b.test."}}, records: map[string][]Record{"B.test.": {overTCP}}}},
			[]Record{overTCP}, ""},
		"alias to itself": {[]reply{{aliases: [][2]string{{name, name}}}}, nil, "too many aliases"},
		"malformed record": {[]reply{{records: having(overUDP), raw: [][]byte{{}, {0, 1}, {0, 1, 0, 1, 9, 's'}, append(overTCP.pack(), 0), overTCP.pack()[:20]}}},
			[]Record{overUDP}, ""},
		"only malformed ones": {[]reply{{raw: [][]byte{{1}}}}, nil, ""},
		"malformed message":   {[]reply{{records: having(overUDP), change: func(d []byte) []byte { return d[:len(d)-5] }}}, nil, "misbehaving"},
		// Lies, and then the truth.
		"wrong id":       {[]reply{{header: dnsmessage.Header{ID: 1}, records: having(overTCP)}, {records: having(overUDP)}}, []Record{overUDP}, ""},
		"wrong question": {[]reply{{name: "else.test.", records: having(overTCP)}, {records: having(overUDP)}}, []Record{overUDP}, ""},
		"wrong type":     {[]reply{{kind: dnsmessage.TypeA, records: having(overTCP)}, {records: having(overUDP)}}, []Record{overUDP}, ""},
		"no response":    {[]reply{{records: having(overTCP), change: func(d []byte) []byte { d[2] &^= 0x80; return d }}, {records: having(overUDP)}}, []Record{overUDP}, ""},
		"noise":          {[]reply{{change: func([]byte) []byte { return []byte("noise") }}, {records: having(overUDP)}}, []Record{overUDP}, ""},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, r := newServer(t, answering(t, tc.replies...))
			got, err := r.Lookup(t.Context(), "sip.test")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%v, want %q", err, tc.err)
			}
		})
	}
}

// The question wants recursion and says what we take; ids differ.
func TestQuestion(t *testing.T) {
	t.Parallel()
	s, r := newServer(t, answering(t, reply{records: having(overUDP)}))
	for range 20 {
		if _, err := r.Lookup(t.Context(), "sip.test."); err != nil {
			t.Error(err)
		}
	}
	ids := map[uint16]bool{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.asked {
		ids[q.id] = true
		if !q.edns || !q.header.RecursionDesired || q.header.Response {
			t.Errorf("asked %+v", q)
		}
	}
	if len(s.asked) != 20 || len(ids) < 18 {
		t.Errorf("%d ids of %d questions", len(ids), len(s.asked))
	}
}

// A record that does not fit into a datagram is asked for by TCP.
func TestTruncated(t *testing.T) {
	t.Parallel()
	for title, tc := range map[string]struct {
		over reply
		want string // of an error
	}{
		"":                   {reply{records: having(overUDP, overTCP)}, ""},
		"and over TCP too":   {reply{header: dnsmessage.Header{Truncated: true}}, "misbehaving"},
		"and a wrong answer": {reply{header: dnsmessage.Header{ID: 1}}, "misbehaving"},
		"and half of one":    {reply{change: func(d []byte) []byte { return nil }}, "misbehaving"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s, r := newServer(t, func(q query) [][]byte {
				if q.network == "udp" {
					return answering(t, reply{header: dnsmessage.Header{Truncated: true}, records: having(overUDP)})(q)
				}
				return answering(t, tc.over)(q)
			})
			got, err := r.Lookup(t.Context(), "sip.test")
			if tc.want == "" && (err != nil || !slices.Equal(got, []Record{overUDP, overTCP}) || s.questions() != "udp sip.test., tcp sip.test.") {
				t.Errorf("%v, %v, asked %s", got, err, s.questions())
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}

// A server that asks nobody else says only what the name is an alias of.
func TestAliasElsewhere(t *testing.T) {
	t.Parallel()
	s, r := newServer(t, func(q query) [][]byte {
		res := reply{header: dnsmessage.Header{ID: q.id, Authoritative: true}, aliases: [][2]string{{name, "a.test."}}}
		if q.name == "a.test." {
			res.aliases, res.records = nil, map[string][]Record{"a.test.": {overTCP}}
		}
		return [][]byte{res.pack(t, q)}
	})
	got, err := r.Lookup(t.Context(), "sip.test")
	if err != nil || !slices.Equal(got, []Record{overTCP}) || s.questions() != "udp sip.test., udp a.test." {
		t.Errorf("%v, %v, asked %s", got, err, s.questions())
	}
}

// The next server has its turn where one fails, says nothing or knows nothing.
func TestNextServer(t *testing.T) {
	t.Parallel()
	bad := map[string]func(t *testing.T, q query) [][]byte{
		"fails": func(t *testing.T, q query) [][]byte {
			return answering(t, reply{header: code(dnsmessage.RCodeServerFailure)})(q)
		},
		"knows nothing": func(t *testing.T, q query) [][]byte {
			return [][]byte{reply{header: dnsmessage.Header{ID: q.id}}.pack(t, q)}
		},
	}
	for title, script := range bad {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, first := newServer(t, func(q query) [][]byte { return script(t, q) })
			_, second := newServer(t, answering(t, reply{records: having(overUDP)}))
			r := Resolver{Servers: append(first.Servers, second.Servers...)}
			if got, err := r.Lookup(t.Context(), "sip.test"); err != nil || !slices.Equal(got, []Record{overUDP}) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// A server that is silent is asked again, and then the time is up.
func TestSilence(t *testing.T) {
	t.Parallel()
	s, r := newServer(t, func(query) [][]byte { return nil })
	conf := parseConfig("options attempts:3")
	conf.timeout, conf.servers = 20*time.Millisecond, r.Servers
	_, err := r.follow(t.Context(), conf, name)
	missing, ok := errors.AsType[*net.DNSError](err)
	if !ok || !missing.IsTimeout || missing.IsNotFound || missing.Name != name || strings.Count(s.questions(), "udp") != 3 {
		t.Errorf("%v, asked %s", err, s.questions())
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := r.Lookup(ctx, "sip.test"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	closed, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	nobody := Resolver{Dial: dialing("udp4", closed.LocalAddr().String())}
	_, err = nobody.Lookup(t.Context(), "sip.test")
	if missing, ok := errors.AsType[*net.DNSError](err); !ok || missing.IsNotFound {
		t.Errorf("%v", err)
	}
	if _, err := r.Lookup(t.Context(), strings.Repeat("a.", 200)); err == nil {
		t.Error("a name too long was asked for")
	}
}

// With use-vc nothing goes by datagram.
func TestStreamOnly(t *testing.T) {
	t.Parallel()
	s, r := newServer(t, answering(t, reply{records: having(overUDP)}))
	conf := parseConfig("options use-vc")
	conf.servers = r.Servers
	if got, err := r.follow(t.Context(), conf, name); err != nil || len(got) != 1 || s.questions() != "tcp sip.test." {
		t.Errorf("%v, %v, asked %s", got, err, s.questions())
	}
}
