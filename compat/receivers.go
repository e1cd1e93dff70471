package compat

import (
	"net/url"
	"slices"
	"strings"
)

// Bounds of what waits and what is under way.
const (
	postsWaiting        = 2000
	postsWaitingPerHost = 250
	postsPerHost        = 4
)

// receivers hold the posts that wait, by the host that they go to. They take
// turns.
type receivers struct {
	all     []*receiver // the next turn's first
	waiting int
}

// A receiver is a host with posts that wait or are under way.
type receiver struct {
	host    string
	waiting []Post
	sending int
	orders  map[string]bool // of the posts under way
	full    bool            // one was dropped since one was taken
}

// hostOf is the name that a post's share goes by, whichever the port.
func hostOf(post Post) string {
	u, err := url.Parse(post.URL)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// add lets a post wait, unless too many do; first says that it is the first
// that was dropped in a while.
func (rs *receivers) add(post Post) (host string, kept, first bool) {
	host = hostOf(post)
	i := slices.IndexFunc(rs.all, func(r *receiver) bool { return r.host == host })
	if i < 0 {
		if rs.waiting >= postsWaiting {
			return host, false, true
		}
		i = len(rs.all)
		rs.all = append(rs.all, &receiver{host: host, orders: map[string]bool{}})
	}
	r := rs.all[i]
	if rs.waiting >= postsWaiting || len(r.waiting) >= postsWaitingPerHost {
		first, r.full = !r.full, true
		return host, false, first
	}
	r.waiting = append(r.waiting, post)
	rs.waiting++
	return host, true, false
}

// next takes the post whose turn it is; the receiver is nil where none may go
// now.
func (rs *receivers) next() (Post, *receiver) {
	for i, r := range rs.all {
		if r.sending == postsPerHost {
			continue
		}
		j := slices.IndexFunc(r.waiting, func(post Post) bool { return !r.orders[post.Order] })
		if j < 0 {
			continue
		}
		post := r.waiting[j]
		r.waiting = slices.Delete(r.waiting, j, j+1)
		rs.waiting--
		r.sending++
		r.full = false
		if post.Order != "" {
			r.orders[post.Order] = true
		}
		rs.all = append(slices.Delete(rs.all, i, i+1), r)
		return post, r
	}
	return Post{}, nil
}

// done gives the place of a post free.
func (rs *receivers) done(post Post, r *receiver) {
	r.sending--
	delete(r.orders, post.Order)
	if r.sending == 0 && len(r.waiting) == 0 {
		rs.all = slices.DeleteFunc(rs.all, func(other *receiver) bool { return other == r })
	}
}
