package gateway

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what these companies sign with
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// verified returns the fields of a request that has the company's signature.
func (t *twilio) verified(in inbound) (url.Values, error) {
	var form url.Values
	if in.Method == http.MethodPost {
		var err error
		if form, err = url.ParseQuery(string(in.body)); err != nil {
			return nil, errForged
		}
	}
	got := in.Header.Get("X-Twilio-Signature")
	if got == "" {
		got = in.Header.Get("X-SignalWire-Signature")
	}
	if got == "" {
		return nil, errForged
	}
	ok := false
	for _, u := range portVariants(in.url) {
		ok = hmac.Equal([]byte(got), []byte(twilioSignature(t.signing, u, form))) ||
			hmac.Equal([]byte(got), []byte(signalWireSignature(t.signing, u, in.body))) || ok
	}
	if !ok {
		return nil, errForged
	}
	if in.Method != http.MethodPost {
		return in.URL.Query(), nil
	}
	return form, nil
}

// twilioSignature is base64 of HMAC-SHA1, with the auth token, over the URL and
// the sorted fields of a form (twilio.com/docs/usage/security).
func twilioSignature(key, to string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(key))
	_, _ = mac.Write([]byte(to))
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			_, _ = mac.Write([]byte(name + v))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signalWireSignature is SignalWire's newer scheme: hex of HMAC-SHA1 over the
// URL and the body as it is.
func signalWireSignature(key, to string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(key))
	_, _ = mac.Write([]byte(to))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// portVariants returns a URL with and without its port: Twilio signs the
// standard port in one product and leaves it out in another.
func portVariants(s string) []string {
	scheme, rest, ok := strings.Cut(s, "://")
	host, path, _ := strings.Cut(rest, "/")
	if !ok {
		return []string{s}
	}
	name, port := host, ""
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		name, port = host[:i], host[i:]
	}
	if port == "" {
		port = map[string]string{"https": ":443", "http": ":80"}[scheme]
	}
	return []string{s, scheme + "://" + name + "/" + path, scheme + "://" + name + port + "/" + path}
}
