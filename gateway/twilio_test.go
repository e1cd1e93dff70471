package gateway

import (
	"testing"

	"github.com/pinbell/pinbell"
)

func twilioConfig(ch pinbell.Channel) Config {
	return Config{Name: "acme", Kind: Twilio, Channel: ch, Account: "AC0123456789abcdef0123456789abcdef", Secret: "s3cret", Sender: "+15550100"}
}

const (
	twilioMessages = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages"
	twilioCallsAt  = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls"
)

func TestTwilioMessageFaults(t *testing.T) {
	testSubmitFaults(t, twilioConfig(pinbell.SMS), smsDelivery, "POST "+twilioMessages+".json",
		reply{status: 201, body: `{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","error_code":null}`})
}

func TestTwilioCallFaults(t *testing.T) {
	testSubmitFaults(t, twilioConfig(pinbell.Voice), voiceDelivery, "POST "+twilioCallsAt+".json",
		reply{status: 201, body: `{"sid":"CA0123456789abcdef0123456789abcdef","status":"queued"}`})
}
