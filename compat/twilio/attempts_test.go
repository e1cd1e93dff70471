package twilio_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/verify"
)

// sids are those of a page of attempts, newest first.
func sids(o object) (list []string) {
	for _, a := range o["attempts"].([]any) {
		list = append(list, a.(object)["sid"].(string))
	}
	return list
}

// sent waits until the newest delivery of a verification was recorded.
func (b *bench) sent(t *testing.T, sid string) {
	t.Helper()
	v, err := b.Config.Verify.ByOrigin(t.Context(), "twilio", sid, "")
	for err == nil && v.Attempts[len(v.Attempts)-1].Outcome == "" {
		v, err = b.Config.Verify.Wait(t.Context(), v.ID, "", pinbell.MinStepWait)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAttempts(t *testing.T) {
	b := newBench(t)
	// What came through another API has no sid of this one.
	if _, err := b.Config.Verify.Start(t.Context(), verify.StartRequest{To: "+15017122669"}); err != nil {
		t.Fatal(err)
	}
	b.SMS.Delivery(t)
	first := b.start(t, standard, number, "Locale", "es")
	code := compattest.Code(b.SMS.Delivery(t))
	b.sent(t, first)
	b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "call"))
	b.Voice.Delivery(t)
	b.sent(t, first)
	b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code))
	other := b.newService(t)
	second := b.start(t, other, "+447400123456")
	b.SMS.Delivery(t)
	b.sent(t, second)

	o := b.ok(t, 200, "GET", "/v2/Attempts", "")
	all := sids(o)
	if len(all) != 3 {
		t.Fatalf("attempts %v", all)
	}
	link := b.URL + "/v2/Attempts?PageSize=50&Page=0"
	diff(t, o["meta"], any(object{"page": 0., "page_size": 50., "first_page_url": link, "previous_page_url": nil, "url": link, "next_page_url": nil, "key": "attempts"}))
	list := o["attempts"].([]any)
	sms := list[2].(object)
	diff(t, sms, object{
		"sid": all[2], "account_sid": account, "service_sid": standard, "verification_sid": first, "date_created": sms["date_created"], "date_updated": sms["date_updated"],
		"conversion_status": "unconverted", "channel": "sms", "price": nil, "url": b.URL + "/v2/Attempts/" + all[2],
		"channel_data": object{
			"verification_sid": first, "to": number, "status": "unconfirmed", "message_status": "sent", "error_code": nil, "country": "US",
			"code_length": 6., "locale": "es", "mcc": nil, "mnc": nil, "carrier": nil,
		},
	})
	call := list[1].(object)
	if data := call["channel_data"].(object); call["conversion_status"] != "converted" || call["channel"] != "call" || data["status"] != "confirmed" || data["call_status"] != "completed" {
		t.Errorf("the call: %v", call)
	}
	diff(t, b.ok(t, 200, "GET", "/v2/Attempts/"+all[2], ""), sms)
	b.refused(t, 404, 20404, "GET", "/v2/Attempts/VLaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")
	b.refused(t, 404, 20404, "GET", "/v2/Attempts/nonsense", "")

	for query, want := range map[string][]string{
		"Channel=call": {all[1]}, "Channel=SMS": {all[0], all[2]}, "Channel=email": nil, "Status=CONVERTED": {all[1]}, "Status=unconverted": {all[0], all[2]},
		"Country=gb": {all[0]}, "ChannelData.To=%2B15017122661": {all[1], all[2]}, "VerifyServiceSid=" + other: {all[0]},
		"VerifyServiceSid=VAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": nil, "VerificationSid=" + first: {all[1], all[2]},
		"VerificationSid=" + first + "&Channel=sms": {all[2]}, "VerificationSid=" + first + "&VerifyServiceSid=" + other: nil,
		"VerificationSid=" + first + "&Country=GB":           nil,
		"VerificationSid=VEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": nil, "DateCreatedBefore=2015-07-30T20:00:00Z": nil, "DateCreatedAfter=2015-07-30T20:00:00Z": all,
	} {
		if got := sids(b.ok(t, 200, "GET", "/v2/Attempts?"+query, "")); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"Channel=pigeon", "Status=x", "ChannelData.To=x", "DateCreatedAfter=yesterday", "PageToken=x", "Page=x"} {
		b.refused(t, 400, 60200, "GET", "/v2/Attempts?"+query, "")
	}
	b.refused(t, 400, 60200, "GET", "/v2/Attempts/Summary?DestinationPrefix=x", "")

	diff(t, b.ok(t, 200, "GET", "/v2/Attempts/Summary", ""), object{
		"total_attempts": 3., "total_converted": 1., "total_unconverted": 2., "conversion_rate_percentage": "33.333333333", "url": b.URL + "/v2/Attempts/Summary",
	})
	for query, want := range map[string]string{
		"Country=US": "50", "DestinationPrefix=%2B4474": "0", "DestinationPrefix=%2B1501": "50", "Channel=CALL": "100", "VerifyServiceSid=" + standard: "50", "DateCreatedBefore=2015-07-30T20:00:00Z": "0",
	} {
		if got := b.ok(t, 200, "GET", "/v2/Attempts/Summary?"+query, "")["conversion_rate_percentage"]; got != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
}

// TestAttemptPages: pages go on where they ended, also while more comes in.
func TestAttemptPages(t *testing.T) {
	b := newBench(t)
	for i := range 5 {
		b.start(t, standard, "+1501712266"+string(rune('0'+i)))
	}
	want := sids(b.ok(t, 200, "GET", "/v2/Attempts", ""))
	var got []string
	path := "/v2/Attempts?PageSize=2&Channel=sms"
	for path != "" {
		o := b.ok(t, 200, "GET", path, "")
		got = append(got, sids(o)...)
		next, _ := o["meta"].(object)["next_page_url"].(string)
		if path = strings.TrimPrefix(next, b.URL); path != "" && !strings.Contains(path, "Channel=sms") {
			t.Errorf("the next page forgets the filter: %s", path)
		}
		b.start(t, standard, "+1501712267"+string(rune('0'+len(got))))
	}
	diff(t, got, want)
}
