package prompt

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A Fetcher gets recordings by their address: [Media] those at a URL, [Uploads]
// those that were uploaded.
type Fetcher interface {
	Fetch(ctx context.Context, url string) (audio.PCM, error)
}

// fetchers is how many recordings of a playlist are fetched at once.
const fetchers = 4

// maxSound bounds what is made for one call, and kept while it goes on: its
// recordings, each counted once, and the speech of an engine.
const maxSound = 10 * time.Minute

var errSound = fmt.Errorf("the sound of the call comes to more than %s", maxSound)

// fetch gets and encodes the recordings that a playlist names, each once, and
// returns how long they are together. The error is an [*ItemError].
func (r *Renderer) fetch(ctx context.Context, list pinbell.Playlist, codec audio.Codec) (map[string]audio.Clip, time.Duration, error) {
	found, length := map[string]audio.Clip{}, time.Duration(0)
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fetchers)
	asked := map[string]bool{}
	for i, item := range list {
		if item.Kind != pinbell.ItemPlay || asked[item.URL] {
			continue
		}
		asked[item.URL] = true
		group.Go(func() error {
			sound, err := r.recording(ctx, item.URL)
			if err != nil {
				return &ItemError{Index: i, Err: err}
			}
			mu.Lock()
			defer mu.Unlock()
			if length += sound.Duration(); length > maxSound {
				return &ItemError{Index: i, Err: errSound}
			}
			found[item.URL] = encode(sound, codec)
			return nil
		})
	}
	err := group.Wait()
	return found, length, err
}

func (r *Renderer) recording(ctx context.Context, url string) (audio.PCM, error) {
	if r.media == nil {
		return audio.PCM{}, fmt.Errorf("recordings of others are not configured: %w", pinbell.ErrUnavailable)
	}
	return r.media.Fetch(ctx, url)
}
