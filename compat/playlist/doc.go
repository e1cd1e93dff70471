// Package playlist answers the voice API that Datatechlabs described in 2018: a
// call that plays a playlist of recordings and spoken texts, one that asks for
// keys, what became of either, and the SIP carriers that calls go out by.
//
// The requests are as they were printed. What was not printed (how to sign in,
// the answer to a status request, the menu) is ours: docs/migrate/playlist.md
// and [Fields] have it.
//
// A carrier that POST /carriers makes is a real trunk, kept in the store and
// brought back by [API.Restore]; whoever wires the program provides it
// as [Trunks]. Calls go out by it only when they name it.
//
// An API is safe for concurrent use.
package playlist
