package messagebird

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of lists. Only the newest orders are looked at and counted.
const (
	defaultLimit = 20
	maxLimit     = 200
	maxListed    = 2000
)

// listObject is a part of a list as MessageBird writes it.
type listObject struct {
	Offset     int       `json:"offset"`
	Limit      int       `json:"limit"`
	Count      int       `json:"count"`
	TotalCount int       `json:"totalCount"`
	Links      listLinks `json:"links"`
	Items      []any     `json:"items"`
}

type listLinks struct {
	First    *string `json:"first"`
	Previous *string `json:"previous"`
	Next     *string `json:"next"`
	Last     *string `json:"last"`
}

func (a *API) listMessages(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.SMS, "/messages/")
}

func (a *API) listVoiceMessages(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.list(w, r, caller, pinbell.Voice, "/voicemessages/")
}

func (a *API) list(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel, path string) error {
	query := r.URL.Query()
	f := formOf(compat.NewForm(compat.FormParams(query), ""))
	offset, limit := f.Number("offset", 0, 0, maxListed), f.Number("limit", defaultLimit, 1, maxLimit)
	status := f.Text("status")
	if err := f.Err(); err != nil {
		return err
	}
	all, err := a.requests(r, caller, ch, status)
	if err != nil {
		return err
	}
	out := listObject{Offset: offset, Limit: limit, TotalCount: len(all), Items: []any{}}
	for _, orders := range all[min(offset, len(all)):min(offset+limit, len(all))] {
		out.Items = append(out.Items, a.object(r, orders))
	}
	out.Count = len(out.Items)
	link := func(offset int) *string {
		q := url.Values{"offset": {fmt.Sprint(offset)}}
		for _, name := range []string{"limit", "status"} {
			if query.Has(name) {
				q.Set(name, query.Get(name))
			}
		}
		s := a.cfg.URL(r, path+"?"+q.Encode())
		return &s
	}
	out.Links.First, out.Links.Last = link(0), link(max(0, len(all)-1)/limit*limit)
	if offset > 0 {
		out.Links.Previous = link(max(0, offset-limit))
	}
	if offset+limit < len(all) {
		out.Links.Next = link(offset + limit)
	}
	return compat.WriteJSON(w, http.StatusOK, out)
}

// requests reads the newest orders by the request that each came with, newest
// request first; with a status, those that have a recipient of it.
func (a *API) requests(r *http.Request, caller compat.Caller, ch pinbell.Channel, status string) ([][]pinbell.Order, error) {
	var ids []string
	byID := map[string][]pinbell.Order{}
	filter := pinbell.OrderFilter{Service: caller.Service(), Channel: ch, Origin: pinbell.Origin{API: origin}}
	newest, err := a.cfg.Newest(r.Context(), filter, maxListed)
	if err != nil {
		return nil, err
	}
	for _, o := range newest {
		if _, known := byID[o.Origin.ID]; !known {
			ids = append(ids, o.Origin.ID)
		}
		byID[o.Origin.ID] = append(byID[o.Origin.ID], o)
	}
	var all [][]pinbell.Order
	for _, id := range ids {
		orders := compat.InOrder(byID[id])
		has := func(o pinbell.Order) bool { s, _ := statusOf(o); return s == status }
		if !deleted(orders) && (status == "" || slices.ContainsFunc(orders, has)) {
			all = append(all, orders)
		}
	}
	return all, nil
}
