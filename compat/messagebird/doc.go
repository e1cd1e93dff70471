// Package messagebird answers MessageBird's REST API (rest.messagebird.com, in
// its form before Bird) from a Pinbell service: Verify, SMS, voice messages and
// the look-up of numbers. Clients change the host and the access key, which is
// an API key of Pinbell. What differs is in docs/migrate/messagebird.md, whose
// table is [Fields].
//
// It is no general messaging API: e-mail, contacts, groups, HLR, MMS, inbound
// messages and call flows are not here.
//
// Some clients of MessageBird look at the status of an answer and others only
// for "errors" in its body, so every failure has both.
//
// An [API] is safe for concurrent use.
//
//	api, err := messagebird.New(compat.Config{Verify: service, Access: access, …})
//	api.Routes(mux)
package messagebird
