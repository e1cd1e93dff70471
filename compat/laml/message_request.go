package laml

import (
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// mostValidity is how long a message may be on its way, in seconds: as long as
// both vendors keep it.
const mostValidity = 36000

// messageRequest reads the form of a message.
func (a *API) messageRequest(account string, p compat.Params) (verify.OrderRequest, error) {
	v, err := texts(p, "To", "From", "Body", "MessagingServiceSid")
	if err != nil {
		return verify.OrderRequest{}, err
	}
	if err := refusedOfMessage(p); err != nil {
		return verify.OrderRequest{}, err
	}
	switch {
	case v["To"] == "":
		return verify.OrderRequest{}, refuse(codeNoMessageTo, "A 'To' phone number is required")
	case v["From"] == "" && v["MessagingServiceSid"] == "":
		return verify.OrderRequest{}, refuse(codeNoMessageFrom, "A 'From' phone number is required")
	case v["From"] != "" && !senderForm.MatchString(v["From"]):
		return verify.OrderRequest{}, refuse(codeFrom, "'From' is no phone number or name that a message may come from")
	case v["MessagingServiceSid"] != "" && !isAccount(v["MessagingServiceSid"]):
		return verify.OrderRequest{}, refuse(codeParameter, "MessagingServiceSid is no identifier")
	case v["Body"] == "":
		return verify.OrderRequest{}, refuse(codeNoBody, "Message body is required")
	}
	request := verify.OrderRequest{Channel: pinbell.SMS, To: v["To"], OrderWishes: pinbell.OrderWishes{
		From: v["From"], Text: pinbell.NewText(v["Body"]),
		Origin: pinbell.Origin{API: origin, ID: compat.NewHex("SM"), Fields: map[string]string{fieldAccount: account}},
	}}
	if service := v["MessagingServiceSid"]; service != "" {
		request.Origin.Fields[fieldService] = service
	}
	seconds, err := p.Int("ValidityPeriod", 0)
	if err != nil || p.Has("ValidityPeriod") && (seconds < 1 || seconds > mostValidity) {
		return request, refuse(codeParameter, "ValidityPeriod: want 1 to %d seconds", mostValidity)
	}
	request.Validity = time.Duration(seconds) * time.Second
	if err := schedule(&request.OrderWishes, p); err != nil {
		return request, err
	}
	return request, a.callback(request.Origin.Fields, p, false)
}

// refusedOfMessage refuses what makes another message than one of text.
func refusedOfMessage(p compat.Params) error {
	if p.Has("MediaUrl") {
		return refuse(codeMedia, "MediaUrl is not supported here: messages are text")
	}
	for _, field := range []string{"ContentSid", "ContentVariables", "PersistentAction"} {
		if p.Has(field) {
			return unsupported(field, "messages are SMS with a Body")
		}
	}
	if mms, err := p.Bool("SendAsMms"); err != nil || mms {
		return unsupported("SendAsMms", "messages are SMS")
	}
	return nil
}

// schedule reads when a message is to be sent.
func schedule(o *pinbell.OrderWishes, p compat.Params) error {
	v, err := texts(p, "ScheduleType", "SendAt")
	if err != nil {
		return err
	}
	switch {
	case v["ScheduleType"] == "" && v["SendAt"] == "":
		return nil
	case v["ScheduleType"] != "fixed":
		return refuse(codeParameter, "ScheduleType: want fixed, with SendAt")
	}
	if o.DueAt, err = time.Parse(time.RFC3339, v["SendAt"]); err != nil {
		return refuse(codeParameter, "SendAt: want a time of ISO 8601, as in 2027-01-31T20:36:27Z")
	}
	o.DueAt = o.DueAt.UTC()
	o.Origin.Fields[fieldScheduled] = "fixed"
	return nil
}
