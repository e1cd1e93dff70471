package laml

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// codeOf is the code of a document error.
func codeOf(err error) string {
	var e *DocumentError
	if !errors.As(err, &e) {
		return strconv.Itoa(codeRetrieval)
	}
	return strconv.Itoa(e.Code)
}

// recipient is whom an order is for, as the caller wrote it.
func recipient(o pinbell.Order) string {
	if o.Address != "" {
		return o.Address
	}
	return o.To.E164()
}

// callForm is what every request about a call tells the application.
func (a *API) callForm(o pinbell.Order) url.Values {
	to := recipient(o)
	return url.Values{
		"CallSid": {o.Origin.ID}, "AccountSid": {o.Origin.Fields[fieldAccount]}, "ApiVersion": {apiVersion}, "Direction": {direction},
		"From": {o.From}, "Caller": {o.From}, "To": {to}, "Called": {to},
	}
}

// events of calls, in the order they happen; their place is SequenceNumber.
var events = []string{"initiated", "ringing", "answered", "completed"}

// eventOf names what a call's status tells, "" for nothing.
func eventOf(o pinbell.Order) string {
	switch {
	case o.Status.Ended():
		return "completed"
	case o.Status == pinbell.OrderSending:
		return "initiated"
	case o.Status == pinbell.CallRinging:
		return "ringing"
	case o.Status == pinbell.CallInProgress:
		return "answered"
	}
	return ""
}

// observe tells an application of a change; see [verify.Observer].
func (a *API) observe(o pinbell.Order) {
	address := o.Origin.Fields[fieldCallback]
	if address == "" {
		return
	}
	var form url.Values
	if o.Channel == pinbell.Voice {
		form = a.callChange(o)
	} else {
		form = a.messageChange(o)
	}
	if form == nil {
		return
	}
	post := compat.PostForm(o.Origin.Fields[fieldCallbackMethod], address, form)
	post.Order = o.Origin.ID
	a.cfg.Poster.Send(post)
}

func (a *API) callChange(o pinbell.Order) url.Values {
	event := eventOf(o)
	if !a.fresh(o, event) || !slices.Contains(strings.Fields(o.Origin.Fields[fieldEvents]), event) {
		return nil
	}
	form := a.callForm(o)
	form.Set("CallStatus", callStatus(o))
	if event == "initiated" {
		form.Set("CallStatus", event)
	}
	form.Set("CallbackSource", "call-progress-events")
	form.Set("SequenceNumber", strconv.Itoa(slices.Index(events, event)))
	form.Set("Timestamp", stamp(a.cfg.Now()))
	if event == "completed" {
		seconds := compat.Talked(o)
		form.Set("CallDuration", strconv.Itoa(seconds))
		form.Set("Duration", strconv.Itoa((seconds+59)/60)) // in minutes begun
	}
	return form
}

func (a *API) messageChange(o pinbell.Order) url.Values {
	status := messageStatus(o, a.cfg.Now())
	if !a.fresh(o, status) {
		return nil
	}
	account, sid := o.Origin.Fields[fieldAccount], o.Origin.ID
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "MessageStatus": {status}, "SmsStatus": {status},
		"AccountSid": {account}, "ApiVersion": {apiVersion}, "From": {o.From}, "To": {recipient(o)},
	}
	if service := o.Origin.Fields[fieldService]; service != "" {
		form.Set("MessagingServiceSid", service)
	}
	if code, _ := messageError(o); code != nil {
		form.Set("ErrorCode", strconv.Itoa(*code))
	}
	return form
}

// mostTold bounds the orders whose last event is remembered.
const mostTold = 10000

// fresh reports whether an order's event is new: a carrier may say more than
// once that a phone rings.
func (a *API) fresh(o pinbell.Order, event string) bool {
	if event == "" {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told[o.ID] == event {
		return false
	}
	if len(a.told) >= mostTold { // messages whose end is never reported
		clear(a.told)
	}
	a.told[o.ID] = event
	if o.Status.Ended() {
		delete(a.told, o.ID)
	}
	return true
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
