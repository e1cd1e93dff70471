package gateway

import (
	"net/http"
	"net/url"
)

// params are the fields of a callback, wherever it has them: in the query, a
// form or an object of JSON. Of several with one name it is the first.
func (in inbound) params() map[string]string {
	out := map[string]string{}
	if in.Method == http.MethodPost {
		if object, ok := parse(in.body).(map[string]any); ok {
			for name := range object {
				out[name], _ = find(object, name)
			}
			return out
		}
	}
	form := in.URL.Query()
	if in.Method == http.MethodPost {
		form, _ = url.ParseQuery(string(in.body)) // what is no form has no fields
	}
	for name, values := range form {
		out[name] = values[0]
	}
	return out
}
