package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

var (
	errMediaKind  = errors.New("neither a WAV nor an MP3 file")
	errMediaCut   = errors.New("the file is cut off: it ends before its sound does")
	errMediaEmpty = errors.New("holds no sound")
	errMediaLong  = fmt.Errorf("longer than %s", pinbell.MaxRecordingTime)
)

// Inspect checks that calls can play a file that was uploaded, by decoding all of
// it, and returns its format ("wav" or "mp3") and how long it plays, to the
// millisecond. Errors say in words what is wrong with the file. Unlike what is
// fetched from a URL, it has to be whole.
func Inspect(file []byte) (format string, d time.Duration, err error) {
	format = formatOf(file)
	switch {
	case format == "":
		return "", 0, errMediaKind
	case audio.CutOff(file):
		return "", 0, errMediaCut
	}
	sound, err := decode(file)
	if err != nil {
		return "", 0, err
	}
	return format, sound.Duration().Truncate(time.Millisecond), nil
}

// formatOf knows a recording by its bytes: what a header calls it may be wrong.
// "" is for what is none.
func formatOf(file []byte) string {
	switch {
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WAVE":
		return "wav"
	case audio.IsMP3(file):
		return "mp3"
	}
	return ""
}

func decode(file []byte) (sound audio.PCM, err error) {
	switch formatOf(file) {
	case "wav":
		sound, err = audio.ReadWAV(bytes.NewReader(file))
	case "mp3":
		sound, err = audio.ReadMP3(bytes.NewReader(file), pinbell.MaxRecordingTime)
	default:
		err = errMediaKind
	}
	switch {
	case err != nil:
		return audio.PCM{}, err
	case len(sound.Samples) == 0:
		return audio.PCM{}, errMediaEmpty
	case sound.Duration() > pinbell.MaxRecordingTime:
		return audio.PCM{}, errMediaLong
	}
	return sound, nil
}
