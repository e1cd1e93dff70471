package prompt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// wav is a WAV file of a ramp that lasts n samples of 8 kHz.
func wav(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := audio.WriteWAV(&b, audio.PCM{Rate: 8000, Samples: bytesToTone(n)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A store of recordings on loopback, which counts what it is asked.
type recordings struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
	now   atomic.Int32
	most  atomic.Int32
}

func newRecordings(t testing.TB, serve http.HandlerFunc) *recordings {
	t.Helper()
	s := &recordings{asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := s.now.Add(1)
		defer s.now.Add(-1)
		for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
		}
		s.mu.Lock()
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// times returns how often a path was asked for; "" for all.
func (s *recordings) times(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, times := range s.asked {
		if path == "" || p == path {
			n += times
		}
	}
	return n
}

func media(t testing.TB, hosts ...string) *prompt.Media {
	t.Helper()
	m, err := prompt.NewMedia(prompt.MediaConfig{Hosts: hosts, AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func play(url string) pinbell.Item { return pinbell.Item{Kind: pinbell.ItemPlay, URL: url} }

// TestPlay: a playlist of recordings as the one of two readings of a code, each
// fetched once for both codecs, some at the same time.
func TestPlay(t *testing.T) {
	ready := make(chan struct{})
	var waiting atomic.Int32
	s := newRecordings(t, func(w http.ResponseWriter, r *http.Request) {
		if waiting.Add(1) == 2 {
			close(ready) // two at once
		}
		<-ready
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(wav(t, 800+len(r.URL.Path)))
	})
	r := renderer(t, prompt.Config{Media: media(t, s.URL)})
	var list pinbell.Playlist
	for range 2 {
		for _, name := range []string{"your-code-is", "1", "22", "333", "4444", "55555"} {
			list = append(list, play(s.URL+"/voices/"+name+".wav?key=918273"))
		}
		list = append(list, pinbell.Item{Kind: pinbell.ItemPause, Pause: time.Second})
	}
	for _, codec := range audio.Codecs() {
		clips, err := r.Render(t.Context(), list, "en-US", codec)
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range list {
			want := 8000
			if item.Kind == pinbell.ItemPlay {
				u, _ := url.Parse(item.URL)
				want = 800 + len(u.Path)
			}
			if clips[i].Len() != want {
				t.Errorf("item %d is %d bytes, want %d", i, clips[i].Len(), want)
			}
		}
	}
	if n := s.times(""); n != 6 {
		t.Errorf("%d requests for 6 recordings", n)
	}
	if most := s.most.Load(); most > 4 {
		t.Errorf("%d at once", most)
	}
}

// TestMediaKinds: a recording is known by its bytes.
func TestMediaKinds(t *testing.T) {
	mp3, err := os.ReadFile("../audio/testdata/stereo-44100.mp3")
	if err != nil {
		t.Fatal(err)
	}
	var mulaw bytes.Buffer
	if err := audio.WriteMulawWAV(&mulaw, audio.PCM{Rate: 8000, Samples: bytesToTone(1600)}); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"/ok/pcm": wav(t, 1600), "/ok/mulaw": mulaw.Bytes(), "/ok/mp3": mp3,
		"/bad/html": []byte("<html>"), "/bad/empty": {}, "/bad/silence": wav(t, 0), "/bad/wav": []byte("RIFF0000WAVEjunk"),
		"/bad/mp3": []byte("ID3 and no more"), "/bad/large": append(wav(t, 8000), make([]byte, 5<<20)...),
	}
	var long bytes.Buffer
	_ = audio.WriteMulawWAV(&long, audio.PCM{Rate: 8000, Samples: make([]int16, 8000*301)})
	files["/bad/long"] = long.Bytes()
	s := newRecordings(t, func(w http.ResponseWriter, r *http.Request) {
		file, ok := files[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write(file)
	})
	m := media(t, s.URL)
	files["/bad/missing"] = nil
	for path := range files {
		if path == "/bad/missing" {
			path = "/missing"
		}
		sound, err := m.Fetch(t.Context(), s.URL+path+"?secret=918273")
		if ok := strings.HasPrefix(path, "/ok"); ok != (err == nil) || ok && (sound.Rate != 8000 || sound.Duration() < 200*time.Millisecond) {
			t.Errorf("%s: %s at %d Hz, %v", path, sound.Duration(), sound.Rate, err)
		}
		if err != nil && (!errors.Is(err, pinbell.ErrUnavailable) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "918273") || strings.Contains(err.Error(), path)) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestMediaReason: the log says of a recording what is wrong with it, and holds
// no more of its address than the host.
func TestMediaReason(t *testing.T) {
	s := newRecordings(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/page" {
			_, _ = w.Write([]byte("<html>"))
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	r := renderer(t, prompt.Config{Media: media(t, s.URL)})
	for raw, want := range map[string]string{
		s.URL + "/gone?secret":        "playlist item 0: a recording of 127.0.0.1: answered 404",
		s.URL + "/page?secret":        "playlist item 0: a recording of 127.0.0.1: neither a WAV nor an MP3 file",
		"https://cdn.example/?secret": "playlist item 0: a recording of cdn.example: the host is not allowed in this way",
	} {
		_, err := r.Render(t.Context(), pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: raw}}, "en-US", audio.PCMU)
		item, ok := errors.AsType[*prompt.ItemError](err)
		if !ok || item.Reason() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestMediaIsWalled: nothing but the listed hosts, in the listed way, and no
// address inside, however it is written.
func TestMediaIsWalled(t *testing.T) {
	s := newRecordings(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/inside", http.StatusFound)
			return
		}
		_, _ = w.Write(wav(t, 800))
	})
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	open := media(t, s.URL)
	for name, raw := range map[string]string{
		"another host": "https://cdn.example/x.wav", "another port": "http://127.0.0.1:1/x.wav", "another scheme": "https://127.0.0.1:" + port + "/x.wav",
		"userinfo": "http://user:918273@127.0.0.1:" + port + "/x.wav", "userinfo for a host": "http://127.0.0.1:" + port + "@cdn.example/x.wav",
		"ftp": "ftp://127.0.0.1:" + port + "/x.wav", "file": "file:///etc/passwd", "file of a host": "file://127.0.0.1/etc/passwd", "gopher": "gopher://127.0.0.1:" + port,
		"data": "data:audio/wav;base64,UklGRg==", "no URL": "918273", "opaque": "http:127.0.0.1:" + port, "no host": "http:///x.wav", "control": "http://127.0.0.1:" + port + "/\n",
	} {
		if _, err := open.Fetch(t.Context(), raw); !errors.Is(err, pinbell.ErrUnavailable) || strings.Contains(err.Error(), "918273") || strings.Contains(err.Error(), ".wav") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.times(""); n != 0 {
		t.Errorf("%d requests", n)
	}
	if _, err := open.Fetch(t.Context(), s.URL+"/redirect"); !errors.Is(err, pinbell.ErrUnavailable) || s.times("/inside") != 0 {
		t.Errorf("redirect: %v", err)
	}

	// The hosts are listed, yet lead inside.
	inside := []string{"127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
		"[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "[fe80::1]", "[fc00::1]"}
	var hosts []string
	for _, host := range inside {
		hosts = append(hosts, "http://"+host+":"+port)
	}
	walled, err := prompt.NewMedia(prompt.MediaConfig{Hosts: hosts, Timeout: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	before := s.times("")
	for _, host := range hosts {
		if _, err := walled.Fetch(t.Context(), host+"/x.wav"); !errors.Is(err, pinbell.ErrUnavailable) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := s.times(""); n != before {
		t.Errorf("%d requests inside", n-before)
	}
}

// TestMediaRebinding: a name that resolves to an address outside at first and
// inside later wins nothing, since the address is checked as it is dialled.
func TestMediaRebinding(t *testing.T) {
	s := newRecordings(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(wav(t, 800)) })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	var asked atomic.Int32
	resolver := rebindingDNS(t, &asked)
	usual := net.DefaultResolver
	net.DefaultResolver = resolver
	defer func() { net.DefaultResolver = usual }()
	host := "http://rebind.example:" + port
	if addrs, err := net.DefaultResolver.LookupNetIP(t.Context(), "ip4", "rebind.example"); err != nil || addrs[0].IsLoopback() {
		t.Fatalf("first %v, %v", addrs, err)
	}
	walled, err := prompt.NewMedia(prompt.MediaConfig{Hosts: []string{host}, Timeout: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := walled.Fetch(t.Context(), host+"/x.wav"); !errors.Is(err, pinbell.ErrUnavailable) || s.times("") != 0 || asked.Load() < 2 {
		t.Errorf("%v after %d lookups; %d requests inside", err, asked.Load(), s.times(""))
	}
	if _, err := media(t, host).Fetch(t.Context(), host+"/x.wav"); err != nil {
		t.Errorf("with the network allowed: %v", err)
	}
}

// rebindingDNS answers the first question for an address with one outside, the
// others with loopback (RFC 1035 §4).
func rebindingDNS(t *testing.T, asked *atomic.Int32) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			question := buf[12:n]
			if i := bytes.Index(question, []byte{0, 0, 1, 0, 1}); i > 0 {
				question = question[:i+5]
			} else { // AAAA: no such record
				question = question[:bytes.IndexByte(question, 0)+5]
				_, _ = conn.WriteTo(append([]byte{buf[0], buf[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...), from)
				continue
			}
			addr := []byte{127, 0, 0, 1}
			if asked.Add(1) == 1 {
				addr = []byte{192, 0, 2, 1}
			}
			answer := append([]byte{buf[0], buf[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0}, question...)
			answer = append(answer, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
			_, _ = conn.WriteTo(append(answer, addr...), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("udp4", conn.LocalAddr().String())
	}}
}

func TestNewMediaRefuses(t *testing.T) {
	for _, host := range []string{"", "ftp://a", "https://a/b", "https://u@a", "https://a?b", "http://", "a b", "https://a#b"} {
		if _, err := prompt.NewMedia(prompt.MediaConfig{Hosts: []string{host}}); err == nil {
			t.Errorf("%q is accepted", host)
		}
	}
	m, err := prompt.NewMedia(prompt.MediaConfig{Hosts: []string{"cdn.invalid", "https://Other.invalid:8443", "http://[::1]:8080"}, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for raw, allowed := range map[string]bool{
		"https://CDN.invalid/x": true, "https://cdn.invalid:443/x": true, "http://cdn.invalid/x": false, "https://cdn.invalid:444/x": false,
		"https://other.invalid:8443/x": true, "https://other.invalid/x": false, "http://[::1]:8080/x": true, "https://sub.cdn.invalid/x": false,
	} {
		if _, err := m.Fetch(t.Context(), raw); strings.Contains(fmt.Sprint(err), "not allowed") == allowed {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
