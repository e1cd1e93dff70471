package api

import "time"

// UploadRequest is what POST /v1/recordings is sent: a sound for calls to play.
type UploadRequest struct {
	// Sound is a WAV file (PCM of 8 to 32 bits, A-law or µ-law, at any rate, mono
	// or stereo) or an MP3 file, of up to 5 MiB and five minutes.
	Sound   []byte
	Name    string // one's own; may be empty
	Service string // whose calls may play it; that of the key, else "default", where empty
}

// Recording is what the server tells of a sound that was uploaded.
type Recording struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Format    string    `json:"format"` // "wav" or "mp3"
	Duration  Duration  `json:"duration"`
	Bytes     int       `json:"bytes"` // of the file
	Service   string    `json:"service"`
	CreatedAt time.Time `json:"created_at"`
}

// Play is what the item of a playlist that plays the recording has as its Play.
func (r Recording) Play() string { return "recording:" + r.ID }
