package gateway

import (
	"context"
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
	key  string // unguessable, of its URLs
	next func(context.Context, string) (pinbell.Playlist, error)
	put  func(pinbell.Playlist) []pinbell.SpelledItem

	mu      sync.Mutex
	pages   [][]pinbell.SpelledItem
	at      int // the furthest page that was fetched; -1 for none
	fetches int
	keys    string
	taken   string // of keys, by the playlist that is said
	over    bool   // nothing more is said
	refused bool   // because the keys were not those awaited
}

func newScript(key string, o order, words func(pinbell.Playlist, pinbell.Locale) []pinbell.SpelledItem) *script {
	return &script{
		key: key, next: o.Next, pages: split(o.words), at: -1,
		put: func(p pinbell.Playlist) []pinbell.SpelledItem { return words(p, o.Locale) },
	}
}

// split ends a page after each gather.
func split(words []pinbell.SpelledItem) [][]pinbell.SpelledItem {
	pages := [][]pinbell.SpelledItem{nil}
	for i, w := range words {
		last := len(pages) - 1
		pages[last] = append(pages[last], w)
		if w.Gather != nil && i+1 < len(words) {
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
	if s.fetches++; s.fetches > maxFetches || page < 0 || page > s.at+1 {
		return nil, false, false
	}
	if page > s.at && !s.over {
		s.at = page
		s.over = page > 0 && !s.goOn(ctx, gatherOf(s.pages[page-1]), keys)
	}
	if page >= len(s.pages) || s.over && page >= s.at {
		return nil, false, s.over
	}
	return s.pages[page], page+1 < len(s.pages) || s.next != nil || gatherOf(s.pages[page]) != nil, true
}

// gatherOf returns what a page ends with, nil for no gather.
func gatherOf(page []pinbell.SpelledItem) *pinbell.Gather {
	if len(page) == 0 {
		return nil
	}
	return page[len(page)-1].Gather
}

// goOn takes the keys of the page before and makes sure of the next one; false
// hangs up.
func (s *script) goOn(ctx context.Context, g *pinbell.Gather, keys string) bool {
	if g != nil {
		keys = dialled(keys, max(g.Max, 1))
		s.keys += keys
		s.taken += keys
		if keys == "" && !g.Go || strings.Trim(keys, orAny(g.Expect)) != "" {
			s.refused = true
			return false
		}
	}
	if s.at < len(s.pages) || s.next == nil {
		return s.at < len(s.pages)
	}
	list, err := s.next(ctx, s.taken)
	s.taken = ""
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
	if r.Outcome != pinbell.Completed || !waits || s.at > 0 && !s.refused {
		return r
	}
	r.Outcome = pinbell.Voicemail
	r.Cause += ", no key was pressed"
	if s.keys != "" {
		r.Outcome, r.Cause = pinbell.HungUp, end.cause+", the awaited key was not pressed"
	}
	return r
}
