package compattest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// A Callback is a request that an application was sent.
type Callback struct {
	Method, Path string
	Query, Form  url.Values
}

// ReadCallback reads a request with or without a form.
func ReadCallback(r *http.Request) Callback {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body)) // what is no form has no fields
	return Callback{r.Method, r.URL.Path, r.URL.Query(), form}
}

// A Receiver is an application that takes callbacks.
type Receiver struct {
	testing.TB
	URL   string
	calls chan Callback
}

// NewReceiver starts a Receiver for the time of a test.
func NewReceiver(t testing.TB) *Receiver {
	t.Helper()
	calls := make(chan Callback, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { calls <- ReadCallback(r) }))
	t.Cleanup(server.Close)
	return &Receiver{TB: t, URL: server.URL, calls: calls}
}

// Next waits for a callback.
func (r *Receiver) Next() Callback {
	r.Helper()
	select {
	case c := <-r.calls:
		return c
	case <-time.After(10 * time.Second):
		r.Fatal("no callback came")
		return Callback{}
	}
}

// Idle checks that no further callback comes.
func (r *Receiver) Idle() {
	r.Helper()
	select {
	case c := <-r.calls:
		r.Errorf("called back with %v %v", c.Query, c.Form)
	case <-time.After(50 * time.Millisecond):
	}
}
