package api_test

import (
	"testing"

	"github.com/pinbell/pinbell/api"
)

// TestProblemError: what is wrong is said, and said once.
func TestProblemError(t *testing.T) {
	for want, p := range map[string]api.Problem{
		"to: is empty (400 invalid_number)": {
			Status: 400, Code: api.CodeInvalidNumber, Detail: "to: is empty", Errors: []api.FieldError{{Field: "to", Detail: "is empty"}},
		},
		"ttl: want up to 10m; to: is empty (400 invalid_request)": {
			Status: 400, Code: api.CodeInvalidRequest, Detail: "ttl: want up to 10m; to: is empty",
			Errors: []api.FieldError{{Field: "ttl", Detail: "want up to 10m"}, {Field: "to", Detail: "is empty"}},
		},
		"two things are wrong: ttl want up to 10m; from is no sender (400 invalid_request)": {
			Status: 400, Code: api.CodeInvalidRequest, Detail: "two things are wrong",
			Errors: []api.FieldError{{Field: "ttl", Detail: "want up to 10m"}, {Field: "from", Detail: "is no sender"}},
		},
		"Not Found (404 not_found)": {Status: 404, Code: api.CodeNotFound, Title: "Not Found"},
	} {
		if got := p.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
