package gateway

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"

	"github.com/pinbell/pinbell"
)

// maxFetches bounds how often one call's words are fetched.
const maxFetches = 50

// A script is what a call says, in pages that each end where the company has
// to come back: with the keys of a gather, or for what a conversation says
// next. It exists while its call does.
type script struct {
	key  string // unguessable, of its URL
	next func(context.Context, string) (pinbell.Playlist, error)
	put  func(pinbell.Playlist) []pinbell.SpelledItem

	mu      sync.Mutex
	pages   [][]pinbell.SpelledItem
	at      int // the furthest page that was fetched; -1 for none
	fetches int
	keys    string
	over    bool // a gather hung up
}

func newScript(o order, words func(pinbell.Playlist, pinbell.Locale) []pinbell.SpelledItem) *script {
	return &script{
		key: rand.Text(), next: o.Next, pages: split(o.words), at: -1,
		put: func(p pinbell.Playlist) []pinbell.SpelledItem { return words(p, o.Locale) },
	}
}

// split ends a page after each gather.
func split(words []pinbell.SpelledItem) [][]pinbell.SpelledItem {
	pages := [][]pinbell.SpelledItem{{}}
	for _, w := range words {
		last := len(pages) - 1
		pages[last] = append(pages[last], w)
		if w.Gather != nil {
			pages = append(pages, nil)
		}
	}
	return pages
}

// turn goes on to a page with the keys pressed on the one before it, and
// returns it; more says that another follows. A page that was fetched before
// is given again, whatever the keys: fetches are repeated. false: there is no
// such page to be given now.
func (s *script) turn(ctx context.Context, page int, keys string) (items []pinbell.SpelledItem, more, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetches++; s.fetches > maxFetches || page < 0 || page > s.at+1 || s.over {
		return nil, false, false
	}
	if page > s.at {
		s.at = page
		if page > 0 && !s.goOn(ctx, s.pages[page-1], keys) {
			s.over = true
			return nil, false, true
		}
	}
	return s.pages[page], page+1 < len(s.pages) || s.next != nil, true
}

// goOn takes the keys of the page before and makes sure of the next one; false
// hangs up.
func (s *script) goOn(ctx context.Context, before []pinbell.SpelledItem, keys string) bool {
	if len(before) > 0 {
		if g := before[len(before)-1].Gather; g != nil {
			keys = dialled(keys, max(g.Max, 1))
			s.keys += keys
			if keys == "" && !g.Go || keys != "" && strings.Trim(keys, orAny(g.Expect)) != "" {
				return false
			}
		}
	}
	if s.at < len(s.pages) {
		return true
	}
	list, err := s.next(ctx, s.keys)
	if err != nil || len(list) == 0 {
		return false
	}
	s.pages = append(s.pages, split(s.put(list))...)
	return true
}

const dialKeys = "0123456789*#ABCD"

func orAny(expect string) string {
	if expect == "" {
		return dialKeys
	}
	return expect
}

// dialled keeps what keys of a phone can be, up to a number of them.
func dialled(keys string, most int) string {
	if strings.Trim(keys, dialKeys) != "" {
		return ""
	}
	return keys[:min(len(keys), most)]
}

// pressed are all keys that were taken.
func (s *script) pressed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys
}

// result is how a call ended, seen with what was fetched of it: a call that was
// answered and never came past a key was a machine's or somebody else's.
func (s *script) result(end state) pinbell.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := pinbell.Result{Outcome: end.outcome, Cause: end.cause}
	waits := slices.ContainsFunc(s.pages[0], func(w pinbell.SpelledItem) bool { return w.Gather != nil })
	if r.Outcome != pinbell.Completed || !waits || s.at > 0 && !s.over {
		return r
	}
	r.Outcome = pinbell.Voicemail
	r.Cause += ", no key was pressed"
	if s.keys != "" {
		r.Outcome, r.Cause = pinbell.HungUp, end.cause+", the awaited key was not pressed"
	}
	return r
}
