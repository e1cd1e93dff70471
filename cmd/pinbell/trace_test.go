package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/api"
)

// TestTrace: after calls to the development phone, the server tells what passed,
// by the API and by the command, and nothing of what was said.
func TestTrace(t *testing.T) {
	phone := ringing(t)
	trunk := fmt.Sprintf("[trunk.phone]\naddr = %q\ncaller_id = \"+15550100\"\n", phone.SIPAddr())
	s := instance(t, trunk, "verify,send,read")
	v, err := s.client.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "voice"})
	if err != nil {
		t.Fatal(err)
	}
	call, err := s.client.Call(t.Context(), api.CallRequest{To: "+15551234567", Playlist: []api.PlaylistItem{{Digits: "0815"}}})
	if err != nil {
		t.Fatal(err)
	}
	ended(t, s.client, call.ID)
	if v, err = s.client.Cancel(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(time.Minute); v.Attempts[0].EndedAt == nil && time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		if v, err = s.client.Verification(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
	}
	ofCall, err := s.client.CallTrace(t.Context(), call.ID)
	if err != nil {
		t.Fatal(err)
	}
	ofAttempt, err := s.client.AttemptTrace(t.Context(), v.ID, v.Attempts[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range []api.Trace{ofCall, ofAttempt} {
		var steps []string
		for _, m := range found.Data {
			steps = append(steps, m.Direction+" "+m.Summary)
			if strings.Contains(m.Text, "5551234567") || strings.Contains(m.Text, "15550100") || m.Peer != phone.SIPAddr() || time.Since(m.At) > time.Hour {
				t.Errorf("%+v", m)
			}
		}
		rest := strings.Join(steps, ", ")
		for _, step := range []string{"sent INVITE", "received 180 Ringing", "received 200 OK", "sent ACK", "BYE", "200 OK"} {
			_, after, ok := strings.Cut(rest, step)
			if !ok {
				t.Fatalf("no %s (or not in this order): %v", step, steps)
			}
			rest = after
		}
	}

	for _, id := range []string{v.ID, call.ID} {
		cmd := pinbellCommand(t, "trace", id, "--url", "http://"+s.addr)
		cmd.Env = append(cmd.Env, "PINBELL_KEY="+s.key)
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), "--> "+phone.SIPAddr()+"\n    INVITE sip:+15…67@") || !strings.Contains(string(out), "\n    SIP/2.0 180 Ringing\n") {
			t.Errorf("%v: %s", err, out)
		}
	}

	off := instance(t, trunk+"[sip]\ntraces = 0\n", "send,read")
	if call, err = off.client.Call(t.Context(), api.CallRequest{To: "+15551234567", Playlist: []api.PlaylistItem{{Digits: "1"}}}); err != nil {
		t.Fatal(err)
	}
	ended(t, off.client, call.ID)
	_, err = off.client.CallTrace(t.Context(), call.ID)
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != api.CodeNotFound {
		t.Errorf("kept, though it is off: %v", err)
	}
}

// ended waits for the end of a call.
func ended(t *testing.T, c *api.Client, id string) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); {
		call, err := c.WaitCall(t.Context(), id, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if call.EndedAt != nil {
			return
		}
	}
	t.Error("the call does not end")
}
