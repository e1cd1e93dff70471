package voice

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// Over shared sockets a call is what it is over one of its own.
func TestSharedSockets(t *testing.T) {
	t.Parallel()
	shared := func(c *Config) { c.MediaSockets = SharedSockets }
	p := newPhone(t, answering)
	h := run(t, p.addr(), shared)
	for range 3 {
		want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	}
	if heard := p.heard(audio.PCMU); heard != "123456123456123456" {
		t.Errorf("heard %q", heard)
	}
	h.stop()
	if log := h.log.String(); !strings.Contains(log, "packets_failed=0") {
		t.Errorf("log: %s", log)
	}
}

func TestSharedSocketsHearKeys(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.MediaSockets = SharedSockets })
	result := make(chan pinbell.Result, 1)
	d := delivery("123456", func(d *pinbell.Delivery) {
		d.Playlist = append(pinbell.Playlist{{Kind: pinbell.ItemGather, Gather: pinbell.Gather{Expect: "1", Timeout: 8 * time.Second}}}, d.Playlist...)
	})
	var s stages
	go func() { result <- h.Deliver(t.Context(), d, s.report) }()
	p.wait("the answer", s.has("answered"))
	if err := p.keys.Press('1', 60*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	got := <-result
	want(t, got, pinbell.Completed, "playlist ended")
	if got.Digits != "1" {
		t.Errorf("digits %q", got.Digits)
	}
}

// sealing answers with keys of its own and opens what comes by those of the offer.
func sealing(key rtp.Key, extra ...string) (script func(p *phone, req *sip.Request), sdp []string) {
	sdp = append([]string{"m=audio PORT RTP/SAVP 0 101", "a=rtpmap:101 telephone-event/8000", "a=crypto:1 " + rtp.Suite + " " + key.Reveal()}, extra...)
	return func(p *phone, req *sip.Request) {
		if req.Method == sip.INVITE {
			offer, err := parseSDP(req.Body())
			if err != nil || !offer.secured || !offer.hasKey() {
				p.t.Errorf("the offer has no key: %v", err)
				return
			}
			cipher, err := rtp.NewCipher(key, offer.key)
			if err != nil {
				p.t.Error(err)
				return
			}
			p.port.SetCipher(cipher)
		}
		answering(p, req)
	}, sdp
}

func required(c *Config) { c.SRTP = SRTPRequired }

func TestSRTP(t *testing.T) {
	t.Parallel()
	key := rtp.NewKey()
	script, sdp := sealing(key)
	p := newPhone(t, script, sdp...)
	h := run(t, p.addr(), required)
	want(t, h.Deliver(t.Context(), delivery("840517"), nil), pinbell.Completed, "playlist ended")
	if heard := p.heard(audio.PCMU); heard != "840517" {
		t.Errorf("heard %q", heard)
	}
	h.stop()
	log := h.log.String()
	if !strings.Contains(log, "srtp=true") || strings.Contains(log, "packets_heard=0") {
		t.Errorf("log: %s", log)
	}
	if strings.Contains(log, key.Reveal()[7:]) {
		t.Error("the log holds a key")
	}
}

func TestSRTPRefused(t *testing.T) {
	t.Parallel()
	for name, sdp := range map[string][]string{
		"in clear":      {"m=audio PORT RTP/AVP 0"},
		"no key":        {"m=audio PORT RTP/SAVP 0"},
		"another suite": {"m=audio PORT RTP/SAVP 0", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 " + rtp.NewKey().Reveal()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering, sdp...)
			got := run(t, p.addr(), required).Deliver(t.Context(), delivery("123456"), nil)
			if got.Outcome != pinbell.CarrierError {
				t.Errorf("%+v", got)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.packets) != 0 {
				t.Errorf("%d packets in clear", len(p.packets))
			}
		})
	}
	p := newPhone(t, answering, "m=audio PORT RTP/SAVP 0", "a=crypto:1 "+rtp.Suite+" "+rtp.NewKey().Reveal())
	if got := run(t, p.addr()).Deliver(t.Context(), delivery("123456"), nil); got.Outcome != pinbell.CarrierError {
		t.Errorf("not offered: %+v", got)
	}
}

