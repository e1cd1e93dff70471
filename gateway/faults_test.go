package gateway

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// A faultCase is a fault of the company at a submission, with the outcome that
// it must have and how many requests it may take.
type faultCase struct {
	answers []reply
	outcome pinbell.Outcome
	asked   int
	healthy bool
}

// submitFaults are the faults that every company's submission must survive;
// good is its answer to a delivery that it takes.
func submitFaults(good reply) map[string]faultCase {
	with := func(f fault) reply {
		r := good
		r.fault = f
		return r
	}
	return map[string]faultCase{
		"500":               {[]reply{{status: 500, body: `{"oops":`}}, pinbell.CarrierError, 1, false},
		"503 with JSON":     {[]reply{{status: 503, body: good.body}}, pinbell.CarrierError, 1, false},
		"redirect":          {[]reply{{status: 307, header: map[string]string{"Location": "/elsewhere"}}}, pinbell.CarrierError, 1, true},
		"401":               {[]reply{{status: 401, body: `{}`}}, pinbell.CarrierError, 1, false},
		"404 with HTML":     {[]reply{{status: 404, body: `<h1>no</h1>`}}, pinbell.CarrierError, 1, true},
		"time-out":          {[]reply{with(silent)}, pinbell.Unknown, 1, false},
		"reset":             {[]reply{with(reset)}, pinbell.Unknown, 1, false},
		"reset in the body": {[]reply{with(cut)}, pinbell.Unknown, 1, false},
		"a byte a second":   {[]reply{with(trickling)}, pinbell.Unknown, 1, false},
		"no end":            {[]reply{with(huge)}, pinbell.Unknown, 1, false},
		"bad JSON":          {[]reply{{status: good.status, body: `{"sid":`}}, pinbell.Unknown, 1, true},
		"no reference":      {[]reply{{status: good.status, body: `{}`}}, pinbell.Unknown, 1, true},
		"empty":             {[]reply{{status: good.status}}, pinbell.Unknown, 1, true},
		"throttled, long":   {[]reply{{status: 429, header: map[string]string{"Retry-After": "3600"}}}, pinbell.Throttled, 1, true},
		"throttled, for good": {
			[]reply{{status: 429, header: map[string]string{"Retry-After": "0"}}}, pinbell.Throttled, maxTries, true,
		},
	}
}

// testSubmitFaults runs them for messages: cfg is a carrier's but for BaseURL,
// what ("POST /sms/") the submission's method and path.
func testSubmitFaults(t *testing.T, cfg Config, d func(testing.TB) pinbell.Delivery, what string, good reply) {
	t.Helper()
	cases := submitFaults(good)
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		f := cases[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			cfg := cfg
			cfg.BaseURL, cfg.Timeout = p.URL, 300*time.Millisecond
			c := run(t, cfg)
			p.on(what, f.answers...)
			r, _ := deliver(t, c, d(t))
			if r.Outcome != f.outcome || len(r.References) != 0 {
				t.Errorf("got %s %v (%s), want %s", r.Outcome, r.References, r.Cause, f.outcome)
			}
			if got := len(p.asked); got != f.asked {
				t.Errorf("%d requests, want %d", got, f.asked)
			}
			if got := c.Healthy(); got != f.healthy {
				t.Errorf("healthy is %v, want %v", got, f.healthy)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		cfg := cfg
		cfg.BaseURL = refused
		c := run(t, cfg)
		r, _ := deliver(t, c, d(t))
		if r.Outcome != pinbell.CarrierError || c.Healthy() {
			t.Errorf("got %s (%s), healthy %v", r.Outcome, r.Cause, c.Healthy())
		}
	})
}
