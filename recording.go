package pinbell

import (
	"strings"
	"time"
)

// A Recording is a sound that an application uploaded for its calls to play. The
// sound itself is kept beside it, and never changes.
type Recording struct {
	ID        RecordingID
	Service   string
	Name      string        // the application's own; "" for none
	Format    string        // of the file: "wav" or "mp3"
	Duration  time.Duration // to the millisecond
	Bytes     int           // of the file
	CreatedAt time.Time
}

// What bounds a recording, uploaded or fetched from elsewhere.
const (
	MaxRecordingBytes = 5 << 20 // of the file
	MaxRecordingTime  = 5 * time.Minute
)

// What one service may keep.
const (
	MaxRecordings      = 200
	MaxRecordingsBytes = 100 << 20 // of all files together
)

// MaxRecordingName bounds the name of a recording, in characters.
const MaxRecordingName = 100

// recordingScheme begins the address of an uploaded recording.
const recordingScheme = "recording:"

// Address is what the item of a playlist names the recording by, in the place of
// a URL: "recording:re_…".
func (id RecordingID) Address() string { return recordingScheme + string(id) }

// RecordingAt returns the uploaded recording that an address names; false for
// the address of one that is elsewhere. The identifier need not be one that
// exists.
func RecordingAt(address string) (RecordingID, bool) {
	id, ok := strings.CutPrefix(address, recordingScheme)
	return RecordingID(id), ok
}
