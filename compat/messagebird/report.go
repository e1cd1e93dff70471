package messagebird

import (
	"net/http"
	"net/url"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// report sends a status report where the client gave an address for them, as
// MessageBird does: a GET with the status in the query.
func (a *API) report(o pinbell.Order) {
	target := o.Origin.Fields[fieldReportURL]
	if target == "" || !reported(o) {
		return
	}
	status, at := statusOf(o)
	query := url.Values{
		"id": {o.Origin.ID}, "recipient": {o.To.Digits()}, "status": {status}, "statusDatetime": {datetime(at)},
	}
	if o.Reference != "" {
		query.Set("reference", o.Reference)
	}
	post := compat.PostForm(http.MethodGet, target, query)
	post.Order = string(o.ID)
	a.cfg.Poster.Send(post)
}

// reported holds for changes that are changes in MessageBird's words as well.
func reported(o pinbell.Order) bool {
	switch o.Status {
	case pinbell.MessageSubmitted, pinbell.CallInProgress:
		return true
	case pinbell.CallCompleted: // that it was answered has been told
		return o.AnsweredAt.IsZero()
	case pinbell.OrderCanceled:
		return false
	}
	return o.Status.Ended()
}
