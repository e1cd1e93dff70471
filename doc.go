// Package pinbell is the domain of Pinbell, phone verification you host
// yourself: the types and pure rules that every other package shares. It
// touches no network, disk or clock; whoever calls it passes the time.
//
// # Life of a verification
//
// A client asks to verify a [Number]. A [Verification] is made with a random
// identifier from which, by a key outside the database, its [Code] is derived.
// Its [Workflow] plans an [Attempt] a step. The verification and its attempts
// are durable before anything leaves ("persist, then send"). A dispatcher
// claims each attempt when it is due, picks a [Carrier] and hands it a
// [Delivery]: for [Voice] a [Playlist], for [SMS] a [Text]. The carrier reports
// [Progress] and returns a [Result] whose [Outcome] alone decides what comes
// next: wait for the person, try another carrier, or start the next step. The
// person types the code, or keys it in the call where the application shows it
// ([ConfirmKeypad]); [Verification.Check] charges the guess, then compares. The
// verification ends approved, expired, out of checks, canceled
// or failed, and each step of that is an [Event].
//
// # Glossary
//
//   - verification: the proof that a person holds a number
//   - code: the digits; never stored, logged or put in a URL
//   - attempt: one delivery try; check: one guess by the person
//   - channel: voice or sms
//   - carrier: who delivers; trunk, bind and gateway: its SIP account, SMPP
//     account and HTTP API; route: the prefix that leads to it
//   - playlist: what a call says; phrase: a recorded sentence; voice pack: the
//     phrases and digits of a locale
//   - recording: a sound of the caller's own, uploaded or at a URL
//   - outcome: how an attempt ended, in the same words for all carriers
//   - receipt: a carrier's later report on a message
//   - trace: the SIP messages of a call, without what must not be seen
//   - service: an application's profile; key: its credential
//
// # Invariants
//
//   - A code succeeds once, for one verification only.
//   - A guess is charged before it is compared; a resend wins no new guesses.
//   - Status moves forward only, but that a resend revives a failed verification.
//   - Code, Text, KeySecret and Number redact or mask themselves in fmt, JSON
//     and slog.
//
// Values are plain data and safe to copy; methods never modify their receiver.
package pinbell
