package twilio

import "time"

// stamp is how the vendor writes a time.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
