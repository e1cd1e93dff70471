package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

const maxLimit = 200

func (s *Server) listVerifications(w http.ResponseWriter, r *http.Request, c caller) error {
	f, err := filter(r.URL.Query(), c)
	if err != nil {
		return err
	}
	page := f
	page.Limit++ // one more tells whether there is a next page
	found, err := s.cfg.Verify.List(r.Context(), page)
	if err != nil {
		return err
	}
	out := api.List[api.Verification]{Data: make([]api.Verification, 0, len(found))}
	for i, v := range found {
		if i == f.Limit {
			out.Next = string(found[i-1].ID)
			break
		}
		out.Data = append(out.Data, wireVerification(v))
	}
	return encode(w, http.StatusOK, out)
}

// filter reads the query of a list. Unknown parameters are refused: a typing
// error would otherwise list everything.
func filter(q url.Values, c caller) (f pinbell.Filter, err error) {
	f = pinbell.Filter{Limit: 50, Service: c.service()}
	for name := range q {
		value := q.Get(name)
		switch name {
		case "to":
			// "+" in a query is a space; numbers come both ways.
			f.To, err = pinbell.ParseNumber("+"+strings.TrimLeft(value, "+ "), "")
		case "status":
			f.Status = pinbell.Status(value)
			if f.Status != pinbell.StatusPending && f.Status.Err() == nil {
				err = pinbell.Invalid(name, "is not a status")
			}
		case "service":
			if f.Service != "" && f.Service != value {
				err = pinbell.Invalid(name, "is not this key's")
			}
			f.Service = value
		case "country":
			f.Country = strings.ToUpper(value)
		case "from":
			f.From, err = queryTime(name, value)
		case "until":
			f.Until, err = queryTime(name, value)
		case "limit":
			f.Limit, err = strconv.Atoi(value)
			if err != nil || f.Limit < 1 || f.Limit > maxLimit {
				err = pinbell.Invalid(name, "want 1 to %d", maxLimit)
			}
		case "cursor":
			if f.Before, err = pinbell.ParseVerificationID(value); err != nil {
				err = pinbell.Invalid(name, "is not one that a list gave")
			}
		default:
			err = pinbell.Invalid(name, "is not a parameter of this list")
		}
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

func queryTime(name, value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, nil
		}
	}
	return time.Time{}, pinbell.Invalid(name, "want a time such as 2026-01-31T12:00:00Z")
}
