package verify

import (
	"errors"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
)

// Bounds of the words that a request may bring along.
const (
	maxReference     = 200
	maxMetadata      = 20
	maxMetadataKey   = 40
	maxMetadataValue = 500
	maxBinding       = 100
)

// options checks what later deliveries need again. It returns what it could
// use also when there were faults.
func (s *Service) options(r StartRequest, profile pinbell.Service) (pinbell.Options, error) {
	o := pinbell.Options{
		Brand: or(r.Brand, profile.Brand), Template: r.Template, Carrier: r.Carrier, From: r.From,
		Reference: r.Reference, Metadata: r.Metadata, Binding: r.Binding, Flash: r.Flash, Origin: r.Origin,
		Voice: pinbell.VoiceOptions{Gender: r.Gender, Confirm: or(pinbell.Confirm(r.Confirm), pinbell.ConfirmNone)},
	}
	var faults []error
	check := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	var err error
	o.Workflow, err = workflow(r, profile)
	check(err)
	o.ClientIP, err = parseIP("client_ip", r.ClientIP)
	check(err)
	check(pinbell.ValidateTemplate(r.Template))
	check(line("brand", r.Brand, pinbell.MaxBrand))
	check(line("reference", r.Reference, maxReference))
	for _, ch := range []pinbell.Channel{pinbell.Voice, pinbell.SMS} {
		if slices.ContainsFunc(o.Workflow, func(s pinbell.Step) bool { return s.Channel == ch }) {
			check(pinbell.ValidateSender(ch, r.From))
		}
	}
	check(line("binding.payee", r.Binding.Payee, maxBinding))
	check(line("binding.amount", r.Binding.Amount, maxBinding))
	if b := r.Binding; (b.Payee == "") != (b.Amount == "") {
		check(pinbell.Invalid("binding", "wants both payee and amount"))
	}
	check(metadata(r.Metadata))
	check(s.voiceOptions(o))
	if r.Carrier != "" && !s.mayName(r.Carrier, profile.Name) {
		check(pinbell.Invalid("carrier_id", "is not configured here"))
	}
	return o, errors.Join(faults...)
}

func (s *Service) voiceOptions(o pinbell.Options) error {
	switch o.Voice.Gender {
	case "", "female", "male":
	default:
		return pinbell.Invalid("voice.gender", `want "female" or "male"`)
	}
	switch o.Voice.Confirm {
	case pinbell.ConfirmNone, pinbell.ConfirmPress1:
		return nil
	case pinbell.ConfirmKeypad:
		if slices.ContainsFunc(o.Workflow, func(st pinbell.Step) bool { return st.Channel != pinbell.Voice }) {
			return pinbell.Invalid("voice.confirm", `"keypad" wants the channel voice alone: the code is keyed in a call`)
		}
		return nil
	}
	return pinbell.Invalid("voice.confirm", `want "none", "press_1" or "keypad"`)
}

func workflow(r StartRequest, profile pinbell.Service) (pinbell.Workflow, error) {
	if len(r.Workflow) == 0 {
		return pinbell.Workflow{{Channel: or(r.Channel, profile.Channel)}}, nil
	}
	w := make(pinbell.Workflow, len(r.Workflow))
	for i, step := range r.Workflow {
		w[i] = step
		w[i].Wait = or(step.Wait, pinbell.DefaultStepWait)
	}
	if r.Channel != "" {
		return w, pinbell.Invalid("channel", "and workflow exclude each other")
	}
	return w, nil
}

func metadata(m map[string]string) error {
	if len(m) > maxMetadata {
		return pinbell.Invalid("metadata", "holds more than %d pairs", maxMetadata)
	}
	for k, v := range m {
		if k == "" || line("", k, maxMetadataKey) != nil || utf8.RuneCountInString(v) > maxMetadataValue {
			return pinbell.Invalid("metadata", "wants keys of 1 to %d characters and values of up to %d", maxMetadataKey, maxMetadataValue)
		}
	}
	return nil
}

// line checks a value that may end up in a header or a message: valid UTF-8,
// bounded, without any control character or line end.
func line(field, s string, limit int) error {
	if !utf8.ValidString(s) {
		return pinbell.Invalid(field, "is not valid UTF-8")
	}
	if utf8.RuneCountInString(s) > limit {
		return pinbell.Invalid(field, "is longer than %d characters", limit)
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return pinbell.Invalid(field, "holds a control character")
		}
	}
	return nil
}
