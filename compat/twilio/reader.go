package twilio

import (
	"context"

	"github.com/pinbell/pinbell"
)

// A reader reads the verifications of one service page by page.
type reader struct {
	api    *API
	filter pinbell.Filter
	page   []pinbell.Verification
	read   int
	done   bool
}

// peek returns the newest that is left, nil where there is none.
func (l *reader) peek(ctx context.Context) (*pinbell.Verification, error) {
	if len(l.page) == 0 && !l.done {
		page, err := l.api.cfg.Verify.List(ctx, l.filter)
		if err != nil {
			return nil, err
		}
		l.page, l.read = page, l.read+len(page)
		if l.done = len(page) < searchPage || l.read >= searchLimit; len(page) > 0 {
			l.filter.Before = page[len(page)-1].ID
		}
	}
	if len(l.page) == 0 {
		return nil, nil
	}
	return &l.page[0], nil
}

// next takes what peek has shown.
func (l *reader) next() pinbell.Verification {
	v := l.page[0]
	l.page = l.page[1:]
	return v
}