// What is answered to an offer of the far end is sealed as that is.
func TestAnswersSeal(t *testing.T) {
	key := rtp.NewKey()
	clear := description{codecs: []audio.Codec{audio.PCMU}, direction: sendRecv}
	best := clear
	best.key, best.keyTag = key, 7
	strict := best
	strict.secured = true
	for _, tc := range []struct {
		name    string
		secrecy secrecy
		remote  description
		ok      bool
		secured bool
		tag     uint32
	}{
		{"off, clear", secrecyOff, clear, true, false, 0},
		{"off, best effort", secrecyOff, best, true, false, 0},
		{"off, strict", secrecyOff, strict, false, false, 0},
		{"optional, clear", secrecyOptional, clear, true, false, 0},
		{"optional, best effort", secrecyOptional, best, true, false, 7},
		{"optional, strict", secrecyOptional, strict, true, true, 7},
		{"required, clear", secrecyRequired, clear, false, false, 0},
		{"required, strict", secrecyRequired, strict, true, true, 7},
	} {
		m := &media{secrecy: tc.secrecy, own: rtp.NewKey()}
		d, ok := m.answerEarly(tc.remote, audio.PCMU)
		if ok != tc.ok || d.secured != tc.secured || d.keyTag != tc.tag {
			t.Errorf("%s: %v, secured %v, tag %d", tc.name, ok, d.secured, d.keyTag)
		}
	}
}

// A far end that gives another key within the call is heard by that; ours stays,
// and sound does not go on in clear.
func TestRekey(t *testing.T) {
	t.Parallel()
	key, next := rtp.NewKey(), rtp.NewKey()
	script, sdp := sealing(key)
	p := newPhone(t, script, sdp...)
	h := run(t, p.addr(), required)
	result := make(chan pinbell.Result, 1)
	d := delivery("123456", func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, pause(1500)) })
	var s stages
	go func() { result <- h.Deliver(t.Context(), d, s.report) }()
	p.wait("the answer", s.has("answered"))
	p.request("INVITE", "application/sdp", p.body([]string{"m=audio PORT RTP/AVP 0"}))
	if res := p.response(sip.INVITE); res != nil && res.StatusCode != 488 {
		t.Errorf("an offer in clear: %d", res.StatusCode)
	}
	offer := []string{"m=audio PORT RTP/SAVP 0", "a=crypto:4 " + rtp.Suite + " " + next.Reveal()}
	p.request("INVITE", "application/sdp", p.body(offer))
	res := p.response(sip.INVITE)
	if res == nil || res.StatusCode != 200 {
		t.Fatalf("%v", res)
	}
	p.request("ACK", "", "")
	first, _ := parseSDP(p.requests(sip.INVITE)[0].Body())
	if local, err := parseSDP(res.Body()); err != nil || !local.secured || local.keyTag != 4 || local.key != first.key {
		t.Errorf("tag %d, %v", local.keyTag, err)
	}
	want(t, <-result, pinbell.Completed, "playlist ended")
}

// Keys go beside sound in clear over TLS only.
func TestSecrecy(t *testing.T) {
	for _, tc := range []struct {
		srtp, transport string
		want            secrecy
	}{
		{SRTPOff, string(TLS), secrecyOff}, {SRTPOptional, string(UDP), secrecyOff}, {SRTPOptional, string(TLS), secrecyOptional},
		{SRTPRequired, string(UDP), secrecyRequired}, {SRTPRequired, string(TLS), secrecyRequired},
	} {
		cfg := Config{SRTP: tc.srtp}
		if tc.transport == string(TLS) {
			cfg.Transport = TLS
		} else {
			cfg.Transport = UDP
		}
		if got := cfg.secrecy(); got != tc.want {
			t.Errorf("%s over %s: %d", tc.srtp, tc.transport, got)
		}
	}
}

