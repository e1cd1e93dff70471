package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// content is what an order says, in the form that is sealed: nothing else may
// encode codes and texts in clear.
type content struct {
	Text     string `json:"t,omitempty"`
	Playlist []item `json:"p,omitempty"`
}

type item struct {
	Kind   pinbell.ItemKind `json:"k"`
	Phrase pinbell.Phrase   `json:"ph,omitempty"`
	Text   string           `json:"t,omitempty"`
	Digits string           `json:"d,omitempty"`
	URL    string           `json:"u,omitempty"`
	Pause  time.Duration    `json:"pa,omitempty"` // ns
	Gather *gather          `json:"g,omitempty"`
	Locale pinbell.Locale   `json:"l,omitempty"`
	Gender string           `json:"ge,omitempty"`
}

// gather has the fields of [pinbell.Gather], which the conversions below hold it to.
type gather struct {
	Max     int           `json:"m,omitempty"`
	Timeout time.Duration `json:"t,omitempty"` // ns
	Finish  string        `json:"f,omitempty"`
	Expect  string        `json:"e,omitempty"`
	BargeIn bool          `json:"b,omitempty"`
	Go      bool          `json:"g,omitempty"`
}

// encodeContent returns nil for an order that says nothing (any more).
func encodeContent(o pinbell.Order) ([]byte, error) {
	out := content{Text: o.Text.Reveal()}
	for _, it := range o.Playlist {
		to := item{
			Kind: it.Kind, Phrase: it.Phrase, Text: it.Text.Reveal(), Digits: it.Digits.Reveal(), URL: it.URL, Pause: it.Pause,
			Locale: it.Locale, Gender: it.Gender,
		}
		if it.Gather != (pinbell.Gather{}) {
			g := gather(it.Gather)
			to.Gather = &g
		}
		out.Playlist = append(out.Playlist, to)
	}
	if out.Text == "" && out.Playlist == nil {
		return nil, nil
	}
	return json.Marshal(out)
}

// decodeContent puts into an order what encodeContent took from it.
func decodeContent(b []byte, o *pinbell.Order) error {
	if b == nil {
		return nil
	}
	var in content
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("store: content of an order: %w", err)
	}
	o.Text = pinbell.NewText(in.Text)
	for _, it := range in.Playlist {
		to := pinbell.Item{
			Kind: it.Kind, Phrase: it.Phrase, Text: pinbell.NewText(it.Text), URL: it.URL, Pause: it.Pause, Locale: it.Locale, Gender: it.Gender,
		}
		if it.Digits != "" {
			code, err := pinbell.ParseDigits(it.Digits)
			if err != nil {
				return fmt.Errorf("store: content of an order: %w", err)
			}
			to.Digits = code
		}
		if it.Gather != nil {
			to.Gather = pinbell.Gather(*it.Gather)
		}
		o.Playlist = append(o.Playlist, to)
	}
	return nil
}

// wishes is the stored form of [pinbell.OrderWishes], but for what has a
// column of its own. Names are short and never reused, as those of options.
type wishes struct {
	Locale    pinbell.Locale    `json:"l,omitempty"`
	From      string            `json:"f,omitempty"`
	Via       string            `json:"v,omitempty"`
	Flash     bool              `json:"fl,omitempty"`
	Validity  time.Duration     `json:"va,omitempty"` // ns
	RingTime  time.Duration     `json:"rt,omitempty"` // ns
	Reference string            `json:"r,omitempty"`
	Metadata  map[string]string `json:"m,omitempty"`
	Fields    map[string]string `json:"of,omitempty"` // of the origin
	Segments  int               `json:"s,omitempty"`
	Encoding  string            `json:"e,omitempty"`
	Machine   string            `json:"mc,omitempty"`
}

func encodeWishes(o pinbell.OrderWishes) (string, error) {
	b, err := json.Marshal(wishes{
		Locale: o.Locale, From: o.From, Via: o.Via, Flash: o.Flash, Validity: o.Validity, RingTime: o.RingTime,
		Reference: o.Reference, Metadata: o.Metadata, Fields: o.Origin.Fields,
		Segments: o.Segments, Encoding: o.Encoding, Machine: string(o.Machine),
	})
	return string(b), err
}

func decodeWishes(s string) (pinbell.OrderWishes, error) {
	var in wishes
	if err := json.Unmarshal([]byte(s), &in); err != nil {
		return pinbell.OrderWishes{}, fmt.Errorf("store: options of an order: %w", err)
	}
	return pinbell.OrderWishes{
		Locale: in.Locale, From: in.From, Via: in.Via, Flash: in.Flash, Validity: in.Validity, RingTime: in.RingTime,
		Reference: in.Reference, Metadata: in.Metadata, Origin: pinbell.Origin{Fields: in.Fields},
		Segments: in.Segments, Encoding: in.Encoding, Machine: pinbell.MachineAction(in.Machine),
	}, nil
}
