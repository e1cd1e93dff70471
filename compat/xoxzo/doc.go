// Package xoxzo answers Xoxzo's API (api.xoxzo.com) from a Pinbell service:
// messages, and calls that say a text or play a recording. Clients change the
// host and the auth token, which is an API key of Pinbell; the SID may be any.
// What differs is in docs/migrate/xoxzo.md, whose table is [Fields].
//
// Xoxzo sends what an application says, codes of the application's own making
// among it, and verifies nothing; neither does this package. Link tracking,
// templates, conferences, dial-in and the utilities are not here.
//
// An [API] is safe for concurrent use.
//
//	api, err := xoxzo.New(compat.Config{Verify: service, Access: access, …})
//	api.Routes(mux)
package xoxzo