func TestParseCrypto(t *testing.T) {
	key := rtp.NewKey()
	tag, got, ok := parseCrypto("3 " + rtp.Suite + " " + key.Reveal() + "|2^31")
	if !ok || tag != 3 || got != key {
		t.Errorf("%d, %v", tag, ok)
	}
	for _, value := range []string{"", "1 " + rtp.Suite, "0 " + rtp.Suite + " " + key.Reveal(), "x " + rtp.Suite + " " + key.Reveal(),
		"1 AES_256_CM_HMAC_SHA1_80 " + key.Reveal(), "1 " + rtp.Suite + " " + key.Reveal() + " UNENCRYPTED_SRTP", "1 " + rtp.Suite + " inline:AA=="} {
		if _, _, ok := parseCrypto(value); ok {
			t.Errorf("%d bytes are accepted", len(value))
		}
	}
}

// The far end chooses G.722 and hears the code.
func TestG722Call(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering, "m=audio PORT RTP/AVP 9 101", "a=rtpmap:9 G722/8000", "a=rtpmap:101 telephone-event/8000")
	var s stages
	h := run(t, p.addr(), func(c *Config) { c.Codecs = []audio.Codec{audio.G722, audio.PCMU} })
	want(t, h.Deliver(t.Context(), delivery("70418"), s.report), pinbell.Completed, "playlist ended")
	if !s.has("answered 200 OK, G722, 20 ms")() {
		t.Errorf("%q", s.list)
	}
	decoder := audio.G722.NewDecoder()
	var samples []int16
	p.mu.Lock()
	for _, packet := range p.packets {
		samples = decoder.AppendDecoded(samples, packet.Payload)
	}
	p.mu.Unlock()
	if heard := hearTones(audio.Resample(audio.PCM{Rate: 16000, Samples: samples}, toneRate).Samples); heard != "70418" {
		t.Errorf("heard %q", heard)
	}
}

// pressing is the sound of a key, as a phone without telephone-events sends it.
type pressing struct {
	low, high float64
	frame     int
}

func (s *pressing) Frame(dst []byte) (int, bool, bool) {
	samples := make([]int16, len(dst))
	for i := range samples {
		at := 2 * math.Pi * float64(s.frame*len(dst)+i) / toneRate
		if s.frame >= 10 && s.frame < 18 {
			samples[i] = int16(6000 * (math.Sin(s.low*at) + math.Sin(s.high*at)))
		}
	}
	s.frame++
	return copy(dst, audio.PCMU.Encode(samples)), false, true
}

