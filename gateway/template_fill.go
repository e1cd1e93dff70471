package gateway

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// values are what the placeholders stand for in one delivery.
type values map[string]string

// fill replaces placeholders in one pass, so that what a value holds is never
// taken for one.
func (v values) fill(s string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(s, func(p string) string {
		if value, ok := v[p[1:len(p)-1]]; ok {
			return escape(value)
		}
		return p
	})
}

func plain(s string) string { return s }

// path fills a path and its query, each by its own rules.
func (v values) path(s string) string {
	path, query, ok := strings.Cut(s, "?")
	if path = v.fill(path, url.PathEscape); ok {
		path += "?" + v.fill(query, url.QueryEscape)
	}
	return path
}

// tree fills the strings of a JSON value.
func (v values) tree(in any) any {
	switch in := in.(type) {
	case string:
		return v.fill(in, plain)
	case []any:
		out := make([]any, len(in))
		for i := range in {
			out[i] = v.tree(in[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(in))
		for k := range in {
			out[k] = v.tree(in[k])
		}
		return out
	}
	return in
}

// parse reads JSON and keeps numbers as they are written; nil for what is none.
func parse(b []byte) any {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return nil
	}
	return v
}

// find follows a path of names and indexes to a string, number or boolean.
func find(v any, path string) (string, bool) {
	if path == "" {
		return "", false
	}
	for step := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return "", false
			}
			v = in[i]
		default:
			return "", false
		}
	}
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
