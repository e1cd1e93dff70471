package test_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// code returns the code that reached a number after a time, read from an SMS
// or heard in a call.
func (d *demo) code(t *testing.T, to string, after time.Time) string {
	t.Helper()
	query := url.Values{"to": {to}, "wait": {"40s"}, "after": {after.UTC().Format(time.RFC3339Nano)}}
	var got struct {
		Code string `json:"code"`
	}
	d.phone(t, "/latest?"+query.Encode(), &got)
	return got.Code
}

// texts returns the messages that reached a number.
func (d *demo) texts(t *testing.T, to string) []string {
	t.Helper()
	var got struct {
		Data []struct {
			Text string `json:"text"`
		} `json:"data"`
	}
	d.phone(t, "/messages?"+url.Values{"to": {to}}.Encode(), &got)
	texts := []string{}
	for _, m := range got.Data {
		texts = append(texts, m.Text)
	}
	return texts
}

// calls returns how many calls reached a number and were answered.
func (d *demo) calls(t *testing.T, to string) int {
	t.Helper()
	var got struct {
		Data []struct {
			Packets int `json:"packets"`
		} `json:"data"`
	}
	d.phone(t, "/calls?"+url.Values{"to": {to}}.Encode(), &got)
	n := 0
	for _, c := range got.Data {
		if c.Packets > 0 {
			n++
		}
	}
	return n
}

func (d *demo) phone(t *testing.T, path string, v any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.handset+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the phone answered %s", resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}

// another returns a code of the same length that is not the given one.
func another(code string) string {
	last := byte('0' + (code[len(code)-1]-'0'+1)%10)
	return code[:len(code)-1] + string(last)
}
