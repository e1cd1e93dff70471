package twilio_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	sdk "github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	v2 "github.com/twilio/twilio-go/rest/verify/v2"

	"github.com/pinbell/pinbell/compat/compattest"
)

// A redirect sends what is meant for the vendor here.
type redirect struct{ to *url.URL }

func (d redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = d.to.Scheme, d.to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// official is the vendor's own client for Go, pointed here as the page in
// docs/migrate says.
func (b *bench) official(t *testing.T) *v2.ApiService {
	t.Helper()
	to, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.Replace(b.Key, "_", "", 1) // it takes letters and digits only
	c := &client.Client{Credentials: client.NewCredentials(account, key), HTTPClient: &http.Client{Transport: redirect{to}}}
	c.SetAccountSid(account)
	return sdk.NewRestClientWithParams(sdk.ClientParams{Username: account, Password: key, Client: c}).VerifyV2
}

func wantCode(t *testing.T, err error, status, code int) {
	t.Helper()
	var e *client.TwilioRestError
	if !errors.As(err, &e) || e.Status != status || e.Code != code {
		t.Errorf("error %v, want %d of status %d", err, code, status)
	}
}

func TestOfficialClient(t *testing.T) {
	b := newBench(t)
	c := b.official(t)
	service, err := c.CreateService((&v2.CreateServiceParams{}).SetFriendlyName("Acme").SetCodeLength(7))
	if err != nil || *service.AccountSid != account || service.CodeLength != 7 || service.DateCreated == nil {
		t.Fatalf("service %+v, %v", service, err)
	}
	limit, err := c.CreateRateLimit(*service.Sid, (&v2.CreateRateLimitParams{}).SetUniqueName("ip"))
	if err != nil {
		t.Fatal(err)
	}
	if bucket, err := c.CreateBucket(*service.Sid, *limit.Sid, (&v2.CreateBucketParams{}).SetMax(2).SetInterval(60)); err != nil || bucket.Max != 2 {
		t.Fatalf("bucket %+v, %v", bucket, err)
	}

	start := (&v2.CreateVerificationParams{}).SetTo(number).SetChannel("call").SetLocale("en").SetRateLimits(map[string]string{"ip": "192.0.2.1"})
	v, err := c.CreateVerification(*service.Sid, start)
	if err != nil || *v.Status != "pending" || *v.To != number || len(*v.SendCodeAttempts) != 1 {
		t.Fatalf("verification %+v, %v", v, err)
	}
	code := compattest.Code(b.Voice.Delivery(t))
	check, err := c.CreateVerificationCheck(*service.Sid, (&v2.CreateVerificationCheckParams{}).SetTo(number).SetCode(compattest.Wrong(code)))
	if err != nil || *check.Valid || *check.Status != "pending" {
		t.Errorf("a wrong code: %+v, %v", check, err)
	}
	for _, which := range []string{*v.Sid, number} { // this client escapes no path
		if got, err := c.FetchVerification(*service.Sid, which); err != nil || *got.Sid != *v.Sid {
			t.Errorf("fetched by %s: %+v, %v", which[:2], got, err)
		}
	}
	check, err = c.CreateVerificationCheck(*service.Sid, (&v2.CreateVerificationCheckParams{}).SetVerificationSid(*v.Sid).SetCode(code))
	if err != nil || !*check.Valid || *check.Status != "approved" || check.DateUpdated == nil {
		t.Errorf("the code: %+v, %v", check, err)
	}
	_, err = c.CreateVerificationCheck(*service.Sid, (&v2.CreateVerificationCheckParams{}).SetTo(number).SetCode("4044044"))
	wantCode(t, err, 404, 20404)
	if v, err = c.CreateVerification(*service.Sid, start); err != nil {
		t.Fatal(err)
	}
	b.Voice.Delivery(t) // what is canceled before it leaves is no attempt
	_, err = c.CreateVerification(*service.Sid, start)
	wantCode(t, err, 429, 20429)
	if v, err = c.UpdateVerification(*service.Sid, *v.Sid, (&v2.UpdateVerificationParams{}).SetStatus("canceled")); err != nil || *v.Status != "canceled" {
		t.Errorf("canceled: %+v, %v", v, err)
	}

	// A list of pages of one, read to its end.
	services, err := c.ListService((&v2.ListServiceParams{}).SetPageSize(1))
	if err != nil || len(services) != 2 {
		t.Errorf("%d services, %v", len(services), err)
	}
	attempts, err := c.ListVerificationAttempt((&v2.ListVerificationAttemptParams{}).SetPageSize(1).SetChannelDataTo(number))
	if err != nil || len(attempts) != 2 || *attempts[1].ConversionStatus != "converted" {
		t.Errorf("attempts %+v, %v", attempts, err)
	}
	summary, err := c.FetchVerificationAttemptsSummary((&v2.FetchVerificationAttemptsSummaryParams{}).SetVerifyServiceSid(*service.Sid))
	if err != nil || summary.TotalAttempts != 2 || *summary.ConversionRatePercentage != "50" {
		t.Errorf("summary %+v, %v", summary, err)
	}
	if _, err := c.CreateSafelist((&v2.CreateSafelistParams{}).SetPhoneNumber(number)); err != nil {
		t.Error(err)
	}
	if safe, err := c.FetchSafelist(number); err != nil || *safe.PhoneNumber != number {
		t.Errorf("safe list: %+v, %v", safe, err)
	}
	if err := c.DeleteSafelist(number); err != nil {
		t.Error(err)
	}
	if templates, err := c.ListVerificationTemplate(&v2.ListVerificationTemplateParams{}); err != nil || len(templates) != 1 {
		t.Errorf("templates %+v, %v", templates, err)
	}
	if err := c.DeleteService(*service.Sid); err != nil {
		t.Error(err)
	}
	_, err = c.FetchService(*service.Sid)
	wantCode(t, err, 404, 20404)
}
