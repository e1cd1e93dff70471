package compat

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell/outbound"
)

// A Post is a status callback to an application: a form or a JSON body.
type Post struct {
	URL         string
	Method      string // POST where empty
	ContentType string
	Body        string // for GET: the query
	Header      http.Header
	// Order keeps posts of one thing in their order: those with the same name
	// are sent one after the other.
	Order string
}

// PostForm makes a post of a form, or of a query where the method is GET.
func PostForm(method, target string, form url.Values) Post {
	return Post{URL: target, Method: method, ContentType: "application/x-www-form-urlencoded", Body: form.Encode()}
}

// A Poster sends posts in the background: each is tried a few times, and
// dropped with a warning when its receiver stays silent or too many wait. Each
// receiver has a share of the posts under way, so that one which hangs keeps no
// other waiting. What a callback tells can always be read from the API as well.
type Poster struct {
	client *outbound.Client
	log    *slog.Logger
	wake   chan struct{}

	mu        sync.Mutex
	receivers receivers
}

const (
	posters     = 32
	postTries   = 3
	postPause   = time.Second // doubled after each try
	postTimeout = 15 * time.Second
)

// NewPoster makes a Poster that works while Run runs.
func NewPoster(client *outbound.Client, log *slog.Logger) *Poster {
	return &Poster{client: client, log: log, wake: make(chan struct{}, posters)}
}

// Run sends until ctx ends.
func (p *Poster) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range posters {
		workers.Go(func() {
			for {
				post, r := p.next()
				if r == nil {
					select {
					case <-ctx.Done():
						return
					case <-p.wake:
						continue
					}
				}
				p.send(ctx, post)
				p.done(post, r)
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
	workers.Wait()
	return nil
}

// Send queues a post; nil takes none.
func (p *Poster) Send(post Post) {
	if p == nil || post.URL == "" {
		return
	}
	p.mu.Lock()
	host, kept, first := p.receivers.add(post)
	p.mu.Unlock()
	switch {
	case kept:
		p.rouse()
	case first:
		p.log.Warn("status callbacks dropped: too many wait", "host", host)
	}
}

// rouse wakes a worker; where as many are woken as there are, all will look.
func (p *Poster) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Poster) next() (Post, *receiver) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.receivers.next()
}

func (p *Poster) done(post Post, r *receiver) {
	p.mu.Lock()
	p.receivers.done(post, r)
	p.mu.Unlock()
	p.rouse()
}

func (p *Poster) send(ctx context.Context, post Post) {
	pause := postPause
	for try := 1; ; try++ {
		err := p.try(ctx, post)
		if err == nil || ctx.Err() != nil {
			return
		}
		var refused *outbound.RefusedError // it is no matter of time
		if try == postTries || errors.As(err, &refused) {
			p.log.Warn("status callback not taken", "err", err)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// A statusError is an answer that is no success.
type statusError int

func (e statusError) Error() string { return "answered " + http.StatusText(int(e)) }

func (p *Poster) try(ctx context.Context, post Post) error {
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	method, target, body := post.Method, post.URL, post.Body
	if method == "" {
		method = http.MethodPost
	}
	if method == http.MethodGet {
		if strings.Contains(target, "?") {
			target += "&" + body
		} else {
			target += "?" + body
		}
		body = ""
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return err
	}
	for name, values := range post.Header {
		r.Header[name] = values
	}
	if body != "" {
		r.Header.Set("Content-Type", post.ContentType)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	if answer.Status >= 300 {
		return statusError(answer.Status)
	}
	return nil
}
