package messagebird

import (
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Bounds and defaults of calls.
const (
	maxSpoken             = 1000 // characters
	maxRepeat             = 10
	defaultMachineTimeout = 7000 // ms
)

// repeatPause stands after the pick-up and between two readings.
const repeatPause = time.Second

// machines are what the vendor's words for it mean.
var machines = map[string]pinbell.MachineAction{
	"continue": pinbell.MachineIgnore, "delay": pinbell.MachineSpeak, "hangup": pinbell.MachineHangUp,
}

// ifMachine is the vendor's word for an action.
func ifMachine(a pinbell.MachineAction) string {
	for word, means := range machines {
		if means == a {
			return word
		}
	}
	return "continue"
}

func (a *API) createVoiceMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	language, locale := f.language()
	if locale == "" { // whoever says nothing wrote for the vendor's default
		locale = locales[defaultLanguage]
	}
	machine := machines[f.choice("ifMachine", "continue", "delay", "hangup")]
	f.Number("machineTimeout", 0, 400, 10000)
	gender, repeat, body, sender := f.gender(), max(f.Number("repeat", 0, 1, maxRepeat), 1), f.spoken("body"), f.originator()
	wishes := pinbell.OrderWishes{
		Text: pinbell.NewText(body), Playlist: reading(body, locale, gender, repeat), Locale: locale, From: callerID(sender),
		Machine: machine, DueAt: f.time("scheduledDatetime"), Reference: f.Text("reference"),
		Origin: pinbell.Origin{API: origin, ID: compat.NewHex(""), Fields: map[string]string{
			fieldOriginator: sender, fieldLanguage: language, fieldVoice: gender, fieldRepeat: strconv.Itoa(repeat), fieldReportURL: f.URL("reportUrl", a.cfg.Reachable),
		}},
	}
	return a.place(w, r, f, verify.OrderRequest{Channel: pinbell.Voice, Service: caller.Or(""), OrderWishes: wishes})
}

// reading is what a call says: the words as often as asked for, where what looks
// like a code is said digit by digit.
func reading(body string, locale pinbell.Locale, gender string, repeat int) pinbell.Playlist {
	var list pinbell.Playlist
	for range min(repeat, maxRepeat) {
		list = append(list, pinbell.Item{Kind: pinbell.ItemPause, Pause: repeatPause})
		list = append(list, compat.Speech(body, locale, gender)...)
	}
	return list
}

// spoken reads words for a call.
func (f form) spoken(name string) string {
	s := f.required(name)
	if utf8.RuneCountInString(s) > maxSpoken {
		f.Fault(name, "want up to %d characters", maxSpoken)
	}
	if compat.HasControl(s) {
		f.Fault(name, "holds a control character")
	}
	return s
}

func (a *API) readVoiceMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.readOrders(w, r, caller, pinbell.Voice)
}

func (a *API) deleteVoiceMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.deleteOrders(w, r, caller, pinbell.Voice)
}
