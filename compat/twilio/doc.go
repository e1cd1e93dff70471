// Package twilio answers the API of Twilio Verify v2, so that a program written
// for it works when its base URL and its AuthToken are changed. It is thin over
// package verify; calls and messages of the API 2010-04-01 are package laml's.
//
// The AuthToken is an API key; the AccountSid is any of the right form and is
// read back. A Verify service (VA…) stands for a profile ([pinbell.Service]):
// one that the configuration has, or one that is made through this API, kept as
// a record and put among the profiles under its sid. A caller reaches
// verifications only through a service that its key may use.
//
// One verification of a number is under way for a service at a time: a further
// start sends its code once more. So that two starts that come together do not
// make two, they wait for each other within this process.
//
// An API is safe for concurrent use.
//
//	a, err := twilio.New(compat.Config{Verify: service, Access: access, Records: store})
//	a.Routes(mux)
package twilio
