package messagebird_test

import "testing"

func TestLookup(t *testing.T) {
	b := bench(t)
	const want = `{
		"href": "URL/lookup/31624971134", "countryCode": "NL", "countryPrefix": 31, "phoneNumber": 31624971134, "type": "mobile",
		"formats": {"e164": "+31624971134", "international": "+31 6 24971134", "national": "06 24971134", "rfc3966": "tel:+31-6-24971134"},
		"hlr": null}`
	for _, path := range []string{"/lookup/31624971134", "/lookup/+31624971134", "/lookup/0624971134?countryCode=nl"} {
		same(t, call(b, "GET", path, "", 200), want, "URL", b.URL)
	}
	if got := call(b, "GET", "/lookup/31201234567", "", 200)["type"]; got != "fixed line" {
		t.Errorf("a landline is %v", got)
	}
	fails(b, "GET", "/lookup/316", "", 422, "10", "phoneNumber", "too short")
	fails(b, "GET", "/lookup/abc", "", 422, "10", "phoneNumber", "letters")
	fails(b, "GET", "/lookup/0624971134?countryCode=xx", "", 422, "10", "countryCode", "ISO 3166-1")
	for _, method := range []string{"GET", "POST"} {
		fails(b, method, "/lookup/31624971134/hlr", "", 422, "21", "", "HLR")
	}
}
