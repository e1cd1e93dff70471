package gateway

import (
	"context"

	"github.com/pinbell/pinbell"
)

// message submits a text and returns as soon as the company has answered.
func (c *Carrier) message(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	tag, o := c.order(d)
	refs, result := c.submit(ctx, o)
	if refs == nil {
		return result
	}
	c.tokens.bind(tag, refs)
	report(progress(pinbell.StageSubmitted, result.Cause))
	for _, ref := range refs {
		c.follow(ref, d.Deadline)
	}
	return result
}

// order adds to a delivery where the company can reach us about it.
func (c *Carrier) order(d pinbell.Delivery) (tag string, o order) {
	o = order{Delivery: d}
	tag, token := c.tokens.make()
	if c.cfg.PublicURL != "" {
		o.callback = c.cfg.PublicURL + "status/" + token
	}
	return tag, o
}
