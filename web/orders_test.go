package web_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/pinbell/pinbell/api"
)

func TestCallsAndMessages(t *testing.T) {
	b := newBench(t)
	key := b.key("", "send")
	c := b.client(key)
	call, err := c.Call(t.Context(), api.CallRequest{To: "+15551234567", Reference: "r", Playlist: []api.PlaylistItem{
		{Pause: api.Duration(time.Second)}, {Digits: "0815"}, {Gather: &api.Gather{Max: 1, Go: true}}, {Phrase: "goodbye"},
	}})
	if err != nil || call.Status != api.CallQueued || call.To != "+15551234567" || call.Reference != "r" {
		t.Fatalf("%+v, %v", call, err)
	}
	message, err := c.Send(t.Context(), api.MessageRequest{To: "+15551234567", Text: "hello", From: "Acme"})
	if err != nil || message.Status != api.MessageQueued {
		t.Fatalf("%+v, %v", message, err)
	}
	for range 100 {
		if call, err = c.WaitCall(t.Context(), call.ID, time.Second); err != nil || call.EndedAt != nil {
			break
		}
	}
	if err != nil || call.EndedAt == nil || call.Outcome == "" {
		t.Errorf("%+v, %v", call, err)
	}
	for range 100 {
		if message, err = c.WaitMessage(t.Context(), message.ID, time.Second); err != nil || message.Status != api.MessageQueued {
			break
		}
	}
	if err != nil || message.Status == api.MessageQueued {
		t.Errorf("%+v, %v", message, err)
	}
	if _, err := c.WaitCall(t.Context(), message.ID, 0); !isProblem(err, http.StatusNotFound) {
		t.Errorf("a message read as a call: %v", err)
	}
	if _, err := b.client(b.key("other", "send")).WaitCall(t.Context(), call.ID, 0); !isProblem(err, http.StatusNotFound) {
		t.Errorf("another service's call: %v", err)
	}
	if _, err := b.client(b.key("", "verify")).Send(t.Context(), api.MessageRequest{To: "+15551234567", Text: "x"}); !isProblem(err, http.StatusForbidden) {
		t.Errorf("without the scope: %v", err)
	}
}

func TestOrdersBadInput(t *testing.T) {
	b := newBench(t)
	key := b.key("", "send")
	for name, c := range map[string]struct{ path, body, field string }{
		"no number":        {"/v1/messages", `{"text":"x"}`, "to"},
		"no text":          {"/v1/messages", `{"to":"+15551234567"}`, "text"},
		"control":          {"/v1/messages", `{"to":"+15551234567","text":"x","from":"a\r\nb"}`, "from"},
		"no playlist":      {"/v1/calls", `{"to":"+15551234567"}`, "playlist"},
		"empty item":       {"/v1/calls", `{"to":"+15551234567","playlist":[{"pause":"1s"},{}]}`, "playlist[1]"},
		"two in one item":  {"/v1/calls", `{"to":"+15551234567","playlist":[{"say":"x","digits":"1"}]}`, "playlist[0]"},
		"letters":          {"/v1/calls", `{"to":"+15551234567","playlist":[{"digits":"12a"}]}`, "playlist[0].digits"},
		"unknown phrase":   {"/v1/calls", `{"to":"+15551234567","playlist":[{"phrase":"sing"}]}`, "playlist[0]"},
		"host not allowed": {"/v1/calls", `{"to":"+15551234567","playlist":[{"play":"http://169.254.169.254/latest"}]}`, "playlist[0]"},
		"long pause":       {"/v1/calls", `{"to":"+15551234567","playlist":[{"pause":"2m"}]}`, "playlist[0]"},
		"SIP address":      {"/v1/calls", `{"to":"sip:x@example.com","playlist":[{"pause":"1s"}]}`, "to"},
		"unknown carrier":  {"/v1/calls", `{"to":"+15551234567","carrier_id":"none","playlist":[{"pause":"1s"}]}`, "carrier_id"},
	} {
		var p api.Problem
		res := b.raw(key, http.MethodPost, c.path, c.body, nil, &p)
		if res.StatusCode != http.StatusBadRequest || len(p.Errors) == 0 || p.Errors[0].Field != c.field {
			t.Errorf("%s: %d %+v", name, res.StatusCode, p)
		}
	}
}

func TestOrderOnce(t *testing.T) {
	b := newBench(t)
	key := b.key("", "send")
	header := http.Header{"Idempotency-Key": {"one"}}
	var first, second api.Message
	a := b.raw(key, http.MethodPost, "/v1/messages", `{"to":"+15551234567","text":"x"}`, header, &first)
	again := b.raw(key, http.MethodPost, "/v1/messages", `{"to":"+15551234567","text":"x"}`, header, &second)
	if a.StatusCode != http.StatusAccepted || again.StatusCode != http.StatusAccepted || first.ID != second.ID {
		t.Errorf("%d %s, %d %s", a.StatusCode, first.ID, again.StatusCode, second.ID)
	}
	if at := again.Header.Get("Location"); at != "/v1/messages/"+first.ID || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed with Location %q", at)
	}
	if other := b.raw(key, http.MethodPost, "/v1/messages", `{"to":"+15551234567","text":"y"}`, header, nil); other.StatusCode != http.StatusConflict {
		t.Errorf("another text: %d", other.StatusCode)
	}
}

func TestWrongMethod(t *testing.T) {
	b := newBench(t)
	res := b.raw(b.key("", "verify"), http.MethodGet, "/v1/checks", "", nil, nil)
	if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "POST" {
		t.Errorf("%d, Allow %q", res.StatusCode, res.Header.Get("Allow"))
	}
}

// isProblem reports whether an error is a problem of a status.
func isProblem(err error, status int) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == status
}

// TestKeysOfOneService: an admin key of one service makes, sees and revokes the
// keys of that service, and no others.
func TestKeysOfOneService(t *testing.T) {
	b := newBench(t)
	all, own := b.client(b.key("", "admin")), b.client(b.key("default", "admin"))
	foreign, err := all.CreateKey(t.Context(), api.KeyRequest{Name: "all", Scopes: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	made, err := own.CreateKey(t.Context(), api.KeyRequest{Name: "mine", Scopes: []string{"verify"}})
	if err != nil || made.Service != "default" {
		t.Errorf("%+v, %v", made, err)
	}
	if _, err := own.CreateKey(t.Context(), api.KeyRequest{Name: "theirs", Service: "other", Scopes: []string{"verify"}}); !isProblem(err, http.StatusBadRequest) {
		t.Errorf("for another service: %v", err)
	}
	keys, err := own.Keys(t.Context())
	if err != nil || len(keys) != 2 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
	if err := own.RevokeKey(t.Context(), foreign.ID); !isProblem(err, http.StatusNotFound) {
		t.Errorf("revoked another's: %v", err)
	}
	if err := own.RevokeKey(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	if err := all.RevokeKey(t.Context(), foreign.ID); err != nil {
		t.Error(err)
	}
}
