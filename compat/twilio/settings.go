package twilio

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of what is read back.
const (
	maxFriendlyName = 32
	maxSetting      = 256
)

// apply takes over what a request says and leaves the rest as it is. base is
// the profile that says what may be allowed.
func (s *service) apply(p compat.Params, base pinbell.Service) error {
	return errors.Join(s.applyCodes(p, base), s.applyFlags(p), s.applyOthers(p))
}

func (s *service) applyCodes(p compat.Params, base pinbell.Service) error {
	if p.Has("FriendlyName") {
		friendly, err := text(p, "FriendlyName", maxFriendlyName)
		if err != nil {
			return err
		}
		if strings.TrimSpace(friendly) == "" {
			return invalid("FriendlyName", "is empty")
		}
		s.FriendlyName = friendly
	}
	if p.Has("CodeLength") {
		length, err := p.Int("CodeLength", 0)
		if err != nil {
			return err
		}
		if err := lengthAllowed("CodeLength", length, base); err != nil {
			return err
		}
		s.CodeLength = length
	}
	if err := flag(p, "CustomCodeEnabled", &s.CustomCode); err != nil {
		return err
	}
	if p.Has("CustomCodeEnabled") && s.CustomCode && !base.AllowCustomCode {
		return unsupported("Custom code not allowed")
	}
	sid, err := text(p, "DefaultTemplateSid", maxSetting)
	if err != nil {
		return err
	}
	if sid != "" {
		if sid != templateSid() {
			return invalid("DefaultTemplateSid", "there is no such template")
		}
		s.TemplateSid = sid
	}
	return nil
}

// lengthAllowed checks the length of a code against what a profile allows to
// this API.
func lengthAllowed(parameter string, length int, base pinbell.Service) error {
	least := shortest(base)
	switch {
	case length >= least && length <= pinbell.MaxCodeLength:
		return nil
	case length >= pinbell.LooseCodeLength && length < least:
		return invalid(parameter, fmt.Sprintf("want %d to %d: the profile %q allows no shorter codes (loose_code_length)", least, pinbell.MaxCodeLength, base.Name))
	}
	return invalid(parameter, fmt.Sprintf("want %d to %d", least, pinbell.MaxCodeLength))
}

func (s *service) applyFlags(p compat.Params) error {
	return errors.Join(
		flag(p, "Psd2Enabled", &s.Psd2), flag(p, "SkipSmsToLandlines", &s.SkipLandlines), flag(p, "DtmfInputRequired", &s.DtmfInput),
		flag(p, "LookupEnabled", &s.LookupEnabled), flag(p, "DoNotShareWarningEnabled", &s.DoNotShare),
		flag(p, "VerifyEventSubscriptionEnabled", &s.Events), flag(p, "Push.IncludeDate", &s.Push.IncludeDate),
	)
}

// applyOthers keeps what belongs to ways of verifying that are not here, to be
// read back.
func (s *service) applyOthers(p compat.Params) error {
	return errors.Join(
		setting(p, "TtsName", &s.TtsName),
		optional(p, "Push.ApnCredentialSid", &s.Push.APN), optional(p, "Push.FcmCredentialSid", &s.Push.FCM),
		optional(p, "Totp.Issuer", &s.Totp.Issuer),
		number(p, "Totp.TimeStep", &s.Totp.TimeStep, 20, 60), number(p, "Totp.CodeLength", &s.Totp.CodeLength, 3, 8),
		number(p, "Totp.Skew", &s.Totp.Skew, 0, 2),
		optional(p, "Whatsapp.MsgServiceSid", &s.Whatsapp.MessageService), optional(p, "Whatsapp.From", &s.Whatsapp.From),
		setting(p, "Passkeys.RelyingParty.Id", &s.PasskeysParty), setting(p, "Passkeys.RelyingParty.Name", &s.PasskeysName),
		setting(p, "Passkeys.RelyingParty.Origins", &s.PasskeysOrigin),
	)
}

func flag(p compat.Params, name string, to *bool) error {
	if !p.Has(name) {
		return nil
	}
	v, err := p.Bool(name)
	if err == nil {
		*to = v
	}
	return err
}

func setting(p compat.Params, name string, to *string) error {
	if !p.Has(name) {
		return nil
	}
	v, err := text(p, name, maxSetting)
	if err == nil {
		*to = v
	}
	return err
}

func optional(p compat.Params, name string, to **string) error {
	if !p.Has(name) {
		return nil
	}
	var v string
	if err := setting(p, name, &v); err != nil {
		return err
	}
	*to = &v
	return nil
}

func number(p compat.Params, name string, to *int, least, most int) error {
	v, err := p.Within(name, *to, least, most)
	if err == nil {
		*to = v
	}
	return err
}
