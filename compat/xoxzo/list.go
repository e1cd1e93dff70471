package xoxzo

import (
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a list.
const (
	listedFor = 90 * 24 * time.Hour
	maxListed = 1000
)

// listMessages lists the newest messages of the last 90 days, or of the days
// that sent_date says: "2016-04-01", ">=2016-04-01", "<2016-05-01", in UTC.
func (a *API) listMessages(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	filter := pinbell.OrderFilter{
		Service: caller.Service(), Channel: pinbell.SMS, Origin: pinbell.Origin{API: origin},
		From: a.cfg.Now().Add(-listedFor),
	}
	for _, s := range r.URL.Query()["sent_date"] {
		from, until, err := days(s)
		if err != nil {
			return err
		}
		if from.After(filter.From) {
			filter.From = from
		}
		if !until.IsZero() && (filter.Until.IsZero() || until.Before(filter.Until)) {
			filter.Until = until
		}
	}
	orders, err := a.cfg.Newest(r.Context(), filter, maxListed)
	if err != nil {
		return err
	}
	messages := make([]message, len(orders))
	for i, o := range orders {
		messages[i] = messageOf(o)
	}
	return compat.WriteJSON(w, http.StatusOK, messages)
}

// days reads a date with a comparison before it. A zero time is no bound.
func days(s string) (from, until time.Time, err error) {
	date := strings.TrimLeft(s, "<>=")
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return from, until, pinbell.Invalid("sent_date", "Enter a valid date.")
	}
	next := day.AddDate(0, 0, 1)
	switch strings.TrimSuffix(s, date) {
	case "", "=":
		return day, next, nil
	case ">=":
		return day, until, nil
	case ">":
		return next, until, nil
	case "<=":
		return from, next, nil
	case "<":
		return from, day, nil
	}
	return from, until, pinbell.Invalid("sent_date", "Enter a valid date.")
}