// A key is heard in the sound where the far end has no telephone-events, and
// only there.
func TestKeysInTheSound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		formats string
		sdp     []string
		want    string
	}{
		"without events": {"0 13", []string{"a=rtpmap:13 CN/8000"}, "5"},
		"with events":    {"0 101", []string{"a=rtpmap:101 telephone-event/8000"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ports, err := rtp.NewPorts(loopback, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			port, err := ports.Open()
			if err != nil {
				t.Fatal(err)
			}
			stream, err := rtp.NewStream(rtp.StreamConfig{Source: &pressing{low: 770, high: 1336}, Writer: port})
			if err != nil {
				t.Fatal(err)
			}
			pacer := rtp.NewPacer()
			done := make(chan error, 1)
			go func() { done <- pacer.Run(t.Context()) }()
			t.Cleanup(func() { <-done; port.Close() })
			p := newPhone(t, func(p *phone, req *sip.Request) {
				switch req.Method {
				case sip.INVITE:
					if offer, err := parseSDP(req.Body()); err == nil {
						port.SetPeer(offer.addr)
					}
				case sip.ACK:
					pacer.Add(stream)
				}
				answering(p, req)
			}, append([]string{fmt.Sprintf("m=audio %d RTP/AVP %s", port.LocalAddr().Port(), tc.formats)}, tc.sdp...)...)
			h := run(t, p.addr())
			d := delivery("123456", func(d *pinbell.Delivery) {
				d.Playlist = append(d.Playlist, pinbell.Item{Kind: pinbell.ItemGather, Gather: pinbell.Gather{Timeout: 300 * time.Millisecond, Go: true}})
			})
			if got := h.Deliver(t.Context(), d, nil); got.Digits != tc.want || got.Outcome != pinbell.Completed {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestPtime(t *testing.T) {
	ms := time.Millisecond
	for _, tc := range []struct{ asked, longest, want time.Duration }{
		{0, 0, 0}, {20 * ms, 0, 20 * ms}, {30 * ms, 0, 30 * ms}, {40 * ms, 150 * ms, 40 * ms}, {60 * ms, 0, 60 * ms},
		{60 * ms, 40 * ms, 40 * ms}, {0, 10 * ms, 10 * ms}, {0, 60 * ms, 0}, {5 * ms, 0, 0}, {200 * ms, 0, 0}, {20 * ms, 5 * ms, 20 * ms},
	} {
		if got := ptimeOf(tc.asked, tc.longest); got != tc.want {
			t.Errorf("ptime %v, maxptime %v: %v, want %v", tc.asked, tc.longest, got, tc.want)
		}
	}
}

// Both ends report what they hear, on the port above or on RTP's own.
func TestReports(t *testing.T) {
	t.Parallel()
	for name, sdp := range map[string][]string{
		"port above": {"m=audio PORT RTP/AVP 0"},
		"muxed":      {"m=audio PORT RTP/AVP 0", "a=rtcp-mux"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering, sdp...)
			h := run(t, p.addr())
			result := make(chan pinbell.Result, 1)
			var s stages
			go func() { result <- h.Deliver(t.Context(), delivery("123456"), s.report) }()
			var ssrc uint32
			p.wait("sound", func() bool {
				p.mu.Lock()
				defer p.mu.Unlock()
				if len(p.packets) > 0 {
					ssrc = p.packets[0].SSRC
				}
				return len(p.packets) > 0
			})
			if strings.Contains(name, "mux") {
				offer, _ := parseSDP(p.requests(sip.INVITE)[0].Body())
				p.port.SetPeers(offer.addr, offer.addr)
			}
			report := rtp.Control{SSRC: 1, Blocks: []rtp.ReportBlock{{SSRC: ssrc, Lost: 3, Jitter: 80}}}
			if _, err := p.port.WriteControl(report.AppendTo(nil, "phone")); err != nil {
				t.Fatal(err)
			}
			want(t, <-result, pinbell.Completed, "playlist ended")
			h.stop()
			if last := s.list[len(s.list)-1]; !strings.Contains(last, "the far end lost 3, jitter 10 ms") {
				t.Errorf("%q", last)
			}
			if log := h.log.String(); !strings.Contains(log, "far_lost=3 far_jitter=10ms") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestMediaConfigErrors(t *testing.T) {
	for name, cfg := range map[string]Config{
		"media_sockets": {Trunk: "192.0.2.1:5060", Renderer: toneRenderer{}, MediaSockets: "many"},
		"srtp":          {Trunk: "192.0.2.1:5060", Renderer: toneRenderer{}, SRTP: "maybe"},
	} {
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIPv6Description(t *testing.T) {
	d := description{addr: netip.MustParseAddrPort("[2001:db8::1]:4000"), codecs: []audio.Codec{audio.G722}, direction: sendRecv, mux: true, keyTag: 1, key: rtp.NewKey()}
	got, err := parseSDP(d.write(1, 1, nil))
	if err != nil || got.addr != d.addr || got.control() != d.addr || got.key != d.key || got.codecs[0] != audio.G722 {
		t.Errorf("%v, %v", got.addr, err)
	}
}
