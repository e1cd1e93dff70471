package twilio_test

import (
	"context"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/twilio"
)

// patient are records that might wait without end.
type patient struct {
	store
	t *testing.T
}

type store = compat.Records

func (p patient) Records(ctx context.Context, kind, parent string) ([]pinbell.Record, error) {
	if _, bounded := ctx.Deadline(); !bounded {
		p.t.Error("the services are read without a bound")
	}
	return p.store.Records(ctx, kind, parent)
}

// TestStart: a store that does not answer keeps no server from saying so.
func TestStart(t *testing.T) {
	c := newBench(t).Config
	c.Records = patient{c.Records, t}
	if _, err := twilio.New(c); err != nil {
		t.Error(err)
	}
}
