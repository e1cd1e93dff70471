package laml

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// mostRead is how many orders are looked at for one page of those that fit.
const mostRead = 5000

func (a *API) listCalls(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.Voice, "StartTime")
}

func (a *API) listMessages(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.SMS, "DateSent")
}

// list answers a page of orders, newest first. when names the parameter that
// says when they were asked for.
func (a *API) list(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel, when string) error {
	query := r.URL.Query()
	page, err := pageOf(query)
	if err != nil {
		return err
	}
	filter := pinbell.OrderFilter{Service: caller.Service(), Channel: ch, Origin: pinbell.Origin{API: origin}, Before: page.before}
	if to := query.Get("To"); to != "" {
		if filter.To, err = pinbell.ParseNumber(to, ""); err != nil {
			return err
		}
	}
	if filter.From, filter.Until, err = between(query, when); err != nil {
		return err
	}
	ended, endedBefore, err := between(query, "EndTime")
	if err != nil {
		return err
	}
	from, status, orphans := query.Get("From"), query.Get("Status"), query.Get("ParentCallSid") == ""
	orders, more, err := a.look(r, filter, page.size, func(o pinbell.Order) bool {
		return orphans && (from == "" || o.From == from) && (status == "" || a.status(o) == status) &&
			(ended.IsZero() || !o.EndedAt.Before(ended)) && (endedBefore.IsZero() || !o.EndedAt.IsZero() && o.EndedAt.Before(endedBefore))
	})
	if err != nil {
		return err
	}
	items := make([]any, len(orders))
	for i, o := range orders {
		items[i] = a.object(r, o)
	}
	body := page.envelope(r, len(items))
	if more != "" {
		body["next_page_uri"] = page.uri(r, page.number+1, tokenPrefix+string(more))
	}
	body[strings.ToLower(kinds[ch].name)] = items
	return compat.WriteJSON(w, http.StatusOK, body)
}

// look finds the orders that fit. more is the last of them, where there
// may be more.
func (a *API) look(r *http.Request, filter pinbell.OrderFilter, size int, fits func(pinbell.Order) bool) (found []pinbell.Order, more pinbell.OrderID, err error) {
	filter.Limit = size + 1
	for looked := 0; looked < mostRead; {
		orders, err := a.cfg.Verify.Orders(r.Context(), filter)
		if err != nil {
			return nil, "", err
		}
		for _, o := range orders {
			if len(found) == size {
				return found, filter.Before, nil
			}
			filter.Before = o.ID
			o, there, err := a.seen(r.Context(), o)
			if err != nil {
				return nil, "", err
			}
			if there && fits(o) {
				found = append(found, o)
			}
		}
		if len(orders) < filter.Limit {
			return found, "", nil
		}
		looked += len(orders)
	}
	return found, filter.Before, nil
}

// between reads bounds of time: "StartTime" for one day, or with > and < for
// from and until; zero where there is none.
func between(query url.Values, name string) (from, until time.Time, err error) {
	day, whole, err := timeOf(query, name)
	if err != nil {
		return from, until, err
	}
	if !day.IsZero() {
		from, until = day, day.Add(max(whole, time.Second))
	}
	after, _, err := timeOf(query, name+">")
	if err != nil {
		return from, until, err
	}
	if after.After(from) {
		from = after
	}
	before, whole, err := timeOf(query, name+"<")
	if err != nil || before.IsZero() {
		return from, until, err
	}
	return from, before.Add(whole), nil
}

// timeOf reads a time, or a day and how long it is.
func timeOf(query url.Values, name string) (t time.Time, whole time.Duration, err error) {
	value := query.Get(name)
	if value == "" {
		return t, 0, nil
	}
	if t, err = time.Parse(time.DateOnly, value); err == nil {
		return t, 24 * time.Hour, nil
	}
	if t, err = time.Parse(time.RFC3339, value); err != nil {
		err = refuse(codeParameter, "%s: want a day, as in 2027-01-31, or a time of ISO 8601", name)
	}
	return t.UTC(), 0, err
}
