package smpp

import (
	"fmt"
	"time"
)

// RelativeTime writes a span as validity_period wants it, whole seconds
// counted from when the SMSC takes the message: "000000000459000R" is 4 min
// 59 s. Spans are cut to 0 s and 99 days. SMPP 3.4 §7.1.1.2.
func RelativeTime(d time.Duration) string {
	s := min(max(int64(d/time.Second), 0), 99*24*3600)
	days := s / 86400
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", days, s/3600%24, s/60%60, s%60)
}

// AbsoluteTime writes a moment in UTC: "261120224603000+". SMPP 3.4 §7.1.1.1.
func AbsoluteTime(t time.Time) string {
	return t.UTC().Format("060102150405") + "000+"
}
