package gateway

import "github.com/pinbell/pinbell"

// newCompany makes the company of a kind. It may fill in what the company has
// as defaults: above all BaseURL.
func newCompany(c *Config) (company, error) {
	switch c.Kind {
	case Twilio, SignalWire:
		return newTwilio(c)
	case Xoxzo:
		return newXoxzo(c)
	case MessageBird:
		return newMessageBird(c)
	case Vonage:
		return newVonage(c)
	case HTTP:
		return newTemplate(c)
	}
	return nil, pinbell.Invalid("kind", "is not known")
}
