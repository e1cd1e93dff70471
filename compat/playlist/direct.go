package playlist

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pinbell/pinbell"
)

// direct conducts a menu's call; it implements [verify.Director].
func (a *API) direct(_ context.Context, o pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
	var m menu
	if err := json.Unmarshal([]byte(o.Text.Reveal()), &m); err != nil {
		return nil, nil, fmt.Errorf("menu: it is not there any more: %w", pinbell.ErrNotFound)
	}
	answered, asked := false, 0
	next := func(_ context.Context, pressed string) (pinbell.Playlist, error) {
		if answered || pressed != "" && m.asksOnly() {
			return nil, nil
		}
		if n := m.target(pressed); n > 0 {
			answered = true
			return speak(m.Lists[n]), nil
		}
		if asked == m.Repeat {
			return nil, nil
		}
		asked++
		return m.question(), nil
	}
	return m.question(), next, nil
}
