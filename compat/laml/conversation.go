package laml

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/pinbell/pinbell"
)

// maxFetches bounds a call whose documents lead to each other for ever.
const maxFetches = 20

// A conversation is one call that documents conduct. One goroutine at a time
// asks it for what comes next.
type conversation struct {
	api      *API
	order    pinbell.Order
	script   script
	steps    []step   // still to be done
	base     *url.URL // of the document; nil where it came with the request
	awaited  *gather  // whose keys the last playlist took
	fetches  int
	fallen   bool // the fallback was asked
	answered bool
}

// direct begins the conversation of a call, before the phone rings; see
// [verify.Director].
func (a *API) direct(ctx context.Context, o pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
	s, err := scriptOf(o)
	if err != nil {
		return nil, nil, err
	}
	c := &conversation{api: a, order: o, script: s}
	if s.Twiml != "" {
		doc, err := Parse([]byte(s.Twiml))
		if err != nil {
			return nil, nil, err
		}
		c.steps = doc.steps
	} else if err := c.goTo(ctx, target{method: s.Method, url: s.URL}, nil); err != nil {
		return nil, nil, err
	}
	list, err := c.turn(ctx)
	if err != nil {
		return nil, nil, err
	}
	if list = orSilence(list); c.awaited == nil && len(c.steps) == 0 {
		return list, nil, nil
	}
	return list, c.next, nil
}

// next is what the call says after a playlist, once the phone was answered.
func (c *conversation) next(ctx context.Context, keys string) (pinbell.Playlist, error) {
	c.answered = true
	if g := c.awaited; g != nil {
		c.awaited = nil
		if keys != "" || g.onEmpty {
			if err := c.goTo(ctx, g.action, url.Values{"Digits": {keys}}); err != nil {
				return nil, err
			}
		}
	}
	return c.turn(ctx)
}

// turn takes what can be said without asking: up to a gather, which is a
// playlist of its own, for a key cuts short no more than what stands within it.
func (c *conversation) turn(ctx context.Context) (pinbell.Playlist, error) {
	var list pinbell.Playlist
	for len(c.steps) > 0 {
		s := c.steps[0]
		if len(list) > 0 && (s.gather != nil || s.redirect != nil || !list.Takes(s.item)) {
			return list, nil
		}
		c.steps = c.steps[1:]
		switch {
		case s.hangUp:
			c.steps = nil
		case s.gather != nil:
			c.awaited = s.gather
			return c.gathering(s.gather)
		case s.redirect != nil:
			if err := c.goTo(ctx, *s.redirect, nil); err != nil {
				return nil, err
			}
		default:
			item, err := resolved(s.item, c.base)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
	}
	return list, nil
}

func (c *conversation) gathering(g *gather) (pinbell.Playlist, error) {
	list := make(pinbell.Playlist, 0, len(g.prompts)+1)
	for _, item := range g.prompts {
		item, err := resolved(item, c.base)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return append(list, pinbell.Item{Kind: pinbell.ItemGather, Gather: g.keys}), nil
}

// goTo continues with another document; with the fallback, once in a call,
// where that does not come or cannot be followed.
func (c *conversation) goTo(ctx context.Context, to target, extra url.Values) error {
	err := c.open(ctx, to, extra)
	if err == nil || c.fallen || c.script.FallbackURL == "" || ctx.Err() != nil {
		return err
	}
	c.fallen = true
	c.api.cfg.Logger.Warn("laml: the fallback is asked", "order", c.order.ID, "err", err)
	return c.open(ctx, target{c.script.FallbackMethod, c.script.FallbackURL}, url.Values{"ErrorCode": {codeOf(err)}})
}

// open fetches a document and begins it.
func (c *conversation) open(ctx context.Context, to target, extra url.Values) error {
	if c.fetches++; c.fetches > maxFetches {
		return invalid("the call asked for more than %d documents", maxFetches)
	}
	u, err := to.resolve(c.base)
	if err != nil {
		return err
	}
	form := c.api.callForm(c.order)
	form.Set("CallStatus", "queued")
	if c.answered {
		form.Set("CallStatus", "in-progress")
	}
	for name, values := range extra {
		form[name] = values
	}
	text, err := c.api.fetch(ctx, to.method, *u, form)
	if err != nil {
		return err
	}
	doc, err := Parse(text)
	if err != nil {
		return err
	}
	c.steps, c.base = doc.steps, u
	return nil
}

// fetch asks an application for a document.
func (a *API) fetch(ctx context.Context, method string, u url.URL, form url.Values) ([]byte, error) {
	body := ""
	if method == http.MethodGet {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += form.Encode()
	} else {
		body = form.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return nil, &DocumentError{Code: codeRetrieval, Detail: "the document's address cannot be asked"}
	}
	r.Header.Set("Accept", "application/xml, text/xml, */*;q=0.5")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := a.cfg.Outbound.Do(r)
	if err != nil {
		return nil, &DocumentError{Code: codeRetrieval, Detail: "the document did not come: " + err.Error(), Err: err}
	}
	if answer.Status < 200 || answer.Status > 299 {
		return nil, &DocumentError{Code: codeRetrieval, Detail: "the document did not come: answered " + http.StatusText(answer.Status)}
	}
	return answer.Body, nil
}
