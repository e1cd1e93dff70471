// Package compat holds what the APIs of other vendors have in common when
// Pinbell answers them as a server: who is calling, what was sent, what went
// wrong. Each vendor is a package beneath it, thin over package verify, which
// writes that vendor's own words and shapes; nothing of a vendor is known here.
//
// A vendor's package has New(compat.Config), which checks and starts nothing,
// and Routes(*http.ServeMux), which adds the vendor's paths. The API key is
// what the vendor calls its token or secret, so that an application changes a
// base URL and a key.
//
// What holds for all: a key sees its own service only; a code is never
// answered, logged or put in a URL; a vendor's longer lives, shorter codes and
// further guesses are granted where the service's profile allows them
// ([pinbell.Service]), and refused with the vendor's own error where it does not.
//
// A [Router] holds a vendor's paths, a [Form] reads what was sent and keeps what
// is wrong with it, [FaultOf] sorts errors, and [On] with [Supports], [Ignores]
// and [Refuses] says what becomes of each field that a vendor documents.
//
// But for a Form, which is one request's, everything here is safe for concurrent
// use.
package compat
