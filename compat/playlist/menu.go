package playlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a menu.
const (
	maxLists       = 20
	maxKeys        = 32
	maxKeyTimeout  = 60 // seconds
	maxRepeats     = 3
	defaultRepeats = 1
	keys           = "0123456789*#"
)

// A menu is a call that asks for keys. The first list is said, keys are
// awaited, and what they lead to is said; then the call ends.
type menu struct {
	Lists   map[int][]entry `json:"lists"`   // from 1 on; the first asks
	Leads   map[string]int  `json:"leads"`   // keys → list, where the request says so itself
	Max     int             `json:"max"`     // keys awaited
	Timeout int             `json:"timeout"` // seconds of silence that end it; 0 for the usual
	Finish  string          `json:"finish"`  // a key that ends it
	Repeat  int             `json:"repeat"`  // how often the first list is said again
}

// menu is POST /voice/call/menu.
func (a *API) menu(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := readParams(r)
	if err != nil {
		return err
	}
	profile, err := a.cfg.Verify.Profile(caller.Service())
	if err != nil {
		return err
	}
	m, err := readMenu(params, profile)
	c, callErr := a.readCall(r.Context(), params, profile, caller)
	if err := errors.Join(callErr, err); err != nil {
		return err
	}
	// The menu travels as the order's text: it is sealed and erased with it. No
	// playlist, so that the director is asked.
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	c.wishes.Text = pinbell.NewText(string(text))
	return a.place(w, r, c)
}

// readMenu reports all that is wrong.
func readMenu(p compat.Params, profile pinbell.Service) (menu, error) {
	m := menu{Lists: map[int][]entry{}}
	f := compat.NewForm(p, "")
	m.Max, m.Timeout = f.Number("max_digits", 1, 1, maxKeys), f.Number("timeout", 0, 1, maxKeyTimeout)
	m.Repeat = f.Number("repeat", defaultRepeats, 0, maxRepeats)
	var err error
	if m.Finish, err = p.String("finish_on_key"); err != nil || len(m.Finish) > 1 || strings.Trim(m.Finish, keys) != "" {
		f.Fault("finish_on_key", "want one of %s", keys)
	}
	for _, name := range p.Names() {
		number, ok := strings.CutPrefix(name, "playlist_")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxLists || strconv.Itoa(n) != number {
			f.Fault("playlist_", "want playlist_1 to playlist_%d", maxLists)
			continue
		}
		m.Lists[n], err = readEntries(p, name, profile)
		f.Add(err)
	}
	if m.Lists[1] == nil {
		f.Fault("playlist_1", "is missing: it is what asks for keys")
	}
	f.Add(m.leads(p))
	return m, f.Err()
}

// leads reads which keys lead where: {"1": "playlist_2"}.
func (m *menu) leads(p compat.Params) error {
	if !p.Has("menu") {
		return nil
	}
	object, err := p.Object("menu")
	if err != nil {
		return err
	}
	m.Leads = map[string]int{}
	for _, pressed := range object.Names() {
		if pressed == "" || len(pressed) > m.Max || strings.Trim(pressed, keys) != "" {
			return pinbell.Invalid("menu", "want keys of %s, up to max_digits of them", keys)
		}
		name, err := object.String(pressed)
		if err != nil {
			return pinbell.Invalid("menu", "want the name of a playlist for each key")
		}
		n, err := strconv.Atoi(strings.TrimPrefix(name, "playlist_"))
		if err != nil || name != fmt.Sprint("playlist_", n) || m.Lists[n] == nil {
			return pinbell.Invalid("menu", "leads to a playlist that is not there")
		}
		m.Leads[pressed] = n
	}
	return nil
}

// target is the list that keys lead to; 0 for none.
func (m *menu) target(pressed string) int {
	n := 0
	switch {
	case pressed == "":
		return 0
	case m.Leads != nil:
		n = m.Leads[pressed]
	case m.Max > 1:
		n = 2
	default:
		key, err := strconv.Atoi(pressed)
		if err != nil || key == 0 {
			return 0
		}
		n = key + 1
	}
	if m.Lists[n] == nil {
		return 0
	}
	return n
}

// asksOnly reports whether keys are but taken: any answer is one.
func (m *menu) asksOnly() bool { return m.Leads == nil && len(m.Lists) == 1 }

// question is what asks for keys.
func (m *menu) question() pinbell.Playlist {
	return append(speak(m.Lists[1]), pinbell.Item{Kind: pinbell.ItemGather, Gather: pinbell.Gather{
		Max: m.Max, Timeout: time.Duration(m.Timeout) * time.Second, Finish: m.Finish, BargeIn: true, Go: true,
	}})
}
