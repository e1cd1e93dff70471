package laml

import (
	"net/url"
	"time"

	"github.com/pinbell/pinbell"
)

// Bounds of a document.
const (
	maxDocument = 64 << 10
	maxVerbs    = 200
	maxItems    = 2000 // that it makes, its loops unrolled
	maxLoop     = 100  // what loop="0", for ever, comes to
	maxDepth    = 8    // of markup in what is said
	maxURL      = 4000
	maxSaid     = 4096 // bytes that one <Say> says, as both vendors have it
)

// gatherRoom is what a gather's prompts may hold: the gather itself is the last
// item of their playlist.
const gatherRoom = pinbell.MaxItems - 1

// A Document is a parsed LaML or TwiML document.
type Document struct {
	steps []step
}

// A step is one thing that a document does: it says an item, gathers keys, goes
// on to another document or hangs up.
type step struct {
	item     pinbell.Item // where nothing else is set
	gather   *gather
	redirect *target
	hangUp   bool
}

// A gather says its prompts and takes keys, which go to its action.
type gather struct {
	prompts pinbell.Playlist
	keys    pinbell.Gather
	action  target
	onEmpty bool // the action is asked also when no key was pressed
}

// A target is another document. An empty address is the one of the document
// that names it.
type target struct {
	method, url string
}

// Playlist returns what a document says when it says it all without asking:
// false where it gathers keys, leads to another document, or is too long to be
// one playlist. Addresses of recordings must be whole.
func (d Document) Playlist() (pinbell.Playlist, bool, error) {
	list := pinbell.Playlist{}
	for _, s := range d.steps {
		switch {
		case s.gather != nil, s.redirect != nil, !list.Takes(s.item):
			return nil, false, nil
		case s.hangUp:
			return orSilence(list), true, nil
		}
		item, err := resolved(s.item, nil)
		if err != nil {
			return nil, false, err
		}
		list = append(list, item)
	}
	return orSilence(list), true, nil
}

// orSilence makes a call that says nothing: it is answered and hangs up.
func orSilence(list pinbell.Playlist) pinbell.Playlist {
	if len(list) == 0 {
		return pinbell.Playlist{{Kind: pinbell.ItemPause, Pause: time.Second}}
	}
	return list
}

// whole checks that a document stands for itself: all that it leads to has a
// whole address.
func (d Document) whole() error {
	for _, s := range d.steps {
		switch {
		case s.gather != nil:
			if _, err := s.gather.action.resolve(nil); err != nil {
				return err
			}
			for _, item := range s.gather.prompts {
				if _, err := resolved(item, nil); err != nil {
					return err
				}
			}
		case s.redirect != nil:
			if _, err := s.redirect.resolve(nil); err != nil {
				return err
			}
		default:
			if _, err := resolved(s.item, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolve returns the whole address of a target; base nil is a document that
// came without one.
func (t target) resolve(base *url.URL) (*url.URL, error) {
	return resolve(base, t.url)
}

func resolve(base *url.URL, ref string) (*url.URL, error) {
	u, err := url.Parse(ref)
	if err != nil || len(ref) > maxURL {
		return nil, invalid("an address in the document is no URL")
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if !u.IsAbs() || u.Host == "" {
		return nil, invalid("a document that was not fetched needs whole addresses, as in https://…")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// resolved is an item with the whole address of its recording. That of one which
// was uploaded here is whole.
func resolved(item pinbell.Item, base *url.URL) (pinbell.Item, error) {
	if _, uploaded := pinbell.RecordingAt(item.URL); item.Kind != pinbell.ItemPlay || uploaded {
		return item, nil
	}
	u, err := resolve(base, item.URL)
	if err != nil {
		return item, err
	}
	item.URL = u.String()
	return item, nil
}
