package xoxzo

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// maxSpoken bounds what a call says, in characters.
const maxSpoken = 1600

// pickUpPause is how long a phone takes to be at the ear.
const pickUpPause = time.Second

// languages are those that Xoxzo speaks.
var languages = map[string]pinbell.Locale{"en": "en-US", "ja": "ja-JP"}

func (a *API) createPlayback(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := compat.NewUUID()
	from, to := f.caller(), f.recipient()
	list, locale, field := f.words()
	fields := map[string]string{
		fieldFrom: from, fieldTags: f.tags(), fieldCallback: f.URL("callbackurl", a.cfg.Reachable), fieldURL: a.cfg.URL(r, "/voice/calls/"+id+"/"),
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = a.cfg.Verify.Place(r.Context(), []verify.OrderRequest{{
		Channel: pinbell.Voice, To: to, Service: caller.Or(""), OrderWishes: pinbell.OrderWishes{
			Playlist: list, Locale: locale, From: from, Origin: pinbell.Origin{API: origin, ID: id, Fields: fields},
		},
	}}, nil)
	if err != nil {
		return aboutPlaylist(err, field)
	}
	return compat.WriteJSON(w, http.StatusCreated, []map[string]string{{"callid": id}})
}

// words reads what a call says: a recording, or a text in which what looks like
// a code is said digit by digit; and the field it came from.
func (f form) words() (list pinbell.Playlist, locale pinbell.Locale, field string) {
	recording, spoken := f.Text("recording_url"), f.Has("tts_message") || f.Has("tts_lang")
	list = pinbell.Playlist{{Kind: pinbell.ItemPause, Pause: pickUpPause}}
	switch {
	case recording != "" && spoken:
		f.Fault("recording_url", "send either a recording or a text")
	case recording == "" && !spoken:
		f.Add(required("recording_url"))
		return nil, "", ""
	case recording != "":
		return append(list, pinbell.Item{Kind: pinbell.ItemPlay, URL: recording}), "", "recording_url"
	}
	text, language := f.required("tts_message"), f.required("tts_lang")
	locale, known := languages[language]
	if language != "" && !known {
		f.Fault("tts_lang", "is not a valid choice: want en or ja")
	}
	if utf8.RuneCountInString(text) > maxSpoken {
		f.Fault("tts_message", "Ensure this field has no more than %d characters.", maxSpoken)
	}
	if compat.HasControl(text) {
		f.Fault("tts_message", "holds a control character")
	}
	return append(list, compat.Speech(text, locale, "")...), locale, "tts_message"
}

// aboutPlaylist gives a fault of the playlist the name of the field that it was
// made from.
func aboutPlaylist(err error, field string) error {
	var fault *pinbell.FieldError
	if errors.As(err, &fault) && strings.HasPrefix(fault.Field, "playlist") {
		return pinbell.Invalid(field, "%s", fault.Detail)
	}
	return err
}

func (a *API) readCall(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	o, err := a.orderOf(r, caller, pinbell.Voice)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, callOf(o))
}
