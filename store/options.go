package store

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/pinbell/pinbell"
)

// options is the stored form of [pinbell.Options]. Names are short because
// every verification carries them; they are never reused for another meaning.
type options struct {
	Workflow  []step            `json:"w,omitempty"`
	Brand     string            `json:"b,omitempty"`
	Template  string            `json:"t,omitempty"`
	Gender    string            `json:"g,omitempty"`
	Confirm   string            `json:"cf,omitempty"`
	Carrier   string            `json:"ca,omitempty"`
	From      string            `json:"f,omitempty"`
	ClientIP  string            `json:"ip,omitempty"`
	Reference string            `json:"r,omitempty"`
	Metadata  map[string]string `json:"m,omitempty"`
	Payee     string            `json:"p,omitempty"`
	Amount    string            `json:"a,omitempty"`
	Flash     bool              `json:"fl,omitempty"`
	OriginAPI string            `json:"oa,omitempty"`
	OriginID  string            `json:"oi,omitempty"`
	Fields    map[string]string `json:"of,omitempty"` // of the origin
}

type step struct {
	Channel string        `json:"c"`
	Wait    time.Duration `json:"w,omitempty"` // ns
	Locale  string        `json:"l,omitempty"`
	Other   string        `json:"o,omitempty"`
}

func encodeOptions(o pinbell.Options) (string, error) {
	out := options{
		Brand: o.Brand, Template: o.Template, Gender: o.Voice.Gender, Confirm: string(o.Voice.Confirm), Carrier: o.Carrier,
		From: o.From, Reference: o.Reference, Metadata: o.Metadata, Payee: o.Binding.Payee, Amount: o.Binding.Amount,
		Flash: o.Flash, OriginAPI: o.Origin.API, OriginID: o.Origin.ID, Fields: o.Origin.Fields,
	}
	if o.ClientIP.IsValid() {
		out.ClientIP = o.ClientIP.String()
	}
	for _, s := range o.Workflow {
		out.Workflow = append(out.Workflow, step{Channel: string(s.Channel), Wait: s.Wait, Locale: string(s.Locale), Other: string(s.Other)})
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func decodeOptions(s string) (pinbell.Options, error) {
	var in options
	if err := json.Unmarshal([]byte(s), &in); err != nil {
		return pinbell.Options{}, fmt.Errorf("store: options: %w", err)
	}
	o := pinbell.Options{
		Brand: in.Brand, Template: in.Template, Carrier: in.Carrier, From: in.From, Reference: in.Reference, Metadata: in.Metadata,
		Voice:   pinbell.VoiceOptions{Gender: in.Gender, Confirm: pinbell.Confirm(in.Confirm)},
		Binding: pinbell.Binding{Payee: in.Payee, Amount: in.Amount}, Flash: in.Flash,
		Origin: pinbell.Origin{API: in.OriginAPI, ID: in.OriginID, Fields: in.Fields},
	}
	if in.ClientIP != "" {
		ip, err := netip.ParseAddr(in.ClientIP)
		if err != nil {
			return pinbell.Options{}, fmt.Errorf("store: options: %w", err)
		}
		o.ClientIP = ip
	}
	for _, s := range in.Workflow {
		o.Workflow = append(o.Workflow, pinbell.Step{Channel: pinbell.Channel(s.Channel), Wait: s.Wait, Locale: pinbell.Locale(s.Locale), Other: pinbell.Locale(s.Other)})
	}
	return o, nil
}
