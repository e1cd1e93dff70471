package vonage

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Sizes of a page.
const (
	defaultPageSize = 10
	maxPageSize     = 100
)

// A page is a list as Vonage writes it.
type page[T any] struct {
	Size       int             `json:"page_size"`
	Number     int             `json:"page"`
	TotalPages int             `json:"total_pages"`
	TotalItems int             `json:"total_items"`
	Embedded   map[string][]T  `json:"_embedded"`
	Links      map[string]link `json:"_links"`
}

// writePage answers the part of a list that a request asks for.
func writePage[T any](a *API, w http.ResponseWriter, r *http.Request, name string, all []T) error {
	query := r.URL.Query()
	number, err := positive(query, "page", 1)
	if err != nil {
		return err
	}
	size, err := positive(query, "page_size", defaultPageSize)
	if err != nil {
		return err
	}
	if size > maxPageSize {
		return pinbell.Invalid("page_size", "want up to %d", maxPageSize)
	}
	pages := (len(all) + size - 1) / size
	from := min((min(number, pages+1)-1)*size, len(all))
	href := func(n int) link {
		q := url.Values{"page": {strconv.Itoa(n)}}
		if query.Has("page_size") {
			q.Set("page_size", strconv.Itoa(size))
		}
		return link{a.cfg.URL(r, r.URL.Path+"?"+q.Encode())}
	}
	links := map[string]link{"self": href(number), "first": href(1), "last": href(max(pages, 1))}
	if number < pages {
		links["next"] = href(number + 1)
	}
	if number > 1 {
		links["prev"] = href(min(number-1, max(pages, 1)))
	}
	return compat.WriteJSON(w, http.StatusOK, page[T]{
		Size: size, Number: number, TotalPages: pages, TotalItems: len(all),
		Embedded: map[string][]T{name: append([]T{}, all[from:min(from+size, len(all))]...)}, Links: links,
	})
}

// positive reads a number of the query.
func positive(query url.Values, name string, otherwise int) (int, error) {
	s := query.Get(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, &pinbell.FieldError{Field: name, Detail: fmt.Sprintf("want a number from 1 on, as in %d", otherwise)}
	}
	return n, nil
}
