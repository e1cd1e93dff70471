package laml

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Sizes of a page.
const (
	usualPage = 50
	mostPage  = 1000
	mostRead  = 5000 // orders looked at for one page of those that fit
)

// tokenPrefix begins a page token, which names the last order of the page before.
const tokenPrefix = "PA"

func (a *API) listCalls(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.Voice, "StartTime", func(o pinbell.Order) (string, any) {
		return callStatus(o), callOf(o, prefixOf(r))
	})
}

func (a *API) listMessages(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.SMS, "DateSent", func(o pinbell.Order) (string, any) {
		return messageStatus(o, a.cfg.Now()), a.messageOf(o, prefixOf(r))
	})
}

// list answers a page of orders, newest first. f gives an order's status and
// what is answered for it.
func (a *API) list(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel, when string, f func(pinbell.Order) (string, any)) error {
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
	if err := between(&filter, query, when); err != nil {
		return err
	}
	from, status := query.Get("From"), query.Get("Status")
	orders, more, err := a.read(r, filter, page.size, func(o pinbell.Order) bool {
		is, _ := f(o)
		return (from == "" || o.From == from) && (status == "" || is == status)
	})
	if err != nil {
		return err
	}
	items := make([]any, len(orders))
	for i, o := range orders {
		_, items[i] = f(o)
	}
	body := page.envelope(r, len(items))
	if more != "" {
		body["next_page_uri"] = page.uri(r, page.number+1, tokenPrefix+string(more))
	}
	body[strings.ToLower(kinds[ch].name)] = items
	return compat.WriteJSON(w, http.StatusOK, body)
}

// read looks for the orders that fit. more is the last of them, where there
// may be more.
func (a *API) read(r *http.Request, filter pinbell.OrderFilter, size int, fits func(pinbell.Order) bool) (found []pinbell.Order, more pinbell.OrderID, err error) {
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
// from and until.
func between(filter *pinbell.OrderFilter, query url.Values, name string) error {
	for _, bound := range []struct {
		suffix string
		set    func(time.Time, time.Duration)
	}{
		{"", func(t time.Time, _ time.Duration) { filter.From, filter.Until = t, t.Add(24*time.Hour) }},
		{">", func(t time.Time, _ time.Duration) { filter.From = t }},
		{"<", func(t time.Time, whole time.Duration) { filter.Until = t.Add(whole) }},
	} {
		value := query.Get(name + bound.suffix)
		if value == "" {
			continue
		}
		whole := time.Duration(0)
		t, err := time.Parse(time.RFC3339, value)
		if err != nil {
			whole = 24 * time.Hour // a day, all of it
			if t, err = time.Parse(time.DateOnly, value); err != nil {
				return refuse(codeParameter, "%s: want a day, as in 2027-01-31, or a time of ISO 8601", name)
			}
		}
		bound.set(t.UTC(), whole)
	}
	return nil
}

// A page is the part of a list that was asked for.
type page struct {
	size, number int
	before       pinbell.OrderID
}

func pageOf(query url.Values) (page, error) {
	p := page{size: usualPage}
	for name, n := range map[string]*int{"PageSize": &p.size, "Page": &p.number} {
		value := query.Get(name)
		if value == "" {
			continue
		}
		var err error
		if *n, err = strconv.Atoi(value); err != nil || *n < 0 || *n > 1e9 {
			return p, refuse(codeParameter, "%s: want a number", name)
		}
	}
	p.size = max(1, min(p.size, mostPage))
	token, ok := strings.CutPrefix(query.Get("PageToken"), tokenPrefix)
	if !ok && query.Has("PageToken") || p.number > 0 && token == "" {
		return p, refuse(codeParameter, "Page: follow next_page_uri")
	}
	p.before = pinbell.OrderID(token)
	return p, nil
}

// uri is the address of a page of the same list.
func (p page) uri(r *http.Request, number int, token string) string {
	query := url.Values{}
	for name, values := range r.URL.Query() {
		if !slices.Contains([]string{"Page", "PageSize", "PageToken"}, name) {
			query[name] = values
		}
	}
	query.Set("PageSize", strconv.Itoa(p.size))
	query.Set("Page", strconv.Itoa(number))
	if token != "" {
		query.Set("PageToken", token)
	}
	return r.URL.Path + "?" + query.Encode()
}

func (p page) envelope(r *http.Request, items int) map[string]any {
	token := r.URL.Query().Get("PageToken")
	return map[string]any{
		"page": p.number, "page_size": p.size, "start": p.number * p.size, "end": max(0, p.number*p.size+items-1),
		"uri": p.uri(r, p.number, token), "first_page_uri": p.uri(r, 0, ""), "next_page_uri": nil, "previous_page_uri": nil,
	}
}
