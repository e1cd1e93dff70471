package handset

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

func TestHTTPCarrier(t *testing.T) {
	h, err := New(Config{ReceiptAfter: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, h)
	send := func(to string) (int, carrierState) {
		t.Helper()
		status, _, answer := do(t, http.MethodPost, url+"carrier/messages", `{"to":"`+to+`","from":"Acme","text":"Your code is 481590","reference":"at_1"}`)
		var s carrierState
		if status == http.StatusAccepted {
			if err := json.Unmarshal(answer, &s); err != nil {
				t.Fatal(err)
			}
		}
		return status, s
	}
	for _, tt := range [][2]string{{"delivered", "delivered"}, {"undelivered", "undelivered"}, {"expired", "expired"}, {"silent", "accepted"}} {
		receipt, want := tt[0], tt[1]
		if status, _, answer := do(t, http.MethodPost, url+"behaviour", `{"to":"+15551234567","answer":"`+receipt+`"}`); status != http.StatusOK {
			t.Fatalf("behaviour %s: %s", receipt, answer)
		}
		status, sent := send("+15551234567")
		if status != http.StatusAccepted || sent.State != "accepted" {
			t.Fatalf("%s: %d %+v", receipt, status, sent)
		}
		_, _, answer := do(t, http.MethodGet, url+"carrier/messages/"+sent.ID, "")
		var now carrierState
		if err := json.Unmarshal(answer, &now); err != nil || now.State != want {
			t.Errorf("%s: %s", receipt, answer)
		}
	}
	if _, _, answer := do(t, http.MethodGet, url+"behaviour?to=%2B15551234567", ""); !json.Valid(answer) || !bytes.Contains(answer, []byte(`"receipt":"silent"`)) {
		t.Errorf("behaviour reads %s", answer)
	}
	if _, _, answer := do(t, http.MethodGet, url+"latest?to=%2B15551234567", ""); !bytes.Contains(answer, []byte(`"code":"481590"`)) {
		t.Errorf("latest reads %s", answer)
	}
	do(t, http.MethodPost, url+"behaviour", `{"to":"+15551234567","answer":"throttle"}`)
	if status, _ := send("+15551234567"); status != http.StatusTooManyRequests {
		t.Errorf("throttled: %d", status)
	}
	if status, _ := send("nobody"); status != http.StatusBadRequest {
		t.Errorf("no number: %d", status)
	}
	if status, _, _ := do(t, http.MethodGet, url+"carrier/messages/hm_99", ""); status != http.StatusNotFound {
		t.Errorf("unknown: %d", status)
	}
}
