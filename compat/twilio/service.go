package twilio

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// KindService is the kind of the record of a service that a request made. Its
// identifier is the service's name.
const KindService = "twilio.service"

// A service is a Verify service: a record that was made through this API, or a
// profile of the configuration as this API shows it.
type service struct {
	Sid     string
	Profile string // the name of the profile it stands for
	Owner   string // the service of the key that made it; "" for all
	Fixed   bool   // of the configuration: not to be changed here
	Created time.Time
	Updated time.Time
	settings
}

// settings are what a service is made with, under the vendor's names.
type settings struct {
	FriendlyName   string
	CodeLength     int
	CustomCode     bool
	Psd2           bool
	SkipLandlines  bool
	DtmfInput      bool
	LookupEnabled  bool
	DoNotShare     bool
	Events         bool
	TtsName        string
	TemplateSid    string
	Push           push
	Totp           totp
	Whatsapp       whatsapp
	PasskeysParty  string
	PasskeysName   string
	PasskeysOrigin string
}

type push struct {
	IncludeDate bool    `json:"include_date"`
	APN         *string `json:"apn_credential_sid"`
	FCM         *string `json:"fcm_credential_sid"`
}

type totp struct {
	Issuer     *string `json:"issuer"`
	TimeStep   int     `json:"time_step"`
	CodeLength int     `json:"code_length"`
	Skew       int     `json:"skew"`
}

type whatsapp struct {
	MessageService *string `json:"msg_service_sid"`
	From           *string `json:"from"`
}

// serviceOf reads a record.
func serviceOf(r pinbell.Record) (service, error) {
	s := service{Sid: r.ID, Profile: r.ID, Owner: r.Service, Created: r.CreatedAt, Updated: r.UpdatedAt}
	if err := json.Unmarshal(r.Body, &s.settings); err != nil {
		return s, fmt.Errorf("twilio: service %s: %w", r.ID, err)
	}
	return s, nil
}

func (s service) record() (pinbell.Record, error) {
	body, err := json.Marshal(s.settings)
	return pinbell.Record{Kind: KindService, ID: s.Sid, Service: s.Owner, Body: body, CreatedAt: s.Created, UpdatedAt: s.Updated}, err
}

// base is the profile whose permissions a service of that owner has: the
// owner's own, or the one called default.
func (a *API) base(owner string) pinbell.Service {
	p, err := a.cfg.Verify.Profile(owner)
	if err != nil {
		return pinbell.Service{}.WithDefaults()
	}
	return p
}

// put makes a stored service a profile. What its base allows is read anew each
// time, so that a permission that the configuration takes back is gone.
func (a *API) put(s service) error {
	p := a.base(s.Owner)
	p.AllowCustomCode = p.AllowCustomCode && s.CustomCode
	p.Name, p.Brand, p.CodeLength = s.Profile, s.FriendlyName, max(s.CodeLength, pinbell.MinCodeLength)
	return a.cfg.Verify.PutService(p)
}

// fixed shows a profile of the configuration as a service.
func (a *API) fixed(sid string, p pinbell.Service) service {
	s := service{Sid: sid, Profile: p.Name, Owner: p.Name, Fixed: true, Created: a.started, Updated: a.started, settings: defaults()}
	s.FriendlyName, s.CodeLength, s.CustomCode = p.Brand, p.CodeLength, p.AllowCustomCode
	if s.FriendlyName == "" {
		s.FriendlyName = p.Name
	}
	return s
}

// defaults are the settings that the vendor documents, but that no call waits
// for a key unless it is asked to.
func defaults() settings {
	return settings{CodeLength: pinbell.DefaultCodeLength, DoNotShare: true, Totp: totp{TimeStep: 30, CodeLength: 6, Skew: 1}}
}
