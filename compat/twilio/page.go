package twilio

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/pinbell/pinbell/compat"
)

// Bounds of a page.
const (
	defaultPage = 50
	maxPage     = 1000
	lastPage    = 1_000_000
)

// meta says where a list goes on.
type meta struct {
	Page     int     `json:"page"`
	PageSize int     `json:"page_size"`
	First    string  `json:"first_page_url"`
	Previous *string `json:"previous_page_url"`
	URL      string  `json:"url"`
	Next     *string `json:"next_page_url"`
	Key      string  `json:"key"`
}

// A pager cuts a list into pages.
type pager struct {
	number, size int
	token        string
	query        url.Values // what chooses the list
}

func pagerOf(r *http.Request) (pager, error) {
	p := pager{query: r.URL.Query()}
	params := compat.FormParams(p.query)
	var err error
	if p.number, err = params.Int("Page", 0); err != nil || p.number < 0 || p.number > lastPage {
		return p, invalid("Page", "")
	}
	if p.size, err = params.Int("PageSize", defaultPage); err != nil || p.size < 1 || p.size > maxPage {
		return p, invalid("PageSize", "want 1 to 1000")
	}
	p.token = p.query.Get("PageToken")
	for _, name := range []string{"Page", "PageSize", "PageToken"} {
		p.query.Del(name)
	}
	return p, nil
}

// from and until are the page's part of a list of that length.
func (p pager) bounds(length int) (from, until int) {
	return min(p.number*p.size, length), min((p.number+1)*p.size, length)
}

// meta describes the page; token is what the other pages are to be asked with.
func (p pager) meta(link, key, token string, more bool) meta {
	page := func(number int, token string) string {
		query := "PageSize=" + strconv.Itoa(p.size) + "&Page=" + strconv.Itoa(number)
		if token != "" {
			query += "&PageToken=" + url.QueryEscape(token)
		}
		if len(p.query) > 0 {
			query = p.query.Encode() + "&" + query
		}
		return link + "?" + query
	}
	m := meta{Page: p.number, PageSize: p.size, First: page(0, ""), URL: page(p.number, p.token), Key: key}
	if p.number > 0 {
		previous := page(p.number-1, token)
		m.Previous = &previous
	}
	if more {
		next := page(p.number+1, token)
		m.Next = &next
	}
	return m
}

// list answers with the page of a list that is there as a whole.
func list[T any](a *API, w http.ResponseWriter, r *http.Request, key string, all []T) error {
	p, err := pagerOf(r)
	if err != nil {
		return err
	}
	from, until := p.bounds(len(all))
	return compat.WriteJSON(w, http.StatusOK, map[string]any{
		key:    append([]T{}, all[from:until]...),
		"meta": p.meta(a.cfg.URL(r, r.URL.EscapedPath()), key, "", until < len(all)),
	})
}
