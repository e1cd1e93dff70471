package test_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	rest "github.com/twilio/twilio-go/rest/api/v2010"
	verify "github.com/twilio/twilio-go/rest/verify/v2"
)

const twilioAccount = "ACcccccccccccccccccccccccccccccccc"

// redirect sends what a client addresses to its vendor to Pinbell instead.
type redirect struct{ to *url.URL }

func (r redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host, req.Host = r.to.Scheme, r.to.Host, r.to.Host
	return http.DefaultTransport.RoundTrip(req)
}

// twilioGo is Twilio's client for Go. It refuses an auth token with anything
// but letters and digits in it, so the "_" of a key is left out, which Pinbell
// takes for the same key.
func twilioGo(t *testing.T, d *demo, key string) *client.Client {
	t.Helper()
	to, err := url.Parse(d.url)
	if err != nil {
		t.Fatal(err)
	}
	c := &client.Client{
		Credentials: client.NewCredentials(twilioAccount, strings.Replace(key, "_", "", 1)),
		HTTPClient:  &http.Client{Transport: redirect{to}, Timeout: 10 * time.Second},
	}
	c.SetAccountSid(twilioAccount)
	return c
}

func TestTwilioGo(t *testing.T) {
	t.Parallel()
	d := pinbell(t)
	api := verify.NewApiServiceWithClient(twilioGo(t, d, d.key))
	service, err := api.CreateService(new(verify.CreateServiceParams).SetFriendlyName("Acme").SetCodeLength(6))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^VA[0-9a-f]{32}$`).MatchString(*service.Sid) || service.CodeLength != 6 {
		t.Errorf("service %s with codes of %d digits", *service.Sid, service.CodeLength)
	}

	for _, tt := range []struct{ channel, to string }{{"sms", "+13105550101"}, {"call", "+13105550102"}} {
		t.Run(tt.channel, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			v, err := api.CreateVerification(*service.Sid, new(verify.CreateVerificationParams).
				SetTo(tt.to).SetChannel(tt.channel).SetLocale("en"))
			if err != nil {
				t.Fatal(err)
			}
			if *v.Status != "pending" || *v.Valid || *v.To != tt.to || *v.Channel != tt.channel || *v.ServiceSid != *service.Sid ||
				*v.AccountSid != twilioAccount || time.Since(*v.DateCreated).Abs() > time.Minute {
				t.Errorf("created: %s %t %s %s %s %s %s", *v.Status, *v.Valid, *v.To, *v.Channel, *v.ServiceSid, *v.AccountSid, *v.DateCreated)
			}
			code := d.code(t, tt.to, begun)
			check := func(code string) (*verify.VerifyV2VerificationCheck, error) {
				return api.CreateVerificationCheck(*service.Sid, new(verify.CreateVerificationCheckParams).SetTo(tt.to).SetCode(code))
			}
			if got, err := check(another(code)); err != nil || *got.Status != "pending" || *got.Valid {
				t.Errorf("wrong code: %+v, %v", got, err)
			}
			if got, err := api.FetchVerification(*service.Sid, *v.Sid); err != nil || *got.Status != "pending" {
				t.Errorf("fetch: %+v, %v", got, err)
			}
			if got, err := check(code); err != nil || *got.Status != "approved" || !*got.Valid || *got.Sid != *v.Sid {
				t.Errorf("right code: %+v, %v", got, err)
			}
			_, err = check(code)
			wantTwilio(t, "used code", err, http.StatusNotFound, 20404)
		})
	}

	t.Run("message", func(t *testing.T) {
		t.Parallel()
		const to = "+13105550104"
		api := rest.NewApiServiceWithClient(twilioGo(t, d, d.key))
		begun := time.Now()
		sent, err := api.CreateMessage(new(rest.CreateMessageParams).SetTo(to).SetFrom("+12015550100").SetBody("Your code is 482916"))
		if err != nil {
			t.Fatal(err)
		}
		if code := d.code(t, to, begun); code != "482916" {
			t.Errorf("the phone read %q", code)
		}
		got, err := api.FetchMessage(*sent.Sid, nil)
		if err != nil || *got.To != to || *got.Body != "Your code is 482916" || *got.AccountSid != twilioAccount {
			t.Errorf("fetch: %+v, %v", got, err)
		}
		_, err = api.CreateMessage(new(rest.CreateMessageParams).SetTo("abc").SetFrom("+12015550100").SetBody("x"))
		wantTwilio(t, "no number", err, http.StatusBadRequest, 21211)
	})

	t.Run("refusals", func(t *testing.T) {
		t.Parallel()
		start := func(sid, to, channel string) error {
			_, err := api.CreateVerification(sid, new(verify.CreateVerificationParams).SetTo(to).SetChannel(channel))
			return err
		}
		wantTwilio(t, "no number", start(*service.Sid, "abc", "sms"), http.StatusBadRequest, 60200)
		wantTwilio(t, "no channel", start(*service.Sid, "+13105550103", "pigeon"), http.StatusBadRequest, 60200)
		wantTwilio(t, "no service", start("VA"+strings.Repeat("0", 32), "+13105550103", "sms"), http.StatusNotFound, 20404)
		_, err := api.CreateVerificationCheck(*service.Sid, new(verify.CreateVerificationCheckParams).SetCode("123456"))
		wantTwilio(t, "neither To nor sid", err, http.StatusBadRequest, 60221)
		_, err = verify.NewApiServiceWithClient(twilioGo(t, d, "pbnotakey")).FetchService(*service.Sid)
		wantTwilio(t, "wrong key", err, http.StatusUnauthorized, 20003)
	})
}

// wantTwilio holds for the error that the client makes of an answer.
func wantTwilio(t *testing.T, what string, err error, status, code int) {
	t.Helper()
	var got *client.TwilioRestError
	if !errors.As(err, &got) {
		t.Errorf("%s: %v, want a TwilioRestError", what, err)
		return
	}
	if got.Status != status || got.Code != code || got.Message == "" {
		t.Errorf("%s: %v, want status %d and code %d", what, got, status, code)
	}
}
