package handset

import (
	"context"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

const testNumber = "+15551234567"

// atOnce is a handset that picks up without ringing.
var atOnce = Config{AnswerAfter: -1}

func onlyCall(t *testing.T, h *Handset) Call {
	t.Helper()
	calls := h.Calls()
	if len(calls) != 1 {
		t.Fatalf("got %d calls, want 1", len(calls))
	}
	return calls[0]
}

func ended(t *testing.T, h *Handset) Call {
	t.Helper()
	eventually(t, "the call ends", func() bool { c := h.Calls(); return len(c) == 1 && c[0].State == Ended })
	return onlyCall(t, h)
}

func TestCallIsAnsweredAndRecorded(t *testing.T) {
	for _, codec := range audio.Codecs() {
		if codec.SampleRate() != sampleRate {
			continue
		}
		t.Run(codec.Name(), func(t *testing.T) {
			h := start(t, Config{AnswerAfter: 20 * time.Millisecond})
			c := newCaller(t, h, testNumber)
			c.invite("101 96 " + itoa(codec.PayloadType()))
			c.expect("SIP/2.0 100")
			if ringing := c.expect("SIP/2.0 180"); !strings.Contains(header(ringing, "To"), ";tag=") {
				t.Error("180 has no tag")
			}
			ok := c.answered("101 96 " + itoa(codec.PayloadType()))
			for _, want := range []string{"a=rtpmap:101 telephone-event/8000", "a=sendrecv", codec.Name() + "/8000"} {
				if !strings.Contains(ok, want) {
					t.Errorf("answer lacks %q:\n%s", want, ok)
				}
			}
			tone := audio.PCM{Rate: sampleRate, Samples: make([]int16, 50*packetSamples)}
			for i := range tone.Samples {
				tone.Samples[i] = int16(5000 * math.Sin(float64(i)/3))
			}
			c.say(codec, tone, time.Millisecond)
			want := audio.PCM{Rate: sampleRate, Samples: codec.Decode(codec.Encode(tone.Samples))}
			id := onlyCall(t, h).ID
			eventually(t, "all is recorded", func() bool { return h.Recording(id).Equal(want) })
			c.bye()
			c.expect("SIP/2.0 200")
			got := ended(t, h)
			if got.AnsweredAt == nil || got.EndedAt == nil {
				t.Errorf("times are missing: %+v", got)
			}
			got.StartedAt, got.AnsweredAt, got.EndedAt, got.JitterMS = time.Time{}, nil, nil, 0
			if diff := cmp.Diff(Call{ID: id, From: "+15550001111", To: testNumber, State: Ended, Outcome: "completed",
				Codec: codec.Name(), Packets: 50, AudioSeconds: 1}, got); diff != "" {
				t.Errorf("call (-want +got):\n%s", diff)
			}
		})
	}
}

func itoa(n uint8) string {
	if n == 0 {
		return "0"
	}
	return "8"
}

func TestBehaviours(t *testing.T) {
	for _, tt := range []struct {
		behaviour Behaviour
		status    string
		outcome   string
	}{
		{Behaviour{Answer: AnswerBusy}, "SIP/2.0 486", "busy"},
		{Behaviour{Answer: AnswerReject, After: 10 * time.Millisecond}, "SIP/2.0 603", "rejected"},
		{Behaviour{Answer: AnswerUnreachable}, "SIP/2.0 404", "unreachable"},
		{Behaviour{Answer: AnswerNoAnswer, After: 10 * time.Millisecond}, "SIP/2.0 480", "no_answer"},
	} {
		t.Run(string(tt.behaviour.Answer), func(t *testing.T) {
			h := start(t, atOnce)
			to, err := pinbell.ParseNumber(testNumber, "")
			if err != nil {
				t.Fatal(err)
			}
			if err := h.SetBehaviour(to, tt.behaviour); err != nil {
				t.Fatal(err)
			}
			c := newCaller(t, h, testNumber)
			c.invite("0")
			c.expect(tt.status)
			c.send("ACK", c.branch, "")
			if got := ended(t, h); got.Outcome != tt.outcome {
				t.Errorf("outcome %q, want %q", got.Outcome, tt.outcome)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	h := start(t, Config{AnswerAfter: time.Minute})
	c := newCaller(t, h, testNumber)
	c.invite("0")
	ringing := c.expect("SIP/2.0 180")
	tag := c.tag
	c.tag = ""
	c.cancel()
	c.expect("SIP/2.0 200")
	c.expect("SIP/2.0 487")
	if c.tag != tag {
		t.Errorf("487 has tag %q, want that of %q", c.tag, header(ringing, "To"))
	}
	c.send("ACK", c.branch, "")
	if got := ended(t, h); got.Outcome != "canceled" {
		t.Errorf("outcome %q", got.Outcome)
	}
}

func TestRefusals(t *testing.T) {
	sdp := func(c *caller, edit ...string) string { return strings.NewReplacer(edit...).Replace(c.sdp("0 101")) }
	for _, tt := range []struct {
		name, to, want string
		send           func(c *caller)
	}{
		{"no common codec", testNumber, "SIP/2.0 488", func(c *caller) { c.invite("9 96") }},
		{"no SDP", testNumber, "SIP/2.0 488", func(c *caller) { c.send("INVITE", c.branch, "") }},
		{"encrypted", testNumber, "SIP/2.0 488", func(c *caller) { c.send("INVITE", c.branch, sdp(c, "RTP/AVP", "RTP/SAVP")) }},
		{"no address", testNumber, "SIP/2.0 488", func(c *caller) { c.send("INVITE", c.branch, sdp(c, "c=IN IP4 127.0.0.1", "c=IN IP4 pbx")) }},
		{"no number", "alice", "SIP/2.0 484", func(c *caller) { c.invite("0") }},
		{"extension", testNumber, "SIP/2.0 420", func(c *caller) { c.send("INVITE", c.branch, c.sdp("0"), "Require: 100rel") }},
		{"unknown dialog", testNumber, "SIP/2.0 481", func(c *caller) { c.tag = "nobody"; c.bye() }},
		{"unknown call renewed", testNumber, "SIP/2.0 481", func(c *caller) { c.tag = "nobody"; c.invite("0") }},
		{"unknown method", testNumber, "SIP/2.0 405", func(c *caller) { c.send("SUBSCRIBE", c.branch, "") }},
		{"options", testNumber, "SIP/2.0 200", func(c *caller) { c.send("OPTIONS", c.branch, "") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := start(t, atOnce)
			c := newCaller(t, h, tt.to)
			tt.send(c)
			c.expect(tt.want)
		})
	}
}

func TestAnswerIsRepeatedUntilACK(t *testing.T) {
	h := start(t, atOnce)
	c := newCaller(t, h, testNumber)
	c.invite("0")
	c.expect("SIP/2.0 200")
	c.expect("SIP/2.0 200")
	c.ack()
	c.bye()
	c.expect("SIP/2.0 200 OK")
	ended(t, h)
}

func TestHandsetHangsUp(t *testing.T) {
	h := start(t, atOnce)
	c := newCaller(t, h, testNumber)
	c.answered("0 101")
	got, ok := h.book.call(onlyCall(t, h).ID)
	if !ok {
		t.Fatal("call is not known")
	}
	signal(got.hangup)
	bye := c.expect("BYE sip:caller@")
	if from := header(bye, "From"); !strings.Contains(from, c.tag) {
		t.Errorf("BYE is from %q, want tag %q", from, c.tag)
	}
	answer(c, bye)
	if got := ended(t, h); got.Outcome != "completed" {
		t.Errorf("outcome %q", got.Outcome)
	}
}

// answer takes a request of the handset.
func answer(c *caller, request string) {
	var b strings.Builder
	b.WriteString("SIP/2.0 200 OK\r\n")
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		b.WriteString(name + ": " + header(request, name) + "\r\n")
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	_, _ = c.conn.Write([]byte(b.String()))
}

func TestKeysAndComfortSilence(t *testing.T) {
	h := start(t, atOnce)
	c := newCaller(t, h, testNumber)
	c.answered("8 101")
	call, _ := h.book.call(onlyCall(t, h).ID)
	if err := call.press("1#"); err != nil {
		t.Fatal(err)
	}
	var keys []byte
	var decoder rtp.EventDecoder
	silent := 0
	buf := make([]byte, 1500)
	_ = c.media.SetReadDeadline(time.Now().Add(3 * time.Second))
	for len(keys) < 2 || silent < 3 {
		n, err := c.media.Read(buf)
		if err != nil {
			t.Fatalf("keys %q, %d packets of silence: %v", keys, silent, err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(buf[:n]); err != nil {
			t.Fatal(err)
		}
		switch p.PayloadType {
		case 101:
			if key, pressed := decoder.Decode(&p); pressed {
				keys = append(keys, key)
			}
		case 8:
			silent++
			if len(p.Payload) != packetSamples || p.Payload[0] != audio.PCMA.Silence() {
				t.Fatalf("silence of %d bytes of %#x", len(p.Payload), p.Payload[0])
			}
		}
	}
	if string(keys) != "1#" {
		t.Errorf("keys %q, want 1#", keys)
	}
	c.bye()
	c.expect("SIP/2.0 200")
	ended(t, h)
	if err := call.press("1"); err == nil {
		t.Error("keys could be pressed after the call")
	}
}

func TestHold(t *testing.T) {
	h := start(t, atOnce)
	c := newCaller(t, h, testNumber)
	c.answered("0 101")
	c.cseq++
	c.send("INVITE", c.branch+"-hold", strings.ReplaceAll(c.sdp("0 101"), "a=ptime:20", "a=sendonly"))
	if ok := c.expect("SIP/2.0 200"); !strings.Contains(ok, "a=recvonly") {
		t.Errorf("hold is answered with:\n%s", ok)
	}
	c.ack()
	c.cseq++
	c.send("UPDATE", c.branch+"-update", "")
	c.expect("SIP/2.0 200")
	c.cseq -= 2
	c.send("INFO", c.branch+"-info", "")
	c.expect("SIP/2.0 500") // out of order
	c.cseq += 2
	c.bye()
	c.expect("SIP/2.0 200")
	ended(t, h)
}

func TestVoicemailBeeps(t *testing.T) {
	h := start(t, atOnce)
	_ = h.SetBehaviour(pinbell.Number{}, Behaviour{Answer: AnswerVoicemail, After: time.Millisecond})
	c := newCaller(t, h, testNumber)
	c.answered("0")
	beeps(c)
	c.bye()
	c.expect("SIP/2.0 200")
}

// beeps waits for a tone in what the caller hears.
func beeps(c *caller) {
	c.t.Helper()
	_ = c.media.SetReadDeadline(time.Now().Add(3 * time.Second))
	buf := make([]byte, 1500)
	for loud := 0; loud < 10; {
		n, err := c.media.Read(buf)
		if err != nil {
			c.t.Fatalf("%d loud packets: %v", loud, err)
		}
		if packetLevel(buf[:n]) > -20 {
			loud++
		}
	}
}

// packetLevel is the level of a packet's sound.
func packetLevel(packet []byte) float64 {
	var p rtp.Packet
	if p.Unmarshal(packet) != nil {
		return math.Inf(-1)
	}
	return float64(newAnalyser().frame(audio.PCMU.Decode(append(p.Payload, p.Payload...))).level)
}

// TestVoicemailRecords: a machine keeps what is said after its beep, and nothing
// of what was said over its greeting.
func TestVoicemailRecords(t *testing.T) {
	voices, _ := packedVoices(t)
	a := &agent{cfg: Config{Voices: voices}, templates: &templates{}}
	for _, number := range []string{"+100", testNumber} {
		if got := a.greeting(number).Duration(); got < greetingTime || got > 2*greetingTime {
			t.Errorf("a greeting of %v", got)
		}
	}

	h := start(t, atOnce)
	_ = h.SetBehaviour(pinbell.Number{}, Behaviour{Answer: AnswerVoicemail, After: time.Millisecond})
	c := newCaller(t, h, testNumber)
	c.answered("0")
	c.say(audio.PCMU, audio.PCM{Samples: make([]int16, 10*packetSamples)}, time.Millisecond)
	beeps(c)
	buf := make([]byte, 1500)
	for level := 0.0; level > -40; { // until its end
		n, err := c.media.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		level = packetLevel(buf[:n])
	}
	said := audio.PCM{Rate: sampleRate, Samples: make([]int16, 20*packetSamples)}
	for i := range said.Samples {
		said.Samples[i] = int16(5000 * math.Sin(float64(i)/3))
	}
	c.say(audio.PCMU, said, time.Millisecond)
	want := audio.PCM{Rate: sampleRate, Samples: audio.PCMU.Decode(audio.PCMU.Encode(said.Samples))}
	id := onlyCall(t, h).ID
	eventually(t, "it is recorded", func() bool { return h.Recording(id).Equal(want) })
	c.bye()
	c.expect("SIP/2.0 200")
}

func TestRunEndsCalls(t *testing.T) {
	h, err := New(atOnce)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	c := newCaller(t, h, testNumber)
	c.answered("0")
	cancel()
	answer(c, c.expect("BYE"))
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Run did not end")
	}
	if conn, err := net.Dial("tcp", h.SMPPAddr()); err == nil {
		conn.Close()
		t.Error("SMPP still listens")
	}
}
