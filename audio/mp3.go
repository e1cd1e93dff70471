package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hajimehoshi/go-mp3"
)

var errMP3 = errors.New("not an MP3 file that can be read")

// ReadMP3 decodes MPEG audio layer III, versions 1 and 2. Two channels are
// mixed to one. More than limit is an error, since a small file can hold hours;
// a file that is cut off ends where it is cut.
func ReadMP3(r io.Reader, limit time.Duration) (p PCM, err error) {
	// The decoder indexes its tables by what the file says.
	defer func() {
		if recover() != nil {
			p, err = PCM{}, errMP3
		}
	}()
	d, err := mp3.NewDecoder(struct{ io.Reader }{r}) // not a Seeker: it would be read twice
	if err != nil {
		return PCM{}, fmt.Errorf("%w: %w", errMP3, err)
	}
	p.Rate = d.SampleRate()
	most := durationToSamples(limit, p.Rate)
	frame := make([]byte, 4*1152)
	for {
		n, err := io.ReadFull(d, frame)
		for stereo := frame[:n]; len(stereo) >= 4; stereo = stereo[4:] {
			left, right := int16(binary.LittleEndian.Uint16(stereo)), int16(binary.LittleEndian.Uint16(stereo[2:]))
			p.Samples = append(p.Samples, int16((int(left)+int(right))/2))
		}
		switch {
		case len(p.Samples) > most:
			return PCM{}, fmt.Errorf("mp3: longer than %s", limit)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return p, nil
		case err != nil:
			return PCM{}, fmt.Errorf("mp3: %w", err)
		}
	}
}

// IsMP3 reports whether a file begins as MPEG audio layer III does: with a tag
// or the header of a frame (ISO 11172-3 §2.4.1.3).
func IsMP3(b []byte) bool {
	const sync, layer3 = 0xE0, 0x02
	return len(b) >= 3 && string(b[:3]) == "ID3" || len(b) >= 2 && b[0] == 0xFF && b[1]&sync == sync && b[1]&0x06 == layer3
}
