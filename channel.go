package pinbell

// A Channel is a way for a code to reach a person.
type Channel string

// The channels.
const (
	Voice Channel = "voice" // a phone call that speaks the code
	SMS   Channel = "sms"   // a text message
)

// ParseChannel accepts a channel's name. The error wraps [ErrChannel].
func ParseChannel(s string) (Channel, error) {
	switch c := Channel(s); c {
	case Voice, SMS:
		return c, nil
	}
	return "", &FieldError{Field: "channel", Detail: `want "voice" or "sms"`, Err: ErrChannel}
}
