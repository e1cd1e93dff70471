// Package vonage answers the API of Vonage Verify v2, so that an application
// written for it is pointed here by its base URL and its credentials alone:
// verifications with a workflow of messages and calls, and the templates of
// their words. Channels that Pinbell has not (email, WhatsApp, RCS, silent
// authentication) are refused by name; callbacks are not sent.
//
// A request comes with HTTP Basic and an API key as the secret, or with a JSON
// Web Token of an application that [API.Application] made known. What each
// field becomes is in [Fields], and in docs/migrate/vonage.md.
//
// An API is safe for concurrent use.
package vonage
