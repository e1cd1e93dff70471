package xoxzo

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// callBack posts how a message or call ended where the client gave an address
// for it: the fields that reading it gives, as a form.
func (a *API) callBack(o pinbell.Order) {
	target := o.Origin.Fields[fieldCallback]
	if target == "" || !o.Status.Ended() {
		return
	}
	var fields url.Values
	if o.Channel == pinbell.Voice {
		c := callOf(o)
		fields = url.Values{
			"callid": {c.CallID}, "status": {c.Status}, "caller": {c.Caller}, "recipient": {c.Recipient}, "start_time": {text(c.StartTime)},
			"end_time": {text(c.EndTime)}, "duration": {strconv.Itoa(c.Duration)}, "cost": {"0"}, "tags": {strings.Join(c.Tags, ",")}, "url": {c.URL},
		}
	} else {
		m := messageOf(o)
		fields = url.Values{
			"msgid": {m.MsgID}, "status": {m.Status}, "sender": {m.Sender}, "recipient": {m.Recipient}, "sent_time": {text(m.SentTime)},
			"cost": {"0"}, "tags": {strings.Join(m.Tags, ",")}, "url": {m.URL},
		}
	}
	post := compat.PostForm(http.MethodPost, target, fields)
	post.Order = string(o.ID)
	a.cfg.Poster.Send(post)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
