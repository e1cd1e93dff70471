// Package laml answers the API of calls and messages that Twilio calls
// 2010-04-01 and SignalWire serves beneath /api/laml, and conducts calls by the
// documents that both fetch from an application: TwiML and LaML, which are one
// language.
//
// It is no telephone exchange: a call says, plays, pauses and gathers keys. A
// document with any other verb is refused rather than half obeyed.
//
// What a call says may hold a code, in the document as well as in the address
// it is fetched from ("/call_2fa?auth_code=…"). Both are kept as the order's
// words are, sealed and erased some time after its end, and never logged.
//
// An [API] is safe for concurrent use.
//
//	api, err := laml.New(config)
//	api.Routes(mux)
package laml
